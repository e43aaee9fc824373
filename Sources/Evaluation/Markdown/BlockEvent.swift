/// The blocks of a Markdown document in reading order, nesting as pairs of events.
enum BlockEvent: Hashable, Sendable {
  case openList(isOrdered: Bool)
  case closeList
  case openItem
  case closeItem
  case openQuote
  case closeQuote
  case heading(level: Int, text: [UInt8])
  case paragraph(text: [UInt8])
  /// `info` is nil for indented code.
  case code(info: [UInt8]?, text: [UInt8])
  case cell(isHeader: Bool, text: [UInt8])
  case rule
  case html([UInt8])
}

/// Bytes as Markdown's grammar groups them.
extension UInt8 {
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  var isSpaceOrBreak: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
  var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
  var isDigit: Bool { (0x30...0x39).contains(self) }
  /// CommonMark, "ASCII punctuation character".
  var isPunctuation: Bool {
    (0x21...0x2F).contains(self) || (0x3A...0x40).contains(self) || (0x5B...0x60).contains(self)
      || (0x7B...0x7E).contains(self)
  }
  var lowercase: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

extension ArraySlice<UInt8> {
  /// Without blanks and line breaks at either end.
  var trimmed: ArraySlice<UInt8> {
    var slice = self
    while let first = slice.first, first.isSpaceOrBreak { slice.removeFirst() }
    while let last = slice.last, last.isSpaceOrBreak { slice.removeLast() }
    return slice
  }
}
