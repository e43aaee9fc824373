/// A page in UTF-8, and where each of its bytes came from.
public struct DecodedPage: Sendable {
  public var utf8: [UInt8]
  /// From offsets in `utf8` to offsets in the bytes as given.
  public var map: OffsetMap
  /// The encoding it was in, by its name in the WHATWG Encoding standard ("UTF-8", "windows-1252", "Shift_JIS").
  public var encoding: String
  /// How many times bytes that stand for nothing became U+FFFD.
  public var replacements: Int

  public init(utf8: [UInt8], map: OffsetMap, encoding: String, replacements: Int) {
    self.utf8 = utf8
    self.map = map
    self.encoding = encoding
    self.replacements = replacements
  }
}

/// Why a page could not be decoded.
public struct CharsetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The label as given, or the encoding's name.
  public var label: String
  /// One sentence with the remedy.
  public var description: String

  static func unknown(_ label: String) -> CharsetError {
    CharsetError(
      label: label,
      description:
        "The charset “\(label)” is not known; use a label of the WHATWG Encoding standard, such as utf-8 or windows-1252."
    )
  }

  static func notDecoded(_ label: String) -> CharsetError {
    CharsetError(
      label: label,
      description: "The charset “\(label)” is not read, as in browsers, for safety; convert the page to UTF-8 first.")
  }

  static func noTable(_ name: String) -> CharsetError {
    CharsetError(
      label: name,
      description:
        "This system's C library has no table for the charset “\(name)”; install its iconv modules, or convert the page "
        + "to UTF-8 first.")
  }
}

/// Turns a page's bytes into UTF-8 as a browser would.
public enum CharsetDecoder {
  /// The page in UTF-8. Time is linear; bytes that stand for nothing become U+FFFD and are counted.
  ///
  /// The encoding is, in this order (WHATWG HTML, "Determining the character encoding"): what a byte order mark says;
  /// `declared`; what the page says of itself in a `meta` or XML declaration; UTF-8 when the bytes are that, but for one
  /// error in ten characters at most; else windows-1252. The byte order mark is dropped.
  ///
  /// - Parameter declared: a label from outside the page (HTTP, a command line option). One that the standard does not
  ///   know is an error; one on the page itself is passed over.
  public static func decode(_ bytes: [UInt8], declared: String? = nil) throws(CharsetError) -> DecodedPage {
    var declaredName: String?
    if let declared {
      declaredName = EncodingLabels.name(of: declared.utf8)
      if declaredName == nil { throw .unknown(declared) }
    }
    if let (name, length) = byteOrderMark(bytes) { return try decode(bytes, from: length, encoding: name) }
    if let declared, let declaredName {
      if declaredName == "replacement" { throw .notDecoded(declared) }
      return try decode(bytes, from: 0, encoding: declaredName)
    }
    if let name = unmarkedUTF16(bytes) { return try decode(bytes, from: 0, encoding: name) }
    if let name = MetaPrescan.encoding(of: bytes), name != "replacement" {
      return try decode(bytes, from: 0, encoding: name)
    }
    return try decode(bytes, from: 0, encoding: isMostlyUTF8(bytes) ? "UTF-8" : "windows-1252")
  }

  /// Whether every byte belongs to a character of valid UTF-8.
  public static func isUTF8(_ bytes: [UInt8]) -> Bool { UTF8Decoding.firstInvalid(in: bytes, from: 0) == nil }

  /// The standard's name for a charset label, or nil where it knows none. Case and outer white space do not count.
  public static func encodingName(forLabel label: String) -> String? { EncodingLabels.name(of: label.utf8) }

  private static func decode(
    _ bytes: [UInt8], from start: Int, encoding: String
  ) throws(CharsetError) -> DecodedPage {
    switch encoding {
    case "UTF-8": return UTF8Decoding.decode(bytes, from: start)
    case "UTF-16LE": return UTF16Decoding.decode(bytes, from: start, isBigEndian: false)
    case "UTF-16BE": return UTF16Decoding.decode(bytes, from: start, isBigEndian: true)
    default:
      // Only UTF-8 and UTF-16 have marks, so these begin at 0.
      if let page = SingleByteDecoding.decode(bytes, encoding: encoding) { return page }
      if let page = DoubleByteDecoding.decode(bytes, encoding: encoding) { return page }
      throw .noTable(encoding)
    }
  }

  private static func byteOrderMark(_ bytes: [UInt8]) -> (encoding: String, length: Int)? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return ("UTF-8", 3) }
    if bytes.starts(with: [0xFE, 0xFF]) { return ("UTF-16BE", 2) }
    if bytes.starts(with: [0xFF, 0xFE]) { return ("UTF-16LE", 2) }
    return nil
  }

  /// UTF-16 without a mark that begins with `<` and another ASCII character. The standard knows only `<?x`; no page in
  /// another encoding begins so.
  private static func unmarkedUTF16(_ bytes: [UInt8]) -> String? {
    guard bytes.count >= 4 else { return nil }
    switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
    case (0x3C, 0, 1...0x7F, 0): return "UTF-16LE"
    case (0, 0x3C, 0, 1...0x7F): return "UTF-16BE"
    default: return nil
    }
  }

  private static func isMostlyUTF8(_ bytes: [UInt8]) -> Bool {
    guard let invalid = UTF8Decoding.firstInvalid(in: bytes, from: 0) else { return true }
    // A page cut off inside its last character, or pasted together from two, is still UTF-8.
    let census = UTF8Decoding.census(of: bytes, from: 0)
    if census.invalid == 1, bytes.count - invalid < 4 { return census.multiByte > 0 }
    return census.multiByte >= 10 * census.invalid
  }
}
