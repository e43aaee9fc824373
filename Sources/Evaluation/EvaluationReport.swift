/// What a scorer found: figures for groups of pages, in the order in which they should be read.
///
/// Every figure is a share from 0 to 1 unless its column says otherwise. `nil` stands for a figure that does not apply.
public struct EvaluationReport: Hashable, Sendable, Codable {
  public struct Row: Hashable, Sendable, Codable {
    /// A page type, fault kind, element kind or source; `ALL` is all of them together.
    public var name: String
    /// How many pages (or, for Markdown, gold elements) the figures are about.
    public var count: Int
    /// By column name.
    public var figures: [String: Double?]

    public init(name: String, count: Int, figures: [String: Double?]) {
      self.name = name
      self.count = count
      self.figures = figures
    }
  }

  /// `text`, `links`, `check`, `markdown` or `entropy`.
  public var task: String
  /// Gold pages.
  public var pages: Int
  /// Gold pages for which nothing was predicted.
  public var missing: Int
  /// The columns of `rows`, in order.
  public var columns: [String]
  public var rows: [Row]
  /// Figures over all rows, such as a mean over page types.
  public var summary: [String: Double]

  public init(
    task: String, pages: Int, missing: Int, columns: [String], rows: [Row], summary: [String: Double] = [:]
  ) {
    self.task = task
    self.pages = pages
    self.missing = missing
    self.columns = columns
    self.rows = rows
    self.summary = summary
  }

  /// The figure of a row, or nil where there is none.
  public subscript(row: String, column: String) -> Double? {
    rows.first { $0.name == row }?.figures[column] ?? nil
  }

  /// The report as a table in plain text, one row a line, ending with a line break.
  public var table: String {
    let nameWidth = max(10, rows.map { $0.name.unicodeScalars.count }.max() ?? 0) + 1
    let countWidth = max(6, rows.map { String($0.count).count }.max() ?? 0) + 1
    let widths = columns.map { max(9, $0.count + 2) }
    var lines = [padded(task, to: nameWidth) + padded("n", to: -countWidth)]
    for (column, width) in zip(columns, widths) { lines[0] += padded(column, to: -width) }
    for row in rows {
      var line = padded(row.name, to: nameWidth) + padded(String(row.count), to: -countWidth)
      for (column, width) in zip(columns, widths) {
        line += padded((row.figures[column] ?? nil).map(Self.rounded) ?? "-", to: -width)
      }
      lines.append(line)
    }
    for (name, value) in summary.sorted(by: { $0.key < $1.key }) {
      // Shares are below 1; whole numbers above it are counts.
      let isCount = value > 1 && value < 1e15 && value == value.rounded()
      lines.append("\(name): \(isCount ? String(Int(value)) : Self.rounded(value))")
    }
    lines.append("pages: \(pages), without a prediction: \(missing)")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Four places after the point.
  static func rounded(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let scaled = Int((abs(value) * 10_000).rounded())
    let fraction = String(scaled % 10_000)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return sign + "\(scaled / 10_000)." + String(repeating: "0", count: 4 - fraction.count) + fraction
  }

  /// Pads on the right to `width` characters, or on the left where it is negative.
  private func padded(_ text: String, to width: Int) -> String {
    let blanks = String(repeating: " ", count: max(0, abs(width) - text.unicodeScalars.count))
    return width < 0 ? blanks + text : text + blanks
  }
}
