public import PageTags

/// Labels of a JSON document in the terms the heads know: addresses in strings are links, sentences are text.
///
/// Strings that people would read (two words or more, or a word of another script) are main content, other values are aside, names of
/// members and all signs are markup. Each string is a paragraph of its own.
public enum JSONTeacher {
  public static func tag(_ utf8: [UInt8]) -> [ByteTags] {
    var tags = [ByteTags](repeating: ByteTags(), count: utf8.count)
    for text in JSONSurvey(utf8).strings where !text.isName && !text.range.isEmpty {
      let range = text.range
      let addresses = addresses(in: utf8, range)
      let isOneAddress = addresses.first == range
      let content: Content = !isOneAddress && isReadable(utf8[range]) ? .main : .aside
      for index in range {
        tags[index].content = content
        tags[index].block = .paragraph
      }
      // The quotes part one string's text from the next one's.
      tags[range.lowerBound - 1].boundary = .block
      tags[range.upperBound].boundary = .block
      for address in addresses {
        tags[address.lowerBound - 1].attribute = .anchorOpen
        for index in address { tags[index].attribute = .value }
      }
    }
    return tags
  }

  /// As they stand in strings, where a slash may be escaped.
  private static let schemes = [
    "https://", "http://", "ftp://", "mailto:", #"https:\/\/"#, #"http:\/\/"#, #"ftp:\/\/"#,
  ].map { Array($0.utf8) }

  /// Addresses with a scheme inside `range`.
  private static func addresses(in bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var at = range.lowerBound
    while at < range.upperBound {
      let isStart = at == range.lowerBound || !(bytes[at - 1].isASCIILetter || bytes[at - 1] &- 0x30 < 10)
      guard isStart, let scheme = schemes.first(where: { bytes[at..<range.upperBound].starts(with: $0) }) else {
        at += 1
        continue
      }
      // A string without white space that begins as an address is one, whatever signs it holds: {templates}, say.
      if at == range.lowerBound, !bytes[range].contains(where: { [0x20, 0x22, 0x3c].contains($0) }),
        scheme.count < range.count
      {
        return [range]
      }
      var end = at + scheme.count
      while end < range.upperBound, !ends(bytes[end], before: end + 1 < range.upperBound ? bytes[end + 1] : 0) {
        end += 1
      }
      // A sentence's stop is not the address's.
      if end < range.upperBound || at > range.lowerBound {
        while end > at, [0x2e, 0x2c, 0x3b, 0x3a, 0x21, 0x3f].contains(bytes[end - 1]) { end -= 1 }
      }
      if end > at + scheme.count { result.append(at..<end) }
      at = end
    }
    return result
  }

  /// Whether no address goes on with this byte: white space, quotes, brackets, a backslash that is not a slash's.
  private static func ends(_ byte: UInt8, before next: UInt8) -> Bool {
    if byte == 0x5c, next == 0x2f { return false }
    return byte <= 0x20
      || [0x22, 0x27, 0x28, 0x29, 0x3c, 0x3e, 0x5b, 0x5c, 0x5d, 0x60, 0x7b, 0x7c, 0x7d].contains(byte)
  }

  private static func isReadable(_ text: ArraySlice<UInt8>) -> Bool {
    var words = 0
    var run = 0
    for byte in text {
      if byte >= 0x80 { return true }
      if byte.isASCIILetter {
        run += 1
      } else {
        // Words stand between spaces; names with dots, slashes and dashes are no sentences.
        if run >= 2, byte == 0x20 || byte == 0x2c || byte == 0x2e { words += 1 }
        run = 0
      }
    }
    return (run >= 2 ? words + 1 : words) >= 2 && text.contains(0x20)
  }
}
