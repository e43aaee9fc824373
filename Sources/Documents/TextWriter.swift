/// Prints a document as plain text: nothing but what the page says.
public enum TextWriter {
  /// Each block, and each row of a table, on its own line, a row's cells separated by tabs, code as it is; no list markers and
  /// no descriptions of images. Ends with a line feed unless empty.
  public static func write(_ document: Document, options: WriterOptions = .init()) -> String {
    var writer = TextLines(options: options)
    writer.write(document.blocks)
    return String(decoding: writer.output, as: UTF8.self)
  }
}

private struct TextLines {
  var output: [UInt8] = []
  var options: WriterOptions

  init(options: WriterOptions) {
    self.options = options
    self.options.images = false
  }

  mutating func write(_ blocks: [Block]) {
    // An explicit stack: nesting is the page's, and must not be the call stack's.
    var stack: [ArraySlice<Block>] = [blocks[...]]
    while var level = stack.popLast() {
      guard let block = level.popFirst() else { continue }
      stack.append(level)
      switch block {
      case .paragraph(let inlines), .heading(_, let inlines): line(plain(inlines, breaks: 0x0A))
      case .code(_, let text): line(Array(text.utf8))
      case .quote(let inner): stack.append(inner[...])
      case .list(let list): stack.append(list.items.flatMap(\.blocks)[...])
      case .definitions(let definitions): stack.append(definitions.flatMap(\.content)[...])
      case .table(let table): if options.tables { write(table) }
      case .rule: break
      }
    }
  }

  private mutating func write(_ table: Table) {
    line(plain(table.caption, breaks: 0x0A))
    for row in table.rows {
      let cells = row.map { plain($0.content, breaks: 0x20) }
      if cells.contains(where: { !$0.isEmpty }) { line(Array(cells.joined(separator: [0x09]))) }
    }
  }

  private mutating func line(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    output += bytes
    if bytes.last != 0x0A { output.append(0x0A) }
  }

  private func plain(_ inlines: [Inline], breaks: UInt8) -> [UInt8] {
    var bytes: [UInt8] = []
    for token in InlineTokens(inlines, options: options, breaksAllowed: true).tokens {
      switch token {
      case .text(let text), .code(let text): bytes += text
      case .lineBreak: bytes.append(breaks)
      default: break
      }
    }
    return bytes
  }
}
