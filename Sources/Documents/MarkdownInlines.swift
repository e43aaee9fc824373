/// Writes a block's inline runs as Markdown.
struct MarkdownInlines {
  enum Place { case paragraph, itemStart, heading, cell }

  /// The Markdown of `inlines`: one line, or several where hard breaks divide it.
  static func write(_ inlines: [Inline], place: Place, options: WriterOptions) -> [UInt8] {
    let tokens = InlineTokens(inlines, options: options, breaksAllowed: place != .heading).tokens
    var writer = MarkdownInlines(tokens: tokens, place: place)
    writer.write()
    return writer.output
  }

  private var output: [UInt8] = []
  private let tokens: [InlineTokens.Token]
  private let emphasis: Emphasis
  private var context = MarkdownEscaping.Context()
  private let place: Place

  private init(tokens: [InlineTokens.Token], place: Place) {
    self.tokens = tokens
    self.place = place
    emphasis = Emphasis(tokens, inCell: place == .cell)
    context.inTableCell = place == .cell
    context.linesMayOpenBlocks = place == .paragraph || place == .itemStart
    context.beginsItem = place == .itemStart
    var tildes = 0
    for token in tokens {
      switch token {
      case .text(let bytes): tildes += bytes.count { $0 == UInt8(ascii: "~") }
      case .open(.deleted): tildes += 2
      default: break
      }
    }
    context.escapesTildes = tildes > 1
  }

  private mutating func write() {
    var index = 0
    while index < tokens.count {
      switch tokens[index] {
      case .text(let bytes):
        MarkdownEscaping.write(bytes, to: &output, following: following(index), context: context)
      case .open(let style): write(style, at: index, opens: true)
      case .close(let style): write(style, at: index, opens: false)
      case .code(let bytes): write(code: bytes)
      case .linkOpen:
        if let end = writeAutolink(at: index) {
          index = end
        } else {
          output.append(UInt8(ascii: "["))
          context.inBrackets = true
        }
      case .linkClose(let destination, let title):
        context.inBrackets = false
        write("]")
        write(destination: destination, title: title)
      case .image(let source, let alternative, let title):
        write("![")
        write(description: alternative)
        write("]")
        write(destination: source, title: title)
      case .lineBreak: write(place == .cell ? "<br>" : "\\\n")
      }
      index += 1
    }
    if place == .heading { protectClosingMarks() }
  }

  private mutating func write(_ text: StaticString) {
    text.withUTF8Buffer { unsafe output.append(contentsOf: $0) }
  }

  /// The character written after token `index`.
  private func following(_ index: Int) -> Unicode.Scalar {
    guard index + 1 < tokens.count else { return "\n" }
    switch tokens[index + 1] {
    case .text(let bytes): return Characters.scalar(in: bytes, at: 0)
    case .open(let style), .close(let style):
      if emphasis.asTag[index + 1] { return "<" }
      return style == .deleted ? "~" : "*"
    case .code: return "`"
    case .linkOpen: return "["
    case .linkClose: return "]"
    case .image: return "!"
    case .lineBreak: return place == .cell ? "<" : "\n"
    }
  }

  private mutating func write(_ style: InlineTokens.Style, at index: Int, opens: Bool) {
    let tag = emphasis.asTag[index]
    switch style {
    case .strong: write(tag ? (opens ? "<strong>" : "</strong>") : "**")
    case .emphasis: write(tag ? (opens ? "<em>" : "</em>") : "*")
    case .deleted: write(tag ? (opens ? "<del>" : "</del>") : "~~")
    case .superscript: write(opens ? "<sup>" : "</sup>")
    case .subscript: write(opens ? "<sub>" : "</sub>")
    }
  }

  /// Section 6.1: a run of backticks the code does not hold, and spaces where the code would lose its own or touch the run.
  private mutating func write(code: [UInt8]) {
    var runs: Set<Int> = []
    var run = 0
    for byte in code {
      if byte == UInt8(ascii: "`") {
        run += 1
      } else if run > 0 {
        runs.insert(run)
        run = 0
      }
    }
    if run > 0 { runs.insert(run) }
    var length = 1
    while runs.contains(length) { length += 1 }
    let fence = [UInt8](repeating: UInt8(ascii: "`"), count: length)
    let touches = code.first == UInt8(ascii: "`") || code.last == UInt8(ascii: "`")
    let padded = touches || (code.first == 0x20 && code.last == 0x20)
    output += fence
    if padded { output.append(0x20) }
    for byte in code {
      if byte == UInt8(ascii: "|"), place == .cell { output.append(UInt8(ascii: "\\")) }
      output.append(byte)
    }
    if padded { output.append(0x20) }
    output += fence
  }

