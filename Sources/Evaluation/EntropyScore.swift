/// Bits per byte: the mean over pages, and all bits over all bytes.
///
/// Gold lines only say which pages count and of which type they are.
public struct EntropyScore: Scorer {
  private struct Prediction: Decodable {
    var id: String
    var bytes: Int?
    var bits: Double?
  }
  private struct Gold: Decodable {
    var id: String
    var pageType: String?

    enum CodingKeys: String, CodingKey {
      case id
      case pageType = "page_type"
    }
  }
  private struct Page: Sendable {
    var bytes: Int
    var bits: Double
  }

  private var predictions: [String: Page] = [:]
  private var byType: [String: [Page]] = [:]
  private var pages: [Page] = []
  private var goldPages = 0
  private var goldRows = RowDecoder(.gold)
  private var predictedRows = RowDecoder(.predicted)

  public init() {}

  public mutating func addPrediction(line: [UInt8]) throws(EvaluationError) {
    guard let row = try predictedRows.decode(Prediction.self, line), let bytes = row.bytes, let bits = row.bits else {
      return
    }
    addPrediction(id: row.id, bytes: bytes, bits: bits)
  }

  public mutating func addPrediction(id: String, bytes: Int, bits: Double) {
    predictions[id] = Page(bytes: bytes, bits: bits)
  }

  public mutating func addGold(line: [UInt8]) throws(EvaluationError) {
    guard let row = try goldRows.decode(Gold.self, line) else { return }
    addGold(id: row.id, pageType: row.pageType)
  }

  public mutating func addGold(id: String, pageType: String?) {
    goldPages += 1
    guard let page = predictions[id] else { return }
    pages.append(page)
    if let pageType { byType[pageType, default: []].append(page) }
  }

  public var report: EvaluationReport {
    func row(_ name: String, _ pages: [Page]) -> EvaluationReport.Row {
      let filled = pages.filter { $0.bytes > 0 }
      let bytes = filled.reduce(0.0) { $0 + Double($1.bytes) }
      let bits = filled.reduce(0.0) { $0 + $1.bits }
      return .init(
        name: name, count: pages.count,
        figures: [
          "mean_bits_per_byte": filled.isEmpty ? nil : filled.map { $0.bits / Double($0.bytes) }.mean,
          "pooled_bits_per_byte": filled.isEmpty ? nil : bits / bytes, "bytes": bytes,
        ])
    }
    return EvaluationReport(
      task: "entropy", pages: goldPages, missing: goldPages - pages.count,
      columns: ["mean_bits_per_byte", "pooled_bits_per_byte", "bytes"],
      rows: byType.sorted { $0.key < $1.key }.map { row($0.key, $0.value) } + [row("ALL", pages)])
  }
}
