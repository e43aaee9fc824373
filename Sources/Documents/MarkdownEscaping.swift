/// Writes text so that it parses back as text, with as few backslashes as that takes.
///
/// CommonMark 0.31 sections 2.4 (backslash escapes), 4 and 5 (what a line may begin with), 6 (inlines), and the
/// extensions of GitHub Flavored Markdown: strikethrough, tables, task items.
struct MarkdownEscaping {
  /// Where the text stands.
  struct Context {
    /// Inside a link's text or an image's description, where brackets have to balance.
    var inBrackets = false
    var inTableCell = false
    /// Whether lone tildes could pair up.
    var escapesTildes = false
    /// Whether a line may begin with block markup here (not in a heading or a cell).
    var linesMayOpenBlocks = true
    /// Whether the text begins a list item, where `[x]` makes a task.
    var beginsItem = false
  }

  /// Adds `text` to `output`.
  ///
  /// - Parameter following: what is written after it; a line feed at the end of a line.
  static func write(_ text: [UInt8], to output: inout [UInt8], following: Unicode.Scalar, context: Context) {
    var index = 0
    if context.linesMayOpenBlocks, output.isEmpty || output.last == 0x0A {
      index = writeLineStart(text, to: &output, following: following, context: context)
    }
    while index < text.count {
      let byte = text[index]
      if needsEscape(byte, in: text, at: index, output: output, following: following, context: context) {
        output.append(UInt8(ascii: "\\"))
      }
      output.append(byte)
      index += 1
    }
  }

  private static func needsEscape(
    _ byte: UInt8, in text: [UInt8], at index: Int, output: [UInt8], following: Unicode.Scalar, context: Context
  ) -> Bool {
    /// The next byte, as far as ASCII rules ask.
    func next() -> UInt8 {
      if index + 1 < text.count { return text[index + 1] }
      return following.value < 0x80 ? UInt8(following.value) : 0x80
    }
    switch byte {
    case UInt8(ascii: "*"), UInt8(ascii: "`"): return true
    case UInt8(ascii: "_"): return !isInertUnderscore(in: text, at: index, output: output, following: following)
    case UInt8(ascii: "\\"): return Characters.isASCIIPunctuation(next()) || next() == 0x0A
    case UInt8(ascii: "<"):
      let after = next()
      return Characters.isASCIILetter(after) || after == UInt8(ascii: "/") || after == UInt8(ascii: "!")
        || after == UInt8(ascii: "?")
    case UInt8(ascii: "["): return context.inBrackets || next() == UInt8(ascii: "^")
    case UInt8(ascii: "]"):
      let after = next()
      if context.inBrackets || after == UInt8(ascii: "(") || after == UInt8(ascii: "[") { return true }
      // `[name]: x` defines a reference where it begins a paragraph.
      return after == UInt8(ascii: ":") && context.linesMayOpenBlocks && (output.first ?? text[0]) == UInt8(ascii: "[")
    case UInt8(ascii: "!"): return index + 1 == text.count && following == "["
    case UInt8(ascii: "~"): return context.escapesTildes
    case UInt8(ascii: "|"): return context.inTableCell
    case UInt8(ascii: "&"): return beginsReference(text, at: index)
    default: return false
    }
  }

  /// Whether the run of underscores at `index` can neither open nor close emphasis (section 6.2, rules 2 and 4).
  private static func isInertUnderscore(
    in text: [UInt8], at index: Int, output: [UInt8], following: Unicode.Scalar
  ) -> Bool {
    // A long run would be looked at again for each of its bytes; nobody needs one bare.
    let longest = 8
    var start = index
    while start > 0, index - start <= longest, text[start - 1] == UInt8(ascii: "_") { start -= 1 }
    var end = index + 1
    while end < text.count, end - index <= longest, text[end] == UInt8(ascii: "_") { end += 1 }
    if end - start > longest { return false }
    let before: Characters.Class
    if start > 0 {
      before = Characters.classify(Characters.scalar(in: text, before: start))
    } else if output.count > index - start, !output.isEmpty {
      before = Characters.classify(Characters.scalar(in: output, before: output.count - (index - start)))
    } else {
      before = .whitespace
    }
    let after = Characters.classify(end < text.count ? Characters.scalar(in: text, at: end) : following)
    if before == .other && after == .other { return true }
    return before == .whitespace && after == .whitespace
  }

  /// Whether `&` at `index` begins what could be a character reference.
  static func beginsReference(_ text: [UInt8], at index: Int) -> Bool {
    var end = index + 1
    if end < text.count, text[end] == UInt8(ascii: "#") { end += 1 }
    let limit = min(text.count, index + 34)
    let nameStart = end
    while end < limit, Characters.isASCIIAlphanumeric(text[end]) { end += 1 }
    return end > nameStart && end < limit && text[end] == UInt8(ascii: ";")
  }

  /// Writes the beginning of a line up to where the ordinary rules suffice; returns how much of `text` that is.
  private static func writeLineStart(
    _ text: [UInt8], to output: inout [UInt8], following: Unicode.Scalar, context: Context
  ) -> Int {
    guard let first = text.first else { return 0 }
    let continues = !output.isEmpty
    /// Whether a space, the end of the line or something unknown stands at `index`.
    func ends(at index: Int) -> Bool { index >= text.count || text[index] == 0x20 }
    /// Whether the whole line is made of these bytes.
    func lineIsOnly(_ allowed: [UInt8]) -> Bool { following == "\n" && text.allSatisfy { allowed.contains($0) } }
    var escape = false
    switch first {
    case UInt8(ascii: "#"):
      let count = text.prefix { $0 == first }.count
      escape = count <= 6 && ends(at: count)
    case UInt8(ascii: ">"): escape = true
    case UInt8(ascii: "-"), UInt8(ascii: "+"):
      escape = ends(at: 1) || lineIsOnly([first, 0x20]) || (continues && lineIsOnly(Array("-:| ".utf8)))
    case UInt8(ascii: "_"):
      // Underscores between spaces are no emphasis, but a line of them is a rule.
      escape = lineIsOnly([first, 0x20])
    case UInt8(ascii: "="): escape = continues && lineIsOnly([first])
    case UInt8(ascii: "|"), UInt8(ascii: ":"): escape = continues && lineIsOnly(Array("-:| ".utf8))
    case UInt8(ascii: "["):
      escape =
        context.beginsItem && text.count >= 3 && text[2] == UInt8(ascii: "]") && ends(at: 3)
        && [0x20, UInt8(ascii: "x"), UInt8(ascii: "X")].contains(text[1])
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      let count = text.prefix { Characters.isASCIIDigit($0) }.count
      guard count <= 9, count < text.count, ends(at: count + 1) else { return 0 }
      let mark = text[count]
      guard mark == UInt8(ascii: ".") || mark == UInt8(ascii: ")") else { return 0 }
      output += text[..<count]
      output.append(UInt8(ascii: "\\"))
      output.append(mark)
      return count + 1
    default: return 0
    }
    guard escape else { return 0 }
    output.append(UInt8(ascii: "\\"))
    output.append(first)
    return 1
  }
}
