/// Reads the inline content of a block: CommonMark 0.31 with GFM's strikethrough, in one pass with a stack of brackets.
struct InlineParser {
  private enum Node {
    case token(InlineToken)
    case run(Int)
  }
  private struct Bracket {
    var isImage: Bool
    /// Of the node that holds its text.
    var node: Int
    /// Of the first byte after it.
    var start: Int
    /// Delimiter runs before it.
    var runs: Int
  }

  private let text: [UInt8]
  private let definitions: LinkDefinitions
  private var at = 0
  private var nodes: [Node] = []
  private var runs = DelimiterRuns()
  private var brackets: [Bracket] = []
  /// Of so many brackets from the bottom those of links cannot match any more: links hold no links.
  private var inactiveBrackets = 0
  private var codeSpans: [Int: [Int]]?
  /// Ends of raw HTML that were looked for and are not there any more.
  private var missingEnds: Set<String> = []

  static func parse(_ text: [UInt8], definitions: LinkDefinitions) -> [InlineToken] {
    var parser = InlineParser(text: text, definitions: definitions)
    while parser.at < text.count { parser.step() }
    parser.runs.match(from: 0)
    return parser.tokens(from: 0)
  }

  private init(text: [UInt8], definitions: LinkDefinitions) {
    self.text = text
    self.definitions = definitions
  }

  private func tokens(from start: Int) -> [InlineToken] {
    nodes[start...].flatMap { node in
      switch node {
      case .token(let token): [token]
      case .run(let index): runs.tokens(of: index)
      }
    }
  }

  private mutating func add(_ token: InlineToken, until end: Int) {
    nodes.append(.token(token))
    at = end
  }

  private mutating func addText(until end: Int) { add(.text(Array(text[at..<end])), until: end) }

  private mutating func step() {
    switch text[at] {
    case 0x0A: lineBreak()
    case UInt8(ascii: "\\"): escape()
    case UInt8(ascii: "`"): codeSpan()
    case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"): delimiters()
    case UInt8(ascii: "["): openBracket(isImage: false)
    case UInt8(ascii: "!") where at + 1 < text.count && text[at + 1] == UInt8(ascii: "["): openBracket(isImage: true)
    case UInt8(ascii: "]"): closeBracket()
    case UInt8(ascii: "<"): angleBracket()
    case UInt8(ascii: "&"):
      if let reference = LinkSyntax.characterReference(text[...], at: at) {
        add(.special(reference.text), until: reference.end)
      } else {
        addText(until: at + 1)
      }
    default:
      let end = text[(at + 1)...].firstIndex { "\n\\`*_~[!]<&".utf8.contains($0) } ?? text.count
      addText(until: end)
    }
  }

  private mutating func lineBreak() {
    var token = InlineToken.softBreak
    if case .token(.text(var before)) = nodes.last, before.last == UInt8(ascii: " ") {
      let count = before.count
      while before.last == UInt8(ascii: " ") { before.removeLast() }
      if count - before.count > 1 { token = .hardBreak }
      nodes[nodes.count - 1] = .token(.text(before))
    }
    add(token, until: at + 1)
    skipBlanks()
  }

  private mutating func skipBlanks() {
    while at < text.count, text[at].isBlank { at += 1 }
  }

  private mutating func escape() {
    guard at + 1 < text.count else { return addText(until: at + 1) }
    let next = text[at + 1]
    if next == 0x0A {
      add(.hardBreak, until: at + 2)
      skipBlanks()
    } else if next.isPunctuation {
      add(.special([next]), until: at + 2)
    } else {
      // Together with a blank: it does not count towards a hard line break then.
      add(.special(Array(text[at...(next.isBlank ? at + 1 : at)])), until: next.isBlank ? at + 2 : at + 1)
    }
  }

