/// Prints a document as GitHub Flavored Markdown that parses back to the same blocks.
public enum MarkdownWriter {
  /// The document's Markdown: one blank line between blocks, a line feed at the end; empty for a document that shows nothing.
  public static func write(_ document: Document, options: WriterOptions = .init()) -> String {
    var writer = MarkdownBlocks(options: options)
    writer.write(document.blocks, depth: 0)
    return String(decoding: writer.output, as: UTF8.self)
  }
}

/// Writes blocks line by line; what encloses a line (quotes, list items) is a prefix of bytes.
struct MarkdownBlocks {
  /// Containers nested deeper than this go; what they hold stands in the last one that counts.
  static let depthLimit = 100

  private(set) var output: [UInt8] = []
  let options: WriterOptions
  private var prefix: [UInt8] = []
  /// The line has begun: a list marker stands on it.
  private var lineIsOpen = false

  init(options: WriterOptions) { self.options = options }

  // MARK: Lines

  private mutating func line(_ bytes: [UInt8]) {
    if lineIsOpen {
      lineIsOpen = false
    } else {
      output += prefix
    }
    output += bytes
    // An empty line keeps no white space of its prefix.
    while output.last == 0x20, bytes.isEmpty { output.removeLast() }
    output.append(0x0A)
  }

  private mutating func line(_ text: String) { line(Array(text.utf8)) }

