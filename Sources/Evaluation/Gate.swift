public import FoundationEssentials

/// Floors under the figures of an evaluation, kept in the repository so that a model that reads worse is noticed.
///
/// Each entry belongs to one set of gold, told by the digest of its file: floors measured on other data say nothing. Floors only rise;
/// to lower one, edit the file and say why in the commit.
public struct Gate: Codable, Hashable, Sendable {
  public struct Entry: Codable, Hashable, Sendable {
    public var task: String
    /// The gold file's name, for people.
    public var gold: String
    /// SHA-256 of the gold file.
    public var digest: String
    /// Empty where all lines count.
    public var split: String
    /// Least figures by row and column of the report.
    public var floors: [String: [String: Double]]
  }

  /// A figure below its floor.
  public struct Fall: Hashable, Sendable, CustomStringConvertible {
    public var row: String
    public var column: String
    public var floor: Double
    /// nil where the report has no such figure any more.
    public var found: Double?

    public var description: String {
      let found = found.map(EvaluationReport.rounded) ?? "missing"
      return "\(row) \(column): \(found), the floor is \(EvaluationReport.rounded(floor))"
    }
  }

  public private(set) var entries: [Entry] = []

  public init() {}

  /// Reads a gate file.
  public init(json: Data) throws { self = try JSONDecoder().decode(Gate.self, from: json) }

  /// The file's content, with sorted keys, so that a change is a small difference.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  private func index(task: String, digest: String, split: String) -> Int? {
    entries.firstIndex { $0.task == task && $0.digest == digest && $0.split == split }
  }

  /// What of `report` is below its floor; nil where there are no floors for this task and data.
  public func falls(of report: EvaluationReport, digest: String, split: String) -> [Fall]? {
    guard let index = index(task: report.task, digest: digest, split: split) else { return nil }
    var result: [Fall] = []
    for (row, columns) in entries[index].floors.sorted(by: { $0.key < $1.key }) {
      for (column, floor) in columns.sorted(by: { $0.key < $1.key }) {
        let found = report[row, column]
        if found.map({ $0 < floor - 1e-9 }) ?? true {
          result.append(Fall(row: row, column: column, floor: floor, found: found))
        }
      }
    }
    return result
  }

  /// Sets floors a little (`slack`) under the figures of `report`; a floor that is higher stays. Rows of few pages are noise and get
  /// none.
  public mutating func raise(
    to report: EvaluationReport, gold: String, digest: String, split: String, columns: [String], slack: Double = 0.002,
    leastCount: Int = 3
  ) {
    var entry =
      index(task: report.task, digest: digest, split: split).map { entries[$0] }
      ?? Entry(task: report.task, gold: gold, digest: digest, split: split, floors: [:])
    for row in report.rows where row.count >= leastCount {
      for column in columns {
        guard let figure = report[row.name, column] else { continue }
        let floor = ((figure - slack) * 10_000).rounded(.down) / 10_000
        entry.floors[row.name, default: [:]][column] = max(entry.floors[row.name]?[column] ?? -.infinity, floor)
      }
    }
    if let index = index(task: report.task, digest: digest, split: split) {
      entries[index] = entry
    } else {
      entries.append(entry)
    }
  }
}

extension EvaluationTask {
  /// The columns of the task's report that a gate keeps watch over.
  public var gateColumns: [String] {
    switch self {
    case .text: ["f1"]
    case .links: ["precision", "recall", "exact_pages"]
    case .markdown: ["f1"]
    case .check: ["top1@8", "top1@32", "auc", "fix1"]
    case .entropy: []
    case .fields: ["exact"]
    }
  }
}
