/// Looks for the encoding a page names itself: in `<meta charset>`, `<meta http-equiv>` or its XML declaration.
///
/// WHATWG HTML, "Prescan a byte stream to determine its encoding", with one extension: it looks past the first 1,024
/// bytes, up to `<body` or `limit`, because browsers find a late `meta` too, when they parse it.
struct MetaPrescan {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  static let standardLimit = 1024
  static let limit = 1 << 16

  /// The standard's name for the encoding of the page whose text begins at `start`, or nil.
  static func encoding(of bytes: [UInt8], from start: Int = 0) -> String? {
    var scan = MetaPrescan(bytes: bytes[start..<min(bytes.count, start + limit)])
    return scan.metaEncoding() ?? scan.xmlEncoding()
  }

  private init(bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  private mutating func metaEncoding() -> String? {
    while let start = bytes[position...].firstIndex(of: UInt8(ascii: "<")) {
      position = start + 1
      if starts(with: "!--") {
        // The dashes of `<!-->` may be the same ones.
        position = start + 2
        guard passCommentEnd() else { return nil }
      } else if starts(with: "meta"), let after = byte(at: position + 4), after.isASCIIWhitespace || after == 0x2F {
        position += 4
        if let name = encodingOfMeta() { return name }
      } else if starts(with: "body"), start - bytes.startIndex > Self.standardLimit {
        return nil
      } else if let next = byte(at: position + (byte(at: position) == 0x2F ? 1 : 0)), next.isASCIILetter {
        position = bytes[position...].firstIndex { $0.isASCIIWhitespace || $0 == 0x3E } ?? bytes.endIndex
        while nextAttribute() != nil {}
      } else if let next = byte(at: position), next == 0x21 || next == 0x2F || next == 0x3F {
        guard let end = bytes[position...].firstIndex(of: 0x3E) else { return nil }
        position = end + 1
      }
    }
    return nil
  }

  /// Moves past the next `-->` whose dashes are not before the position.
  private mutating func passCommentEnd() -> Bool {
    var i = position + 2
    while i < bytes.endIndex {
      if bytes[i] == 0x3E, bytes[i - 1] == 0x2D, bytes[i - 2] == 0x2D {
        position = i + 1
        return true
      }
      i += 1
    }
    return false
  }

  private mutating func encodingOfMeta() -> String? {
    var names: Set<[UInt8]> = []
    var hasPragma = false
    var needsPragma = false
    var found: String?
    while let (name, value) = nextAttribute() {
      guard names.insert(name).inserted else { continue }
      switch String(decoding: name, as: UTF8.self) {
      case "http-equiv": hasPragma = hasPragma || value == Array("content-type".utf8)
      case "content":
        if found == nil, let label = Self.charset(inContent: value), let known = EncodingLabels.name(of: label) {
          found = known
          needsPragma = true
        }
      case "charset":
        found = EncodingLabels.name(of: value)
        needsPragma = false
      default: break
      }
    }
    guard let found, hasPragma || !needsPragma else { return nil }
    return Self.asRead(found)
  }

  /// A page that could be read this far as ASCII is not UTF-16, whatever it says.
  private static func asRead(_ name: String) -> String {
    if name.hasPrefix("UTF-16") { return "UTF-8" }
    return name == "x-user-defined" ? "windows-1252" : name
  }

  /// "Get an attribute": name and value in lower case, or nil at the tag's end.
  private mutating func nextAttribute() -> (name: [UInt8], value: [UInt8])? {
    skip { $0.isASCIIWhitespace || $0 == 0x2F }
    guard let first = byte(at: position), first != 0x3E else { return nil }
    var name: [UInt8] = []
    while let next = byte(at: position) {
      if next == 0x3D, !name.isEmpty { break }
      if next.isASCIIWhitespace || next == 0x2F || next == 0x3E { break }
      name.append(next.asciiLowercased)
      position += 1
    }
    skip(while: \.isASCIIWhitespace)
    guard byte(at: position) == 0x3D else { return (name, []) }
    position += 1
    skip(while: \.isASCIIWhitespace)
    guard let quote = byte(at: position), quote == 0x22 || quote == 0x27 else {
      let value = bytes[position...].prefix { !$0.isASCIIWhitespace && $0 != 0x3E }
      position = value.endIndex
      return (name, value.map(\.asciiLowercased))
    }
    let value = bytes[(position + 1)...].prefix { $0 != quote }
    position = min(value.endIndex + 1, bytes.endIndex)
    return (name, value.map(\.asciiLowercased))
  }

  /// "Extracting a character encoding from a meta element": the label after `charset=` in lower-case text.
  static func charset(inContent content: [UInt8]) -> ArraySlice<UInt8>? {
    let word = Array("charset".utf8)
    var start = 0
    while start + word.count <= content.count {
      guard content[start..<start + word.count].elementsEqual(word) else {
        start += 1
        continue
      }
      let rest = content[(start + word.count)...].drop(while: \.isASCIIWhitespace)
      start += word.count
      guard rest.first == 0x3D else { continue }
      let value = rest.dropFirst().drop(while: \.isASCIIWhitespace)
      guard let quote = value.first else { return nil }
      if quote == 0x22 || quote == 0x27 {
        let inner = value.dropFirst()
        return inner.firstIndex(of: quote).map { inner[..<$0] }
      }
      return value.prefix { !$0.isASCIIWhitespace && $0 != 0x3B }
    }
    return nil
  }

  /// "Get an XML encoding": `<?xml … encoding="…"`.
  private func xmlEncoding() -> String? {
    guard bytes.starts(with: Array("<?xml".utf8)), let end = bytes.firstIndex(of: 0x3E) else { return nil }
    let declaration = bytes[..<end]
    let word = Array("encoding".utf8)
    var start = declaration.startIndex
    while start + word.count <= declaration.endIndex {
      if declaration[start..<start + word.count].elementsEqual(word) { break }
      start += 1
    }
    guard start + word.count <= declaration.endIndex else { return nil }
    let rest = declaration[(start + word.count)...].drop { $0 <= 0x20 }
    guard rest.first == 0x3D else { return nil }
    let value = rest.dropFirst().drop { $0 <= 0x20 }
    guard let quote = value.first, quote == 0x22 || quote == 0x27 else { return nil }
    let label = value.dropFirst().prefix { $0 != quote && $0 > 0x20 }
    return EncodingLabels.name(of: label).map(Self.asRead)
  }

  private mutating func skip(while condition: (UInt8) -> Bool) {
    while let next = byte(at: position), condition(next) { position += 1 }
  }

  private func byte(at offset: Int) -> UInt8? { offset < bytes.endIndex ? bytes[offset] : nil }

  /// Whether `text`, in lower case, stands here in any case.
  private func starts(with text: String) -> Bool {
    var offset = position
    for wanted in text.utf8 {
      guard byte(at: offset)?.asciiLowercased == wanted else { return false }
      offset += 1
    }
    return true
  }
}