  private mutating func codeSpan() {
    let start = at
    let contentStart = text[at...].firstIndex { $0 != UInt8(ascii: "`") } ?? text.count
    let length = contentStart - start
    let spans = codeSpans ?? Self.backtickRuns(text)
    codeSpans = spans
    let ends = spans[length] ?? []
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] < contentStart { low = middle + 1 } else { high = middle }
    }
    guard low < ends.count else { return addText(until: contentStart) }
    var content = text[contentStart..<ends[low]].map { $0 == 0x0A ? 0x20 : $0 }
    if content.count > 1, content.first == 0x20, content.last == 0x20, content.contains(where: { $0 != 0x20 }) {
      content = Array(content.dropFirst().dropLast())
    }
    add(.code(content), until: ends[low] + length)
  }

  /// Where the runs of backticks begin, by length.
  private static func backtickRuns(_ text: [UInt8]) -> [Int: [Int]] {
    var result: [Int: [Int]] = [:]
    var at = 0
    while let start = text[at...].firstIndex(of: UInt8(ascii: "`")) {
      at = text[start...].firstIndex { $0 != UInt8(ascii: "`") } ?? text.count
      result[at - start, default: []].append(start)
    }
    return result
  }

  private mutating func delimiters() {
    let marker = text[at]
    let end = text[at...].firstIndex { $0 != marker } ?? text.count
    let length = end - at
    let before = Flank(scalarBefore: at, in: text)
    let after = Flank(scalarAt: end, in: text)
    let isLeft = after == .other || (after == .punctuation && before != .other)
    let isRight = before == .other || (before == .punctuation && after != .other)
    var (canOpen, canClose) = (isLeft, isRight)
    if marker == UInt8(ascii: "_") {
      canOpen = isLeft && (!isRight || before == .punctuation)
      canClose = isRight && (!isLeft || after == .punctuation)
    }
    if marker == UInt8(ascii: "~") {
      if length == 1 { return addText(until: end) }
    }
    nodes.append(.run(runs.runs.count))
    runs.append(marker: marker, length: length, canOpen: canOpen, canClose: canClose)
    at = end
  }

  // MARK: Links and images

  private mutating func openBracket(isImage: Bool) {
    let end = at + (isImage ? 2 : 1)
    brackets.append(Bracket(isImage: isImage, node: nodes.count, start: end, runs: runs.runs.count))
    addText(until: end)
  }

  private mutating func closeBracket() {
    guard let bracket = brackets.popLast() else { return addText(until: at + 1) }
    let isActive = bracket.isImage || brackets.count >= inactiveBrackets
    inactiveBrackets = min(inactiveBrackets, brackets.count)
    guard isActive, let target = target(of: bracket) else { return addText(until: at + 1) }
    runs.match(from: bracket.runs)
    if bracket.isImage {
      let alternative = Self.alternative(tokens(from: bracket.node + 1), source: text[bracket.start..<at])
      nodes.removeSubrange(bracket.node...)
      add(.image(source: target.destination, alternative: alternative), until: target.end)
    } else {
      nodes[bracket.node] = .token(.openLink(destination: target.destination))
      add(.closeLink, until: target.end)
      inactiveBrackets = brackets.count
    }
  }

  /// Where the link or image that the bracket at the cursor closes leads, and the offset after it.
  private func target(of bracket: Bracket) -> (destination: [UInt8], end: Int)? {
    if let inline = LinkSyntax.inlineTarget(text, at: at + 1) { return inline }
    if let end = LinkSyntax.labelEnd(text, at: at + 1), end > at + 3 {
      return definitions.destination(of: text[(at + 2)..<(end - 1)]).map { ($0, end) }
    }
    guard at - bracket.start < 1000 else { return nil }
    let isCollapsed = text[(at + 1)...].starts(with: "[]".utf8)
    return definitions.destination(of: text[bracket.start..<at]).map { ($0, isCollapsed ? at + 3 : at + 1) }
  }

  /// What an image's description shows; the scorer that this one follows has a space for every token that is no plain text.
  private static func alternative(_ tokens: [InlineToken], source: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    for token in tokens {
      switch token {
      case .text(let text), .special(let text), .code(let text): result += text
      default: result.append(0x20)
      }
    }
    return result.isEmpty ? Array(source) : result
  }

  // MARK: Angle brackets

  private mutating func angleBracket() {
    let close = text[(at + 1)...].firstIndex { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "<") }
    if let close, text[close] == UInt8(ascii: ">") {
      let inside = text[(at + 1)..<close]
      if let destination = Autolink.destination(inside), LinkSyntax.isAllowed(destination) {
        nodes.append(.token(.openLink(destination: destination)))
        nodes.append(.token(.text(Autolink.shown(inside))))
        return add(.closeLink, until: close + 1)
      }
    }
    guard let end = htmlEnd() else { return addText(until: at + 1) }
    add(.html(Array(text[at..<end])), until: end)
  }

  private mutating func htmlEnd() -> Int? {
    let rest = text[(at + 1)...]
    if rest.starts(with: "!--".utf8) {
      for short in ["!-->", "!--->"] where rest.starts(with: short.utf8) { return at + 1 + short.utf8.count }
      return end(of: "-->", from: at + 4)
    }
    if rest.starts(with: "?".utf8) { return end(of: "?>", from: at + 2) }
    if rest.starts(with: "![CDATA[".utf8) { return end(of: "]]>", from: at + 9) }
    if rest.first == UInt8(ascii: "!") {
      return rest.dropFirst().first?.isLetter ?? false ? end(of: ">", from: at + 3) : nil
    }
    return HTMLSyntax.tagEnd(text, at: at)
  }

  private mutating func end(of pattern: String, from start: Int) -> Int? {
    guard !missingEnds.contains(pattern), start <= text.count else { return nil }
    let found = text[start...].firstRange(of: pattern)
    if found == nil { missingEnds.insert(pattern) }
    return found?.upperBound
  }
}

