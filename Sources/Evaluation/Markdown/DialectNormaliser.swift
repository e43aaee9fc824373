/// Takes out of Markdown what no page shows: attributes, admonition marks, template tags, footnote marks, comments.
///
/// Works on lines as arrays of scalars; white space and word characters are Python's.
struct DialectNormaliser {
  typealias Line = ArraySlice<Unicode.Scalar>

  private var lines: [[Unicode.Scalar]] = []
  /// The marker of the open code fence.
  private var fence: Line?
  /// Columns that the open admonition's mark is indented by.
  private var admonition: Int?

  static func normalise(_ markdown: String) -> [UInt8] {
    var normaliser = DialectNormaliser()
    var line: [Unicode.Scalar] = []
    var afterReturn = false
    for scalar in markdown.unicodeScalars {
      if scalar == "\n" || scalar == "\r" {
        if !(scalar == "\n" && afterReturn) {
          normaliser.take(line[...])
          line.removeAll(keepingCapacity: true)
        }
      } else {
        line.append(scalar == "\0" ? "\u{FFFD}" : scalar)
      }
      afterReturn = scalar == "\r"
    }
    normaliser.take(line[...])
    var text: [UInt8] = []
    for line in normaliser.lines {
      for scalar in line { text.append(contentsOf: scalar.utf8) }
      text.append(0x0A)
    }
    if !text.isEmpty { text.removeLast() }
    return withoutComments(text)
  }

