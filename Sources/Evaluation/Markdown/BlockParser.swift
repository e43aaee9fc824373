/// Finds the blocks of a Markdown document: CommonMark 0.31's block structure with GFM tables.
///
/// Works line by line with a stack of open containers, as the specification's "Phase 1: block structure" tells. Containers nest
/// at most `deepest` levels, so time is linear in the number of bytes.
struct BlockParser {
  enum Container {
    case quote
    case list(isOrdered: Bool, marker: UInt8)
    /// `indent`: columns that lines of the item are indented by.
    case item(indent: Int, hasContent: Bool)
  }
  enum Leaf {
    case none
    case paragraph
    case fence(marker: UInt8, length: Int, indent: Int, info: [UInt8])
    case indentedCode
    case html(HTMLBlockKind)
    case table(columns: Int)
  }

  private(set) var events: [BlockEvent] = []
  private(set) var definitions = LinkDefinitions()

  static let deepest = 60
  private(set) var containers: [Container] = []
  var leaf = Leaf.none
  /// The text of the open leaf: lines of a paragraph without their indentation, other leaves as they are.
  var text: [UInt8] = []
  /// Where the last line of the open paragraph begins in `text`, and how it was indented.
  var lastLine = (start: 0, indent: 0)

  /// The blocks of `bytes` (UTF-8, lines end with LF) and the link reference definitions among them.
  static func parse(_ bytes: [UInt8]) -> (events: [BlockEvent], definitions: LinkDefinitions) {
    var parser = BlockParser()
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      parser.take(LineCursor(bytes, start..<end))
      start = end + 1
    }
    parser.closeContainers(downTo: 0)
    return (parser.events, parser.definitions)
  }

  private mutating func take(_ line: LineCursor) {
    var line = line
    let matched = matchContainers(&line)
    let allMatched = matched == containers.count
    if allMatched, continueVerbatimLeaf(line) { return }

    var hasStarted = false
    var kept = matched
    while startBlock(&line, kept: &kept, hasStarted: &hasStarted, mayBeLazy: !allMatched && !hasStarted) {
      switch leaf {
      case .none: continue
      default: return
      }
    }

    let isBlank = line.isBlank
    if case .paragraph = leaf, !isBlank {
      // Also a lazy continuation: the paragraph stays open although its containers were not continued.
      return appendParagraphLine(line)
    }
    if !hasStarted && !allMatched { closeContainers(downTo: matched) }
    if case .table(let columns) = leaf, !isBlank {
      return addRow(TableRow.cells(line.bytes[line.position..<line.end]), columns: columns, isHeader: false)
    }
    if isBlank { return closeLeaf() }
    if case .list = containers.last { closeContainers(downTo: containers.count - 1) }
    open(.paragraph)
    appendParagraphLine(line)
  }

  /// Passes over what continues the open containers; gives how many it continues.
  private mutating func matchContainers(_ line: inout LineCursor) -> Int {
    for (index, container) in containers.enumerated() {
      let (position, indent) = line.next
      switch container {
      case .list: continue
      case .quote:
        guard indent < 4, position < line.end, line.bytes[position] == UInt8(ascii: ">") else { return index }
        line.skip(past: 1)
        line.skipBlanks(1)
      case .item(let wanted, let hasContent):
        if position == line.end {
          guard hasContent else { return index }
          line.skipBlanks(min(indent, wanted))
        } else {
          guard indent >= wanted else { return index }
          line.skipBlanks(wanted)
        }
      }
    }
    return containers.count
  }

  /// Code and HTML take lines as they are.
  private mutating func continueVerbatimLeaf(_ line: LineCursor) -> Bool {
    var line = line
    let (position, indent) = line.next
    switch leaf {
    case .none, .paragraph, .table: return false
    case .fence(let marker, let length, let fenceIndent, _):
      if indent < 4, isClosingFence(line, at: position, marker: marker, length: length) {
        closeLeaf()
      } else {
        line.skipBlanks(min(indent, fenceIndent))
        text += line.rest
        text.append(0x0A)
      }
      return true
    case .indentedCode:
      guard indent >= 4 || position == line.end else {
        closeLeaf()
        return false
      }
      line.skipBlanks(min(indent, 4))
      text += line.rest
      text.append(0x0A)
      return true
    case .html(let kind):
      if position == line.end, kind.endsAtBlankLine {
        closeLeaf()
        return true
      }
      text += line.rest
      text.append(0x0A)
      if kind.ends(in: line.bytes[position..<line.end]) { closeLeaf() }
      return true
    }
  }

  private func isClosingFence(_ line: LineCursor, at position: Int, marker: UInt8, length: Int) -> Bool {
    var at = position
    while at < line.end, line.bytes[at] == marker { at += 1 }
    return at - position >= length && line.bytes[at..<line.end].allSatisfy(\.isBlank)
  }

  private mutating func appendParagraphLine(_ line: LineCursor) {
    let (position, indent) = line.next
    if !text.isEmpty { text.append(0x0A) }
    lastLine = (text.count, indent)
    text += line.bytes[position..<line.end]
  }

  // MARK: Opening and closing

  mutating func open(_ leaf: Leaf) {
    markContent()
    self.leaf = leaf
    text.removeAll(keepingCapacity: true)
  }

  mutating func open(_ container: Container) {
    markContent()
    containers.append(container)
    switch container {
    case .quote: events.append(.openQuote)
    case .list(let isOrdered, _): events.append(.openList(isOrdered: isOrdered))
    case .item: events.append(.openItem)
    }
  }

  private mutating func markContent() {
    if case .item(let indent, false) = containers.last {
      containers[containers.count - 1] = .item(indent: indent, hasContent: true)
    }
  }

  mutating func add(_ event: BlockEvent) {
    markContent()
    events.append(event)
  }

  mutating func closeContainers(downTo count: Int) {
    closeLeaf()
    while containers.count > count, let container = containers.popLast() {
      switch container {
      case .quote: events.append(.closeQuote)
      case .list: events.append(.closeList)
      case .item: events.append(.closeItem)
      }
    }
  }

  mutating func closeLeaf() {
    switch leaf {
    case .none, .table: break
    case .paragraph: finishParagraph(asHeading: nil)
    case .fence(_, _, _, let info): events.append(.code(info: info, text: text))
    case .indentedCode: events.append(.code(info: nil, text: text))
    case .html: events.append(.html(text))
    }
    leaf = .none
    text.removeAll(keepingCapacity: true)
  }

  /// Takes the link reference definitions off the paragraph's front and makes a block of the rest.
  ///
  /// - Returns: whether there was a rest.
  @discardableResult
  mutating func finishParagraph(asHeading level: Int?) -> Bool {
    let start = definitions.take(from: text)
    let rest = Array(text[start...].trimmed)
    guard !rest.isEmpty else {
      text.removeAll(keepingCapacity: true)
      return false
    }
    if let level {
      events.append(.heading(level: level, text: rest))
      leaf = .none
      text.removeAll(keepingCapacity: true)
    } else {
      events.append(.paragraph(text: rest))
    }
    return true
  }

  mutating func addRow(_ cells: [[UInt8]], columns: Int, isHeader: Bool) {
    for index in 0..<columns {
      events.append(.cell(isHeader: isHeader, text: index < cells.count ? cells[index] : []))
    }
  }
}
