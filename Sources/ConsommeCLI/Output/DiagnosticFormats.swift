/// Diagnostics for people and for programs that read line by line. JSON and JSON Lines are `ResultFormats` with `CheckBody`.
struct DiagnosticFormats: Sendable {
  /// Whether text is coloured.
  var color = false
  /// Diagnostics with at least this score are errors, the others warnings; nil: all are warnings.
  var errorScore: Double?
  /// Columns of source shown in text.
  var sourceWidth = 100

  func isError(_ diagnostic: DiagnosticRecord) -> Bool { errorScore.map { diagnostic.score >= $0 } ?? false }

  func severity(_ diagnostic: DiagnosticRecord) -> String { isError(diagnostic) ? "error" : "warning" }

  /// For people: message, source line, caret, repair.
  func text(_ page: DiagnosticPage) -> String {
    page.diagnostics.map { text($0, of: page) }.joined(separator: "\n")
  }

  private func text(_ diagnostic: DiagnosticRecord, of page: DiagnosticPage) -> String {
    func styled(_ text: String, _ style: TerminalText.Style) -> String {
      TerminalText.styled(text, style, color: color)
    }
    let place = "\(TerminalText.shown(page.name)):\(diagnostic.line):\(diagnostic.column):"
    let label = severity(diagnostic)
    let score = styled("(\(Self.bits(diagnostic.score)) bits)", .faint)
    var result = styled(place, .bold) + " " + styled(label + ":", isError(diagnostic) ? .red : .blue) + " "
    result += "\(TerminalText.shown(diagnostic.message)) [\(diagnostic.rule)] \(score)\n"
    let number = String(diagnostic.line)
    let blank = String(repeating: " ", count: number.count)
    let excerpt = SourceExcerpt(page: page, diagnostic: diagnostic, width: sourceWidth)
    result += " \(styled(number + " |", .faint)) \(excerpt.source)\n"
    result += " \(styled(blank + " |", .faint)) \(excerpt.indent)\(styled(excerpt.caret, .green))\n"
    if let repair = diagnostic.repair {
      let at = page.position(of: repair.offset)
      let elsewhere =
        at.line == diagnostic.line && at.column == diagnostic.column ? "" : " at \(at.line):\(at.column)"
      result += " \(blank) \(styled("=", .faint)) repair\(elsewhere): \(page.sentence(for: repair))\n"
    }
    return result
  }

  /// One place after the point.
  private static func bits(_ score: Double) -> String {
    guard score.isFinite, abs(score) < 1e12 else { return "\(score)" }
    return "\((score * 10).rounded() / 10)"
  }

  /// GNU Coding Standards, "Formatting Error Messages": `file:line:column: severity: message [rule]`.
  func gnu(_ page: DiagnosticPage) -> String {
    page.diagnostics.map { diagnostic in
      let place = "\(TerminalText.shown(page.name)):\(diagnostic.line):\(diagnostic.column)"
      return "\(place): \(severity(diagnostic)): \(message(diagnostic, of: page)) [\(diagnostic.rule)]\n"
    }.joined()
  }

  /// Workflow commands that GitHub Actions turns into annotations.
  func github(_ page: DiagnosticPage) -> String {
    page.diagnostics.map { diagnostic in
      let end = page.position(of: DiagnosticPage.end(diagnostic.offset, diagnostic.length))
      var properties = ["file=\(Self.property(page.name))", "line=\(diagnostic.line)", "col=\(diagnostic.column)"]
      if end.line > diagnostic.line {
        properties.append("endLine=\(end.line)")
      } else if end.line == diagnostic.line, end.column > diagnostic.column {
        properties.append("endColumn=\(end.column)")
      }
      properties.append("title=\(Self.property(diagnostic.rule))")
      let data = Self.commandData(message(diagnostic, of: page))
      return "::\(severity(diagnostic)) \(properties.joined(separator: ","))::\(data)\n"
    }.joined()
  }

  /// The message with its repair, in one line.
  func message(_ diagnostic: DiagnosticRecord, of page: DiagnosticPage) -> String {
    let message = TerminalText.shown(diagnostic.message)
    guard let repair = diagnostic.repair else { return message }
    return message + "; " + page.sentence(for: repair)
  }

  private static func commandData(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private static func property(_ text: String) -> String {
    commandData(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
