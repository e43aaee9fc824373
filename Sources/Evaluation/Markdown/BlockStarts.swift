/// What begins a block (CommonMark, "Container blocks" and "Leaf blocks").
extension BlockParser {
  /// Opens the block that begins at the cursor, if any does.
  ///
  /// - Parameters:
  ///   - kept: containers that the line continues or began; deeper ones are closed before a block is opened.
  ///   - mayBeLazy: whether the line, if nothing begins, would be a lazy continuation of an open paragraph.
  mutating func startBlock(_ line: inout LineCursor, kept: inout Int, hasStarted: inout Bool, mayBeLazy: Bool) -> Bool {
    let (position, indent) = line.next
    guard position < line.end else { return false }
    var isParagraph = false
    var isTable = false
    switch leaf {
    case .paragraph: isParagraph = true
    case .table: isTable = true
    default: break
    }
    if indent >= 4 {
      if isParagraph { return false }
      begin(kept, &hasStarted)
      open(.indentedCode)
      line.skipBlanks(4)
      text = line.rest + [0x0A]
      return true
    }

    let rest = line.bytes[position..<line.end]
    let isContinuation = isParagraph && !mayBeLazy
    switch rest[position] {
    case UInt8(ascii: ">") where containers.count < Self.deepest:
      begin(kept, &hasStarted)
      line.skip(past: 1)
      line.skipBlanks(1)
      open(.quote)
      kept = containers.count
      return true
    case UInt8(ascii: "#"):
      guard let heading = Self.heading(rest) else { return false }
      begin(kept, &hasStarted)
      add(heading)
      return finishLine(&line)
    case UInt8(ascii: "`"), UInt8(ascii: "~"):
      guard let fence = Self.fence(rest, indent: indent) else { return false }
      begin(kept, &hasStarted)
      open(fence)
      return true
    case UInt8(ascii: "<"):
      guard let kind = HTMLBlockKind(rest), kind.mayInterruptParagraph || !(isParagraph || isTable) else {
        return false
      }
      begin(kept, &hasStarted)
      open(.html(kind))
      text = line.rest + [0x0A]
      if kind.ends(in: rest) { closeLeaf() }
      return finishLine(&line)
    default: break
    }

    if isContinuation {
      if startTable(rest) { return true }
      if let level = Self.underline(rest), finishParagraph(asHeading: level) {
        hasStarted = true
        return finishLine(&line)
      }
    }
    if Self.isRule(rest) {
      begin(kept, &hasStarted)
      add(.rule)
      return finishLine(&line)
    }
    return startItem(&line, rest, indent: indent, kept: &kept, hasStarted: &hasStarted, isContinuation: isContinuation)
  }

  /// Closes what the line does not continue. A list holds items only, so it ends as well unless an item follows.
  private mutating func begin(_ kept: Int, _ hasStarted: inout Bool, isItem: Bool = false) {
    var kept = kept
    if !isItem, kept > 0, case .list = containers[kept - 1] { kept -= 1 }
    closeContainers(downTo: kept)
    hasStarted = true
  }

  /// For blocks of one line: nothing of it is left, and no leaf is open.
  private mutating func finishLine(_ line: inout LineCursor) -> Bool {
    line = LineCursor(line.bytes, line.end..<line.end)
    return true
  }

  private mutating func startItem(
    _ line: inout LineCursor, _ rest: ArraySlice<UInt8>, indent: Int, kept: inout Int, hasStarted: inout Bool,
    isContinuation: Bool
  ) -> Bool {
    guard containers.count + 2 <= Self.deepest, let marker = ListMarker(rest) else { return false }
    let afterMarker = rest.dropFirst(marker.width)
    let isEmpty = afterMarker.allSatisfy(\.isBlank)
    if isContinuation && (isEmpty || (marker.isOrdered && marker.number != 1)) { return false }

    var keepsList = false
    if kept > 0, case .list(marker.isOrdered, marker.byte) = containers[kept - 1] { keepsList = true }
    begin(kept, &hasStarted, isItem: keepsList)
    line.skip(past: marker.width)
    let blanks = line.next.indent
    // Five columns or more: the item begins with indented code.
    let padding = isEmpty || blanks > 4 ? 1 : blanks
    line.skipBlanks(padding)
    if !keepsList { open(.list(isOrdered: marker.isOrdered, marker: marker.byte)) }
    open(.item(indent: indent + marker.width + padding, hasContent: false))
    kept = containers.count
    return true
  }

  /// Makes the open paragraph's last line a table's header if `rest` is a delimiter row that fits it.
  private mutating func startTable(_ rest: ArraySlice<UInt8>) -> Bool {
    guard lastLine.indent < 4, let columns = TableRow.delimiterColumns(rest) else { return false }
    let header = text[lastLine.start...]
    guard header.contains(UInt8(ascii: "|")) else { return false }
    let cells = TableRow.cells(header)
    guard cells.count == columns else { return false }
    text.removeSubrange(max(0, lastLine.start - 1)...)
    closeLeaf()
    leaf = .table(columns: columns)
    addRow(cells, columns: columns, isHeader: true)
    return true
  }

