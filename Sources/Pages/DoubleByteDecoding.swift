/// The East Asian encodings (WHATWG Encoding, sections 10 to 13).
///
/// One scheme: ASCII is copied in runs, and a decoder of one character says what stands at a byte that is not. After a
/// wrong code an ASCII byte in it counts again by itself, so that a broken character cannot swallow a `<`.
enum DoubleByteDecoding {
  /// What stands at an offset: a code point and its width in bytes, or nothing known, and how many bytes to pass over.
  enum Character {
    case codePoint(UInt32, width: Int)
    case pair(UInt32, UInt32, width: Int)
    case invalid(width: Int)
  }

  /// The page; nil when `encoding` is not one of these or the C library has no table for it.
  static func decode(_ bytes: [UInt8], encoding: String) -> DecodedPage? {
    switch encoding {
    case "Big5": DoubleByteTable.big5.map { table in run(bytes, encoding) { big5(bytes, $0, table) } }
    case "EUC-KR": DoubleByteTable.eucKR.map { table in run(bytes, encoding) { twoBytes(bytes, $0, table) } }
    case "GBK", "gb18030": DoubleByteTable.gb18030.map { table in run(bytes, encoding) { gb18030(bytes, $0, table) } }
    case "Shift_JIS": DoubleByteTable.shiftJIS.map { table in run(bytes, encoding) { shiftJIS(bytes, $0, table) } }
    case "EUC-JP": DoubleByteTable.shiftJIS.map { table in run(bytes, encoding) { eucJP(bytes, $0, table) } }
    case "ISO-2022-JP": DoubleByteTable.shiftJIS.map { ISO2022JPDecoding.decode(bytes, jis0208: $0) }
    default: nil
    }
  }

  private static func run(
    _ bytes: [UInt8], _ encoding: String, _ character: (Int) -> Character
  ) -> DecodedPage {
    var transcript = Transcript(capacity: bytes.count + bytes.count / 2)
    var i = 0
    while i < bytes.count {
      let end = UTF8Decoding.asciiEnd(in: bytes, from: i)
      transcript.copy(bytes, i..<end)
      i = end
      while i < bytes.count, bytes[i] >= 0x80 {
        switch character(i) {
        case .codePoint(let codePoint, let width):
          transcript.append(codePoint, source: i, width: width)
          i += width
        case .pair(let first, let second, let width):
          transcript.append(first, source: i, width: 1)
          transcript.append(second, source: i + 1, width: width - 1)
          i += width
        case .invalid(let width):
          transcript.replace(source: i, width: width)
          i += width
        }
      }
    }
    return transcript.page(encoding: encoding, sourceCount: bytes.count)
  }

  private static func byte(_ bytes: [UInt8], _ offset: Int) -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// A lead byte and the byte after it, looked up.
  private static func twoBytes(_ bytes: [UInt8], _ i: Int, _ table: DoubleByteTable) -> Character {
    guard (0x81...0xFE).contains(bytes[i]), let trail = byte(bytes, i + 1) else { return .invalid(width: 1) }
    if let found = table.codePoint(bytes[i], trail) { return .codePoint(found, width: 2) }
    return .invalid(width: trail < 0x80 ? 1 : 2)
  }

  private static func big5(_ bytes: [UInt8], _ i: Int, _ table: DoubleByteTable) -> Character {
    if let trail = byte(bytes, i + 1), bytes[i] == 0x88 {
      // The four codes that are two code points each.
      switch trail {
      case 0x62: return .pair(0xCA, 0x304, width: 2)
      case 0x64: return .pair(0xCA, 0x30C, width: 2)
      case 0xA3: return .pair(0xEA, 0x304, width: 2)
      case 0xA5: return .pair(0xEA, 0x30C, width: 2)
      default: break
      }
    }
    return twoBytes(bytes, i, table)
  }

