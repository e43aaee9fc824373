/// An attribute of a start tag, as byte ranges of the page.
public struct HTMLAttribute: Sendable {
  public var name: Range<Int>
  /// Without quotes; nil where there is no `=`.
  public var value: Range<Int>?
}

/// A token, as byte ranges of the page.
public enum HTMLToken: Sendable {
  case text(Range<Int>)
  /// `range` is the whole tag from `<` to just after `>`.
  case startTag(range: Range<Int>, name: Range<Int>, attributes: [HTMLAttribute])
  case endTag(range: Range<Int>, name: Range<Int>)
  case comment(Range<Int>)
  /// Doctype, processing instruction and whatever else begins with `<!` or `<?`.
  case declaration(Range<Int>)
  /// What stands inside script, style, title, textarea and their like.
  case rawText(Range<Int>)
}

/// A tokenizer that keeps positions: the states of https://html.spec.whatwg.org/#tokenization as far as they decide where tokens begin
/// and end. Only teachers and tools use it; the neural reader never does. Linear in the page.
public struct HTMLTokenizer: Sendable {
  private let bytes: [UInt8]
  private var at = 0
  /// The raw-text element whose content comes next.
  private var rawName: [UInt8]?
  /// Where there is no more end tag of a name: the search need not be repeated.
  private var searchedInVain: Set<[UInt8]> = []

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  private static let rawElements: Set<[UInt8]> = Set(
    ["script", "style", "xmp", "iframe", "noembed", "noframes", "title", "textarea", "plaintext"].map { Array($0.utf8) }
  )

