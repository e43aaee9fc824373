import Documents

/// Builds a document from a page's tree.
///
/// One loop walks the tree; what is open is kept in `frames` (blocks that hold blocks) and `wrappers` (inline elements).
struct DocumentBuilder {
  /// Blocks nested deeper than this are read as if they were not nested.
  static let depthLimit = 64
  /// Inline elements nested deeper than this are read as plain text.
  static let wrapperLimit = 32

  /// A block that is being filled.
  struct Frame {
    enum Kind {
      case root, quote
      case list(start: Int?)
      case item(checked: Bool?)
      case definitions
      case definition(isTerm: Bool)
    }
    var kind: Kind
    var node: Int
    var blocks: [Block] = []
    var items: [List.Item] = []
    var definitions: [Definition] = []
  }

  /// An inline element that is open, with what it holds since the last block ended.
  struct Wrapper {
    enum Kind {
      case strong, emphasis, deleted, superscript, `subscript`
      case link(destination: String, title: String?)
    }
    var kind: Kind
    var node: Int
    var content: [Inline] = []
  }

  let tree: PageTree
  let selection: Selection
  var frames: [Frame] = []
  var wrappers: [Wrapper] = []
  /// The line being filled, outside all wrappers.
  var line: [Inline] = []
  /// What block boundaries are while one line takes all (headings, cells): nil where they end paragraphs.
  var boundary: Inline?
  /// The elements that are open, innermost last, as (node, end).
  private var open: [(node: Int, end: Int)] = []

  static func document(of tree: PageTree, selection: Selection) -> Document {
    var builder = DocumentBuilder(tree: tree, selection: selection)
    return Document(blocks: builder.blocks(of: selection.roots))
  }

  init(tree: PageTree, selection: Selection) {
    self.tree = tree
    self.selection = selection
  }

  /// The blocks of some subtrees.
  mutating func blocks(of roots: [Int]) -> [Block] {
    frames = [Frame(kind: .root, node: -1)]
    for root in roots {
      walk(root)
      flush()
    }
    return frames[0].blocks
  }

  /// The inline runs of a subtree's children as one line.
  static func line(of node: Int, tree: PageTree, selection: Selection, boundary: Inline) -> [Inline] {
    var builder = DocumentBuilder(tree: tree, selection: selection)
    builder.frames = [Frame(kind: .root, node: -1)]
    builder.boundary = boundary
    for child in tree.children(of: node) { builder.walk(child) }
    builder.fold()
    return builder.line
  }

  // MARK: The walk

  private mutating func walk(_ root: Int) {
    var index = root
    let end = tree.end(of: root)
    while index < end {
      while let last = open.last, index >= last.end {
        open.removeLast()
        leave(last.node)
      }
      if enter(index) {
        open.append((index, tree.end(of: index)))
        index += 1
      } else {
        index = tree.end(of: index)
      }
    }
    while let last = open.popLast() { leave(last.node) }
  }

  /// Begins a node; false where its subtree is done with.
  private mutating func enter(_ node: Int) -> Bool {
    let tag = tree.nodes[node].tag
    if tag == .text {
      append(.text(String(decoding: tree.bytes(of: node), as: UTF8.self)))
      return false
    }
    if selection.excluded[node] || tag.isInvisible && tag != .noframes { return skip(node, tag) }
    if let level = tag.headingLevel { return enterHeading(level, node) }
    switch tag {
    case .br:
      append(.lineBreak)
      return false
    case .hr:
      if boundary == nil { add(.rule) }
      return false
    case .img, .image:
      appendImage(node)
      return false
    case .td where CodeBlock.isLineNumber(node, tree: tree), .pre where CodeBlock.isLineNumber(node, tree: tree):
      return false
    case .pre, .listing, .xmp, .plaintext:
      if boundary == nil {
        flush()
        if let block = CodeBlock.block(of: node, tree: tree) { add(block) }
      } else {
        appendCode(node)
      }
      return false
    case .code, .tt, .samp, .kbd:
      return enterCode(node)
    case .table:
      return enterTable(node)
    case .math:
      appendMath(node)
      return false
    case .ul, .ol, .menu, .dir, .li, .blockquote, .dl, .dt, .dd: enterContainer(node, tag)
    case .a, .b, .strong, .i, .em, .del, .s, .strike, .sup, .sub: return enterInline(node, tag)
    case .q: append(.text("“"))
    case .input, .select, .textarea, .option, .optgroup, .progress, .meter: return false
    case .button: return !selection.isMainContent
    case .noscript: return !selection.isMainContent || holdsText(node)
    default: if tag.isBlock { flush() }
    }
    return true
  }

  private mutating func skip(_ node: Int, _ tag: Tag) -> Bool {
    // What is left out still stands between what is around it.
    if tag.isBlock { flush() } else { append(.text(" ")) }
    return false
  }

  private mutating func leave(_ node: Int) {
    let tag = tree.nodes[node].tag
    if let wrapper = wrappers.last, wrapper.node == node { closeWrapper() }
    if tag == .q { append(.text("”")) }
    if tag == .td || tag == .th { append(.text(" ")) }
    if tag.isBlock { flush() }
    if let frame = frames.last, frame.node == node { closeFrame() }
  }

  // MARK: Lines

  mutating func append(_ inline: Inline) {
    if wrappers.isEmpty {
      line.append(inline)
    } else {
      wrappers[wrappers.count - 1].content.append(inline)
    }
  }

  /// Moves what the open wrappers hold into the line; they stay open, empty.
  mutating func fold() {
    guard !wrappers.isEmpty else { return }
    for index in wrappers.indices.reversed() {
      let wrapped = Self.wrap(wrappers[index].content, wrappers[index].kind)
      wrappers[index].content.removeAll()
      if index > 0 { wrappers[index - 1].content += wrapped } else { line += wrapped }
    }
  }

  mutating func closeWrapper() {
    guard let wrapper = wrappers.popLast() else { return }
    for inline in Self.wrap(wrapper.content, wrapper.kind) { append(inline) }
  }

  static func wrap(_ content: [Inline], _ kind: Wrapper.Kind) -> [Inline] {
    guard InlineContent.shows(content) else { return InlineContent.isEmpty(content) ? [] : [.text(" ")] }
    switch kind {
    case .strong: return [.strong(content)]
    case .emphasis: return [.emphasis(content)]
    case .deleted: return [.deleted(content)]
    case .superscript: return [.superscript(content)]
    case .subscript: return [.subscript(content)]
    case .link(let destination, let title): return [.link(destination: destination, title: title, content)]
    }
  }

  /// Ends the line: a paragraph of the innermost frame, or a boundary where one line takes all.
  mutating func flush() {
    if let boundary {
      append(boundary)
      return
    }
    fold()
    guard InlineContent.shows(line) else {
      line.removeAll()
      return
    }
    // Two line breaks are what older pages write for a paragraph's end.
    for paragraph in InlineContent.paragraphs(line) { add(.paragraph(paragraph)) }
    line.removeAll()
  }

  mutating func add(_ block: Block) {
    if case .paragraph = block {} else { flush() }
    guard let last = frames.indices.last else { return }
    switch frames[last].kind {
    case .list:
      // A list directly in a list belongs to the item before it.
      if case .list = block, let item = frames[last].items.indices.last {
        frames[last].items[item].blocks.append(block)
      } else {
        frames[last].items.append(List.Item(blocks: [block]))
      }
    case .definitions: frames[last].definitions.append(Definition(isTerm: false, content: [block]))
    default: frames[last].blocks.append(block)
    }
  }
}
