/// ISO-2022-JP, whose escape sequences switch between sets of characters (WHATWG Encoding, section 12.2).
enum ISO2022JPDecoding {
  private enum Mode { case ascii, roman, katakana, kanji }

  static func decode(_ bytes: [UInt8], jis0208: DoubleByteTable) -> DecodedPage {
    var transcript = Transcript(capacity: bytes.count)
    var mode = Mode.ascii
    var afterEscape = false
    var i = 0
    while i < bytes.count {
      let byte = bytes[i]
      if byte == 0x1B {
        if let next = escapedMode(bytes, at: i) {
          // Two escapes with nothing between them are a trick; the standard makes them an error.
          if afterEscape { transcript.replace(source: i, width: 3) }
          mode = next
          afterEscape = true
          i += 3
        } else {
          transcript.replace(source: i, width: 1)
          afterEscape = false
          i += 1
        }
        continue
      }
      afterEscape = false
      switch mode {
      case .ascii where byte < 0x80 && byte != 0x0E && byte != 0x0F: transcript.copy(bytes, i..<i + 1)
      case .roman where byte < 0x80 && byte != 0x0E && byte != 0x0F:
        switch byte {
        case 0x5C: transcript.append(0xA5, source: i, width: 1)
        case 0x7E: transcript.append(0x203E, source: i, width: 1)
        default: transcript.copy(bytes, i..<i + 1)
        }
      case .katakana where (0x21...0x5F).contains(byte):
        transcript.append(0xFF61 + UInt32(byte - 0x21), source: i, width: 1)
      case .kanji where (0x21...0x7E).contains(byte):
        guard i + 1 < bytes.count, bytes[i + 1] != 0x1B else {
          transcript.replace(source: i, width: 1)
          break
        }
        let second = bytes[i + 1]
        if (0x21...0x7E).contains(second), let found = jis0208.jis0208(row: byte - 0x21, column: second - 0x21) {
          transcript.append(found, source: i, width: 2)
        } else {
          transcript.replace(source: i, width: 2)
        }
        i += 1
      default: transcript.replace(source: i, width: 1)
      }
      i += 1
    }
    return transcript.page(encoding: "ISO-2022-JP", sourceCount: bytes.count)
  }

  private static func escapedMode(_ bytes: [UInt8], at start: Int) -> Mode? {
    guard start + 2 < bytes.count else { return nil }
    switch (bytes[start + 1], bytes[start + 2]) {
    case (0x28, 0x42): return .ascii
    case (0x28, 0x4A): return .roman
    case (0x28, 0x49): return .katakana
    case (0x24, 0x40), (0x24, 0x42): return .kanji
    default: return nil
    }
  }
}
