/// Scores links against what a browser's DOM holds: (address, text) pairs, addresses alone, and byte ranges, as multisets.
public struct LinkScore: Scorer {
  /// Which addresses are compared.
  public enum Addresses: Sendable {
    /// As resolved: the gold's `href` with the prediction's `url`, or with its `href` where it has no `url`.
    case resolved
    /// As written in the attribute, character references decoded: the gold's `raw` (`href` where it has none) with
    /// the prediction's `href`.
    case written
  }

  /// One link, gold or predicted.
  public struct Link: Hashable, Sendable, Decodable {
    public var href: String?
    public var url: String?
    public var raw: String?
    public var text: String?
    public var start: Int?
    public var end: Int?
    public var tag: String?
    public var kind: String?

    public init(
      href: String?, url: String? = nil, raw: String? = nil, text: String?, start: Int? = nil, end: Int? = nil,
      tag: String? = nil
    ) {
      self.href = href
      self.url = url
      self.raw = raw
      self.text = text
      self.start = start
      self.end = end
      self.tag = tag
    }
  }

  private struct Prediction: Decodable {
    var id: String
    var links: [Link]?
  }
  private struct Gold: Decodable {
    var id: String
    var source: String?
    var links: [Link]?
  }
  private struct Pair: Hashable, Sendable {
    var address: [UInt8]
    var text: [UInt8]
  }
  private struct Span: Hashable, Sendable {
    var start: Int
    var end: Int?
  }
  private struct Totals: Sendable {
    var pooled = Tally()
    var pageF1s: [Double] = []
  }
  private struct Source: Sendable {
    var pages = 0
    var exact = 0
    var pair = Totals()
    var href = Totals()
    var span = Totals()

    mutating func add(pair: Tally, href: Tally, span: Tally, exact: Bool) {
      pages += 1
      self.exact += exact ? 1 : 0
      self.pair.pooled += pair
      self.pair.pageF1s.append(pair.f1)
      self.href.pooled += href
      self.href.pageF1s.append(href.f1)
      self.span.pooled += span
      self.span.pageF1s.append(span.f1)
    }
  }

  private static let allTags: Set<String> = ["a", "area", "link"]
  private let addresses: Addresses
  private let tags: Set<String>
  private var predictions: [String: [Link]] = [:]
  private var bySource: [String: Source] = [:]
  private var all = Source()
  private var missing = 0
  private var goldRows = RowDecoder(.gold)
  private var predictedRows = RowDecoder(.predicted)

  /// - Parameter tags: elements to look at; predictions are only filtered when it is not the default.
  public init(addresses: Addresses = .written, tags: Set<String> = ["a", "area", "link"]) {
    self.addresses = addresses
    self.tags = tags
  }

  public mutating func addPrediction(line: [UInt8]) throws(EvaluationError) {
    guard let row = try predictedRows.decode(Prediction.self, line) else { return }
    addPrediction(id: row.id, links: row.links ?? [])
  }

  public mutating func addPrediction(id: String, links: [Link]) { predictions[id] = links }

  public mutating func addGold(line: [UInt8]) throws(EvaluationError) {
    guard let row = try goldRows.decode(Gold.self, line) else { return }
    guard let links = row.links else {
      throw EvaluationError(file: .gold, line: goldRows.line, reason: "the key “links” is missing")
    }
    addGold(id: row.id, source: row.source, links: links)
  }

  public mutating func addGold(id: String, source: String?, links: [Link]) {
    if predictions[id] == nil { missing += 1 }
    let gold = links.filter { tags.contains($0.tag ?? $0.kind ?? "a") }
    var predicted = predictions[id] ?? []
    if tags != Self.allTags { predicted = predicted.filter { tags.contains($0.tag ?? $0.kind ?? "a") } }

    let goldPairs = Multiset(gold.map { pair($0, address: addresses == .written ? $0.raw ?? $0.href : $0.href) })
    let predictedPairs = Multiset(
      predicted.map { pair($0, address: addresses == .written ? $0.href : $0.url ?? $0.href) })
    let pairs = tally(gold: goldPairs, predicted: predictedPairs)
    let hrefs = tally(
      gold: Multiset(goldPairs.elements.map(\.address)), predicted: Multiset(predictedPairs.elements.map(\.address)))
    let spans = tally(gold: Multiset(gold.compactMap(span)), predicted: Multiset(predicted.compactMap(span)))
    let exact = goldPairs == predictedPairs
    all.add(pair: pairs, href: hrefs, span: spans, exact: exact)
    bySource[source ?? "?", default: Source()].add(pair: pairs, href: hrefs, span: spans, exact: exact)
  }

  private func pair(_ link: Link, address: String?) -> Pair {
    Pair(
      address: Array(Words.stripped(address ?? "").utf8), text: Array(Words.collapsed(link.text ?? "").utf8))
  }

  private func span(_ link: Link) -> Span? { link.start.map { Span(start: $0, end: link.end) } }

  private func tally<Element>(gold: Multiset<Element>, predicted: Multiset<Element>) -> Tally {
    Tally(matched: gold.overlap(with: predicted), predicted: predicted.total, gold: gold.total)
  }

  /// Rows are named `source pair`, `source href` and `source span`; `span` only where something with offsets was predicted.
  public var report: EvaluationReport {
    var rows: [EvaluationReport.Row] = []
    for (name, source) in bySource.sorted(by: { $0.key < $1.key }) + [("ALL", all)] {
      for (what, totals) in [("pair", source.pair), ("href", source.href), ("span", source.span)] {
        if what == "span" && totals.pooled.predicted == 0 { continue }
        rows.append(
          .init(
            name: "\(name) \(what)", count: totals.pooled.gold,
            figures: [
              "precision": totals.pooled.precision, "recall": totals.pooled.recall, "f1": totals.pooled.f1,
              "page_f1": totals.pageF1s.mean,
              "exact_pages": what == "pair" && source.pages > 0 ? Double(source.exact) / Double(source.pages) : nil,
            ]))
      }
    }
    return EvaluationReport(
      task: "links", pages: all.pages, missing: missing,
      columns: ["precision", "recall", "f1", "page_f1", "exact_pages"], rows: rows)
  }
}
