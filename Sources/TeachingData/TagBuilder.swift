import PageTags

/// Builds the tag records of one page, token by token.
struct TagBuilder {
  /// What holds for text at one place of the tree.
  struct Context {
    var block = BlockKind.paragraph
    var list = ListNesting.none
    var quoted = false
    /// Inside a data table's cell or caption: no other block begins there.
    var isCell = false
    /// Open paragraph, list item, term or description in this scope.
    var hasParagraph = false
    var hasItem = false
    var hasEntry = false
    var isDataTable = false
  }

  struct Entry {
    var element: HTMLElement
    var context: Context
    /// Formatting and anchor outside, restored when a scope closes.
    var formatting: Formatting
  }

  /// Open formatting elements by kind; they outlive the blocks they were opened in.
  struct Formatting {
    var strong = 0
    var emphasis = 0
    var code = 0
    var deleted = 0
    var superscript = 0
    var `subscript` = 0
    /// Where the content of the open `a` with an href begins; −1 without.
    var anchorStart = -1

    var marks: InlineMarks {
      var marks: InlineMarks = []
      if strong > 0 { marks.insert(.strong) }
      if emphasis > 0 { marks.insert(.emphasis) }
      if code > 0 { marks.insert(.code) }
      if deleted > 0 { marks.insert(.deleted) }
      if superscript > 0 { marks.insert(.superscript) }
      if `subscript` > 0 { marks.insert(.subscript) }
      return marks
    }
  }

  let bytes: [UInt8]
  var tags: [ByteTags]
  var stack: [Entry] = []
  var formatting = Formatting()
  private let dataTables: [Bool]
  private var tablesSeen = 0
  /// Open template and svg elements: nothing inside is the page's.
  private var hidden = 0
  /// Since the last boundary: whether there was text, and white space that becomes text when more follows.
  private var blockHasText = false
  private var pendingSpace: Range<Int>?

  init(_ bytes: [UInt8], dataTables: [Bool]) {
    self.bytes = bytes
    self.dataTables = dataTables
    tags = [ByteTags](repeating: ByteTags(), count: bytes.count)
  }

  var context: Context { stack.last?.context ?? Context() }

  mutating func finish() -> [ByteTags] {
    closeAnchor(at: bytes.count)
    return tags
  }

  mutating func read(_ token: HTMLToken) {
    switch token {
    case .text(let range): text(range)
    case .startTag(let range, let name, let attributes):
      start(HTMLElement(name: bytes[name]), range, AttributeReader(bytes, attributes))
    case .endTag(let range, let name): end(HTMLElement(name: bytes[name]), range)
    case .comment, .declaration: break
    case .rawText(let range):
      // Of the raw-text elements only these show their content.
      if let element = stack.last?.element, element == .xmp || element == .plaintext { text(range) }
    }
  }

  // MARK: Text

  private mutating func text(_ range: Range<Int>) {
    guard hidden == 0 else { return }
    let context = context
    var record = ByteTags()
    record.content = .unjudged
    record.block = context.block
    record.list = context.list
    var marks = formatting.marks
    if context.quoted { marks.insert(.quote) }
    if context.block == .code {
      marks.remove(.code)
      record.marks = marks
      mark(range, record)
      blockHasText = true
      return
    }
    record.marks = marks
    var first = range.lowerBound
    while first < range.upperBound, HTMLTokenizer.isSpace(bytes[first]) { first += 1 }
    guard first < range.upperBound else {
      if blockHasText { pendingSpace = (pendingSpace?.lowerBound ?? range.lowerBound)..<range.upperBound }
      return
    }
    var last = range.upperBound
    while HTMLTokenizer.isSpace(bytes[last - 1]) { last -= 1 }
    if blockHasText {
      if let space = pendingSpace { markSpace(space, record) }
      mark(range.lowerBound..<first, record)
    }
    mark(first..<last, record)
    blockHasText = true
    pendingSpace = last < range.upperBound ? last..<range.upperBound : nil
  }

  private mutating func mark(_ range: Range<Int>, _ record: ByteTags) {
    for index in range { tags[index].packed |= record.packed }
  }

  /// White space before inline tags, with the tags between left alone.
  private mutating func markSpace(_ range: Range<Int>, _ record: ByteTags) {
    var plain = record
    plain.marks = record.marks.intersection(.quote)
    var inTag = false
    for index in range {
      if bytes[index] == 0x3c { inTag = true }
      if !inTag, HTMLTokenizer.isSpace(bytes[index]), tags[index].content == .markup {
        tags[index].packed |= plain.packed
      }
      if bytes[index] == 0x3e { inTag = false }
    }
  }

