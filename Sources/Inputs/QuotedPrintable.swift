/// Quoted-printable (RFC 2045, section 6.7). What is not valid stays as it is.
enum QuotedPrintable {
  struct Decoded {
    var bytes: [UInt8] = []
    /// The first byte that no encoder writes.
    var invalid: Int?
  }

  static func decode(_ text: ArraySlice<UInt8>) -> Decoded {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var invalid: Int?
    // Line ends of a file are all of one kind.
    let endsWithReturn = text.firstIndex(of: 0x0A).map { $0 > text.startIndex && text[$0 - 1] == 0x0D } ?? true
    var i = text.startIndex
    while i < text.endIndex {
      let byte = text[i]
      guard byte == UInt8(ascii: "=") else {
        let isValid =
          switch byte {
          case 0x20...0x7E, 0x09: true
          case 0x0D: endsWithReturn && i + 1 < text.endIndex && text[i + 1] == 0x0A
          case 0x0A: endsWithReturn == (i > text.startIndex && text[i - 1] == 0x0D)
          default: false
          }
        if !isValid, invalid == nil { invalid = i }
        output.append(byte)
        i += 1
        continue
      }
      // `=` at a line's end joins it with the next.
      var end = i + 1
      while end < text.endIndex, text[end] == 0x20 || text[end] == 0x09 { end += 1 }
      if end < text.endIndex, text[end] == 0x0D { end += 1 }
      if end == text.endIndex || text[end] == 0x0A {
        if end < text.endIndex, endsWithReturn != (text[end - 1] == 0x0D), invalid == nil { invalid = end }
        i = min(end + 1, text.endIndex)
      } else if i + 2 < text.endIndex, let high = digit(text[i + 1]), let low = digit(text[i + 2]) {
        output.append(high << 4 | low)
        i += 3
      } else {
        if invalid == nil { invalid = i }
        output.append(byte)
        i += 1
      }
    }
    return Decoded(bytes: output, invalid: invalid)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x61 + 10
    default: nil
    }
  }
}