  private static func withoutComments(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "<!--"), let end = rest[start.upperBound...].firstRange(of: "-->") {
      result += rest[..<start.lowerBound]
      rest = rest[end.upperBound...]
    }
    return result + rest
  }

  private mutating func take(_ line: Line) {
    var line = line
    if let fence {
      if let admonition, line.prefix(while: { $0 == " " }).count >= admonition + 4 {
        line = line.dropFirst(admonition + 4)
      }
      lines.append(Array(line))
      let marker = line.drop { $0 == " " || $0 == "\t" || $0 == ">" }
      let afterMarker = marker.drop { $0 == fence.first }
      if marker.count - afterMarker.count >= fence.count, afterMarker.allSatisfy(Words.isSpace) { self.fence = nil }
      return
    }
    if let mark = Self.admonition(line) {
      admonition = mark.indent
      return addBlock(mark.title)
    }
    if let indent = admonition {
      if line.allSatisfy(Words.isSpace) { return lines.append([]) }
      let expanded = ShownText.expandTabs(line)
      if expanded.prefix(while: { $0 == " " }).count >= indent + 4 {
        line = expanded[(indent + 4)...]
      } else {
        admonition = nil
      }
    }
    let afterBlanks = line.drop { $0 == " " || $0 == "\t" }
    let marker = afterBlanks.drop { $0 == " " || $0 == "\t" || $0 == ">" }
    if let first = marker.first, first == "`" || first == "~" {
      let run = marker.prefix { $0 == first }
      if run.count >= 3 {
        fence = run
        return lines.append(Array(line))
      }
    }
    if afterBlanks.starts(with: ":::".unicodeScalars) {
      return addBlock(Self.containerTitle(afterBlanks.drop { $0 == ":" }))
    }
    if Self.isContentsMark(line) { return }
    if line.contains("{") { line = TemplateMarks.removed(from: line)[...] }
    if line.starts(with: "[^".unicodeScalars), let end = Self.footnoteEnd(line, at: line.startIndex),
      end < line.endIndex,
      line[end] == ":"
    {
      lines.append([])
      return lines.append(Array(line[(end + 1)...].drop { $0 == " " || $0 == "\t" }))
    }
    lines.append(Self.isAlertMark(line) ? [">"] : Self.withoutFootnoteMarks(line))
  }

  /// A block of its own.
  private mutating func addBlock(_ text: Line) { lines += [[], Array(text), []] }

  /// `!!! note "Title"`, `??? tip`
  private static func admonition(_ line: Line) -> (indent: Int, title: Line)? {
    func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
    func isName(_ scalar: Unicode.Scalar) -> Bool { Words.isWordScalar(scalar) || scalar == "-" }
    var rest = line.drop(while: isBlank)
    let indent = ShownText.expandTabs(line.prefix(line.count - rest.count)).count
    if rest.starts(with: "!!!".unicodeScalars) {
      rest = rest.dropFirst(3)
    } else if rest.starts(with: "???".unicodeScalars) {
      rest = rest.dropFirst(3)
      if rest.first == "+" { rest.removeFirst() }
    } else {
      return nil
    }
    var names = 0
    while true {
      let afterBlanks = rest.drop(while: isBlank)
      let afterName = afterBlanks.drop(while: isName)
      if afterBlanks.count == rest.count || afterName.count == afterBlanks.count {
        rest = afterBlanks
        break
      }
      names += 1
      rest = afterName
    }
    guard names > 0 else { return nil }
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    if rest.isEmpty { return (indent, []) }
    guard rest.count >= 2, rest.first == "\"", rest.last == "\"" else { return nil }
    return (indent, rest.dropFirst().dropLast())
  }

  /// The title in `::: note Title`, without the colons.
  private static func containerTitle(_ afterColons: Line) -> Line {
    let name = afterColons.drop { $0 == " " || $0 == "\t" }
    let afterName = name.drop { Words.isWordScalar($0) || $0 == "-" }
    var title = afterName.drop { $0 == " " || $0 == "\t" }
    guard name.count > afterName.count, title.count < afterName.count else { return [] }
    while let last = title.last, last == " " || last == "\t" { title.removeLast() }
    return title.contains("{") || title.contains("}") ? [] : title
  }

  /// A line that stands for the table of contents.
  private static func isContentsMark(_ line: Line) -> Bool {
    let first = line.first { !Words.isSpace($0) }
    guard first == "[" || first == "{" || first == "@" else { return false }
    let text = Words.stripped(String(String.UnicodeScalarView(line))).lowercased()
    if ["[toc]", "[[toc]]", "[[_toc_]]", "{:toc}"].contains(text) || text.hasPrefix("@[toc]") { return true }
    guard text.hasPrefix("{{"), text.hasSuffix("}}"), text.utf8.count >= 7 else { return false }
    var inside = text.dropFirst(2).dropLast(2)
    if inside.first == "<" { inside.removeFirst() }
    if inside.last == ">" { inside.removeLast() }
    while inside.first == " " { inside.removeFirst() }
    while inside.last == " " { inside.removeLast() }
    return inside == "toc"
  }

  /// The offset after `[^…]` at `start`.
  private static func footnoteEnd(_ line: Line, at start: Int) -> Int? {
    guard line[start...].starts(with: "[^".unicodeScalars) else { return nil }
    let name = line[(start + 2)...].prefix(128).prefix { $0 != "]" && !Words.isSpace($0) }
    guard !name.isEmpty, name.endIndex < line.endIndex, line[name.endIndex] == "]" else { return nil }
    return name.endIndex + 1
  }

  private static func withoutFootnoteMarks(_ line: Line) -> [Unicode.Scalar] {
    guard line.contains("^") else { return Array(line) }
    var result: [Unicode.Scalar] = []
    var at = line.startIndex
    while at < line.endIndex {
      if line[at] == "[", let end = footnoteEnd(line, at: at), end == line.endIndex || line[end] != "(" {
        at = end
      } else {
        result.append(line[at])
        at += 1
      }
    }
    return result
  }

  /// `> [!NOTE]`
  private static func isAlertMark(_ line: Line) -> Bool {
    guard line.first == ">" else { return false }
    let text = Words.stripped(String(String.UnicodeScalarView(line.dropFirst())))
    return ["[!NOTE]", "[!TIP]", "[!IMPORTANT]", "[!WARNING]", "[!CAUTION]"].contains(text)
  }
}
