/// Text of pages made safe for HTML. Everything that comes from a page or a path goes through here.
enum HTMLText {
  /// `text` for an element's content or an attribute value in double quotes.
  static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count + 16)
    for scalar in text.unicodeScalars { append(scalar, to: &result) }
    return result
  }

  static func append(_ scalar: Unicode.Scalar, to result: inout String) {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    // A line break just after <pre> would be dropped, a bare carriage return changed; HTML has no NUL at all.
    case "\n": result += "&#10;"
    case "\r": result += "&#13;"
    case "\0": result += "␀"
    default: result.unicodeScalars.append(scalar)
    }
  }

  /// `value` with `digits` (0 to 3) decimal places; no locale.
  static func number(_ value: Double, digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "–" }
    let scale = [1, 10, 100, 1000][digits]
    let units = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && units > 0 ? "−" : ""
    if digits == 0 { return "\(sign)\(units)" }
    let decimals = "\(units % scale + scale)".dropFirst()
    return "\(sign)\(units / scale).\(decimals)"
  }

  /// `count` with thin spaces between thousands, which no one reads as a decimal point.
  static func count(_ count: Int) -> String {
    var digits = Array("\(abs(count))")
    for index in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert("\u{202F}", at: index) }
    return (count < 0 ? "−" : "") + String(digits)
  }

  static func plural(_ count: Int, _ noun: String) -> String { "\(self.count(count)) \(noun)\(count == 1 ? "" : "s")" }

  /// RFC 4648.
  static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count / 3 * 4 + 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var word = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      word <<= UInt32(8 * (3 - group.count))
      for place in 0..<4 {
        result.append(place > group.count ? UInt8(ascii: "=") : digits[Int(word >> UInt32(18 - 6 * place)) & 63])
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
