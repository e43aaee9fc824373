/// A table a page a row, which the reader can sort by any column.
public struct SummaryTable: Sendable {
  public struct Cell: Sendable {
    var text: String
    /// What it is sorted by; nil for nothing, which comes last.
    var value: Double?

    public static func count(_ count: Int) -> Cell { Cell(text: HTMLText.count(count), value: Double(count)) }
    public static func number(_ value: Double, digits: Int) -> Cell {
      Cell(text: HTMLText.number(value, digits: digits), value: value)
    }
    public static let none = Cell(text: "–")
    /// Text, which is sorted as text.
    public static func text(_ text: String) -> Cell { Cell(text: text) }
  }

  public struct Row: Sendable {
    var name: String
    /// Where the page's own report is; nil where there is none.
    var href: String?
    var cells: [Cell]
    /// Why the page could not be read.
    var problem: String?

    public init(name: String, href: String?, cells: [Cell], problem: String? = nil) {
      self.name = name
      self.href = href
      self.cells = cells
      self.problem = problem
    }
  }

  /// What the first column is called, and the others.
  var first: String
  public private(set) var columns: [String]
  public var rows: [Row] = []
  var caption: String

  public init(first: String = "page", columns: [String], caption: String) {
    self.first = first
    self.columns = columns
    self.caption = caption
  }

  /// A relative address of a file, each byte that is not plain percent-encoded; a colon would make it a scheme.
  public static func href(file: String) -> String {
    var result = ""
    for byte in file.utf8 {
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "-._~/".utf8.contains(byte)
      if isPlain {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }

  /// The roles are there because narrow screens lay rows out as grids, which takes the table's own away.
  public func html() -> String {
    var html =
      "<table class=\"sortable grid\(columns.count)\" role=table><caption>\(HTMLText.escaped(caption))</caption>\n"
    html += "<thead role=rowgroup><tr role=row>"
    for name in [first] + columns {
      html += "<th role=columnheader scope=col>\(HTMLText.escaped(name))</th>"
    }
    html += "</tr></thead>\n<tbody role=rowgroup>\n"
    for row in rows {
      let name = HTMLText.escaped(row.name)
      let link = row.href.map { "<a href=\"\(HTMLText.escaped($0))\">\(name)</a>" } ?? name
      html += "<tr role=row><th role=rowheader scope=row>\(link)</th>"
      if let problem = row.problem {
        html += "<td role=cell class=problem colspan=\(max(1, columns.count))>\(HTMLText.escaped(problem))</td>"
      } else {
        for cell in row.cells {
          let value = cell.value.map { " data-v=\"\($0)\"" } ?? ""
          html += "<td role=cell\(value)>\(HTMLText.escaped(cell.text))</td>"
        }
      }
      html += "</tr>\n"
    }
    return html + "</tbody></table>\n"
  }
}
