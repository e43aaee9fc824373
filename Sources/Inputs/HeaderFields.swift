/// The header fields of a message: of a WARC record, an HTTP response or a MIME part (RFC 5322, RFC 9112).
struct HeaderFields {
  /// Names in lower case; of fields given twice, the first.
  private var fields: [String: String] = [:]
  /// The line before the fields, where there is one (`WARC/1.1`, `HTTP/1.1 200 OK`).
  private(set) var startLine = ""
  /// Whether a line is no field: it has no colon, or its name is none (RFC 9110, section 5.6.2).
  private(set) var hasBrokenLine = false

  /// - Parameter lines: up to the empty line, without line ends.
  init(lines: [ArraySlice<UInt8>], hasStartLine: Bool) {
    var rest = lines[...]
    if hasStartLine, let first = rest.popFirst() { startLine = text(first) }
    var last: String?
    for line in rest {
      if line.contains(where: { $0 < 0x20 && $0 != 0x09 }) { hasBrokenLine = true }
      if let first = line.first, first == 0x20 || first == 0x09 {
        // A folded field goes on.
        if let last { fields[last, default: ""] += " " + text(line) }
        continue
      }
      last = nil
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
        hasBrokenLine = true
        continue
      }
      if !line[..<colon].allSatisfy(Self.isToken) { hasBrokenLine = true }
      let name = text(line[..<colon]).lowercased()
      guard fields[name] == nil else { continue }
      fields[name] = text(line[(colon + 1)...])
      last = name
    }
  }

  /// The header at the start of `bytes`, and where the body begins; nil without an empty line.
  static func parse(_ bytes: ArraySlice<UInt8>, hasStartLine: Bool) -> (fields: HeaderFields, bodyStart: Int)? {
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    while let feed = bytes[start...].firstIndex(of: 0x0A) {
      var line = bytes[start..<feed]
      if line.last == 0x0D { line.removeLast() }
      start = feed + 1
      if line.isEmpty { return (HeaderFields(lines: lines, hasStartLine: hasStartLine), start) }
      lines.append(line)
    }
    return nil
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x5E...0x7A, 0x7C, 0x7E, 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E: true
    default: false
    }
  }

  subscript(name: String) -> String? { fields[name] }

  /// The media type in lower case, without parameters.
  var mediaType: String {
    let value = (self["content-type"] ?? "").prefix { $0 != ";" }
    return String(value.filter { $0 != " " }).lowercased()
  }

  /// A parameter of `Content-Type`, unquoted.
  func contentParameter(_ name: String) -> String? {
    // RFC 2045, section 5.1. Quoted values may hold `;`.
    var parts: [[UInt8]] = [[]]
    var quoted = false
    for byte in (self["content-type"] ?? "").utf8 {
      if byte == UInt8(ascii: "\"") {
        quoted.toggle()
      } else if byte == UInt8(ascii: ";"), !quoted {
        parts.append([])
      } else {
        parts[parts.count - 1].append(byte)
      }
    }
    for part in parts.dropFirst() {
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { continue }
      if text(part[..<equals]).lowercased() == name { return text(part[(equals + 1)...]) }
    }
    return nil
  }

  private func text(_ bytes: ArraySlice<UInt8>) -> String {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    var trimmed = bytes.drop(while: isSpace)
    while let last = trimmed.last, isSpace(last) { trimmed.removeLast() }
    return String(decoding: trimmed, as: UTF8.self)
  }
}
