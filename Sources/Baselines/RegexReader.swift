import Pages

/// Finds links by pattern, knowing nothing of documents: what a script with a regular expression gets.
///
/// The patterns are matched by hand over bytes, in one pass, so that no page can make them slow.
public enum RegexReader {
  public enum Pattern: Hashable, Sendable {
    /// `<a href="([^"]+)">([^<]+)</a>`, case-sensitive.
    case naive
    /// Case-insensitive, any attribute order and quoting, comments and raw text skipped first:
    ///
    ///     <!--.*?(-->|$)                                              skipped
    ///     <(script|style|textarea|title|xmp|iframe|noembed|noframes)\b…?</\1    skipped
    ///     <(a|area)((?:[\s/]+|[^\s/>=][^\s/>=]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]*))?)*)>
    ///
    /// The first `href` among the attributes is the link; its text goes to the next `<a` or `</a`, tags left out.
    case tolerant
  }

  /// The links of a page in reading order, with the offsets of each address.
  public static func links(in utf8: [UInt8], pattern: Pattern) -> [ExtractedLink] {
    switch pattern {
    case .naive: naiveLinks(in: utf8)
    case .tolerant: tolerantLinks(in: utf8)
    }
  }

  // MARK: Naive

  private static func naiveLinks(in bytes: [UInt8]) -> [ExtractedLink] {
    let opening = Array("<a href=\"".utf8)
    let closing = Array("</a>".utf8)
    var links: [ExtractedLink] = []
    var index = 0
    let last = bytes.count - opening.count
    while index <= last {
      guard bytes[index] == 0x3C, matches(opening, in: bytes, at: index) else {
        index += 1
        continue
      }
      let start = index + opening.count
      // Until something matches, go on from just behind the `<`, as a regular expression does.
      index += 1
      guard let end = find(0x22, in: bytes, from: start), end > start, end + 1 < bytes.count, bytes[end + 1] == 0x3E,
        let textEnd = find(0x3C, in: bytes, from: end + 2), textEnd > end + 2, matches(closing, in: bytes, at: textEnd)
      else { continue }
      var text = CollapsedText()
      text.append(CharacterReferences.decode(bytes[end + 2..<textEnd], inAttribute: false).utf8)
      links.append(ExtractedLink(href: address(bytes[start..<end]), text: text.string, start: start, end: end))
      index = textEnd + closing.count
    }
    return links
  }

  private static func matches(_ pattern: [UInt8], in bytes: [UInt8], at index: Int) -> Bool {
    guard index + pattern.count <= bytes.count else { return false }
    for offset in 0..<pattern.count where bytes[index + offset] != pattern[offset] { return false }
    return true
  }

  private static func find(_ byte: UInt8, in bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      if bytes[index] == byte { return index }
      index += 1
    }
    return nil
  }

  private static func address(_ value: ArraySlice<UInt8>) -> String {
    let decoded = CharacterReferences.decode(value, inAttribute: true)
    return String(decoding: decoded.utf8.trimmed, as: UTF8.self)
  }

  // MARK: Tolerant

  private static func tolerantLinks(in bytes: [UInt8]) -> [ExtractedLink] {
    var matcher = TolerantMatcher(bytes: bytes)
    matcher.run()
    return matcher.links
  }
}

/// One pass of the tolerant pattern over a page.
private struct TolerantMatcher {
  let bytes: [UInt8]
  private(set) var links: [ExtractedLink] = []
  private var index = 0
  /// The index in `links` of the link whose text is being read.
  private var open: Int?
  private var text = CollapsedText()
  /// A quote that was never closed: further ones need no search.
  private var lastQuotes: [UInt8: Int] = [:]

  init(bytes: [UInt8]) { self.bytes = bytes }

  private static let rawTextNames = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"]
    .map { Array($0.utf8) }

  mutating func run() {
    var textStart = 0
    while index < bytes.count {
      guard bytes[index] == 0x3C else {
        index += 1
        continue
      }
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      guard next.isLetter || next == 0x2F || next == 0x21 || next == 0x3F else {
        index += 1
        continue
      }
      addText(textStart..<index)
      if next == 0x21 {
        skipDeclaration()
      } else if next == 0x2F {
        if open != nil, isName("a", at: index + 2) { close() }
        skipTag(from: index + 2)
      } else {
        readTag()
      }
      textStart = index
    }
    addText(textStart..<bytes.count)
    close()
  }

  private mutating func addText(_ range: Range<Int>) {
    guard open != nil, !range.isEmpty else { return }
    text.append(CharacterReferences.decode(bytes[range], inAttribute: false).utf8)
  }

  private mutating func close() {
    guard let open else { return }
    links[open].text = text.string
    text = CollapsedText()
    self.open = nil
  }

  /// Whether the tag name at `start` is `name`.
  private func isName(_ name: StaticString, at start: Int) -> Bool {
    name.withUTF8Buffer { name in
      guard start + name.count <= bytes.count else { return false }
      for offset in 0..<name.count where unsafe bytes[start + offset].lowercased != name[offset] { return false }
      return ends(at: start + name.count)
    }
  }

  private func ends(at index: Int) -> Bool {
    index >= bytes.count || bytes[index].isWhitespace || bytes[index] == 0x2F || bytes[index] == 0x3E
  }