  // MARK: Leaf blocks of one line

  private static func heading(_ rest: ArraySlice<UInt8>) -> BlockEvent? {
    let level = rest.prefix { $0 == UInt8(ascii: "#") }.count
    var text = rest.dropFirst(level)
    guard level <= 6, text.first?.isBlank ?? true else { return nil }
    while let last = text.last, last.isBlank { text.removeLast() }
    let closing = text.reversed().prefix { $0 == UInt8(ascii: "#") }.count
    let before = text.dropLast(closing)
    if closing > 0, before.last?.isBlank ?? true { text = before }
    return .heading(level: level, text: Array(text.trimmed))
  }

  private static func fence(_ rest: ArraySlice<UInt8>, indent: Int) -> Leaf? {
    guard let marker = rest.first else { return nil }
    let length = rest.prefix { $0 == marker }.count
    let info = rest.dropFirst(length)
    guard length >= 3, marker != UInt8(ascii: "`") || !info.contains(marker) else { return nil }
    return .fence(marker: marker, length: length, indent: indent, info: Array(info.trimmed))
  }

  /// The level that the underline of a setext heading gives.
  private static func underline(_ rest: ArraySlice<UInt8>) -> Int? {
    guard let marker = rest.first, marker == UInt8(ascii: "=") || marker == UInt8(ascii: "-") else { return nil }
    guard rest.drop(while: { $0 == marker }).allSatisfy(\.isBlank) else { return nil }
    return marker == UInt8(ascii: "=") ? 1 : 2
  }

  private static func isRule(_ rest: ArraySlice<UInt8>) -> Bool {
    guard let marker = rest.first,
      marker == UInt8(ascii: "*") || marker == UInt8(ascii: "-") || marker == UInt8(ascii: "_")
    else { return false }
    var count = 0
    for byte in rest {
      if byte == marker { count += 1 } else if !byte.isBlank { return false }
    }
    return count >= 3
  }
}

/// `-`, `+`, `*`, or up to nine digits and `.` or `)`, with a blank or nothing after it.
struct ListMarker {
  var isOrdered: Bool
  /// The last byte of the marker.
  var byte: UInt8
  var number = 0
  var width: Int

  init?(_ rest: ArraySlice<UInt8>) {
    guard let first = rest.first else { return nil }
    let digits = rest.prefix(10) { $0.isDigit }
    if digits.isEmpty {
      guard first == UInt8(ascii: "-") || first == UInt8(ascii: "+") || first == UInt8(ascii: "*") else { return nil }
      (isOrdered, byte, width) = (false, first, 1)
    } else {
      guard digits.count <= 9, let last = rest.dropFirst(digits.count).first,
        last == UInt8(ascii: ".") || last == UInt8(ascii: ")")
      else { return nil }
      (isOrdered, byte, width) = (true, last, digits.count + 1)
      number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
    guard rest.dropFirst(width).first?.isBlank ?? true else { return nil }
  }
}

extension ArraySlice<UInt8> {
  fileprivate func prefix(_ most: Int, while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    prefix(most).prefix(while: condition)
  }
}

/// Rows of GFM tables.
enum TableRow {
  /// The cells of a row: parted by `|` that no backslash escapes; empty ones at the ends are the row's borders.
  static func cells(_ row: ArraySlice<UInt8>) -> [[UInt8]] {
    var cells: [[UInt8]] = []
    var cell: [UInt8] = []
    var isEscaped = false
    for byte in row.trimmed {
      if byte == UInt8(ascii: "|") {
        if isEscaped {
          cell[cell.count - 1] = byte
        } else {
          cells.append(cell)
          cell = []
        }
      } else {
        cell.append(byte)
      }
      isEscaped = byte == UInt8(ascii: "\\")
    }
    cells.append(cell)
    if cells.first?.isEmpty ?? false { cells.removeFirst() }
    if cells.last?.isEmpty ?? false { cells.removeLast() }
    return cells.map { Array($0[...].trimmed) }
  }

  /// How many columns the delimiter row (`|:--|---|`) has; nil where it is none.
  static func delimiterColumns(_ row: ArraySlice<UInt8>) -> Int? {
    let isDelimiter = { (byte: UInt8) in
      byte == UInt8(ascii: "|") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
    }
    guard row.count >= 2, let first = row.first, isDelimiter(first), row.allSatisfy({ isDelimiter($0) || $0.isBlank })
    else {
      return nil
    }
    // `- ` begins a list item.
    if first == UInt8(ascii: "-"), row[row.startIndex + 1].isBlank { return nil }
    let parts = row.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
    var columns = 0
    for (index, part) in parts.enumerated() {
      var dashes = part.trimmed
      if dashes.isEmpty {
        if index == 0 || index == parts.count - 1 { continue }
        return nil
      }
      if dashes.first == UInt8(ascii: ":") { dashes.removeFirst() }
      if dashes.last == UInt8(ascii: ":") { dashes.removeLast() }
      guard !dashes.isEmpty, dashes.allSatisfy({ $0 == UInt8(ascii: "-") }) else { return nil }
      columns += 1
    }
    return columns
  }
}
