/// Writes a table as GitHub Flavored Markdown prints it: a header row, a delimiter row, and one line a row.
enum MarkdownTable {
  /// No table gets more columns: a cell's span is the page's claim.
  static let columnLimit = 1000
  /// Short rows are filled up when this few cells are missing; a renderer fills up the others.
  private static let fillLimit = 64

  static func lines(of table: Table, options: WriterOptions) -> [[UInt8]] {
    let rows = table.rows.filter { !$0.isEmpty }
    guard let header = rows.first else { return [] }
    let width = rows.map(columns).max() ?? 0
    var lines = [line(header, width: width, fillLimit: columnLimit, options: options)]
    lines.append(delimiters(alignments(of: rows, width: width)))
    for row in rows.dropFirst() { lines.append(line(row, width: width, fillLimit: fillLimit, options: options)) }
    return lines
  }

  private static func span(_ cell: Table.Cell) -> Int { min(max(cell.columnSpan, 1), columnLimit) }

  private static func columns(_ row: [Table.Cell]) -> Int {
    var count = 0
    for cell in row where count < columnLimit { count += span(cell) }
    return max(min(count, columnLimit), min(row.count, columnLimit))
  }

  /// A column is aligned as its first cell that says so.
  private static func alignments(of rows: [[Table.Cell]], width: Int) -> [Table.Alignment] {
    var result = [Table.Alignment](repeating: .none, count: width)
    for row in rows {
      var column = 0
      for cell in row {
        guard column < width else { break }
        if result[column] == .none, span(cell) == 1 { result[column] = cell.alignment }
        column += span(cell)
      }
    }
    return result
  }

  private static func delimiters(_ alignments: [Table.Alignment]) -> [UInt8] {
    var line: [UInt8] = [UInt8(ascii: "|")]
    for alignment in alignments {
      switch alignment {
      case .none: line += Array(" --- |".utf8)
      case .left: line += Array(" :--- |".utf8)
      case .centre: line += Array(" :---: |".utf8)
      case .right: line += Array(" ---: |".utf8)
      }
    }
    return line
  }

  private static func line(_ row: [Table.Cell], width: Int, fillLimit: Int, options: WriterOptions) -> [UInt8] {
    var line: [UInt8] = [UInt8(ascii: "|")]
    var column = 0
    for (index, cell) in row.enumerated() {
      // Cells beyond the last column would be lost; they are told apart no more, but stay.
      let content = MarkdownInlines.write(cell.content, place: .cell, options: options)
      guard column < width else {
        if !content.isEmpty {
          line.removeLast()
          line += content + Array(" |".utf8)
        }
        continue
      }
      line.append(0x20)
      line += content
      line += Array(content.isEmpty ? "|".utf8 : " |".utf8)
      column += 1
      // Room for the cells still to come limits how many empty ones a span makes.
      let left = width - column - (row.count - index - 1)
      let extra = min(span(cell) - 1, max(left, 0))
      for _ in 0..<extra { line += Array(" |".utf8) }
      column += extra
    }
    if width - column <= fillLimit {
      for _ in column..<max(column, width) { line += Array(" |".utf8) }
    }
    return line
  }
}
