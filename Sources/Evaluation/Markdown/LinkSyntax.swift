import Pages

/// The parts of links (CommonMark, "Links" and "Link reference definitions").
enum LinkSyntax {
  /// The destination at `start`, and the offset after it.
  static func destination(_ text: [UInt8], at start: Int) -> (value: [UInt8], end: Int)? {
    var at = start
    if at < text.count, text[at] == UInt8(ascii: "<") {
      at += 1
      while at < text.count, text[at] != 0x0A, text[at] != UInt8(ascii: "<") {
        if text[at] == UInt8(ascii: ">") { return (unescaped(text[(start + 1)..<at]), at + 1) }
        at += text[at] == UInt8(ascii: "\\") ? 2 : 1
      }
      return nil
    }
    var depth = 0
    scan: while at < text.count {
      switch text[at] {
      case 0x00...0x20, 0x7F: break scan
      case UInt8(ascii: "\\") where at + 1 < text.count && text[at + 1] > 0x20: at += 1
      case UInt8(ascii: "("):
        depth += 1
        if depth > 32 { return nil }
      case UInt8(ascii: ")"):
        if depth == 0 { break scan }
        depth -= 1
      default: break
      }
      at += 1
    }
    at = min(at, text.count)
    return at == start || depth != 0 ? nil : (unescaped(text[start..<at]), at)
  }

  /// The offset after the title at `start`: `"…"`, `'…'` or `(…)`.
  static func titleEnd(_ text: [UInt8], at start: Int) -> Int? {
    guard start < text.count else { return nil }
    let close: UInt8
    switch text[start] {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): close = text[start]
    case UInt8(ascii: "("): close = UInt8(ascii: ")")
    default: return nil
    }
    var at = start + 1
    while at < text.count {
      if text[at] == close { return at + 1 }
      if text[at] == UInt8(ascii: "("), close == UInt8(ascii: ")") { return nil }
      at += text[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// The offset after the label `[…]` at `start`: no bracket in it that no backslash escapes, at most 999 bytes.
  static func labelEnd(_ text: [UInt8], at start: Int) -> Int? {
    guard start < text.count, text[start] == UInt8(ascii: "[") else { return nil }
    var at = start + 1
    while at < text.count, at - start <= 1000 {
      if text[at] == UInt8(ascii: "]") { return at + 1 }
      if text[at] == UInt8(ascii: "[") { return nil }
      at += text[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// What is in the parentheses at `start`, and the offset after them.
  static func inlineTarget(_ text: [UInt8], at start: Int) -> (destination: [UInt8], end: Int)? {
    guard start < text.count, text[start] == UInt8(ascii: "(") else { return nil }
    var at = skipSpace(text, start + 1)
    var value: [UInt8] = []
    if let destination = destination(text, at: at) {
      guard isAllowed(destination.value) else { return nil }
      value = destination.value
      let afterSpace = skipSpace(text, destination.end)
      at = afterSpace
      if afterSpace > destination.end, let end = titleEnd(text, at: afterSpace) { at = skipSpace(text, end) }
    }
    return at < text.count && text[at] == UInt8(ascii: ")") ? (value, at + 1) : nil
  }

  static func skipSpace(_ text: [UInt8], _ start: Int) -> Int {
    var at = start
    while at < text.count, text[at].isBlank || text[at] == 0x0A { at += 1 }
    return at
  }

  /// Without backslash escapes and character references.
  static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var at = bytes.startIndex
    while at < bytes.endIndex {
      if bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.endIndex, bytes[at + 1].isPunctuation {
        result.append(bytes[at + 1])
        at += 2
      } else if bytes[at] == UInt8(ascii: "&"), let reference = characterReference(bytes, at: at) {
        result += reference.text
        at = reference.end
      } else {
        result.append(bytes[at])
        at += 1
      }
    }
    return result
  }

  /// The character reference at `start`: unlike in HTML it needs its semicolon.
  static func characterReference(_ bytes: ArraySlice<UInt8>, at start: Int) -> (text: [UInt8], end: Int)? {
    var at = start + 1
    var longest = 32
    if at < bytes.endIndex, bytes[at] == UInt8(ascii: "#") {
      at += 1
      longest = 7
    }
    let nameStart = at
    while at < bytes.endIndex, at - nameStart <= longest, bytes[at].isLetter || bytes[at].isDigit { at += 1 }
    guard at > nameStart, at - nameStart <= longest, at < bytes.endIndex, bytes[at] == UInt8(ascii: ";") else {
      return nil
    }
    let source = bytes[start...at]
    let decoded = Array(CharacterReferences.decode(source, inAttribute: false).utf8)
    // A name without a meaning may begin with an old one that needs no semicolon.
    guard !decoded.elementsEqual(source), decoded.last != UInt8(ascii: ";") || source.elementsEqual("&semi;".utf8)
    else {
      return nil
    }
    return (decoded, at + 1)
  }

  /// Addresses that a page must not link to are no links: scripts, files, and data other than pictures.
  static func isAllowed(_ destination: [UInt8]) -> Bool {
    let start = destination.drop { $0.isSpaceOrBreak }.prefix(24).map(\.lowercase)
    let isBad = ["vbscript:", "javascript:", "file:", "data:"].contains { start.starts(with: $0.utf8) }
    return !isBad
      || ["gif;", "png;", "jpeg;", "webp;"].contains { start.starts(with: ("data:image/" + $0).utf8) }
  }
}

/// Where the labels of reference links lead. The first definition of a label counts.
struct LinkDefinitions: Sendable {
  private var destinations: [String: [UInt8]] = [:]

  func destination(of label: ArraySlice<UInt8>) -> [UInt8]? {
    destinations.isEmpty ? nil : Self.key(label).flatMap { destinations[$0] }
  }

  /// Takes the definitions at the front of a paragraph; gives where the rest begins.
  mutating func take(from text: [UInt8]) -> Int {
    var start = 0
    while start < text.count, text[start] == UInt8(ascii: "["), let end = takeOne(text, at: start) { start = end }
    return start
  }

  private mutating func takeOne(_ text: [UInt8], at start: Int) -> Int? {
    guard let labelEnd = LinkSyntax.labelEnd(text, at: start), labelEnd < text.count,
      text[labelEnd] == UInt8(ascii: ":"),
      let key = Self.key(text[(start + 1)..<(labelEnd - 1)]),
      let destination = LinkSyntax.destination(text, at: LinkSyntax.skipSpace(text, labelEnd + 1)),
      LinkSyntax.isAllowed(destination.value)
    else { return nil }
    var end: Int?
    let titleStart = LinkSyntax.skipSpace(text, destination.end)
    if titleStart > destination.end, let titleEnd = LinkSyntax.titleEnd(text, at: titleStart) {
      end = Self.lineEnd(text, titleEnd)
    }
    guard let end = end ?? Self.lineEnd(text, destination.end) else { return nil }
    if destinations[key] == nil { destinations[key] = destination.value }
    return end
  }

  /// The start of the next line if only blanks come before it.
  private static func lineEnd(_ text: [UInt8], _ start: Int) -> Int? {
    var at = start
    while at < text.count, text[at].isBlank { at += 1 }
    if at == text.count { return at }
    return text[at] == 0x0A ? at + 1 : nil
  }

  /// Labels that differ in case or white space are the same; nil for one of white space only.
  private static func key(_ label: ArraySlice<UInt8>) -> String? {
    let collapsed = Words.collapsed(String(decoding: label, as: UTF8.self))
    return collapsed.isEmpty ? nil : collapsed.lowercased().uppercased()
  }
}
