/// The elements whose names mean something to the teacher; all others are `other`.
enum HTMLElement: UInt8, CaseIterable, Sendable {
  case other
  // The head, values, embedded content.
  case html, head, body, title, base, link, meta, script, style, template, noscript, frameset, frame, noframes
  case img, area, iframe, embed, object, applet, marquee, param, source, video, audio, track, noembed
  case br, wbr, hr
  // Blocks.
  case p, h1, h2, h3, h4, h5, h6, pre, listing, xmp, plaintext, blockquote, ul, ol, menu, dir, li, dl, dt, dd
  case address, article, aside, center, details, dialog, div, fieldset, figcaption, figure, footer, form, header
  case hgroup, main, nav, search, section, summary, legend
  case table, caption, colgroup, col, thead, tbody, tfoot, tr, td, th
  // Forms.
  case button, input, keygen, select, option, optgroup, textarea
  // Formatting, which outlives the blocks it was opened in.
  case a, b, strong, i, em, code, tt, s, strike, big, font, nobr, small, u
  // Marks that end with the block they were opened in.
  case cite, dfn, `var`, kbd, samp, del, sup, sub, span, ruby
  // Foreign content.
  case svg, math, foreignObject, desc, mi, mo, mn, ms, mtext, annotation, annotationXML
}

extension HTMLElement {
  /// The lower-case name in pages.
  var name: String {
    switch self {
    case .annotationXML: "annotation-xml"
    case .foreignObject: "foreignobject"
    default: "\(self)"
    }
  }

  /// A hash table from names: the first eight bytes packed, little end first, then linear probing.
  struct Names: Sendable {
    private struct Slot {
      var packed: UInt64 = 0
      var count: UInt8 = 0
      var element = HTMLElement.other
    }
    private var slots = [Slot](repeating: Slot(), count: 512)
    /// What follows the first eight bytes.
    private var tails = [[UInt8]](repeating: [], count: HTMLElement.allCases.count)

    static let shared = Names()

    private init() {
      for element in HTMLElement.allCases where element != .other { add(element, element.name) }
      // An old name of img.
      add(.img, "image")
    }

    private mutating func add(_ element: HTMLElement, _ name: String) {
      let bytes = Array(name.utf8)
      var packed: UInt64 = 0
      for (index, byte) in bytes.prefix(8).enumerated() { packed |= UInt64(byte) << UInt64(8 * index) }
      if bytes.count > 8 { tails[Int(element.rawValue)] = Array(bytes.dropFirst(8)) }
      var slot = Self.slot(packed)
      while slots[slot].count != 0 { slot = (slot + 1) & 511 }
      slots[slot] = Slot(packed: packed, count: UInt8(bytes.count), element: element)
    }

    @inline(__always)
    private static func slot(_ packed: UInt64) -> Int { Int((packed &* 0x9e37_79b9_7f4a_7c15) >> 55) }

    /// The element that `range` of `bytes` names, in any case.
    func element(_ bytes: [UInt8], _ range: Range<Int>) -> HTMLElement {
      guard range.count <= 14 else { return .other }
      var packed: UInt64 = 0
      for index in range.prefix(8) {
        packed |= UInt64(bytes[index].lowercased) << UInt64(8 * (index - range.lowerBound))
      }
      var slot = Self.slot(packed)
      while slots[slot].count != 0 {
        let found = slots[slot]
        if found.packed == packed, Int(found.count) == range.count {
          if range.count <= 8 { return found.element }
          if bytes[range.dropFirst(8)].lazy.map(\.lowercased).elementsEqual(tails[Int(found.element.rawValue)]) {
            return found.element
          }
        }
        slot = (slot + 1) & 511
      }
      return .other
    }
  }
}