  private mutating func boundary(
    _ kind: Boundary, at range: Range<Int>, block: BlockKind = .none, list: ListNesting = .none
  ) {
    blockHasText = false
    pendingSpace = nil
    guard hidden == 0 else { return }
    tags[range.upperBound - 1].boundary = kind
    tags[range.upperBound - 1].block = block
    tags[range.upperBound - 1].list = list
  }

  // MARK: Values

  private mutating func value(_ attribute: HTMLAttribute?, _ tag: AttributeTag, only part: Range<Int>? = nil) {
    guard hidden == 0, let attribute else { return }
    guard let whole = attribute.value else {
      tags[attribute.name.upperBound - 1].attribute = tag
      return
    }
    let range = part ?? whole
    guard range.lowerBound > 0 else { return }
    tags[range.lowerBound - 1].attribute = tag
    for index in range { tags[index].attribute = .value }
  }

  // MARK: The tree

  mutating func push(_ element: HTMLElement, _ context: Context) {
    stack.append(Entry(element: element, context: context, formatting: formatting))
    if element.isScope && element != .table { formatting = Formatting() }
  }

  mutating func pop(at offset: Int) {
    guard let entry = stack.popLast() else { return }
    if entry.element.isScope && entry.element != .table {
      closeAnchor(at: offset)
      formatting = entry.formatting
    }
    if entry.element == .template || entry.element == .svg { hidden -= 1 }
  }

  private mutating func closeAnchor(at offset: Int) {
    guard formatting.anchorStart >= 0 else { return }
    for index in formatting.anchorStart..<max(formatting.anchorStart, offset) { tags[index].anchor = .inside }
    formatting.anchorStart = -1
  }

  /// Pops up to and including the nearest of `elements`, not looking beyond a scope (or `stops`); false where there is none.
  @discardableResult
  mutating func close(_ elements: [HTMLElement], stops: [HTMLElement]? = nil, at offset: Int) -> Bool {
    // A bound, so that hostile nesting stays linear.
    var depth = stack.count - 1
    let lowest = max(0, stack.count - 512)
    while depth >= lowest {
      let element = stack[depth].element
      if elements.contains(element) {
        while stack.count > depth { pop(at: offset) }
        return true
      }
      if let stops { if stops.contains(element) { return false } } else if element.isScope { return false }
      depth -= 1
    }
    return false
  }

  private static let tableStops: [HTMLElement] = [.table, .template, .html]

  private mutating func start(_ element: HTMLElement, _ range: Range<Int>, _ attributes: AttributeReader) {
    let offset = range.lowerBound
    if hidden > 0 {
      if element == .template || element == .svg { hide(element, range) }
      return
    }
    if element.isBlock && element != .li && element != .dt && element != .dd && context.hasParagraph {
      close([.p], at: offset)
    }
    var inner = context
    switch element {
    case .template, .svg: hide(element, range)
    case .a: startAnchor(range, attributes)
    case .area:
      value(attributes["href"], .areaOpen)
      value(attributes["alt"], .alternativeOpen)
    case .base: value(attributes["href"], .baseOpen)
    case .link: value(attributes["href"], .linkOpen)
    case .script: value(attributes["src"], .scriptOpen)
    case .iframe, .frame, .embed, .source, .video, .audio, .track: value(attributes["src"], .resourceOpen)
    case .object:
      value(attributes["data"], .resourceOpen)
      push(.object, inner)
    case .input:
      if attributes.lowercased("type") == "checkbox", context.list != .none {
        tags[range.upperBound - 1].boundary = attributes["checked"] == nil ? .uncheckedTask : .checkedTask
      }
    case .img: startImage(range, attributes)
    case .br: boundary(.line, at: range)
    case .hr: boundary(.rule, at: range)
    case .b, .strong, .i, .em, .cite, .dfn, .var, .code, .kbd, .samp, .tt, .del, .s, .strike, .sup, .sub:
      if element == .code { codeLanguage(attributes, offset: offset, wraps: false) }
      adjust(element, by: 1)
    case .p:
      if !inner.isCell { inner.block = .paragraph }
      inner.hasParagraph = true
      push(.p, inner)
      boundary(.block, at: range)
    case .h1, .h2, .h3, .h4, .h5, .h6:
      if let top = stack.last?.element, top.headingLevel != nil { pop(at: offset) }
      inner = context
      if !inner.isCell { inner.block = BlockKind(rawValue: UInt8(1 + element.headingLevel!))! }
      push(element, inner)
      boundary(.block, at: range)
    case .pre, .listing, .xmp, .plaintext:
      codeLanguage(attributes, offset: offset, wraps: false)
      inner.block = inner.isCell ? inner.block : .code
      push(element, inner)
      boundary(.block, at: range)
    case .blockquote:
      inner.quoted = true
      push(element, inner)
      boundary(.block, at: range)
    case .ul, .menu, .dir, .ol:
      inner.list = ListNesting(ordered: element == .ol, depth: context.list.depth + 1)
      inner.hasItem = false
      if element == .ol { value(attributes["start"], .listStartOpen) }
      push(element, inner)
      boundary(inner.isCell ? .block : .list, at: range, list: inner.list)
    case .li:
      if context.hasItem {
        close([.li], stops: [.ul, .ol, .menu, .dir, .table, .td, .th, .caption, .template], at: offset)
      }
      if context.hasParagraph { close([.p], at: offset) }
      inner = context
      if inner.list == .none { inner.list = .bullet1 }
      inner.hasItem = true
      inner.block = inner.isCell ? inner.block : .paragraph
      push(.li, inner)
      boundary(inner.isCell ? .block : .item, at: range, list: inner.list)
    case .dt, .dd:
      if context.hasEntry { close([.dt, .dd], stops: [.dl, .table, .td, .th, .caption, .template], at: offset) }
      if context.hasParagraph { close([.p], at: offset) }
      inner = context
      inner.hasEntry = true
      if !inner.isCell { inner.block = element == .dt ? .term : .description }
      push(element, inner)
      boundary(.block, at: range)
    case .table, .caption, .thead, .tbody, .tfoot, .tr, .td, .th: startTable(element, range, attributes)
    case .option, .optgroup:
      close(element == .option ? [.option] : [.optgroup], stops: [.select, .table, .td], at: offset)
      push(element, context)
      boundary(.block, at: range)
    case .button:
      inner.hasParagraph = false
      push(.button, inner)
    case .select, .legend, .body, .title, .textarea:
      if element == .select || element == .legend { push(element, inner) }
      boundary(.block, at: range)
    default:
      guard element.isBlock else { return }
      if element == .div || element == .figure { codeLanguage(attributes, offset: offset, wraps: true) }
      if inner.block != .code, !inner.isCell, inner.block != .description { inner.block = .paragraph }
      push(element, inner)
      boundary(.block, at: range)
    }
  }

