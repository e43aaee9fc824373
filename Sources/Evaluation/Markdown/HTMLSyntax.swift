/// Raw HTML in Markdown (CommonMark, "HTML blocks" and "Raw HTML").
enum HTMLBlockKind: Sendable {
  /// `script`, `pre`, `style`, `textarea`
  case verbatim
  case comment, instruction, declaration, characterData
  /// A tag of a known block element.
  case block
  /// Any other tag that is alone on its line.
  case other

  init?(_ line: ArraySlice<UInt8>) {
    let rest = line.dropFirst()
    if rest.starts(with: "!--".utf8) {
      self = .comment
    } else if rest.starts(with: "?".utf8) {
      self = .instruction
    } else if rest.starts(with: "![CDATA[".utf8) {
      self = .characterData
    } else if rest.first == UInt8(ascii: "!"), rest.dropFirst().first?.isLetter ?? false {
      self = .declaration
    } else {
      let isEnd = rest.first == UInt8(ascii: "/")
      let afterSlash = rest.dropFirst(isEnd ? 1 : 0)
      let bytes = afterSlash.prefix { $0.isLetter || $0.isDigit }
      let name = String(decoding: bytes.map(\.lowercase), as: UTF8.self)
      let after = afterSlash.dropFirst(bytes.count)
      let isOver = after.isEmpty || after.first == UInt8(ascii: ">") || (after.first?.isSpaceOrBreak ?? false)
      if !isEnd, isOver, ["script", "pre", "style", "textarea"].contains(name) {
        self = .verbatim
      } else if isOver || after.starts(with: "/>".utf8), Self.blockNames.contains(name) {
        self = .block
      } else if let end = HTMLSyntax.tagEnd(Array(line), at: 0), line.dropFirst(end).allSatisfy(\.isSpaceOrBreak) {
        self = .other
      } else {
        return nil
      }
    }
  }

  var mayInterruptParagraph: Bool { self != .other }
  var endsAtBlankLine: Bool { self == .block || self == .other }

  /// Whether the block ends with this line.
  func ends(in line: ArraySlice<UInt8>) -> Bool {
    switch self {
    case .verbatim:
      let lower = line.map(\.lowercase)
      return ["</script>", "</pre>", "</style>", "</textarea>"].contains { lower[...].firstRange(of: $0) != nil }
    case .comment: return line.firstRange(of: "-->") != nil
    case .instruction: return line.firstRange(of: "?>") != nil
    case .declaration: return line.contains(UInt8(ascii: ">"))
    case .characterData: return line.firstRange(of: "]]>") != nil
    case .block, .other: return false
    }
  }

  private static let blockNames: Set<String> = [
    "address", "article", "aside", "base", "basefont", "blockquote", "body", "caption", "center", "col", "colgroup",
    "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frame",
    "frameset",
    "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "iframe", "legend", "li", "link", "main",
    "menu",
    "menuitem", "nav", "noframes", "ol", "optgroup", "option", "p", "param", "search", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "title", "tr", "track", "ul",
  ]
}

enum HTMLSyntax {
  /// The offset after the start or end tag at `start` (`<` stands there), nil where it is none.
  static func tagEnd(_ text: [UInt8], at start: Int) -> Int? {
    var at = start + 1
    let isEnd = at < text.count && text[at] == UInt8(ascii: "/")
    if isEnd { at += 1 }
    guard at < text.count, text[at].isLetter else { return nil }
    while at < text.count, text[at].isLetter || text[at].isDigit || text[at] == UInt8(ascii: "-") { at += 1 }
    while true {
      let afterSpace = skipSpace(text, at)
      guard afterSpace < text.count else { return nil }
      if text[afterSpace] == UInt8(ascii: ">") { return afterSpace + 1 }
      if isEnd { return nil }
      if text[afterSpace] == UInt8(ascii: "/") {
        return afterSpace + 1 < text.count && text[afterSpace + 1] == UInt8(ascii: ">") ? afterSpace + 2 : nil
      }
      guard afterSpace > at, let end = attributeEnd(text, at: afterSpace) else { return nil }
      at = end
    }
  }

  private static func attributeEnd(_ text: [UInt8], at start: Int) -> Int? {
    var at = start
    func isName(_ byte: UInt8) -> Bool {
      byte.isLetter || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
        || (at > start && (byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")))
    }
    while at < text.count, isName(text[at]) { at += 1 }
    guard at > start else { return nil }
    let equals = skipSpace(text, at)
    guard equals < text.count, text[equals] == UInt8(ascii: "=") else { return at }
    let value = skipSpace(text, equals + 1)
    guard value < text.count else { return nil }
    let quote = text[value]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      return text[(value + 1)...].firstIndex(of: quote).map { $0 + 1 }
    }
    let end = text[value...].firstIndex { $0 <= 0x20 || "\"'=<>`".utf8.contains($0) } ?? text.count
    return end > value ? end : nil
  }

  private static func skipSpace(_ text: [UInt8], _ start: Int) -> Int {
    var at = start
    while at < text.count, text[at].isSpaceOrBreak { at += 1 }
    return at
  }
}

extension ArraySlice<UInt8> {
  /// The first place where `pattern` stands.
  func firstRange(of pattern: String) -> Range<Int>? {
    let wanted = Array(pattern.utf8)
    guard let first = wanted.first else { return startIndex..<startIndex }
    var from = startIndex
    while let at = self[from...].firstIndex(of: first) {
      if self[at...].starts(with: wanted) { return at..<(at + wanted.count) }
      from = at + 1
    }
    return nil
  }
}
