import PageTags

/// Builds the tag records of one page, token by token, with the rules of tree construction that bear on text and links.
///
/// It keeps a stack but builds no tree. This file has the stack, text and links; `TagBuilder+Tags.swift` the rules for
/// start and end tags, `TagBuilder+Tables.swift` those in tables, `TagBuilder+Values.swift` attributes.
struct TagBuilder {
  let bytes: [UInt8]
  let tokens: [HTMLToken]
  let attributes: [HTMLAttribute]
  /// For each start tag of a table in order, whether it holds data.
  let dataTables: [Bool]

  var tags: [ByteTags]
  var open = OpenElements()
  var formatting = ActiveFormatting()
  /// What held outside of open cells and objects, innermost last, and for tables what their cells inherit.
  private var formattingOutside: [ActiveFormatting] = []
  private var anchor: OpenAnchor?
  /// How many cells, captions and objects are open.
  private var markers = 0
  var templates = 0
  var tablesSeen = 0
  var hasForm = false

  /// Since the last boundary: whether there was text, and the white space that is text if more follows.
  private var lineHasText = false
  private var spaces: [(range: Range<Int>, record: ByteTags)] = []

  /// An `a` with an href.
  private struct OpenAnchor {
    var content: Int
    /// How many elements and markers were open; `depth` is nil where its block ended before it did.
    var depth: Int?
    var markers: Int
  }

  init(_ bytes: [UInt8], tokens: [HTMLToken], attributes: [HTMLAttribute], dataTables: [Bool]) {
    self.bytes = bytes
    self.tokens = tokens
    self.attributes = attributes
    self.dataTables = dataTables
    tags = [ByteTags](repeating: ByteTags(), count: bytes.count)
  }

  mutating func run() {
    for index in tokens.indices {
      let token = tokens[index]
      switch token.kind {
      case .text: if token.namespace != .svg { text(token.range) }
      case .startTag: start(token, index: index)
      case .endTag: end(token)
      case .rawText:
        // Of the raw-text elements only these show their content.
        if token.element == .xmp || token.element == .plaintext { text(token.range) }
      case .comment, .doctype, .cutOff: break
      }
    }
    closeAnchor(at: bytes.count)
  }

  // MARK: Text

  private mutating func text(_ range: Range<Int>) {
    guard templates == 0 else { return }
    let context = open.context
    var record = ByteTags()
    record.content = .unjudged
    record.block = context.block
    record.list = context.list
    record.marks = context.marks.union(formatting.marks)
    if context.block == .code {
      record.marks.remove(.code)
      reopen()
      mark(range, record)
      lineHasText = true
      return
    }
    var first = range.lowerBound
    while first < range.upperBound, bytes[first].isHTMLSpace { first += 1 }
    if first == range.upperBound {
      if lineHasText { spaces.append((range, record)) }
      return
    }
    reopen()
    var last = range.upperBound
    while bytes[last - 1].isHTMLSpace { last -= 1 }
    if lineHasText {
      markSpaces()
      first = range.lowerBound
    }
    mark(first..<last, record)
    lineHasText = true
    if last < range.upperBound { spaces.append((last..<range.upperBound, record)) }
  }

  private mutating func mark(_ range: Range<Int>, _ record: ByteTags) {
    for index in range { tags[index].packed |= record.packed }
  }

  private mutating func markSpaces() {
    for (range, record) in spaces { mark(range, record) }
    spaces.removeAll(keepingCapacity: true)
  }

  /// An image is content of its line: the white space around it counts.
  mutating func countAsText() {
    markSpaces()
    lineHasText = true
  }

  mutating func boundary(
    _ kind: Boundary, _ token: HTMLToken, block: BlockKind = .none, list: ListNesting = .none
  ) {
    lineHasText = false
    if !spaces.isEmpty { spaces.removeAll(keepingCapacity: true) }
    let last = token.range.upperBound - 1
    tags[last].boundary = kind
    tags[last].block = block
    tags[last].list = list
  }

  // MARK: The stack

  mutating func push(_ element: HTMLElement, _ context: TextContext) {
    open.push(element, context)
    if element == .table {
      formattingOutside.append(formatting)
      formatting.ofTable = formatting.marksInTree
    } else if element.traits.contains(.marker) {
      formattingOutside.append(formatting)
      let isInTable = element.traits.contains(.tablePart)
      formatting = ActiveFormatting(inherited: isInTable ? formatting.ofTable : formatting.marksInTree)
      markers += 1
    }
  }

  /// Pops all from `place` up.
  mutating func pop(to place: Int, at offset: Int) {
    guard place >= 0 else { return }
    while open.count > place, let element = open.pop() {
      if element == .table {
        if let outside = formattingOutside.popLast() { formatting.ofTable = outside.ofTable }
      } else if element.traits.contains(.marker) {
        markers -= 1
        if let anchor, anchor.markers > markers { closeAnchor(at: offset) }
        if let outside = formattingOutside.popLast() { formatting = outside }
      }
    }
    loseFormatting(beyond: open.count)
  }

  /// Clears the stack back to the innermost part of a table, which takes formatting opened between the cells along.
  mutating func clearToPart(at offset: Int) {
    pop(to: open.mode + 1, at: offset)
    loseFormatting(beyond: open.mode)
  }

  private mutating func loseFormatting(beyond depth: Int) {
    formatting.lose(beyond: depth)
    if let own = anchor?.depth, own > depth { anchor?.depth = nil }
  }

  mutating func closeParagraph(at offset: Int) {
    let paragraph = open[.p]
    if paragraph > open.buttonScope { pop(to: paragraph, at: offset) }
  }

  /// Content comes: formatting whose block ended is in the tree again.
  mutating func reopen() {
    formatting.reopen(depth: open.count)
    if let anchor, anchor.depth == nil { self.anchor?.depth = open.count }
  }

  // MARK: Anchors

  mutating func openAnchor(_ token: HTMLToken) {
    tags[token.range.upperBound - 1].anchor = .open
    anchor = OpenAnchor(content: token.range.upperBound, depth: open.count, markers: markers)
  }

  /// An end tag of `a`. It does not reach outside of a cell or a table.
  mutating func endAnchor(at offset: Int) {
    guard let anchor, anchor.markers == markers else { return }
    if let depth = anchor.depth, open.scope >= depth { return }
    closeAnchor(at: offset)
  }

  /// A table or a cell begins. An anchor that its block left behind is not around it.
  mutating func leaveLostAnchor(at offset: Int) {
    if let anchor, anchor.depth == nil { closeAnchor(at: offset) }
  }

  mutating func closeAnchor(at offset: Int) {
    guard let start = anchor?.content else { return }
    for index in start..<max(start, offset) { tags[index].anchor = .inside }
    anchor = nil
  }
}
