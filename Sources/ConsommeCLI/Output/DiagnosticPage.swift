import Pages

/// A page with what `check` found on it, and what is needed to show it.
struct DiagnosticPage: Sendable {
  /// The path or id to print.
  var name: String
  /// The page in UTF-8.
  let utf8: [UInt8]
  /// Highest score first.
  var diagnostics: [DiagnosticRecord]
  private let lines: LineIndex
  /// From input as given to `utf8`.
  private let map: OffsetMap?

  /// - Parameter map: from `utf8` to the input as given; nil where they are the same.
  init(name: String, utf8: [UInt8], map: OffsetMap? = nil, diagnostics: [DiagnosticRecord]) {
    self.name = name
    self.utf8 = utf8
    self.map = map
    self.diagnostics = diagnostics
    lines = LineIndex(utf8)
  }

  /// The offset in `utf8` of a byte of the input as given: the first that comes from there or from after it.
  func decodedOffset(_ offset: Int) -> Int {
    guard let map else { return min(max(0, offset), utf8.count) }
    var low = 0
    var high = utf8.count
    while low < high {
      let middle = (low + high) / 2
      if map.source(of: middle) < offset { low = middle + 1 } else { high = middle }
    }
    // The bytes of a transcoded character may all seem to come from the next one.
    while low < utf8.count, utf8[low] & 0xC0 == 0x80 { low += 1 }
    return low
  }

  /// Line and column, from 1, of a byte of the input as given.
  func position(of offset: Int) -> (line: Int, column: Int) { lines.position(of: decodedOffset(offset)) }

  /// The offset just after `length` bytes, never past what an `Int` holds.
  static func end(_ offset: Int, _ length: Int) -> Int {
    let (sum, overflow) = offset.addingReportingOverflow(max(0, length))
    return overflow ? .max : sum
  }

  /// The text between two offsets of the input as given.
  func text(from start: Int, to end: Int) -> String {
    let first = decodedOffset(start)
    return String(decoding: utf8[first..<max(first, decodedOffset(end))], as: UTF8.self)
  }

  /// The bytes in `utf8` of the line that a byte of the input as given is on, its line end excluded.
  func lineRange(at offset: Int) -> Range<Int> { lines.lineRange(position(of: offset).line) }

  /// What a repair does, in words.
  func sentence(for repair: DiagnosticRecord.Repair) -> String {
    let gone = text(from: repair.offset, to: Self.end(repair.offset, repair.delete))
    switch (gone.isEmpty, repair.insert.isEmpty) {
    case (true, true): return "change nothing"
    case (true, false): return "insert `\(Self.clipped(repair.insert))`"
    case (false, true): return "delete `\(Self.clipped(gone))`"
    case (false, false): return "replace `\(Self.clipped(gone))` with `\(Self.clipped(repair.insert))`"
    }
  }

  /// Long texts lose their middle.
  private static func clipped(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let shown = TerminalText.shown(text)
    guard scalars.count > 60 else { return shown }
    let clean = Array(shown.unicodeScalars)
    var result = String.UnicodeScalarView(clean.prefix(40))
    result.append("…")
    result.append(contentsOf: clean.suffix(15))
    return String(result)
  }
}
