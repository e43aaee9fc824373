/// Percent-encoding (WHATWG URL, section 1.3). What is encoded already stays as it is.
enum PercentEncoding {
  /// The bytes a part of a URL may not hold as they are; controls and non-ASCII are always encoded.
  enum Set {
    case control, fragment, query, specialQuery, path, userinfo

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
      if byte.isASCIIAlphanumeric { return false }
      if byte <= 0x1F || byte > 0x7E { return true }
      return switch self {
      case .control: false
      case .fragment: byte.isOne(of: " \"<>`")
      case .query: byte.isOne(of: " \"#<>")
      case .specialQuery: byte.isOne(of: " \"#<>'")
      case .path: byte.isOne(of: " \"#<>?^`{}")
      case .userinfo: byte.isOne(of: " \"#<>?^`{}/:;=@[\\]|")
      }
    }
  }

  static func encode(_ bytes: some Sequence<UInt8>, _ set: Set) -> [UInt8] {
    var output: [UInt8] = []
    for byte in bytes { append(byte, to: &output, set) }
    return output
  }

  static func append(_ byte: UInt8, to output: inout [UInt8], _ set: Set) {
    if set.contains(byte) {
      output.append(UInt8(ascii: "%"))
      output.append(digit(byte >> 4))
      output.append(digit(byte & 0xF))
    } else {
      output.append(byte)
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x41 + value - 10 }

  static func decode(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    var i = bytes.startIndex
    while i < bytes.endIndex {
      if bytes[i] == UInt8(ascii: "%"), i + 2 < bytes.endIndex, let high = bytes[i + 1].hexadecimalValue,
        let low = bytes[i + 2].hexadecimalValue
      {
        output.append(UInt8(high << 4 | low))
        i += 3
      } else {
        output.append(bytes[i])
        i += 1
      }
    }
    return output
  }
}

extension UInt8 {
  @inline(__always)
  func isOne(of characters: StaticString) -> Bool {
    for index in 0..<characters.utf8CodeUnitCount where unsafe characters.utf8Start[index] == self { return true }
    return false
  }
}
