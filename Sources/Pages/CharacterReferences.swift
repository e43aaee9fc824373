/// Decodes character references (`&amp;`, `&#233;`, `&#xE9;`) as browsers do.
///
/// WHATWG HTML, "Character reference state" and the states after it: the longest name wins, 106 old names work
/// without their `;`, and in an attribute's value such a name stays text when `=`, a letter or a digit follows.
public enum CharacterReferences {
  /// The text of `bytes` (UTF-8) with every character reference decoded. Time is linear in the number of bytes.
  ///
  /// - Parameter inAttribute: whether the bytes are an attribute's value, where `&copy=1` is not a reference.
  public static func decode<C: Collection>(_ bytes: C, inAttribute: Bool) -> String where C.Element == UInt8 {
    let direct = bytes.withContiguousStorageIfAvailable { unsafe decode(buffer: $0, inAttribute: inAttribute) }
    if let direct { return direct }
    return unsafe Array(bytes).withUnsafeBufferPointer { unsafe decode(buffer: $0, inAttribute: inAttribute) }
  }

  private static func decode(buffer bytes: UnsafeBufferPointer<UInt8>, inAttribute: Bool) -> String {
    guard unsafe bytes.contains(UInt8(ascii: "&")) else { return unsafe String(decoding: bytes, as: UTF8.self) }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      let byte = unsafe bytes[position]
      if byte == UInt8(ascii: "&"),
        let reference = unsafe reference(in: bytes, at: position, inAttribute: inAttribute)
      {
        output.append(scalar: reference.first)
        if let second = reference.second { output.append(scalar: second) }
        position = reference.end
      } else {
        output.append(byte)
        position += 1
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private struct Reference {
    var first: Unicode.Scalar
    /// Some names (`&NotEqualTilde;`) stand for two code points.
    var second: Unicode.Scalar?
    /// The offset just after the reference.
    var end: Int
  }

  /// The reference whose `&` is at `start`, or nil where a browser shows the `&` as it is.
  private static func reference(
    in bytes: UnsafeBufferPointer<UInt8>, at start: Int, inAttribute: Bool
  ) -> Reference? {
    guard start + 1 < bytes.count else { return nil }
    if unsafe bytes[start + 1] == UInt8(ascii: "#") { return unsafe numericReference(in: bytes, at: start) }
    return unsafe namedReference(in: bytes, at: start, inAttribute: inAttribute)
  }

  private static func namedReference(
    in bytes: UnsafeBufferPointer<UInt8>, at start: Int, inAttribute: Bool
  ) -> Reference? {
    let table = CharacterReferenceIndex.shared
    let nameStart = start + 1
    let limit = min(bytes.count, nameStart + table.longestName)
    var end = nameStart
    while end < limit, unsafe bytes[end].isASCIIAlphanumeric { end += 1 }

    // Names hold letters and digits only, so one with `;` is the whole run or nothing.
    if end < bytes.count, end > nameStart, unsafe bytes[end] == UInt8(ascii: ";"),
      let found = unsafe table.find(UnsafeBufferPointer(rebasing: bytes[nameStart...end]))
    {
      return Reference(first: found.first, second: found.second, end: end + 1)
    }
    var length = min(end - nameStart, table.longestBareName)
    while length > 1 {
      let nameEnd = nameStart + length
      if let found = unsafe table.find(UnsafeBufferPointer(rebasing: bytes[nameStart..<nameEnd])) {
        if inAttribute, nameEnd < bytes.count,
          unsafe bytes[nameEnd] == UInt8(ascii: "=") || bytes[nameEnd].isASCIIAlphanumeric
        {
          return nil
        }
        return Reference(first: found.first, second: found.second, end: nameEnd)
      }
      length -= 1
    }
    return nil
  }

  private static func numericReference(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Reference? {
    var position = start + 2
    var radix: UInt32 = 10
    if position < bytes.count, unsafe bytes[position] | 0x20 == UInt8(ascii: "x") {
      radix = 16
      position += 1
    }
    let digitsStart = position
    var value: UInt32 = 0
    while position < bytes.count, let digit = unsafe bytes[position].hexadecimalValue, digit < radix {
      // Anything past the last code point is equally wrong; stop growing there.
      value = min(value * radix + UInt32(digit), 0x11_0000)
      position += 1
    }
    guard position > digitsStart else { return nil }
    if position < bytes.count, unsafe bytes[position] == UInt8(ascii: ";") { position += 1 }
    return Reference(first: numericScalar(value), second: nil, end: position)
  }

  /// WHATWG HTML, "Numeric character reference end state": NUL, surrogates and what is past Unicode become U+FFFD; the
  /// C1 controls are read as windows-1252, which is what their authors meant.
  private static func numericScalar(_ value: UInt32) -> Unicode.Scalar {
    if value == 0 { return "\u{FFFD}" }
    if (0x80...0x9F).contains(value) { return windows1252Controls[Int(value - 0x80)] }
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }

  /// 0x80 to 0x9F in windows-1252; the five that are not defined stay controls.
  static let windows1252Controls: [Unicode.Scalar] = [
    "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}",
    "\u{2C6}", "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", "\u{8D}", "\u{17D}", "\u{8F}",
    "\u{90}", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}",
    "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}", "\u{153}", "\u{9D}", "\u{17E}", "\u{178}",
  ]
}

/// `characterReferenceTable` with an index for binary search, made at first use.
struct CharacterReferenceIndex: Sendable {
  static let shared = CharacterReferenceIndex()

  private let table: [UInt8]
  /// Where each entry begins in `table`.
  private let starts: [Int]
  let count: Int
  /// Bytes of the longest name, without its `;`.
  let longestName: Int
  /// Bytes of the longest name that works without `;`.
  let longestBareName: Int

  private init() {
    table = Array(characterReferenceTable.utf8)
    var starts = [0]
    var longest = 0
    var longestBare = 0
    for (offset, byte) in table.enumerated() {
      if byte == UInt8(ascii: " ") { starts.append(offset + 1) }
      guard byte == UInt8(ascii: "="), let start = starts.last, offset > start else { continue }
      if table[offset - 1] == UInt8(ascii: ";") {
        longest = max(longest, offset - start - 1)
      } else {
        longestBare = max(longestBare, offset - start)
      }
    }
    self.starts = starts
    count = starts.count
    longestName = longest
    longestBareName = longestBare
  }

  /// The code points of `name`, given with its `;` if it has one.
  func find(_ name: UnsafeBufferPointer<UInt8>) -> (first: Unicode.Scalar, second: Unicode.Scalar?)? {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      let start = starts[middle]
      switch unsafe order(of: name, andEntryAt: start) {
      case 0: return value(at: start + name.count + 1)
      case ..<0: high = middle
      default: low = middle + 1
      }
    }
    return nil
  }

  /// Negative, zero or positive: how `name` sorts against the entry's name.
  private func order(of name: UnsafeBufferPointer<UInt8>, andEntryAt start: Int) -> Int {
    for offset in 0..<name.count {
      let entryByte = table[start + offset]
      if entryByte == UInt8(ascii: "=") { return 1 }
      let byte = unsafe name[offset]
      if byte != entryByte { return Int(byte) - Int(entryByte) }
    }
    return table[start + name.count] == UInt8(ascii: "=") ? 0 : -1
  }

  private func value(at start: Int) -> (first: Unicode.Scalar, second: Unicode.Scalar?) {
    var scalars: [UInt32] = [0]
    var position = start
    while position < table.count, table[position] != UInt8(ascii: " ") {
      if let digit = table[position].hexadecimalValue {
        scalars[scalars.count - 1] = scalars[scalars.count - 1] << 4 | digit
      } else {
        scalars.append(0)
      }
      position += 1
    }
    return (Unicode.Scalar(scalars[0]) ?? "\u{FFFD}", scalars.count > 1 ? Unicode.Scalar(scalars[1]) : nil)
  }
}
