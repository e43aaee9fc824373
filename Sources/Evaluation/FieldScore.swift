/// Scores fields: values that are exactly those of the gold, white space at their ends left out.
///
/// A page counts for a field where the gold has a value. Of several gold values each is looked for once. Days count as equal
/// where their ISO forms are, hours left out.
public struct FieldScore: Scorer {
  /// Text, or a list of texts; anything else is nothing.
  private struct Texts: Decodable {
    var values: [String] = []

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        values = [text]
      } else if let list = try? container.decode([String].self) {
        values = list
      } else if let number = try? container.decode(Double.self) {
        values = ["\(number)"]
      }
    }
  }
  private struct Value: Decodable {
    var value: String
    var iso: String?
  }
  private struct Values: Decodable {
    var values: [Value] = []

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let list = try? container.decode([Value].self) {
        values = list
      } else if let one = try? container.decode(Value.self) {
        values = [one]
      }
    }
  }
  private struct Prediction: Decodable {
    var id: String
    var fields: [String: Values]?
  }
  private struct Gold: Decodable {
    var id: String
    var title: Texts?
    var author: Texts?
    var date: Texts?
    var pageType: Texts?
    var fields: [String: Texts]?

    enum CodingKeys: String, CodingKey {
      case id, title, author, date, fields
      case pageType = "page_type"
    }
  }
  private struct Tally {
    var pages = 0
    var exact = 0
    var wanted = 0
    var found = 0
    var right = 0
  }

  private var predictions: [String: [String: [Value]]] = [:]
  private var tallies: [String: Tally] = [:]
  private var pages = 0
  private var missing = 0
  private var goldRows = RowDecoder(.gold)
  private var predictedRows = RowDecoder(.predicted)

  public init() {}

  public mutating func addPrediction(line: [UInt8]) throws(EvaluationError) {
    guard let row = try predictedRows.decode(Prediction.self, line) else { return }
    predictions[row.id] = (row.fields ?? [:]).mapValues(\.values)
  }

  /// Other names that the corpus has for a field.
  private static let aliases = [
    "site_name": ["siteName", "meta_site_name", "sitename"], "language": ["lang", "meta_lang"],
  ]

  public mutating func addGold(line: [UInt8]) throws(EvaluationError) {
    guard let row = try goldRows.decode(Gold.self, line) else { return }
    pages += 1
    var gold = (row.fields ?? [:]).mapValues(\.values)
    for (name, texts) in [
      ("title", row.title), ("author", row.author), ("date", row.date), ("page_type", row.pageType),
    ] {
      if gold[name] == nil, let texts { gold[name] = texts.values }
    }
    for (name, others) in Self.aliases where gold[name] == nil {
      gold[name] = others.lazy.compactMap { gold[$0] }.first
    }
    guard let predicted = predictions[row.id] else {
      missing += 1
      return
    }
    for (name, found) in predicted {
      guard let wanted = gold[name]?.filter({ !Self.trimmed($0).isEmpty }), !wanted.isEmpty else { continue }
      var left = found
      var right = 0
      for value in wanted {
        if let index = left.firstIndex(where: { Self.isEqual($0, value) }) {
          left.remove(at: index)
          right += 1
        }
      }
      tallies[name, default: Tally()].pages += 1
      tallies[name]!.exact += right == wanted.count && right == found.count ? 1 : 0
      tallies[name]!.wanted += wanted.count
      tallies[name]!.found += found.count
      tallies[name]!.right += right
    }
  }

  private static func trimmed(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func isEqual(_ value: Value, _ gold: String) -> Bool {
    let wanted = trimmed(gold)
    if trimmed(value.value) == wanted { return true }
    guard let iso = value.iso, iso.utf8.count >= 10 else { return false }
    return wanted.utf8.count >= 10 && iso.prefix(10) == wanted.prefix(10)
  }

  public var report: EvaluationReport {
    let rows = tallies.sorted { $0.key < $1.key }.map { name, tally in
      EvaluationReport.Row(
        name: name, count: tally.pages,
        figures: [
          "exact": Double(tally.exact) / Double(max(1, tally.pages)),
          "precision": tally.found == 0 ? nil : Double(tally.right) / Double(tally.found),
          "recall": Double(tally.right) / Double(max(1, tally.wanted)),
          "f1": 2 * Double(tally.right) / Double(max(1, tally.wanted + tally.found)),
        ])
    }
    return EvaluationReport(
      task: "fields", pages: pages, missing: missing, columns: ["exact", "precision", "recall", "f1"], rows: rows)
  }
}
