/// What one byte of a page is, packed into 28 of 32 bits: one field per output head of the model.
///
/// The teacher writes these from well-formed pages, the model predicts them, and the reader turns runs of them
/// into links, text and Markdown. The default value (all zero) is a byte of markup that means nothing.
public struct ByteTags: Hashable, Sendable {
  public var packed: UInt32

  public init(packed: UInt32 = 0) { self.packed = packed }

  @inline(__always)
  private func field(_ shift: UInt32, _ bits: UInt32) -> UInt8 {
    UInt8(truncatingIfNeeded: (packed >> shift) & ((1 << bits) - 1))
  }

  @inline(__always)
  private mutating func setField(_ shift: UInt32, _ bits: UInt32, _ value: UInt8) {
    let mask: UInt32 = ((1 << bits) - 1) << shift
    packed = (packed & ~mask) | ((UInt32(value) << shift) & mask)
  }

  public var content: Content {
    get { Content(rawValue: field(0, 2)) ?? .markup }
    set { setField(0, 2, newValue.rawValue) }
  }
  public var attribute: AttributeTag {
    get { AttributeTag(rawValue: field(2, 4)) ?? .none }
    set { setField(2, 4, newValue.rawValue) }
  }
  public var anchor: AnchorTag {
    get { AnchorTag(rawValue: field(6, 2)) ?? .none }
    set { setField(6, 2, newValue.rawValue) }
  }
  public var block: BlockKind {
    get { BlockKind(rawValue: field(8, 4)) ?? .none }
    set { setField(8, 4, newValue.rawValue) }
  }
  public var list: ListNesting {
    get { ListNesting(rawValue: field(12, 4)) ?? .none }
    set { setField(12, 4, newValue.rawValue) }
  }
  public var boundary: Boundary {
    get { Boundary(rawValue: field(16, 4)) ?? .none }
    set { setField(16, 4, newValue.rawValue) }
  }
  public var marks: InlineMarks {
    get { InlineMarks(rawValue: field(20, 8)) }
    set { setField(20, 8, newValue.rawValue) }
  }
}

/// Whether a byte is text that a person would read, and whether that text belongs to the main content.
public enum Content: UInt8, CaseIterable, Sendable {
  /// Tags, attributes, comments, script and style bodies, the head of the page.
  case markup = 0
  /// Visible text outside the main content: navigation, advertising, footers.
  case aside = 1
  /// Visible text of the main content.
  case main = 2
  /// Visible text of a page whose main content nobody marked. Only teaching data has it; the model never predicts it.
  case unjudged = 3
}

/// Attribute values that the reader needs.
///
/// An `…Open` case stands on the one byte just before the value (the quote, or `=` where there is none, or the last byte of the
/// attribute's name where there is no value at all), so that an empty value can be said too; `value` stands on every byte of it.
public enum AttributeTag: UInt8, CaseIterable, Sendable {
  case none = 0
  case value = 1
  /// `href` of an `a`.
  case anchorOpen = 2
  /// `href` of an `area`.
  case areaOpen = 3
  /// `src` of an `img`.
  case imageOpen = 4
  /// `alt` of an `img` or `area`.
  case alternativeOpen = 5
  /// `href` of a `link`.
  case linkOpen = 6
  /// `src` of a `script`.
  case scriptOpen = 7
  /// `src` or `data` of an `iframe`, `frame`, `embed`, `object`, `source`, `video`, `audio`, `track`, `input`.
  case resourceOpen = 8
  /// `href` of a `base`.
  case baseOpen = 9
  /// The language in `class="language-swift"`, `class="highlight-source-js"`, `data-lang="py"` …: the value is the bytes of the
  /// name alone (`swift`), and this case is on the byte before them.
  case codeLanguageOpen = 10
  /// `start` of an `ol`.
  case listStartOpen = 11
  /// `colspan` of a `td` or `th`, where it is more than 1.
  case columnSpanOpen = 12
  /// `title` of an `a` or `img`.
  case titleOpen = 13
}

/// The content of `a` elements that have an `href`.
public enum AnchorTag: UInt8, CaseIterable, Sendable {
  case none = 0
  /// The last byte of the start tag (`>`).
  case open = 1
  /// Every byte of the element's content, nested markup included, up to but without its end tag.
  case inside = 2
}

/// The block that a byte of text belongs to. The innermost block wins.
public enum BlockKind: UInt8, CaseIterable, Sendable {
  case none = 0
  case paragraph = 1
  case heading1 = 2
  case heading2 = 3
  case heading3 = 4
  case heading4 = 5
  case heading5 = 6
  case heading6 = 7
  /// Preformatted: white space counts.
  case code = 8
  case headerCell = 9
  case cell = 10
  case caption = 11
  case term = 12
  case description = 13

  /// 1 to 6 for headings.
  public var headingLevel: Int? {
    (2...7).contains(rawValue) ? Int(rawValue) - 1 : nil
  }
}

/// The innermost list around a byte: its kind and its depth (1 is outermost, 4 and deeper share a case).
public enum ListNesting: UInt8, CaseIterable, Sendable {
  case none = 0
  case bullet1 = 1
  case bullet2 = 2
  case bullet3 = 3
  case bullet4 = 4
  case ordered1 = 5
  case ordered2 = 6
  case ordered3 = 7
  case ordered4 = 8

  public init(ordered: Bool, depth: Int) {
    let level = UInt8(min(max(depth, 0), 4))
    self = level == 0 ? .none : ListNesting(rawValue: ordered ? 4 + level : level)!
  }
  public var depth: Int { rawValue == 0 ? 0 : Int((rawValue - 1) % 4) + 1 }
  public var isOrdered: Bool { rawValue >= 5 }
}

/// Something ends or begins here. Stands on the last byte (`>`) of the tag that causes it.
public enum Boundary: UInt8, CaseIterable, Sendable {
  case none = 0
  /// The text before and the text after are in different blocks (start and end tags of `p`, `div`, `h1` …, and end tags
  /// of list items, cells, rows, lists and tables).
  case block = 1
  /// `<br>`
  case line = 2
  /// `<hr>`
  case rule = 3
  /// `<ul>`, `<ol>`
  case list = 4
  /// `<li>`; its `list` field says which list.
  case item = 5
  /// `<table>`
  case table = 6
  /// `<tr>`
  case row = 7
  /// `<td>`, `<th>`; the `block` field says which. Left-aligned or unsaid.
  case cell = 8
  case centredCell = 9
  case rightCell = 10
  /// The end of an `<img …>` tag: the image is here.
  case image = 11
  /// `<input type="checkbox">` in a list item.
  case uncheckedTask = 12
  case checkedTask = 13
}

/// Marks on a byte of text; several may hold at once.
public struct InlineMarks: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let strong = InlineMarks(rawValue: 1)
  public static let emphasis = InlineMarks(rawValue: 2)
  public static let code = InlineMarks(rawValue: 4)
  public static let deleted = InlineMarks(rawValue: 8)
  public static let quote = InlineMarks(rawValue: 16)
  public static let superscript = InlineMarks(rawValue: 32)
  public static let `subscript` = InlineMarks(rawValue: 64)
  /// Reserved: always clear today.
  public static let reserved = InlineMarks(rawValue: 128)
}
