/// Base64 (RFC 4648, both alphabets); white space is passed over, padding may be missing but not wrong.
enum Base64 {
  /// The decoded bytes, or the offset of the first byte that does not belong.
  static func decode(_ text: [UInt8]) -> Result<[UInt8], InvalidByte> {
    var output: [UInt8] = []
    output.reserveCapacity(text.count / 4 * 3 + 3)
    var bits: UInt32 = 0
    var count = 0
    var padding = 0
    for (offset, byte) in text.enumerated() {
      let value = values[Int(byte)]
      if value < 64, padding == 0 {
        bits = bits << 6 | UInt32(value)
        count += 1
        if count == 4 {
          output.append(UInt8(truncatingIfNeeded: bits >> 16))
          output.append(UInt8(truncatingIfNeeded: bits >> 8))
          output.append(UInt8(truncatingIfNeeded: bits))
          count = 0
        }
      } else if byte == UInt8(ascii: "=") {
        padding += 1
      } else if byte != 0x20, byte != 0x0A, byte != 0x0D, byte != 0x09 {
        return .failure(InvalidByte(offset: offset))
      }
    }
    if padding > 0, (count + padding) % 4 != 0 { return .failure(InvalidByte(offset: text.count)) }
    switch count {
    case 1: return .failure(InvalidByte(offset: text.count))
    case 2: output.append(UInt8(truncatingIfNeeded: bits >> 4))
    case 3:
      output.append(UInt8(truncatingIfNeeded: bits >> 10))
      output.append(UInt8(truncatingIfNeeded: bits >> 2))
    default: break
    }
    return .success(output)
  }

  struct InvalidByte: Error, Hashable {
    var offset: Int
  }

  /// The value of each letter of the alphabets; 255 for other bytes.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 256)
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, letter) in letters.utf8.enumerated() { values[Int(letter)] = UInt8(value) }
    values[Int(UInt8(ascii: "-"))] = 62
    values[Int(UInt8(ascii: "_"))] = 63
    return values
  }()
}