  private mutating func lines(_ bytes: [UInt8]) {
    for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) { line(Array(part)) }
  }

  // MARK: Blocks

  /// - Parameter tight: no blank lines between the blocks (a tight list's item).
  mutating func write(_ blocks: [Block], depth: Int, inItem: Bool = false, tight: Bool = false) {
    let blocks = depth < Self.depthLimit ? blocks : Self.leaves(of: blocks)
    var isFirst = true
    var previousList: List?
    var marker = 0
    for block in blocks {
      guard let prepared = prepare(block, first: isFirst, inItem: inItem) else { continue }
      if !isFirst, !tight { line([]) }
      if case .list(let list) = block {
        // A list right after one of its own kind would continue it: it takes the other marker.
        if let previousList, (previousList.start == nil) == (list.start == nil) {
          marker = 1 - marker
        } else {
          marker = 0
        }
        previousList = list
        write(list, marker: marker, depth: depth)
      } else {
        previousList = nil
        write(prepared, depth: depth, first: isFirst, inItem: inItem)
      }
      isFirst = false
    }
    if isFirst, lineIsOpen { line([]) }
  }

  /// The blocks that hold no others, in order; the containers around them are gone.
  private static func leaves(of blocks: [Block]) -> [Block] {
    var leaves: [Block] = []
    var stack: [ArraySlice<Block>] = [blocks[...]]
    while var level = stack.popLast() {
      guard let block = level.popFirst() else { continue }
      stack.append(level)
      switch block {
      case .quote(let inner): stack.append(inner[...])
      case .list(let list): stack.append(list.items.flatMap(\.blocks)[...])
      case .definitions(let definitions): stack.append(definitions.flatMap(\.content)[...])
      default: leaves.append(block)
      }
    }
    return leaves
  }

  /// What is to be written of a block.
  private enum Prepared {
    case lines([UInt8])
    case code(language: String?, text: String)
    case quote([Block])
    case table(Table)
    case definitions([Definition])
    case rule
    case list
  }

  /// nil where the block would show nothing.
  private func prepare(_ block: Block, first: Bool, inItem: Bool) -> Prepared? {
    switch block {
    case .paragraph(let inlines):
      let place: MarkdownInlines.Place = first && inItem ? .itemStart : .paragraph
      let bytes = MarkdownInlines.write(inlines, place: place, options: options)
      return bytes.isEmpty ? nil : .lines(bytes)
    case .heading(let level, let inlines):
      let bytes = MarkdownInlines.write(inlines, place: .heading, options: options)
      if bytes.isEmpty { return nil }
      return .lines([UInt8](repeating: UInt8(ascii: "#"), count: min(max(level, 1), 6)) + [0x20] + bytes)
    case .code(let language, let text): return text.utf8.isEmpty ? nil : .code(language: language, text: text)
    case .quote(let blocks): return showsAnything(blocks) ? .quote(blocks) : nil
    case .list(let list): return list.items.contains { showsAnything($0.blocks) } ? .list : nil
    case .table(let table): return options.tables && table.rows.contains { !$0.isEmpty } ? .table(table) : nil
    case .definitions(let definitions):
      return definitions.contains { showsAnything($0.content) } ? .definitions(definitions) : nil
    case .rule: return .rule
    }
  }

  private func showsAnything(_ blocks: [Block]) -> Bool {
    // Down to the first block that is no container; a stack, for the depth is the page's.
    var stack = [blocks]
    while let level = stack.popLast() {
      for block in level {
        switch block {
        case .paragraph(let inlines), .heading(_, let inlines):
          if !InlineTokens(inlines, options: options, breaksAllowed: false).tokens.isEmpty { return true }
        case .code(_, let text): if !text.utf8.isEmpty { return true }
        case .quote(let inner): stack.append(inner)
        case .list(let list): for item in list.items { stack.append(item.blocks) }
        case .definitions(let definitions): for definition in definitions { stack.append(definition.content) }
        case .table: if options.tables { return true }
        case .rule: return true
        }
      }
    }
    return false
  }

  private mutating func write(_ block: Prepared, depth: Int, first: Bool, inItem: Bool) {
    switch block {
    case .lines(let bytes): lines(bytes)
    case .code(let language, let text): write(code: text, language: language)
    case .rule: line(first && inItem ? "***" : "---")
    case .table(let table):
      let caption = MarkdownInlines.write(table.caption, place: .paragraph, options: options)
      if !caption.isEmpty {
        lines(caption)
        line([])
      }
      for row in MarkdownTable.lines(of: table, options: options) { line(row) }
    case .quote(let blocks): nest(prefix: Array("> ".utf8)) { $0.write(blocks, depth: depth + 1) }
    case .definitions(let definitions):
      write(definitions.flatMap(\.content), depth: depth + 1)
    case .list: break
    }
  }

  private mutating func nest(prefix extra: [UInt8], _ body: (inout MarkdownBlocks) -> Void) {
    let length = prefix.count
    if lineIsOpen { output += extra }
    prefix += extra
    body(&self)
    prefix.removeLast(prefix.count - length)
  }

  private mutating func write(code: String, language: String?) {
    var bytes = Array(code.utf8)
    if bytes.contains(0x0D) { bytes = Self.withoutCarriageReturns(bytes) }
    while bytes.last == 0x0A { bytes.removeLast() }
    var longest = 2
    var run = 0
    for byte in bytes {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = [UInt8](repeating: UInt8(ascii: "`"), count: longest + 1)
    // The info string: one word, without what would end it or the fence.
    let info = (language ?? "").utf8.filter { $0 > 0x20 && $0 != UInt8(ascii: "`") && $0 != 0x7F }
    line(fence + info)
    lines(bytes)
    line(fence)
  }

  private static func withoutCarriageReturns(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte != 0x0D {
        result.append(byte)
      } else if index + 1 == bytes.count || bytes[index + 1] != 0x0A {
        result.append(0x0A)
      }
    }
    return result
  }

  // MARK: Lists

  private mutating func write(_ list: List, marker: Int, depth: Int) {
    let tight = list.items.allSatisfy { isTight($0) }
    var number = min(max(list.start ?? 0, 0), 999_999_999)
    var isFirst = true
    for item in list.items {
      guard list.start != nil || item.checked != nil || showsAnything(item.blocks) else { continue }
      if !isFirst, !tight { line([]) }
      isFirst = false
      var mark: [UInt8]
      if list.start != nil {
        mark = Array(String(number).utf8)
        mark.append(marker == 0 ? UInt8(ascii: ".") : UInt8(ascii: ")"))
        number = min(number + 1, 999_999_999)
      } else {
        mark = [marker == 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")]
      }
      mark.append(0x20)
      write(item, mark: mark, tight: tight, depth: depth)
    }
  }

  private mutating func write(_ item: List.Item, mark: [UInt8], tight: Bool, depth: Int) {
    if !lineIsOpen { output += prefix }
    output += mark
    lineIsOpen = true
    let length = prefix.count
    prefix += [UInt8](repeating: 0x20, count: mark.count)
    if let checked = item.checked {
      output += Array((checked ? "[x] " : "[ ] ").utf8)
      // Only a paragraph may stand beside the box.
      if case .paragraph? = item.blocks.first {} else { line([]) }
    }
    write(item.blocks, depth: depth + 1, inItem: item.checked == nil, tight: tight)
    prefix.removeLast(prefix.count - length)
  }

  /// Whether an item needs no blank lines: at most a paragraph, then lists that may follow one directly.
  private func isTight(_ item: List.Item) -> Bool {
    guard item.blocks.count > 1 else { return true }
    for (index, block) in item.blocks.enumerated() {
      switch block {
      case .paragraph: if index > 0 { return false }
      case .list(let list):
        if index > 1 { return false }
        // Section 5.2: only a list that begins with 1 and something in its first item may interrupt a paragraph.
        if let start = list.start, start != 1 { return false }
        guard let first = list.items.first, showsAnything(first.blocks) else { return false }
      default: return false
      }
    }
    return true
  }
}
