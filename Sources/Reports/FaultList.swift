import Pages

/// The faults of a page in words, each with a link to its mark.
struct FaultList {
  let source: PageSource
  let key: String
  /// Whether the source with its marks stands in the same report.
  var hasMarks = true

  func html() -> String {
    if source.faults.isEmpty { return "<p>No faults found.</p>\n" }
    let lines = LineIndex(source.utf8)
    var html = "<ol class=faults>\n"
    for (index, fault) in source.faults.enumerated() {
      let place = lines.position(of: fault.offset)
      let name = "line \(place.line), column \(place.column)"
      let link = hasMarks ? "<a href=\"#\(key)-f\(index + 1)\">\(name)</a>" : name
      html += "<li id=\(key)-d\(index + 1)>\(link): \(HTMLText.escaped(fault.message)) "
      html += "<code>\(HTMLText.escaped(fault.rule))</code> "
      html += "<span class=soft>\(HTMLText.number(fault.score, digits: 1)) bits</span>"
      if let repair = fault.repair { html += "<br>To mend it: \(Self.code(repair))" }
      html += "</li>\n"
    }
    return html + "</ol>\n"
  }

  /// Text in which pieces between backquotes are code.
  private static func code(_ sentence: String) -> String {
    sentence.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0.offset % 2 == 1 ? "<code>\(HTMLText.escaped($0.element))</code>" : HTMLText.escaped($0.element) }
      .joined()
  }
}