  /// `<https://example.org/>` where a link's text is its address; returns the index of the link's closing token.
  private mutating func writeAutolink(at index: Int) -> Int? {
    guard index + 2 < tokens.count, case .text(let text) = tokens[index + 1],
      case .linkClose(let destination, nil) = tokens[index + 2], destination.utf8.elementsEqual(text)
    else { return nil }
    let scheme = destination.utf8.prefix { $0 != UInt8(ascii: ":") }
    guard scheme.count >= 2, scheme.count <= 32, scheme.count < text.count,
      scheme.first.map(Characters.isASCIILetter) == true,
      scheme.allSatisfy({ Characters.isASCIIAlphanumeric($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E })
    else { return nil }
    let refused: [UInt8] = [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "|"), UInt8(ascii: "\\")]
    guard !text.contains(where: { $0 <= 0x20 || $0 == 0x7F || refused.contains($0) }) else { return nil }
    output.append(UInt8(ascii: "<"))
    output += text
    output.append(UInt8(ascii: ">"))
    return index + 2
  }

  /// An image's description: text, in brackets, on one line.
  private mutating func write(description: String) {
    let tokens = InlineTokens([.text(description)], options: WriterOptions(), breaksAllowed: false).tokens
    guard case .text(let bytes)? = tokens.first else { return }
    var inner = context
    inner.inBrackets = true
    inner.linesMayOpenBlocks = false
    MarkdownEscaping.write(bytes, to: &output, following: "]", context: inner)
  }

  /// Section 6.3: `(destination "title")`.
  private mutating func write(destination: String, title: String?) {
    output.append(UInt8(ascii: "("))
    let bytes = destination.utf8.map { $0 == 0 ? UInt8(ascii: "%") : $0 }
    var depth = 0
    var deepest = 0
    var balanced = true
    var spaced = false
    for byte in bytes {
      if byte == UInt8(ascii: "(") {
        depth += 1
        deepest = max(deepest, depth)
      } else if byte == UInt8(ascii: ")") {
        depth -= 1
        if depth < 0 { balanced = false }
      } else if byte == 0x20 {
        spaced = true
      }
    }
    let pointed = spaced || !balanced || depth != 0 || deepest > 16 || (bytes.isEmpty && title != nil)
    if pointed { output.append(UInt8(ascii: "<")) }
    for (index, byte) in bytes.enumerated() { write(destinationByte: byte, at: index, of: bytes) }
    if pointed { output.append(UInt8(ascii: ">")) }
    if let title { write(title: title) }
    output.append(UInt8(ascii: ")"))
  }

  private mutating func write(destinationByte byte: UInt8, at index: Int, of bytes: [UInt8]) {
    let next = index + 1 < bytes.count ? bytes[index + 1] : UInt8(ascii: ")")
    switch byte {
    case 0x01..<0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"):
      let digits = Array("0123456789ABCDEF".utf8)
      output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    case UInt8(ascii: "|") where place == .cell: write("\\|")
    case UInt8(ascii: "\\") where Characters.isASCIIPunctuation(next): write("\\\\")
    case UInt8(ascii: "&") where Self.beginsReference(bytes, at: index): write("\\&")
    default: output.append(byte)
    }
  }

  private mutating func write(title: String) {
    var bytes: [UInt8] = []
    var wasSpace = true
    for byte in title.utf8 {
      let space = Characters.isASCIIWhitespace(byte)
      if !space { bytes.append(byte) } else if !wasSpace { bytes.append(0x20) }
      wasSpace = space
    }
    if bytes.last == 0x20 { bytes.removeLast() }
    guard !bytes.isEmpty else { return }
    write(" \"")
    for (index, byte) in bytes.enumerated() {
      let next = index + 1 < bytes.count ? bytes[index + 1] : UInt8(ascii: "\"")
      switch byte {
      case UInt8(ascii: "\""): write("\\\"")
      case UInt8(ascii: "|") where place == .cell: write("\\|")
      case UInt8(ascii: "\\") where Characters.isASCIIPunctuation(next): write("\\\\")
      case UInt8(ascii: "&") where Self.beginsReference(bytes, at: index): write("\\&")
      default: output.append(byte)
      }
    }
    write("\"")
  }

  private static func beginsReference(_ bytes: [UInt8], at index: Int) -> Bool {
    MarkdownEscaping.beginsReference(bytes, at: index)
  }

  /// Section 4.2: `#`s after a space at the end of a heading would be taken for its closing marks.
  private mutating func protectClosingMarks() {
    let marks = output.reversed().prefix { $0 == UInt8(ascii: "#") }.count
    guard marks > 0 else { return }
    let before = output.count - marks
    if before == 0 || output[before - 1] == 0x20 { output.insert(UInt8(ascii: "\\"), at: output.count - 1) }
  }
}
