import Consomme
import Pages

/// The address a page's relative links resolve against.
enum BaseAddress {
  static func isAbsolute(_ url: String) -> Bool { URLResolver.Base(url) != nil }

  /// - Parameters:
  ///   - url: the page's address, or what stands for it.
  ///   - href: the page's own `<base href>`, which wins and may be relative to `url`.
  static func base(url: String?, href: String?) -> URLResolver.Base? {
    let address = url.flatMap { URLResolver.Base($0) }
    guard let href else { return address }
    return URLResolver.Base(href: href, at: address) ?? address
  }

  /// The `href` of the first `<base>` with one, found by pattern: for readers that do not say.
  static func href(in bytes: [UInt8]) -> String? {
    var index = 0
    while let start = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
      index = start + 1
      if bytes[index...].starts(with: "!--".utf8) {
        index = end(of: Array("-->".utf8), in: bytes, from: start + 2) ?? bytes.count
        continue
      }
      guard matches("base", bytes, at: index), index + 4 < bytes.count,
        isSpace(bytes[index + 4]) || bytes[index + 4] == 0x2F
      else { continue }
      var reader = AttributeScan(bytes: bytes, index: index + 4)
      while let (name, value) = reader.next() {
        if name.elementsEqual("href".utf8) {
          let text = CharacterReferences.decode(value, inAttribute: true)
          return String(text.drop(while: \.isWhitespace))
        }
      }
      index = reader.index
    }
    return nil
  }

  private static func end(of mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    var at = start
    while at + mark.count <= bytes.count {
      if bytes[at..<at + mark.count].elementsEqual(mark) { return at + mark.count }
      at += 1
    }
    return nil
  }

  private static func matches(_ name: String, _ bytes: [UInt8], at index: Int) -> Bool {
    index + name.utf8.count <= bytes.count
      && zip(bytes[index...], name.utf8).allSatisfy { $0 | 0x20 == $1 }
  }

  fileprivate static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte) && byte != 0x0B
  }
}

/// The attributes of one tag.
private struct AttributeScan {
  let bytes: [UInt8]
  /// Where to go on; after the last attribute, just past the tag.
  var index: Int

  mutating func next() -> (name: [UInt8], value: ArraySlice<UInt8>)? {
    skip { BaseAddress.isSpace($0) || $0 == 0x2F }
    guard index < bytes.count else { return nil }
    if bytes[index] == UInt8(ascii: ">") {
      index += 1
      return nil
    }
    let start = index
    index += 1
    skip { !BaseAddress.isSpace($0) && $0 != 0x2F && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "=") }
    let name = bytes[start..<index].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    skip(BaseAddress.isSpace)
    guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { return (name, []) }
    index += 1
    skip(BaseAddress.isSpace)
    guard index < bytes.count else { return (name, []) }
    let quote = bytes[index]
    let isQuoted = quote == 0x22 || quote == 0x27
    if isQuoted { index += 1 }
    let valueStart = index
    skip { isQuoted ? $0 != quote : !BaseAddress.isSpace($0) && $0 != UInt8(ascii: ">") }
    defer { if isQuoted { index = min(bytes.count, index + 1) } }
    return (name, bytes[valueStart..<index])
  }

  private mutating func skip(_ predicate: (UInt8) -> Bool) {
    while index < bytes.count, predicate(bytes[index]) { index += 1 }
  }
}
