/// What stands in braces for a site generator: `{: .note}`, `{#id .class}`, `{{< figure >}}`, `{% raw %}`.
enum TemplateMarks {
  typealias Line = ArraySlice<Unicode.Scalar>

  /// Scalars a mark may have, so that many that never end cost no more than linear time.
  private static let longest = 4096

  static func removed(from line: Line) -> [Unicode.Scalar] {
    let text = Words.stripped(String(String.UnicodeScalarView(line)))
    if text.hasPrefix("{:"), text.hasSuffix("}"), !text.dropFirst(2).dropLast().contains("}"), text.utf8.count > 2 {
      return []
    }
    var result = removing(line) { line, at in
      guard at == line.startIndex || line[at - 1] != "`", line[at...].starts(with: "{:".unicodeScalars) else {
        return nil
      }
      return end(line, from: at + 2, stoppingAt: "`")
    }
    if !hasMathematics(result) {
      result = removing(result[...], withSpaceBefore: true) { line, at in
        if at > line.startIndex, "`$\\".unicodeScalars.contains(line[at - 1]) || Words.isWordScalar(line[at - 1]) {
          return nil
        }
        guard let end = attributesEnd(line, at: at, stoppingAt: "`") else { return nil }
        return end < line.endIndex && line[end] == "`" ? nil : end
      }
    }
    if !hasMathematics(result) {
      result = removing(result[...]) { line, at in
        guard at > line.startIndex, ")]*`".unicodeScalars.contains(line[at - 1]) || Words.isWordScalar(line[at - 1])
        else {
          return nil
        }
        return attributesEnd(line, at: at, stoppingAt: "`$")
      }
    }
    return removing(result[...]) { line, at in
      let rest = line[at...]
      if rest.starts(with: "{{<".unicodeScalars) || rest.starts(with: "{{%".unicodeScalars) {
        if let end = closing(line, from: at + 3, [[">", "}", "}"], ["%", "}", "}"]]) { return end }
      }
      return rest.starts(with: "{%".unicodeScalars) ? closing(line, from: at + 2, [["%", "}"]]) : nil
    }
  }

  /// Without the ranges that begin at a `{` and end where `match` says, and without the white space before them if asked.
  private static func removing(
    _ line: Line, withSpaceBefore: Bool = false, match: (Line, Int) -> Int?
  ) -> [Unicode.Scalar] {
    guard line.contains("{"), let lastEnd = line.lastIndex(of: "}") else { return Array(line) }
    var result: [Unicode.Scalar] = []
    var at = line.startIndex
    while at < line.endIndex {
      if line[at] == "{", at < lastEnd, let end = match(line, at) {
        if withSpaceBefore { while let last = result.last, Words.isSpace(last) { result.removeLast() } }
        at = end
      } else {
        result.append(line[at])
        at += 1
      }
    }
    return result
  }

  /// The offset after the `}` that comes before any of `stops`.
  private static func end(_ line: Line, from start: Int, stoppingAt stops: String) -> Int? {
    guard
      let found = line[start...].prefix(longest).firstIndex(where: { $0 == "}" || stops.unicodeScalars.contains($0) }),
      line[found] == "}"
    else { return nil }
    return found + 1
  }

  /// `{#id …}`, `{.class …}`
  private static func attributesEnd(_ line: Line, at start: Int, stoppingAt stops: String) -> Int? {
    let inside = line[(start + 1)...].drop(while: Words.isSpace)
    guard inside.first == "#" || inside.first == ".", let next = inside.dropFirst().first,
      Words.isWordScalar(next) || next == "-"
    else { return nil }
    return end(line, from: inside.startIndex + 2, stoppingAt: stops)
  }

  private static func closing(_ line: Line, from start: Int, _ ends: [[Unicode.Scalar]]) -> Int? {
    var at = start
    while at < line.endIndex, at - start < longest, line[at] != "`" {
      for end in ends where line[at...].starts(with: end) { return at + end.count }
      at += 1
    }
    return nil
  }

  /// `$…{` or `\name{`
  private static func hasMathematics(_ line: [Unicode.Scalar]) -> Bool {
    guard let last = line.lastIndex(of: "{") else { return false }
    if line[..<last].contains("$") { return true }
    for (index, scalar) in line.enumerated() where scalar == "\\" {
      let name = line[(index + 1)...].prefix { (0x61...0x7A).contains($0.value) }
      if !name.isEmpty, name.endIndex < line.endIndex, line[name.endIndex] == "{" { return true }
    }
    return false
  }
}
