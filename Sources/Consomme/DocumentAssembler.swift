import Documents
import PageTags

/// Builds the block tree from segments and the boundaries between them.
///
/// No recursion: quotes group outermost, lists are a stack of at most four levels, tables and definitions collect until something else
/// comes.
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

  // What happened since the last kept segment.
  private var itemStarted = false
  private var listStarted: (depth: Int, start: Int?)?
  private var checked: Bool?
  private var pendingRule = false

  private struct OpenList {
    var isOrdered: Bool
    var start: Int
    var items: [List.Item]
  }

  private struct OpenTable {
    var table = Table()
    var hasText = false
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
    case .item: itemStarted = true
    case .list: listStarted = (list.depth, value.flatMap(number))
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
    case .rule:
      // A rule counts where main text stands on both sides; whether it does is known with the next segment.
      pendingRule = hasOutput
    default: break
    }
  }

  private var hasOutput: Bool { !done.isEmpty || !(quote ?? []).isEmpty || !lists.isEmpty }

  private func number(_ value: Int) -> Int? { Int(page.attributeText(segmented.scan.values[value].range)) }

  /// A segment that is not read stands here.
  mutating func skip() {
    pendingRule = false
    // An item whose text is not read is no item.
    itemStarted = itemStarted && !lists.isEmpty
    checked = nil
  }

  // MARK: Segments

  mutating func add(_ segment: Segment) {
    if segment.block.isTabular {
      addCell(segment)
      return
    }
    endTable()
    let isDefinition = segment.block == .term || segment.block == .description
    if !isDefinition { endDefinitions() }
    if segment.isQuoted {
      if quote == nil {
        closeLists(to: 0)
        quote = []
      }
    } else {
      endQuote()
    }
    if pendingRule {
      closeLists(to: 0)
      append(.rule)
      pendingRule = false
    }
    if isDefinition {
      closeLists(to: 0)
      addDefinition(segment)
      return
    }
    placeInLists(segment)
    append(block(segment))
    checked = nil
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
    if let started = listStarted, started.depth > 0, started.depth <= lists.count { closeLists(to: started.depth - 1) }
    closeLists(to: depth)
    if depth > 0, lists.count == depth, lists[depth - 1].isOrdered != segment.list.isOrdered {
      closeLists(to: depth - 1)
    }
    var opened = false
    while lists.count < depth {
      let isInnermost = lists.count == depth - 1
      let start = isInnermost ? listStarted?.start ?? 1 : 1
      lists.append(OpenList(isOrdered: isInnermost && segment.list.isOrdered, start: start, items: []))
      opened = true
    }
    if depth > 0, itemStarted || opened {
      lists[depth - 1].items.append(List.Item(checked: checked, blocks: []))
    }
    itemStarted = false
    listStarted = nil
  }

  private mutating func closeLists(to depth: Int) {
    while lists.count > depth, let list = lists.popLast() {
      guard !list.items.isEmpty else { continue }
      append(.list(List(start: list.isOrdered ? list.start : nil, items: list.items)))
    }
  }

  // MARK: Tables and definitions

  private mutating func addCell(_ segment: Segment) {
    if table == nil { table = OpenTable() }
    table!.hasText = true
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
    guard open.hasText else { return }
    var result = open.table
    result.rows.removeAll { $0.isEmpty }
    endDefinitions()
    endQuote()
    if itemStarted || listStarted != nil { closeLists(to: 0) }
    if pendingRule {
      closeLists(to: 0)
      append(.rule)
      pendingRule = false
    }
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
