/// Scores main text: word F1 (as WCXB defines it) and shingle F1 (as scrapinghub's article-extraction-benchmark does).
///
/// Word F1: words of the lower-cased text as multisets, per page, then the plain mean over pages. Shingle F1: multisets of four
/// consecutive words, upper and lower case kept; a text of fewer words is one shingle; the harmonic mean of the mean precision
/// over pages with a prediction and the mean recall over pages with gold.
public struct MainTextScore: Scorer {
  private struct Prediction: Decodable {
    var id: String
    var text: String?
  }
  private struct Gold: Decodable {
    var id: String
    var mainText: String?
    var pageType: String?

    enum CodingKeys: String, CodingKey {
      case id
      case mainText = "main_text"
      case pageType = "page_type"
    }
  }
  /// One page's figures.
  public struct PageScore: Hashable, Sendable {
    public var precision: Double
    public var recall: Double
    public var f1: Double
  }

  private var predictions: [String: String] = [:]
  private var byType: [String: [PageScore]] = [:]
  private var shinglePrecisions: [Double] = []
  private var shingleRecalls: [Double] = []
  private var missing = 0
  private var goldRows = RowDecoder(.gold)
  private var predictedRows = RowDecoder(.predicted)

  public init() {}

  public mutating func addPrediction(line: [UInt8]) throws(EvaluationError) {
    guard let row = try predictedRows.decode(Prediction.self, line) else { return }
    addPrediction(id: row.id, text: row.text ?? "")
  }

  public mutating func addPrediction(id: String, text: String) { predictions[id] = text }

  public mutating func addGold(line: [UInt8]) throws(EvaluationError) {
    guard let row = try goldRows.decode(Gold.self, line) else { return }
    // Nobody marked this page; "" would say that it has no main text.
    guard let mainText = row.mainText else { return }
    addGold(id: row.id, mainText: mainText, pageType: row.pageType)
  }

  /// - Parameter pageType: nil or empty counts as an article.
  public mutating func addGold(id: String, mainText: String, pageType: String?) {
    let predicted = predictions[id]
    if predicted == nil { missing += 1 }
    let type = pageType.flatMap { $0.isEmpty ? nil : $0 } ?? "article"
    byType[type, default: []].append(Self.words(gold: mainText, predicted: predicted ?? ""))
    let tally = Self.shingles(gold: mainText, predicted: predicted ?? "")
    if tally.predicted > 0 { shinglePrecisions.append(Double(tally.matched) / Double(tally.predicted)) }
    if tally.gold > 0 { shingleRecalls.append(Double(tally.matched) / Double(tally.gold)) }
  }

  /// Word precision, recall and F1 of one page. Without gold words: all 1 if nothing was predicted, else all 0.
  public static func words(gold: String, predicted: String) -> PageScore {
    let goldWords = Multiset(Words.split(Words.lowercased(gold)))
    let predictedWords = Multiset(Words.split(Words.lowercased(predicted)))
    if goldWords.total == 0 || predictedWords.total == 0 {
      let value: Double = goldWords.total == predictedWords.total ? 1 : 0
      return PageScore(precision: value, recall: value, f1: value)
    }
    let tally = Tally(
      matched: goldWords.overlap(with: predictedWords), predicted: predictedWords.total, gold: goldWords.total)
    return PageScore(precision: tally.precision, recall: tally.recall, f1: tally.f1)
  }

  static func shingles(gold: String, predicted: String) -> Tally {
    var numbers: [Words.Word: Int32] = [:]
    func multiset(_ text: String) -> Multiset<SIMD4<Int32>> {
      let words = Words.split(text).map { word in
        if let number = numbers[word] { return number }
        let number = Int32(truncatingIfNeeded: numbers.count)
        numbers[word] = number
        return number
      }
      var result = Multiset<SIMD4<Int32>>()
      if words.isEmpty { return result }
      for start in 0...max(0, words.count - 4) {
        var shingle = SIMD4<Int32>(repeating: -1)
        for index in 0..<min(4, words.count - start) { shingle[index] = words[start + index] }
        result.insert(shingle)
      }
      return result
    }
    let (goldShingles, predictedShingles) = (multiset(gold), multiset(predicted))
    return Tally(
      matched: goldShingles.overlap(with: predictedShingles), predicted: predictedShingles.total,
      gold: goldShingles.total)
  }

  private static let order = ["article", "documentation", "service", "forum", "collection", "listing", "product"]

  public var report: EvaluationReport {
    func row(_ name: String, _ pages: [PageScore]) -> EvaluationReport.Row {
      .init(
        name: name, count: pages.count,
        figures: [
          "f1": pages.lazy.map(\.f1).mean, "precision": pages.lazy.map(\.precision).mean,
          "recall": pages.lazy.map(\.recall).mean,
        ])
    }
    let types = Self.order.filter { byType[$0] != nil } + byType.keys.filter { !Self.order.contains($0) }.sorted()
    var rows = types.map { row($0, byType[$0] ?? []) }
    let macro = rows.map { ($0.figures["f1"] ?? nil) ?? 0 }.mean
    let pages = types.flatMap { byType[$0] ?? [] }
    rows.append(row("ALL", pages))
    let (precision, recall) = (shinglePrecisions.mean, shingleRecalls.mean)
    return EvaluationReport(
      task: "text", pages: pages.count, missing: missing, columns: ["f1", "precision", "recall"], rows: rows,
      summary: [
        "macro_f1": macro, "shingle_f1": precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0,
        "shingle_precision": precision, "shingle_recall": recall,
      ])
  }
}