extension HTMLElement {
  /// What tree construction (https://html.spec.whatwg.org/#tree-construction) asks of an element.
  struct Traits: OptionSet, Sendable {
    let rawValue: UInt16
    /// Begins and ends a block of text, and closes an open paragraph.
    static let block = Traits(rawValue: 1)
    /// Kept on the stack of open elements as "special": end tags of ordinary elements do not reach beyond.
    static let special = Traits(rawValue: 2)
    /// Special, and no element an item or a description may be nested in without ending it.
    static let barrier = Traits(rawValue: 4)
    /// End tags do not reach beyond.
    static let scope = Traits(rawValue: 8)
    /// Formatting inside does not leave, and end tags inside do not end formatting outside.
    static let marker = Traits(rawValue: 16)
    /// Decides how table tags and those of select are read.
    static let mode = Traits(rawValue: 32)
    /// A start tag of this name ends svg and math.
    static let breakout = Traits(rawValue: 64)
    /// Formatting.
    static let formatting = Traits(rawValue: 128)
    /// A mark that ends with its block.
    static let mark = Traits(rawValue: 256)
    /// Content is text without tags.
    static let rawText = Traits(rawValue: 512)
    /// A part of a table.
    static let tablePart = Traits(rawValue: 1024)
  }

  private static let traitTable: [Traits] = allCases.map(\.listedTraits)

  @inline(__always)
  var traits: Traits { Self.traitTable[Int(rawValue)] }

  private var listedTraits: Traits {
    var traits: Traits = []
    switch self {
    case .address, .div, .p: traits = [.block, .special]
    case .h1, .h2, .h3, .h4, .h5, .h6, .pre, .listing, .xmp, .plaintext, .blockquote, .ul, .ol, .menu, .dir, .dl,
      .article, .aside, .center, .details, .dialog, .fieldset, .figcaption, .figure, .footer, .form, .header,
      .hgroup, .main, .nav, .search, .section, .summary:
      traits = [.block, .special, .barrier]
    case .li, .dt, .dd: traits = [.special]
    case .noscript, .button: traits = [.special, .barrier]
    case .table: traits = [.special, .barrier, .scope, .mode, .tablePart]
    case .thead, .tbody, .tfoot, .tr: traits = [.special, .barrier, .mode, .tablePart]
    case .td, .th, .caption: traits = [.special, .barrier, .scope, .marker, .mode, .tablePart]
    case .col, .colgroup: traits = [.tablePart]
    case .select: traits = [.special, .barrier, .mode]
    case .object, .applet, .marquee: traits = [.special, .barrier, .scope, .marker]
    case .a, .b, .strong, .i, .em, .code, .tt, .s, .strike: traits = [.formatting]
    case .cite, .dfn, .var, .kbd, .samp, .del, .sup, .sub: traits = [.mark]
    default: break
    }
    // Two more, in lists of their own because they cut across the ones above.
    switch self {
    case .b, .big, .blockquote, .body, .br, .center, .code, .dd, .div, .dl, .dt, .em, .embed, .h1, .h2, .h3, .h4, .h5,
      .h6, .head, .hr, .i, .img, .li, .listing, .menu, .meta, .nobr, .ol, .p, .pre, .ruby, .s, .small, .span, .strong,
      .strike, .sub, .sup, .table, .tt, .u, .ul, .var:
      traits.insert(.breakout)
    default: break
    }
    switch self {
    case .script, .style, .xmp, .iframe, .noembed, .noframes, .title, .textarea, .plaintext: traits.insert(.rawText)
    default: break
    }
    return traits
  }

  /// 1 to 6 for headings.
  var headingLevel: Int? {
    (Self.h1.rawValue...Self.h6.rawValue).contains(rawValue) ? Int(rawValue - Self.h1.rawValue) + 1 : nil
  }
}

extension UInt8 {
  /// The ASCII lower-case letter of an upper-case one; other bytes are themselves.
  @inline(__always)
  var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  @inline(__always)
  var isHTMLSpace: Bool { self == 0x20 || self == 0x0a || self == 0x09 || self == 0x0d || self == 0x0c }

  @inline(__always)
  var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
}