  private static func gb18030(_ bytes: [UInt8], _ i: Int, _ table: DoubleByteTable) -> Character {
    if bytes[i] == 0x80 { return .codePoint(0x20AC, width: 1) }
    guard let second = byte(bytes, i + 1), (0x30...0x39).contains(second), bytes[i] != 0xFF else {
      return twoBytes(bytes, i, table)
    }
    // Four bytes, or an error after which the bytes from the second on count again.
    guard let third = byte(bytes, i + 2), (0x81...0xFE).contains(third), let fourth = byte(bytes, i + 3),
      (0x30...0x39).contains(fourth)
    else {
      // At the end of the page the cut-off code is one error.
      let isCutOff = i + 2 >= bytes.count || (i + 3 >= bytes.count && (0x81...0xFE).contains(bytes[i + 2]))
      return .invalid(width: isCutOff ? bytes.count - i : 1)
    }
    let high = Int(bytes[i] - 0x81) * 10 + Int(second - 0x30)
    let pointer = (high * 126 + Int(third - 0x81)) * 10 + Int(fourth - 0x30)
    if pointer == 7457 { return .codePoint(0xE7C7, width: 4) }
    if pointer >= 189_000, pointer <= 1_237_575 { return .codePoint(UInt32(pointer - 189_000) + 0x10000, width: 4) }
    let ranges = DoubleByteTable.gb18030Ranges
    if pointer < ranges.count, ranges[pointer] != 0 { return .codePoint(ranges[pointer], width: 4) }
    return .invalid(width: 4)
  }

  private static func shiftJIS(_ bytes: [UInt8], _ i: Int, _ table: DoubleByteTable) -> Character {
    let lead = bytes[i]
    switch lead {
    case 0x80: return .codePoint(0x80, width: 1)
    case 0xA1...0xDF: return .codePoint(0xFF61 + UInt32(lead - 0xA1), width: 1)
    case 0xF0...0xF9:
      // For users' own characters: the private use area.
      guard let trail = byte(bytes, i + 1) else { return .invalid(width: 1) }
      guard (0x40...0xFC).contains(trail), trail != 0x7F else { return .invalid(width: trail < 0x80 ? 1 : 2) }
      let column = UInt32(trail) - (trail < 0x7F ? 0x40 : 0x41)
      return .codePoint(0xE000 + UInt32(lead - 0xF0) * 188 + column, width: 2)
    case 0x81...0x9F, 0xE0...0xFC: return twoBytes(bytes, i, table)
    default: return .invalid(width: 1)
    }
  }

  private static func eucJP(_ bytes: [UInt8], _ i: Int, _ table: DoubleByteTable) -> Character {
    let lead = bytes[i]
    guard let second = byte(bytes, i + 1) else { return .invalid(width: 1) }
    switch lead {
    case 0x8E:
      if (0xA1...0xDF).contains(second) { return .codePoint(0xFF61 + UInt32(second - 0xA1), width: 2) }
      return .invalid(width: second < 0x80 ? 1 : 2)
    case 0x8F:
      guard (0xA1...0xFE).contains(second) else { return .invalid(width: second < 0x80 ? 1 : 2) }
      guard let third = byte(bytes, i + 2) else { return .invalid(width: 2) }
      if let found = DoubleByteTable.jis0212?.codePoint(second, third) { return .codePoint(found, width: 3) }
      return .invalid(width: third < 0x80 ? 2 : 3)
    case 0xA1...0xFE:
      if (0xA1...0xFE).contains(second), let found = table.jis0208(row: lead - 0xA1, column: second - 0xA1) {
        return .codePoint(found, width: 2)
      }
      return .invalid(width: second < 0x80 ? 1 : 2)
    default: return .invalid(width: 1)
    }
  }
}

extension DoubleByteTable {
  /// The character at `row` and `column` (from 0, 94 columns) of JIS X 0208, in the Shift_JIS table that holds it with
  /// two rows a lead byte.
  func jis0208(row: UInt8, column: UInt8) -> UInt32? {
    guard row < 94, column < 94 else { return nil }
    let pointer = Int(row) * 94 + Int(column)
    let lead = pointer / 188
    let trail = pointer % 188
    return codePoint(UInt8(lead + (lead < 0x1F ? 0x81 : 0xC1)), UInt8(trail + (trail < 0x3F ? 0x40 : 0x41)))
  }
}
