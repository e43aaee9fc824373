import Documents
import PageTags

/// Builds the block tree from segments and the boundaries between them.
///
/// No recursion: quotes group outermost, lists are a stack of at most four levels, tables and definitions collect until something
/// else comes.
struct DocumentAssembler {
  private let page: TaggedPage
  private let segmented: SegmentedPage
  private let inlines: InlineBuilder

  private var done: [Block] = []
  /// Blocks of the quote that is open.
  private var quote: [Block]?
  private var lists: [OpenList] = []
  private var table: OpenTable?
  private var definitions: [Definition] = []

  // What happened since the last segment.
  /// Depths at which an item began: bit 1 for depth 1 …
  private var itemsStarted: UInt8 = 0
  /// The outermost list that began, and the number its innermost starts with.
  private var listStarted: (depth: Int, start: Int?)?
  private var checked: Bool?
  private var blockBoundaries = 0
  /// A cell began and nothing was in it yet.
  private var cellStarted = false
  /// A rule, not written before it is known that main text stands on both sides.
  private var pendingRule = false
  private var lastBlock = BlockKind.none

  private struct OpenList {
    /// As the page has it: where the main content stands in a list, its own lists begin deeper.
    var depth: Int
    var isOrdered: Bool
    var start: Int
    var items: [List.Item]
  }

  private struct OpenTable {
    var table = Table()
    /// The list around it; nil before the first text.
    var list: ListNesting?
  }

  init(page: TaggedPage, segmented: SegmentedPage) {
    self.page = page
    self.segmented = segmented
    inlines = InlineBuilder(page: page, scan: segmented.scan)
  }

  mutating func finish() -> [Block] {
    endTable()
    endDefinitions()
    closeLists(to: 0)
    endQuote()
    return done
  }

  // MARK: Boundaries

  mutating func boundary(_ kind: Boundary, block: BlockKind, list: ListNesting, value: Int?) {
    switch kind {
    case .item: itemsStarted |= 1 << UInt8(list.depth)
    case .list: listStarted = (min(list.depth, listStarted?.depth ?? list.depth), value.flatMap(number))
    case .uncheckedTask: checked = false
    case .checkedTask: checked = true
    case .table:
      endTable()
      table = OpenTable()
    case .row: if table != nil { table!.table.rows.append([]) }
    case .cell, .centredCell, .rightCell:
      if table == nil { table = OpenTable() }
      if table!.table.rows.isEmpty { table!.table.rows.append([]) }
      let alignment: Table.Alignment = kind == .centredCell ? .centre : (kind == .rightCell ? .right : .none)
      let span = min(20, max(1, value.flatMap(number) ?? 1))
      table!.table.rows[table!.table.rows.count - 1].append(
        Table.Cell(isHeader: block == .headerCell, columnSpan: span, alignment: alignment))
      cellStarted = true
    case .rule: pendingRule = hasOutput
    case .block: blockBoundaries += 1
    default: break
    }
  }

  private var hasOutput: Bool { !done.isEmpty || !(quote ?? []).isEmpty || !lists.isEmpty }

  private func number(_ value: Int) -> Int? { Int(page.attributeText(segmented.scan.values[value].range)) }

  /// A segment that is not read stands here.
  mutating func skip(_ segment: Segment) {
    pendingRule = false
    checked = nil
    // An item whose first text is not read may have more; what is around it is another matter.
    itemsStarted &= 1 << UInt8(segment.list.depth)
    cellStarted = false
    lastBlock = segment.block
    blockBoundaries = 0
  }

  // MARK: Segments

  mutating func add(_ segment: Segment) {
    defer {
      blockBoundaries = 0
      cellStarted = false
      lastBlock = segment.block
    }
    // The first text after a cell's tag is of the cell, whatever else it may be.
    let isInCell = cellStarted && segment.block != .code && (table?.list != nil || segment.length == 0)
    if segment.block.isTabular || isInCell {
      addCell(segment)
      return
    }
    endTable()
    let isDefinition = segment.block == .term || segment.block == .description
    if !isDefinition { endDefinitions() }
    placeInQuote(segment)
    writeRule()
    if isDefinition {
      closeLists(to: 0)
      addDefinition(segment)
      return
    }
    placeInLists(segment)
    for part in segment.paragraphs(inlines) { append(block(part)) }
    checked = nil
  }

  private mutating func placeInQuote(_ segment: Segment) {
    guard segment.isQuoted else { return endQuote() }
    // Between two paragraphs of a quote two tags end or begin blocks; between two quotes four.
    let isAnother =
      quote != nil && lists.isEmpty && segment.list == .none && blockBoundaries >= 4 && lastBlock == .paragraph
      && segment.block == .paragraph
    if isAnother { endQuote() }
    if quote == nil {
      closeLists(to: 0)
      quote = []
    }
  }