/// What stands beside a run of delimiters; the block's ends count as white space.
enum Flank {
  case space, punctuation, other

  init(scalarBefore position: Int, in text: [UInt8]) {
    var start = position - 1
    while start > 0, text[start] & 0xC0 == 0x80, position - start < 4 { start -= 1 }
    self.init(start < 0 ? nil : String(decoding: text[start..<position], as: UTF8.self).unicodeScalars.last)
  }

  init(scalarAt position: Int, in text: [UInt8]) {
    self.init(String(decoding: text[position..<min(position + 4, text.count)], as: UTF8.self).unicodeScalars.first)
  }

  private init(_ scalar: Unicode.Scalar?) {
    guard let scalar else {
      self = .space
      return
    }
    switch scalar.properties.generalCategory {
    case .spaceSeparator: self = .space
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
      self = .punctuation
    default: self = (0x09...0x0D).contains(scalar.value) ? .space : .other
    }
  }
}

/// `<https://e.org/>`, `<a@e.org>`
enum Autolink {
  static func destination(_ inside: ArraySlice<UInt8>) -> [UInt8]? {
    if let colon = inside.firstIndex(of: UInt8(ascii: ":")) {
      let scheme = inside[..<colon]
      let isScheme =
        (2...32).contains(scheme.count) && (scheme.first?.isLetter ?? false)
        && scheme.allSatisfy { $0.isLetter || $0.isDigit || "+.-".utf8.contains($0) }
      if isScheme, inside.allSatisfy({ $0 > 0x20 }) { return Array(inside) }
    }
    guard let at = inside.firstIndex(of: UInt8(ascii: "@")), at > inside.startIndex else { return nil }
    let isLocal = inside[..<at].allSatisfy { $0.isLetter || $0.isDigit || ".!#$%&'*+/=?^_`{|}~-".utf8.contains($0) }
    let labels = inside[(at + 1)...].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let isHost = labels.allSatisfy { label in
      (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        && label.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
    }
    return isLocal && isHost ? Array("mailto:".utf8) + inside : nil
  }

  /// The link's text: percent-encoded bytes decoded, save those of characters with a meaning in addresses.
  static func shown(_ inside: ArraySlice<UInt8>) -> [UInt8] {
    guard inside.contains(UInt8(ascii: "%")) else { return Array(inside) }
    let decoded = PercentDecoding.decode(inside, keeping: ";/?:@&=+$,#%")
    return String(validating: decoded, as: UTF8.self) == nil ? Array(inside) : decoded
  }
}

enum PercentDecoding {
  /// Every `%` with two hexadecimal digits as its byte, unless that is one of `keeping`.
  static func decode(_ bytes: some Collection<UInt8>, keeping: String = "") -> [UInt8] {
    let bytes = Array(bytes)
    var result: [UInt8] = []
    var at = 0
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count, let high = hex(bytes[at + 1]),
        let low = hex(bytes[at + 2])
      {
        let byte = high << 4 | low
        if keeping.utf8.contains(byte) { result += bytes[at...(at + 2)] } else { result.append(byte) }
        at += 3
      } else {
        result.append(bytes[at])
        at += 1
      }
    }
    return result
  }

  private static func hex(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
