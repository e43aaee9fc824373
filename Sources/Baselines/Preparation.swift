/// What libxml2 2.9 cannot take is taken out of a page before it parses it; every other byte keeps its place.
///
/// - `</html>` and `</body>`: it stops at the one and loses its place at the other, browsers read on.
/// - Nesting beyond `depthLimit` (browsers stop at 512 too) and attributes beyond `attributeLimit`: its time is
///   quadratic in both.
/// - NULs: it takes them for the end. U+FFFD stands for them.
struct Preparation {
  private static let depthLimit = 512
  private static let attributeLimit = 200

  private var bytes: [UInt8]
  private var depth = 0
  /// Start tags that were blanked and whose end tags are still to come.
  private var dropped = 0

  static func prepare(_ utf8: [UInt8]) -> [UInt8] {
    var preparation = Preparation(bytes: withoutNULs(utf8))
    preparation.run()
    return preparation.bytes
  }

  static func withoutNULs(_ utf8: [UInt8]) -> [UInt8] {
    guard utf8.contains(0) else { return utf8 }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count + 16)
    for byte in utf8 {
      if byte == 0 { bytes += [0xEF, 0xBF, 0xBD] } else { bytes.append(byte) }
    }
    return bytes
  }

  /// A tag's name, lower case, as a number; names longer than eight bytes are all the same.
  private static func code(_ name: String) -> UInt64 { name.utf8.reduce(0) { $0 << 8 | UInt64($1) } }

  private static let pageNames: Set<UInt64> = Set(["html", "body"].map(code))
  private static let rawTextNames: Set<UInt64> = Set(["script", "style"].map(code))
  /// What does not nest, or ends by itself, or is what the page is read for.
  private static let uncounted: Set<UInt64> = Set(
    [
      "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
      "p", "li",
      "dt", "dd", "option", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup", "a", "head", "html", "body",
    ].map(code))

  private mutating func run() {
    var index = 0
    let count = bytes.count
    while index + 1 < count {
      guard bytes[index] == 0x3C else {
        index += 1
        continue
      }
      let next = bytes[index + 1]
      if next.isLetter {
        index = startTag(index)
      } else if next == 0x2F, index + 2 < count, bytes[index + 2].isLetter {
        index = endTag(index)
      } else if next == 0x21, index + 3 < count, bytes[index + 2] == 0x2D, bytes[index + 3] == 0x2D {
        index = commentEnd(index + 4)
      } else {
        index += 1
      }
    }
  }

  private func commentEnd(_ start: Int) -> Int {
    var index = start
    while index < bytes.count {
      if bytes[index] == 0x3E, bytes[index - 1] == 0x2D, bytes[index - 2] == 0x2D { return index + 1 }
      index += 1
    }
    return bytes.count
  }

  private func name(at start: Int) -> (code: UInt64, end: Int) {
    var code: UInt64 = 0
    var index = start
    while index < bytes.count, !bytes[index].isWhitespace, bytes[index] != 0x3E, bytes[index] != 0x2F {
      code = index - start < 8 ? code << 8 | UInt64(bytes[index].lowercased) : .max
      index += 1
    }
    return (code, index)
  }

  private mutating func blank(_ range: Range<Int>) {
    for index in range { bytes[index] = 0x20 }
  }

  private mutating func startTag(_ start: Int) -> Int {
    let (code, nameEnd) = name(at: start + 1)
    var index = nameEnd
    var attributes = 0
    var afterEquals = false
    var inWord = false
    var excess: Int?
    while index < bytes.count, bytes[index] != 0x3E {
      let byte = bytes[index]
      if byte.isWhitespace || byte == 0x2F {
        inWord = false
      } else if afterEquals, byte == 0x22 || byte == 0x27 {
        index += 1
        while index < bytes.count, bytes[index] != byte { index += 1 }
        inWord = false
        afterEquals = false
      } else {
        if !inWord, !afterEquals, byte != 0x3D {
          attributes += 1
          if attributes > Self.attributeLimit, excess == nil { excess = index }
        }
        inWord = true
        afterEquals = byte == 0x3D
      }
      index += 1
    }
    let end = min(index, bytes.count)
    if let excess { blank(excess..<max(end, excess)) }
    if Self.rawTextNames.contains(code) { return rawTextEnd(end, code) }
    guard !Self.uncounted.contains(code) else { return end }
    if depth < Self.depthLimit {
      depth += 1
    } else {
      dropped += 1
      blank(start..<min(end + 1, bytes.count))
    }
    return end
  }

  private mutating func endTag(_ start: Int) -> Int {
    let (code, nameEnd) = name(at: start + 2)
    var index = nameEnd
    while index < bytes.count, bytes[index] != 0x3E { index += 1 }
    let end = min(index + 1, bytes.count)
    if Self.pageNames.contains(code) {
      blank(start..<end)
    } else if !Self.uncounted.contains(code) {
      if dropped > 0 {
        dropped -= 1
        blank(start..<end)
      } else {
        depth = max(0, depth - 1)
      }
    }
    return end
  }

  /// The end tag of a script or style sheet.
  private func rawTextEnd(_ start: Int, _ code: UInt64) -> Int {
    var index = start
    while index + 2 < bytes.count {
      if bytes[index] == 0x3C, bytes[index + 1] == 0x2F, name(at: index + 2).code == code {
        return name(at: index + 2).end
      }
      index += 1
    }
    return bytes.count
  }
}
