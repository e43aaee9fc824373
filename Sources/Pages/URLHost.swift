/// Hosts (WHATWG URL, section 3.5), from their bytes to how they are written.
enum URLHost {
  /// The host as it is written, or nil when it is none.
  static func parse(_ bytes: ArraySlice<UInt8>, isSpecial: Bool) -> [UInt8]? {
    if bytes.first == UInt8(ascii: "[") {
      guard bytes.last == UInt8(ascii: "]"), let pieces = IPv6.parse(bytes.dropFirst().dropLast()) else { return nil }
      return IPv6.write(pieces)
    }
    if !isSpecial {
      if bytes.contains(where: \.isForbiddenInHost) { return nil }
      return PercentEncoding.encode(bytes, .control)
    }
    guard let domain = asciiDomain(PercentEncoding.decode(bytes)), !domain.isEmpty else { return nil }
    if domain.contains(where: \.isForbiddenInDomain) { return nil }
    if endsInNumber(domain) { return ipv4(domain) }
    return domain
  }

  /// "Domain to ASCII", the simple part of it: letters in lower case, full-width letters and stops narrowed, invisible
  /// ones dropped, other scripts in Punycode. Compatibility characters beyond that are not mapped.
  private static func asciiDomain(_ bytes: [UInt8]) -> [UInt8]? {
    if bytes.allSatisfy({ $0 < 0x80 }) { return bytes.map(\.asciiLowercased) }
    var labels: [[Unicode.Scalar]] = [[]]
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x2E, 0x3002, 0xFF0E, 0xFF61: labels.append([])
      case 0xAD, 0x200B, 0x2060, 0xFEFF, 0xFE00...0xFE0F: break
      case 0xFFFD: return nil
      case 0xFF01...0xFF5E:
        guard let narrow = Unicode.Scalar(scalar.value - 0xFEE0) else { return nil }
        labels[labels.count - 1] += narrow.properties.lowercaseMapping.unicodeScalars
      default: labels[labels.count - 1] += scalar.properties.lowercaseMapping.unicodeScalars
      }
    }
    var output: [UInt8] = []
    for (index, label) in labels.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ".")) }
      if label.allSatisfy(\.isASCII) {
        output += label.map { UInt8(truncatingIfNeeded: $0.value) }
      } else {
        guard let encoded = Punycode.encode(label) else { return nil }
        output += Array("xn--".utf8) + encoded
      }
    }
    return output
  }

  /// "Ends in a number": then the host must be an IPv4 address.
  private static func endsInNumber(_ domain: [UInt8]) -> Bool {
    var parts = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true {
      if parts.count == 1 { return false }
      parts.removeLast()
    }
    guard let last = parts.last, !last.isEmpty else { return false }
    return last.allSatisfy(\.isASCIIDigit) || number(last) != nil
  }

  /// "IPv4 parser" and its serializer.
  private static func ipv4(_ domain: [UInt8]) -> [UInt8]? {
    var parts = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true, parts.count > 1 { parts.removeLast() }
    guard parts.count <= 4 else { return nil }
    var numbers: [UInt64] = []
    for part in parts {
      guard let value = number(part) else { return nil }
      numbers.append(value)
    }
    guard let last = numbers.popLast(), numbers.allSatisfy({ $0 <= 255 }) else { return nil }
    guard last < UInt64(1) << (8 * UInt64(4 - numbers.count)) else { return nil }
    var address = last
    for (index, value) in numbers.enumerated() { address += value << (8 * UInt64(3 - index)) }
    return Array("\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)".utf8)
  }

  /// A decimal, octal (`0…`) or hexadecimal (`0x…`) number; nil when it is none. Too large ones stay too large.
  private static func number(_ text: ArraySlice<UInt8>) -> UInt64? {
    guard !text.isEmpty else { return nil }
    var digits = text
    var radix: UInt32 = 10
    if text.count >= 2, text.first == 0x30 {
      if text[text.startIndex + 1] | 0x20 == UInt8(ascii: "x") {
        digits = text.dropFirst(2)
        radix = 16
      } else {
        digits = text.dropFirst()
        radix = 8
      }
    }
    var value: UInt64 = 0
    for byte in digits {
      guard let digit = byte.hexadecimalValue, digit < radix else { return nil }
      value = min(value * UInt64(radix) + UInt64(digit), 1 << 40)
    }
    return value
  }
}

extension UInt8 {
  /// "Forbidden host code point".
  fileprivate var isForbiddenInHost: Bool {
    self == 0 || self == 9 || self == 0x0A || self == 0x0D || isOne(of: " #/:<>?@[\\]^|")
  }

  /// "Forbidden domain code point".
  fileprivate var isForbiddenInDomain: Bool { isForbiddenInHost || self <= 0x1F || self == 0x25 || self == 0x7F }
}