  /// The next token, or nil at the end. A tag that the page ends inside of is given as text.
  public mutating func next() -> HTMLToken? {
    if let name = rawName {
      rawName = nil
      let end = endOfRawText(name)
      if end > at {
        defer { at = end }
        return .rawText(at..<end)
      }
    }
    let start = at
    guard start < bytes.count else { return nil }
    var scan = start
    while scan < bytes.count {
      if bytes[scan] == 0x3c, let token = markup(at: scan) {
        if scan > start {
          at = scan
          return .text(start..<scan)
        }
        return token
      }
      scan += 1
    }
    at = bytes.count
    return .text(start..<bytes.count)
  }

  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a }
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0a || byte == 0x09 || byte == 0x0d || byte == 0x0c
  }

  /// The markup at `start`, a `<`; nil where it is text. Moves behind it.
  private mutating func markup(at start: Int) -> HTMLToken? {
    guard start + 1 < bytes.count else { return nil }
    let second = bytes[start + 1]
    if Self.isLetter(second) { return startTag(at: start) }
    if second == 0x2f {
      guard start + 2 < bytes.count else { return nil }
      if Self.isLetter(bytes[start + 2]) { return endTag(at: start) }
      return declaration(at: start)
    }
    if second == 0x21 {
      if start + 3 < bytes.count, bytes[start + 2] == 0x2d, bytes[start + 3] == 0x2d { return comment(at: start) }
      return declaration(at: start)
    }
    return second == 0x3f ? declaration(at: start) : nil
  }

  private mutating func declaration(at start: Int) -> HTMLToken {
    var end = start + 2
    while end < bytes.count, bytes[end] != 0x3e { end += 1 }
    at = min(bytes.count, end + 1)
    return .declaration(start..<at)
  }

  private mutating func comment(at start: Int) -> HTMLToken {
    var scan = start + 4
    // "<!-->" and "<!--->" are whole comments.
    if scan < bytes.count, bytes[scan] == 0x3e {
      at = scan + 1
      return .comment(start..<at)
    }
    if scan + 1 < bytes.count, bytes[scan] == 0x2d, bytes[scan + 1] == 0x3e {
      at = scan + 2
      return .comment(start..<at)
    }
    while scan < bytes.count {
      if bytes[scan] == 0x3e, scan >= start + 6, bytes[scan - 1] == 0x2d, bytes[scan - 2] == 0x2d {
        at = scan + 1
        return .comment(start..<at)
      }
      if bytes[scan] == 0x3e, scan >= start + 7, bytes[scan - 1] == 0x21, bytes[scan - 2] == 0x2d,
        bytes[scan - 3] == 0x2d
      {
        at = scan + 1
        return .comment(start..<at)
      }
      scan += 1
    }
    at = bytes.count
    return .comment(start..<at)
  }

  private func endOfName(_ start: Int) -> Int {
    var end = start
    while end < bytes.count, !Self.isSpace(bytes[end]), bytes[end] != 0x2f, bytes[end] != 0x3e { end += 1 }
    return end
  }

  private mutating func startTag(at start: Int) -> HTMLToken? {
    let nameEnd = endOfName(start + 1)
    guard let (attributes, end) = attributes(from: nameEnd) else { return cutOff() }
    at = end
    let name = start + 1..<nameEnd
    if name.count >= 3, name.count <= 9 {
      let lower = bytes[name].map { $0 >= 0x41 && $0 <= 0x5a ? $0 | 0x20 : $0 }
      if Self.rawElements.contains(lower) { rawName = lower }
    }
    return .startTag(range: start..<end, name: name, attributes: attributes)
  }

  private mutating func endTag(at start: Int) -> HTMLToken? {
    let nameEnd = endOfName(start + 2)
    guard let (_, end) = attributes(from: nameEnd) else { return cutOff() }
    at = end
    return .endTag(range: start..<end, name: start + 2..<nameEnd)
  }

  /// The page ends inside a tag: the rest is dropped, as the standard says (eof-in-tag).
  private mutating func cutOff() -> HTMLToken {
    defer { at = bytes.count }
    return .declaration(at..<bytes.count)
  }

  /// Attributes from just after the tag's name; nil where the page ends first. `end` is just after `>`.
  private func attributes(from start: Int) -> ([HTMLAttribute], end: Int)? {
    var list: [HTMLAttribute] = []
    var scan = start
    while true {
      while scan < bytes.count, Self.isSpace(bytes[scan]) || bytes[scan] == 0x2f { scan += 1 }
      guard scan < bytes.count else { return nil }
      if bytes[scan] == 0x3e { return (list, scan + 1) }
      let nameStart = scan
      scan += 1  // an equals sign may begin a name
      while scan < bytes.count, !Self.isSpace(bytes[scan]), bytes[scan] != 0x2f, bytes[scan] != 0x3e,
        bytes[scan] != 0x3d
      {
        scan += 1
      }
      let name = nameStart..<scan
      var look = scan
      while look < bytes.count, Self.isSpace(bytes[look]) { look += 1 }
      guard look < bytes.count else { return nil }
      guard bytes[look] == 0x3d else {
        list.append(HTMLAttribute(name: name, value: nil))
        continue
      }
      look += 1
      while look < bytes.count, Self.isSpace(bytes[look]) { look += 1 }
      guard look < bytes.count else { return nil }
      let quote = bytes[look]
      if quote == 0x22 || quote == 0x27 {
        var end = look + 1
        while end < bytes.count, bytes[end] != quote { end += 1 }
        guard end < bytes.count else { return nil }
        list.append(HTMLAttribute(name: name, value: look + 1..<end))
        scan = end + 1
      } else {
        var end = look
        while end < bytes.count, !Self.isSpace(bytes[end]), bytes[end] != 0x3e { end += 1 }
        list.append(HTMLAttribute(name: name, value: look..<end))
        scan = end
      }
    }
  }

  /// Where the content of a raw-text element ends: at its end tag, or with the page.
  private mutating func endOfRawText(_ name: [UInt8]) -> Int {
    if name.count == 9, name[0] == 0x70 || searchedInVain.contains(name) { return bytes.count }
    var scan = at
    let needed = name.count + 2
    let isScript = name.count == 6 && name[1] == 0x63
    var isEscaped = false
    var isDoubleEscaped = false
    while scan + needed <= bytes.count {
      let byte = bytes[scan]
      if byte == 0x3c {
        if bytes[scan + 1] == 0x2f, matches(name, at: scan + 2), endsName(scan + needed) {
          if !isDoubleEscaped { return scan }
          isDoubleEscaped = false
        } else if isScript, bytes[scan + 1] == 0x21, scan + 3 < bytes.count, bytes[scan + 2] == 0x2d,
          bytes[scan + 3] == 0x2d
        {
          isEscaped = true
        } else if isEscaped, matches(name, at: scan + 1), endsName(scan + 1 + name.count) {
          isDoubleEscaped = true
        }
      } else if isEscaped, byte == 0x3e, scan >= at + 2, bytes[scan - 1] == 0x2d, bytes[scan - 2] == 0x2d {
        isEscaped = false
        isDoubleEscaped = false
      }
      scan += 1
    }
    searchedInVain.insert(name)
    return bytes.count
  }

  private func matches(_ name: [UInt8], at start: Int) -> Bool {
    guard start + name.count <= bytes.count else { return false }
    for (offset, byte) in name.enumerated() where bytes[start + offset] | 0x20 != byte { return false }
    return true
  }

  private func endsName(_ offset: Int) -> Bool {
    offset >= bytes.count || Self.isSpace(bytes[offset]) || bytes[offset] == 0x2f || bytes[offset] == 0x3e
  }
}
