/// The character classes CommonMark's rules speak of.
enum Characters {
  @inline(__always)
  static func isASCIIWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
  }

  @inline(__always)
  static func isASCIIAlphanumeric(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
  }

  @inline(__always)
  static func isASCIILetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  @inline(__always)
  static func isASCIIDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  @inline(__always)
  static func isASCIIPunctuation(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && !isASCIIAlphanumeric(byte)
  }

  enum Class { case whitespace, punctuation, symbol, other }

  /// CommonMark 0.31, section 6.2. Symbols beyond ASCII are punctuation there and were not before 0.31,
  /// so they are a class of their own: what is written has to hold under either reading.
  static func classify(_ scalar: Unicode.Scalar) -> Class {
    if scalar.value < 0x80 {
      let byte = UInt8(scalar.value)
      if isASCIIWhitespace(byte) { return .whitespace }
      return isASCIIPunctuation(byte) ? .punctuation : .other
    }
    switch scalar.properties.generalCategory {
    case .spaceSeparator: return .whitespace
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return .punctuation
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: return .symbol
    default: return .other
    }
  }

  /// The length in bytes of the white-space character at `index` of valid UTF-8, 0 where there is none.
  @inline(__always)
  static func whitespaceLength(_ bytes: [UInt8], at index: Int) -> Int {
    let byte = bytes[index]
    if byte < 0x80 { return isASCIIWhitespace(byte) ? 1 : 0 }
    // U+00A0, U+1680, U+2000–U+200A, U+2028, U+2029, U+202F, U+205F, U+3000, U+0085.
    guard byte == 0xC2 || (byte >= 0xE1 && byte <= 0xE3) else { return 0 }
    guard index + 1 < bytes.count else { return 0 }
    let second = bytes[index + 1]
    if byte == 0xC2 { return second == 0xA0 || second == 0x85 ? 2 : 0 }
    guard index + 2 < bytes.count else { return 0 }
    let third = bytes[index + 2]
    switch (byte, second) {
    case (0xE1, 0x9A): return third == 0x80 ? 3 : 0
    case (0xE2, 0x80):
      return (third >= 0x80 && third <= 0x8A) || third == 0xA8 || third == 0xA9 || third == 0xAF ? 3 : 0
    case (0xE2, 0x81): return third == 0x9F ? 3 : 0
    case (0xE3, 0x80): return third == 0x80 ? 3 : 0
    default: return 0
    }
  }

  /// The character that begins at `index` of valid UTF-8.
  static func scalar(in bytes: [UInt8], at index: Int) -> Unicode.Scalar {
    var decoder = UTF8()
    var iterator = bytes[index...].prefix(4).makeIterator()
    if case .scalarValue(let scalar) = decoder.decode(&iterator) { return scalar }
    return "\u{FFFD}"
  }

  /// The character that ends just before `index` of valid UTF-8.
  static func scalar(in bytes: [UInt8], before index: Int) -> Unicode.Scalar {
    var start = index - 1
    while start > 0, index - start < 4, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return scalar(in: bytes, at: start)
  }
}