  private mutating func skipDeclaration() {
    guard index + 3 < bytes.count, bytes[index + 2] == 0x2D, bytes[index + 3] == 0x2D else {
      skipTag(from: index + 2)
      return
    }
    // `<!-->` is a whole comment.
    var cursor = index + 4
    while cursor < bytes.count {
      if bytes[cursor] == 0x3E, bytes[cursor - 1] == 0x2D, bytes[cursor - 2] == 0x2D {
        index = cursor + 1
        return
      }
      cursor += 1
    }
    index = bytes.count
  }

  private mutating func skipTag(from start: Int) {
    var cursor = start
    while cursor < bytes.count, bytes[cursor] != 0x3E { cursor += 1 }
    index = min(cursor + 1, bytes.count)
  }

  private mutating func readTag() {
    let nameStart = index + 1
    switch bytes[nameStart].lowercased {
    case UInt8(ascii: "a"):
      let isArea = isName("area", at: nameStart)
      if isArea || isName("a", at: nameStart) {
        if !isArea { close() }
        readLink(kind: isArea ? "area" : "a", from: nameStart + (isArea ? 4 : 1))
        return
      }
    case UInt8(ascii: "i"):
      if open != nil, isName("img", at: nameStart) {
        let found = attributes(from: nameStart + 3)
        if let open, links[open].alternative == nil, let value = found.alternative {
          links[open].alternative = plain(value)
        }
        return
      }
    default: break
    }
    for name in Self.rawTextNames
    where bytes[nameStart].lowercased == name[0] && nameStart + name.count <= bytes.count {
      guard bytes[nameStart..<nameStart + name.count].elementsEqual(name, by: { $0.lowercased == $1 }),
        ends(at: nameStart + name.count)
      else { continue }
      skipRawText(name, from: nameStart + name.count)
      return
    }
    skipTag(from: nameStart)
  }

  private mutating func skipRawText(_ name: [UInt8], from start: Int) {
    var cursor = start
    while cursor + 1 < bytes.count {
      if bytes[cursor] == 0x3C, bytes[cursor + 1] == 0x2F, cursor + 2 + name.count <= bytes.count,
        bytes[cursor + 2..<cursor + 2 + name.count].elementsEqual(name, by: { $0.lowercased == $1 })
      {
        skipTag(from: cursor + 2)
        return
      }
      cursor += 1
    }
    index = bytes.count
  }

  private mutating func readLink(kind: String, from start: Int) {
    let found = attributes(from: start)
    guard let value = found.href else { return }
    let decoded = CharacterReferences.decode(bytes[value], inAttribute: true)
    let alternative = kind == "area" ? found.alternative.map(plain) : nil
    links.append(
      ExtractedLink(
        href: String(decoding: decoded.utf8.trimmed, as: UTF8.self), text: "", alternative: alternative, kind: kind,
        start: value.lowerBound, end: value.upperBound))
    if kind == "a" { open = links.count - 1 }
  }

  private func plain(_ value: Range<Int>) -> String {
    var text = CollapsedText()
    text.append(CharacterReferences.decode(bytes[value], inAttribute: true).utf8)
    return text.string
  }

  /// Reads attributes to just after the tag's `>` and moves there.
  private mutating func attributes(from start: Int) -> (href: Range<Int>?, alternative: Range<Int>?) {
    var href: Range<Int>?
    var alternative: Range<Int>?
    var cursor = start
    while cursor < bytes.count {
      let byte = bytes[cursor]
      if byte == 0x3E {
        cursor += 1
        break
      }
      if byte.isWhitespace || byte == 0x2F {
        cursor += 1
        continue
      }
      let nameStart = cursor
      cursor += 1
      while cursor < bytes.count, !ends(at: cursor), bytes[cursor] != 0x3D { cursor += 1 }
      let name = nameStart..<cursor
      var after = cursor
      while after < bytes.count, bytes[after].isWhitespace { after += 1 }
      guard after < bytes.count, bytes[after] == 0x3D else { continue }
      cursor = after + 1
      while cursor < bytes.count, bytes[cursor].isWhitespace { cursor += 1 }
      guard cursor < bytes.count else { break }
      let value = readValue(&cursor)
      if name.count == 4, isAttribute("href", name), href == nil { href = value }
      if name.count == 3, isAttribute("alt", name), alternative == nil { alternative = value }
    }
    index = cursor
    return (href, alternative)
  }

  private func isAttribute(_ name: StaticString, _ range: Range<Int>) -> Bool {
    name.withUTF8Buffer { name in
      for offset in 0..<name.count where unsafe bytes[range.lowerBound + offset].lowercased != name[offset] {
        return false
      }
      return true
    }
  }

  private mutating func readValue(_ cursor: inout Int) -> Range<Int> {
    let quote = bytes[cursor]
    if quote == 0x22 || quote == 0x27 {
      let start = cursor + 1
      if start <= lastQuotes[quote] ?? bytes.count {
        var end = start
        while end < bytes.count, bytes[end] != quote { end += 1 }
        if end < bytes.count {
          cursor = end + 1
          return start..<end
        }
        lastQuotes[quote] = start - 1
      }
    }
    // Unquoted, or the quote is never closed and counts as any other byte.
    let start = cursor
    while cursor < bytes.count, !bytes[cursor].isWhitespace, bytes[cursor] != 0x3E { cursor += 1 }
    return start..<cursor
  }
}