  private mutating func writeRule() {
    guard pendingRule else { return }
    closeLists(to: 0)
    append(.rule)
    pendingRule = false
  }

  private func block(_ segment: Segment) -> Block {
    if segment.block == .code {
      let language = segment.codeLanguage.map { page.attributeText(segmented.scan.values[$0].range) }
      return .code(language: language.flatMap { $0.isEmpty ? nil : $0 }, text: inlines.code(segment))
    }
    let content = inlines.build(segment.pieces)
    if let level = segment.block.headingLevel { return .heading(level: level, content) }
    return .paragraph(content)
  }

  /// Adds to the innermost open item, else to the quote, else to the document.
  private mutating func append(_ block: Block) {
    if !lists.isEmpty {
      let level = lists.count - 1
      if lists[level].items.isEmpty { lists[level].items.append(List.Item(blocks: [])) }
      lists[level].items[lists[level].items.count - 1].blocks.append(block)
    } else if quote != nil {
      quote!.append(block)
    } else {
      done.append(block)
    }
  }

  private mutating func endQuote() {
    guard quote != nil else { return }
    closeLists(to: 0)
    if let blocks = quote, !blocks.isEmpty { done.append(.quote(blocks)) }
    quote = nil
  }

  // MARK: Lists

  private mutating func placeInLists(_ segment: Segment) {
    let depth = segment.list.depth
    // A list that begins at the depth of an open one is another one.
    if let started = listStarted, started.depth > 0, started.depth <= depth { closeLists(to: started.depth - 1) }
    closeLists(to: depth)
    if let last = lists.last, last.depth == depth, last.isOrdered != segment.list.isOrdered {
      closeLists(to: depth - 1)
    }
    // Items around this one that have no text of their own.
    for index in lists.indices where lists[index].depth < depth && itemsStarted & (1 << UInt8(lists[index].depth)) != 0
    {
      closeLists(to: lists[index].depth)
      lists[index].items.append(List.Item(blocks: []))
      break
    }
    if depth > 0 {
      if lists.last?.depth != depth {
        let start = max(listStarted?.start ?? 1, 0)
        lists.append(OpenList(depth: depth, isOrdered: segment.list.isOrdered, start: start, items: []))
        itemsStarted |= 1 << UInt8(depth)
      }
      if itemsStarted & (1 << UInt8(depth)) != 0 {
        lists[lists.count - 1].items.append(List.Item(checked: checked, blocks: []))
      }
    }
    itemsStarted = 0
    listStarted = nil
  }

  private mutating func closeLists(to depth: Int) {
    while let last = lists.last, last.depth > depth {
      lists.removeLast()
      guard !last.items.isEmpty else { continue }
      append(.list(List(start: last.isOrdered ? last.start : nil, items: last.items)))
    }
  }

  // MARK: Tables and definitions

  private mutating func addCell(_ segment: Segment) {
    if table == nil { table = OpenTable() }
    if table!.list == nil { table!.list = segment.list }
    let content = inlines.build(segment.pieces)
    if segment.block == .caption {
      table!.table.caption += content
      return
    }
    if table!.table.rows.isEmpty { table!.table.rows.append([]) }
    let row = table!.table.rows.count - 1
    if table!.table.rows[row].isEmpty {
      table!.table.rows[row].append(Table.Cell(isHeader: segment.block == .headerCell))
    }
    let cell = table!.table.rows[row].count - 1
    if !table!.table.rows[row][cell].content.isEmpty { table!.table.rows[row][cell].content.append(.lineBreak) }
    table!.table.rows[row][cell].content += content
  }

  private mutating func endTable() {
    guard let open = table else { return }
    table = nil
    guard let list = open.list else { return }
    var result = open.table
    result.rows.removeAll { $0.isEmpty }
    endDefinitions()
    endQuote()
    closeLists(to: list.depth)
    writeRule()
    if !result.rows.isEmpty {
      append(.table(result))
    } else if !result.caption.isEmpty {
      append(.paragraph(result.caption))
    }
  }

  private mutating func addDefinition(_ segment: Segment) {
    let content: [Block] = [.paragraph(inlines.build(segment.pieces))]
    let isTerm = segment.block == .term
    definitions.append(Definition(isTerm: isTerm, content: content))
  }

  private mutating func endDefinitions() {
    guard !definitions.isEmpty else { return }
    let block = Block.definitions(definitions)
    definitions = []
    if quote != nil { quote!.append(block) } else { done.append(block) }
  }
}