  private mutating func hide(_ element: HTMLElement, _ range: Range<Int>) {
    // A self-closing svg has no content.
    if element == .svg, range.count >= 2, bytes[range.upperBound - 2] == 0x2f { return }
    push(element, context)
    hidden += 1
  }

  private mutating func startAnchor(_ range: Range<Int>, _ attributes: AttributeReader) {
    closeAnchor(at: range.lowerBound)
    guard let href = attributes["href"] else { return }
    value(href, .anchorOpen)
    value(attributes["title"], .titleOpen)
    tags[range.upperBound - 1].anchor = .open
    formatting.anchorStart = range.upperBound
  }

  private mutating func startImage(_ range: Range<Int>, _ attributes: AttributeReader) {
    let source = attributes["src"]
    let isPlaceholder =
      source?.value.map {
        $0.isEmpty || bytes[$0].starts(with: Array("data:".utf8)) || bytes[$0].starts(with: Array("about:".utf8))
      }
      ?? true
    let lazy =
      attributes["data-src"] ?? attributes["data-original"] ?? attributes["data-lazy-src"] ?? attributes["data-lazy"]
    value(isPlaceholder ? lazy ?? source : source, .imageOpen)
    value(attributes["alt"], .alternativeOpen)
    value(attributes["title"], .titleOpen)
    tags[range.upperBound - 1].boundary = .image
    // An image is content of its line: white space around it counts.
    blockHasText = true
  }

  private mutating func adjust(_ element: HTMLElement, by step: Int) {
    func next(_ value: Int) -> Int { max(0, value + step) }
    switch element {
    case .b, .strong: formatting.strong = next(formatting.strong)
    case .i, .em, .cite, .dfn, .var: formatting.emphasis = next(formatting.emphasis)
    case .code, .kbd, .samp, .tt: formatting.code = next(formatting.code)
    case .del, .s, .strike: formatting.deleted = next(formatting.deleted)
    case .sup: formatting.superscript = next(formatting.superscript)
    case .sub: formatting.subscript = next(formatting.subscript)
    default: break
    }
  }

