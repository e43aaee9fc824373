import Documents

extension DocumentBuilder {
  /// A table of data becomes a table (false: its subtree is done); a table that only arranges things is read through.
  mutating func enterTable(_ node: Int) -> Bool {
    flush()
    guard boundary == nil, isData(node) else { return true }
    let table = table(node)
    guard table.rows.contains(where: { row in row.contains { InlineContent.shows($0.content) } }) else { return false }
    // Nothing is won by a table of one cell.
    if table.rows.count == 1, table.rows[0].count == 1 {
      add(.paragraph(table.rows[0][0].content))
    } else {
      add(.table(table))
    }
    return false
  }

  /// How many nodes of a table are looked at to tell data from layout.
  private static let lookLimit = 3_000

  private func isData(_ node: Int) -> Bool {
    if let role = tree.string(.role, of: node) {
      if role == "presentation" || role == "none" { return false }
    }
    var rows = 0
    var cells = 0
    var headers = 0
    var longest = 0
    var length = 0
    let end = tree.end(of: node)
    for index in node + 1..<max(min(end, node + Self.lookLimit), node + 1) {
      switch tree.nodes[index].tag {
      case .table, .form, .textarea, .h1, .h2, .h3, .blockquote, .article, .section, .iframe: return false
      case .pre:
        // Listings with a gutter are arranged by tables; a cell may still show a line of code.
        if CodeBlock.isLineNumber(index, tree: tree) || cells <= 2 && rows <= 1 { return false }
      case .th, .thead:
        headers += 1
        if tree.nodes[index].tag == .th { cells += 1 }
        length = 0
      case .caption: headers += 1
      case .tr: rows += 1
      case .td:
        if CodeBlock.isLineNumber(index, tree: tree) { return false }
        cells += 1
        length = 0
      case .text:
        length += Int(tree.nodes[index].count)
        longest = max(longest, length)
      default: break
      }
    }
    if headers > 0 { return rows > 0 && cells > 1 }
    return rows > 1 && cells > rows && longest < 2_000
  }

  private func table(_ node: Int) -> Table {
    var table = Table()
    /// For each column, how many further rows a cell from above covers.
    var covered: [Int] = []
    var index = node + 1
    let end = tree.end(of: node)
    while index < end {
      switch tree.nodes[index].tag {
      case .caption:
        table.caption = Self.line(of: index, tree: tree, selection: selection, boundary: .text(" "))
        index = tree.end(of: index)
      case .tr:
        if selection.excluded[index] {
          index = tree.end(of: index)
          continue
        }
        let row = row(index, covered: &covered)
        if row.contains(where: { InlineContent.shows($0.content) }) { table.rows.append(row) }
        index = tree.end(of: index)
      default: index += 1
      }
    }
    return table
  }

  private func row(_ node: Int, covered: inout [Int]) -> [Table.Cell] {
    var row: [Table.Cell] = []
    var column = 0
    func skipCovered() {
      while column < covered.count, covered[column] > 0 {
        covered[column] -= 1
        row.append(Table.Cell())
        column += 1
      }
    }
    for child in tree.children(of: node) {
      let tag = tree.nodes[child].tag
      guard tag == .td || tag == .th, !selection.excluded[child] else { continue }
      skipCovered()
      let span = number(.colspan, of: child, limit: 1_000)
      let rows = number(.rowspan, of: child, limit: 1_000)
      let content = Self.line(of: child, tree: tree, selection: selection, boundary: .lineBreak)
      row.append(
        Table.Cell(
          isHeader: tag == .th, columnSpan: span, alignment: alignment(of: child), content: Self.tidied(content)))
      if rows > 1 || column < covered.count {
        while covered.count < column + span { covered.append(0) }
        if rows > 1 { for position in column..<column + span { covered[position] = rows - 1 } }
      }
      column += span
    }
    skipCovered()
    return row
  }

  private func number(_ name: AttributeName, of node: Int, limit: Int) -> Int {
    guard let value = tree.string(name, of: node), let number = Int(value) else { return 1 }
    return min(max(number, 1), limit)
  }

  private func alignment(of cell: Int) -> Table.Alignment {
    var word = tree.string(.align, of: cell)?.lowercased()
    if word == nil, let style = tree.string(.style, of: cell)?.lowercased().filter({ $0 != " " }) {
      for name in ["left", "center", "right"] where style.contains("text-align:" + name) { word = name }
    }
    switch word {
    case "left": return .left
    case "center": return .centre
    case "right": return .right
    default: return .none
    }
  }

  /// A cell's line without the breaks its blocks began and ended with.
  private static func tidied(_ content: [Inline]) -> [Inline] {
    var result: [Inline] = []
    var pending = false
    for inline in content {
      switch inline {
      case .lineBreak: pending = true
      case .text(let text) where text.utf8.allSatisfy(\.isWhitespace):
        if !pending { result.append(inline) }
      default:
        if pending, InlineContent.shows(result) { result.append(.lineBreak) }
        pending = false
        result.append(inline)
      }
    }
    return result
  }
}
