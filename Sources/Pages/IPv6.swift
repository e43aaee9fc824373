/// IPv6 addresses in URLs (WHATWG URL, sections 3.5 and 3.6).
enum IPv6 {
  /// The eight pieces of an address written without its brackets, or nil when it is none.
  static func parse(_ text: ArraySlice<UInt8>) -> [UInt16]? {
    let bytes = Array(text)
    var pieces: [UInt16] = []
    /// How many pieces stand before the `::`.
    var compress: Int?
    var i = 0
    if bytes.first == UInt8(ascii: ":") {
      guard bytes.count >= 2, bytes[1] == UInt8(ascii: ":") else { return nil }
      i = 2
      compress = 0
    }
    while i < bytes.count {
      if pieces.count == 8 { return nil }
      if bytes[i] == UInt8(ascii: ":") {
        if compress != nil { return nil }
        i += 1
        compress = pieces.count
        continue
      }
      let start = i
      var value: UInt32 = 0
      while i < bytes.count, i - start < 4, let digit = bytes[i].hexadecimalValue {
        value = value << 4 | digit
        i += 1
      }
      if i < bytes.count, bytes[i] == UInt8(ascii: ".") {
        guard i > start, pieces.count <= 6, let tail = dotted(bytes[start...]) else { return nil }
        pieces += tail
        break
      }
      if i < bytes.count {
        guard i > start, bytes[i] == UInt8(ascii: ":") else { return nil }
        i += 1
        if i == bytes.count { return nil }
      }
      pieces.append(UInt16(truncatingIfNeeded: value))
    }
    guard let compress else { return pieces.count == 8 ? pieces : nil }
    guard pieces.count < 8 else { return nil }
    let zeros = [UInt16](repeating: 0, count: 8 - pieces.count)
    return Array(pieces[..<compress]) + zeros + Array(pieces[compress...])
  }

  /// The two pieces of an IPv4 address in decimal.
  private static func dotted(_ bytes: ArraySlice<UInt8>) -> [UInt16]? {
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var numbers: [UInt16] = []
    for part in parts {
      guard !part.isEmpty, part.count <= 3, part.allSatisfy(\.isASCIIDigit), part.count == 1 || part.first != 0x30,
        let value = UInt16(String(decoding: part, as: UTF8.self)), value <= 255
      else { return nil }
      numbers.append(value)
    }
    return [numbers[0] << 8 | numbers[1], numbers[2] << 8 | numbers[3]]
  }

  /// The address in brackets, the first longest run of two or more zeros as `::`.
  static func write(_ pieces: [UInt16]) -> [UInt8] {
    var longest = 0..<0
    var start = 0
    while start < pieces.count {
      var end = start
      while end < pieces.count, pieces[end] == 0 { end += 1 }
      if end - start > max(1, longest.count) { longest = start..<end }
      start = max(end, start + 1)
    }
    var text = "["
    var index = 0
    while index < pieces.count {
      if index == longest.lowerBound, !longest.isEmpty {
        text += index == 0 ? "::" : ":"
        index = longest.upperBound
        continue
      }
      text += String(pieces[index], radix: 16)
      if index < pieces.count - 1 { text += ":" }
      index += 1
    }
    return Array((text + "]").utf8)
  }
}