  private mutating func startTable(_ element: HTMLElement, _ range: Range<Int>, _ attributes: AttributeReader) {
    let offset = range.lowerBound
    switch element {
    case .table:
      if let top = stack.last?.element, [.table, .thead, .tbody, .tfoot, .tr].contains(top) {
        close([.table], stops: Self.tableStops, at: offset)
      }
      let isData = tablesSeen < dataTables.count && dataTables[tablesSeen]
      tablesSeen += 1
      var inner = context
      inner.isDataTable = isData
      inner.hasParagraph = false
      inner.hasItem = false
      inner.hasEntry = false
      push(.table, inner)
      boundary(isData ? .table : .block, at: range)
    case .tr, .thead, .tbody, .tfoot:
      // Cells and rows of the same table end here.
      let stops: [HTMLElement] = Self.tableStops
      close([.caption], stops: stops, at: offset)
      while close(
        element == .tr ? [.td, .th, .tr] : [.td, .th, .tr, .thead, .tbody, .tfoot], stops: stops, at: offset)
      {}
      guard stack.contains(where: { $0.element == .table }) else { return boundary(.block, at: range) }
      push(element, context)
      boundary(element == .tr && context.isDataTable ? .row : .block, at: range)
    case .td, .th, .caption:
      close([.td, .th, .caption], stops: Self.tableStops, at: offset)
      var inner = context
      inner.isCell = inner.isDataTable
      inner.hasParagraph = false
      inner.hasItem = false
      inner.hasEntry = false
      guard inner.isDataTable else {
        inner.block = .paragraph
        push(element, inner)
        return boundary(.block, at: range)
      }
      inner.block = element == .caption ? .caption : (element == .th ? .headerCell : .cell)
      push(element, inner)
      if element == .caption { return boundary(.block, at: range) }
      if let span = attributes["colspan"], let value = span.value,
        let count = Int(String(decoding: bytes[value], as: UTF8.self)), count > 1
      {
        self.value(span, .columnSpanOpen)
      }
      let align = attributes.lowercased("align") ?? ""
      let style = attributes.lowercased("style")?.filter { $0 != " " } ?? ""
      let isCentred = align == "center" || style.contains("text-align:center")
      let isRight = align == "right" || style.contains("text-align:right") || style.contains("text-align:end")
      boundary(
        isCentred ? .centredCell : (isRight ? .rightCell : .cell), at: range, block: inner.block, list: inner.list)
    default: break
    }
  }

  private mutating func end(_ element: HTMLElement, _ range: Range<Int>) {
    let offset = range.lowerBound
    if hidden > 0 {
      if element == .template || element == .svg { close([element], stops: [], at: offset) }
      return
    }
    switch element {
    case .a: closeAnchor(at: offset)
    case .br: boundary(.line, at: range)
    case .b, .strong, .i, .em, .cite, .dfn, .var, .code, .kbd, .samp, .tt, .del, .s, .strike, .sup, .sub:
      adjust(element, by: -1)
    case .h1, .h2, .h3, .h4, .h5, .h6:
      close([.h1, .h2, .h3, .h4, .h5, .h6], at: offset)
      boundary(.block, at: range)
    case .table:
      close([.table], stops: [.template, .html], at: offset)
      boundary(.block, at: range)
    case .thead, .tbody, .tfoot, .tr, .td, .th, .caption:
      close([element], stops: Self.tableStops, at: offset)
      boundary(.block, at: range)
    case .li:
      close([.li], stops: [.ul, .ol, .menu, .dir, .table, .td, .th, .caption, .template], at: offset)
      boundary(.block, at: range)
    case .button, .object: close([element], stops: [.table, .td, .th, .template], at: offset)
    case .select, .option, .optgroup, .legend:
      close([element], at: offset)
      boundary(.block, at: range)
    default:
      guard element.isBreak else { return }
      close([element], at: offset)
      boundary(.block, at: range)
    }
  }

  // MARK: Code languages

  /// Tags the language's name in a class or data attribute. `wraps`: the element is not itself code, so only unmistakable forms count.
  private mutating func codeLanguage(_ attributes: AttributeReader, offset: Int, wraps: Bool) {
    for attribute in [attributes["data-lang"], attributes["data-language"]] {
      if !wraps, let value = attribute?.value, !value.isEmpty, value.count < 24 {
        return self.value(attribute, .codeLanguageOpen)
      }
    }
    guard let attribute = attributes["class"], let value = attribute.value, value.count < 400 else { return }
    let prefixes = wraps ? Self.wrapperPrefixes : Self.codePrefixes
    var start = value.lowerBound
    var afterMarker = false
    while start < value.upperBound {
      while start < value.upperBound, HTMLTokenizer.isSpace(bytes[start]) { start += 1 }
      var end = start
      while end < value.upperBound, !HTMLTokenizer.isSpace(bytes[end]) { end += 1 }
      guard end > start else { return }
      if afterMarker { return self.value(attribute, .codeLanguageOpen, only: start..<end) }
      for prefix in prefixes where end - start > prefix.count && bytes[start..<end].starts(with: prefix) {
        return self.value(attribute, .codeLanguageOpen, only: start + prefix.count..<end)
      }
      let word = bytes[start..<end]
      afterMarker = word.elementsEqual("brush:".utf8) || word.elementsEqual("sourceCode".utf8)
      start = end
    }
  }

  private static let codePrefixes = ["language-", "lang-", "highlight-source-", "brush:", "highlight-text-", "src-"].map
  { Array($0.utf8) }
  private static let wrapperPrefixes = ["language-", "highlight-source-", "highlight-text-", "highlight-"].map {
    Array($0.utf8)
  }
}
