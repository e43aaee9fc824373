import Reports

/// What a report knows of a page, for the summary.
struct ReportRow: Sendable {
  /// The id of the page's section.
  var anchor: String
  var cells: [SummaryTable.Cell]
}

/// Reports of pages in one HTML document; where there are several, with a summary. Written to a folder, each page has its own
/// document, and the summary is one more.
struct ReportFraming: Framing {
  private let title: String
  /// HTML.
  private let introduction: String
  private var summary: SummaryTable
  private var isBegun = false

  init(title: String, introduction: String = "", columns: [String]) {
    self.title = title
    self.introduction = introduction
    summary = SummaryTable(columns: columns, caption: "Sorted by a column when its name is chosen")
  }

  mutating func page(_ output: PageOutput) -> [UInt8] {
    add(output, href: output.row.map { "#\($0.anchor)" })
    // In a folder, a page that could not be read gets no file.
    if output.failure != nil, !isBegun, !output.wantsHeading { return [] }
    let name = output.wantsHeading ? nil : TerminalText.shown(output.name)
    return begun(ReportShell.header(title: title, page: name) + introduction) + output.bytes
  }

  mutating func end() -> [UInt8] {
    let start = begun(ReportShell.header(title: title) + introduction)
    let table = summary.rows.count > 1 ? "<div class=summary>\n\(summary.html())</div>\n" : ""
    return start + Array((table + ReportShell.footer).utf8)
  }

  mutating func listed(_ output: PageOutput, file: String) {
    add(output, href: output.failure == nil ? SummaryTable.href(file: file) : nil)
  }

  func index() -> [UInt8]? {
    Array(
      (ReportShell.header(title: title) + "<div class=summary>\n\(summary.html())</div>\n" + ReportShell.footer).utf8)
  }

  private mutating func add(_ output: PageOutput, href: String?) {
    let cells = output.row?.cells ?? summary.columns.map { _ in .none }
    summary.rows.append(
      .init(name: TerminalText.shown(output.name), href: href, cells: cells, problem: output.failure?.description))
  }

  private mutating func begun(_ header: String) -> [UInt8] {
    defer { isBegun = true }
    return isBegun ? [] : Array(header.utf8)
  }
}
