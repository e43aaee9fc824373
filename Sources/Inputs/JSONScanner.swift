/// Where a JSON text is wrong, and how.
public struct JSONFailure: Error, Hashable, Sendable {
  /// Byte offset from the start of the text.
  public var offset: Int
  /// What is wrong there, as words that follow "the JSON is broken:".
  public var reason: String
}

/// Reads JSON (RFC 8259) forward, member by member, without building a tree: pages of a megabyte stand in one string.
///
/// It is lenient where nothing can be lost by it: raw control characters in strings are taken as they are. It never
/// recurses; `skipValue` counts brackets.
@unsafe
struct JSONScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { unsafe self.bytes = bytes }

  func failure(_ reason: String) -> JSONFailure { unsafe JSONFailure(offset: position, reason: reason) }

  /// The next byte that is not white space, or nil at the end. Does not take it.
  mutating func peek() -> UInt8? {
    while unsafe position < bytes.count {
      let byte = unsafe bytes[position]
      if !Magic.isJSONSpace(byte) { return byte }
      unsafe position += 1
    }
    return nil
  }

  private mutating func expect(_ byte: UInt8, _ words: String) throws(JSONFailure) {
    guard unsafe peek() == byte else { throw unsafe failure(words) }
    unsafe position += 1
  }

  mutating func beginObject() throws(JSONFailure) { unsafe try expect(UInt8(ascii: "{"), "an object was expected") }

  /// The next key of the object that was begun, or nil after its end. `isFirst` belongs to the object.
  mutating func nextKey(isFirst: inout Bool) throws(JSONFailure) -> String? {
    if unsafe peek() == UInt8(ascii: "}") {
      unsafe position += 1
      return nil
    }
    if !isFirst { unsafe try expect(UInt8(ascii: ","), "“,” or “}” was expected") }
    isFirst = false
    guard unsafe peek() == UInt8(ascii: "\"") else { throw unsafe failure("a key in quotes was expected") }
    let key = String(decoding: unsafe try string(), as: UTF8.self)
    unsafe try expect(UInt8(ascii: ":"), "“:” was expected after a key")
    return key
  }

  /// Whether another element of the array that was begun follows; takes its comma or the array's end.
  mutating func nextElement(isFirst: inout Bool) throws(JSONFailure) -> Bool {
    if unsafe peek() == UInt8(ascii: "]") {
      unsafe position += 1
      return false
    }
    if !isFirst { unsafe try expect(UInt8(ascii: ","), "“,” or “]” was expected") }
    isFirst = false
    return true
  }

  mutating func beginArray() throws(JSONFailure) { unsafe try expect(UInt8(ascii: "["), "an array was expected") }

  /// Nothing but white space may follow.
  mutating func expectEnd() throws(JSONFailure) {
    if unsafe peek() != nil { throw unsafe failure("something follows the object") }
  }

  /// The UTF-8 bytes of the string that begins at the next byte.
  mutating func string() throws(JSONFailure) -> [UInt8] {
    guard unsafe peek() == UInt8(ascii: "\"") else { throw unsafe failure("a string was expected") }
    let start = unsafe position + 1
    let (end, hasEscapes) = unsafe try endOfString(from: start)
    let body = unsafe UnsafeBufferPointer(rebasing: bytes[start..<end])
    unsafe position = end + 1
    guard hasEscapes else { return unsafe Array(body) }
    do {
      return unsafe try unescape(body)
    } catch {
      throw JSONFailure(offset: start + error.offset, reason: error.reason)
    }
  }

  /// The string, number or word that comes next as text; nil for `null`, objects and arrays, which are skipped.
  mutating func text() throws(JSONFailure) -> String? {
    switch unsafe peek() {
    case UInt8(ascii: "\""): return String(decoding: unsafe try string(), as: UTF8.self)
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "n"):
      unsafe try skipValue()
      return nil
    default:
      let start = unsafe position
      unsafe try skipValue()
      return unsafe String(decoding: bytes[start..<position], as: UTF8.self)
    }
  }

  /// The string that comes next, nil for anything else, which is skipped.
  mutating func stringOrNil() throws(JSONFailure) -> [UInt8]? {
    if unsafe peek() == UInt8(ascii: "\"") { return unsafe try string() }
    unsafe try skipValue()
    return nil
  }

  /// The strings of the array that comes next, or the one string; empty for anything else.
  mutating func texts() throws(JSONFailure) -> [String] {
    guard unsafe peek() == UInt8(ascii: "[") else { return unsafe try text().map { [$0] } ?? [] }
    unsafe try beginArray()
    var isFirst = true
    var result: [String] = []
    while unsafe try nextElement(isFirst: &isFirst) {
      if let text = unsafe try text() { result.append(text) }
    }
    return result
  }

  /// Passes over one value of any kind and depth.
  mutating func skipValue() throws(JSONFailure) {
    var depth = 0
    repeat {
      guard let byte = unsafe peek() else { throw unsafe failure("the text ends inside a value") }
      switch byte {
      case UInt8(ascii: "\""): unsafe position = try endOfString(from: position + 1).end + 1
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        unsafe position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { throw unsafe failure("a value was expected") }
        depth -= 1
        unsafe position += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        if depth == 0 { throw unsafe failure("a value was expected") }
        unsafe position += 1
      default: unsafe try skipScalar()
      }
    } while depth > 0
  }

  private mutating func skipScalar() throws(JSONFailure) {
    let start = unsafe position
    while unsafe position < bytes.count && bytes[position].isJSONScalarByte { unsafe position += 1 }
    let scalar = unsafe bytes[start..<position]
    let isWord = ["true", "false", "null"].contains { unsafe scalar.elementsEqual($0.utf8) }
    let isNumber = unsafe scalar.first.map { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) } ?? false
    guard isWord || isNumber else {
      unsafe position = start
      throw unsafe failure("a value was expected")
    }
  }

  /// The offset of the closing quote of the string whose body begins at `start`.
  private func endOfString(from start: Int) throws(JSONFailure) -> (end: Int, hasEscapes: Bool) {
    var i = start
    var hasEscapes = false
    while unsafe i < bytes.count {
      let byte = unsafe bytes[i]
      if byte == UInt8(ascii: "\"") { return (i, hasEscapes) }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        i += 1
      }
      i += 1
    }
    throw JSONFailure(offset: start - 1, reason: "a string that begins here does not end")
  }
}

extension UInt8 {
  fileprivate var isJSONScalarByte: Bool {
    (0x30...0x39).contains(self) || (0x61...0x7A).contains(self | 0x20) || self == UInt8(ascii: "-")
      || self == UInt8(ascii: "+") || self == UInt8(ascii: ".")
  }
}
