import FoundationEssentials

/// Scores finding, locating and mending faults on pages with one known fault each, beside clean pages.
///
/// Columns: `top1@d`, `top3@d` the share of faulty pages on which the best, or one of the best three, diagnostics is within d
/// bytes of the fault; `line` the best one is on the fault's line; `auc`, `ap`, `recall@1%`, `recall@5%` faulty pages against clean ones by
/// their highest score; `fix1`, `fix3` the best, or one of the best three, repairs gives exactly the mended page; `fixw` as `fix1`, white
/// space next to `<` and `>` aside. The `fix…` figures are over faults with a known repair.
public struct FaultScore: Scorer {
  public struct Repair: Hashable, Sendable, Decodable {
    /// nil: where the diagnostic is.
    public var offset: Int?
    public var delete: Int
    public var insert: String
    public init(offset: Int? = nil, delete: Int, insert: String) {
      self.offset = offset
      self.delete = delete
      self.insert = insert
    }
  }
  public struct Diagnostic: Hashable, Sendable, Decodable {
    public var offset: Int
    public var length: Int?
    public var score: Double?
    public var repair: Repair?
    public init(offset: Int, length: Int? = nil, score: Double?, repair: Repair? = nil) {
      self.offset = offset
      self.length = length
      self.score = score
      self.repair = repair
    }
  }
  private struct Prediction: Decodable {
    var id: String
    var diagnostics: [Diagnostic]?
  }
  private struct Gold: Decodable {
    var id: String
    var kind: String
    var offset: Int?
    var end: Int?
    var alt: [Int]?
    var repair: Repair?
    var html: String?
    var base64: String?

    enum CodingKeys: String, CodingKey {
      case id, kind, offset, end, alt, repair, html
      case base64 = "html_b64"
    }
  }
  /// The fault of one page.
  public struct Fault: Sendable {
    public var kind: String
    /// The fault's bytes in the page as given.
    public var offset: Int
    public var end: Int
    /// Where else it can first be noticed.
    public var alternatives: [Int]
    public var repair: Repair?
    public init(kind: String, offset: Int, end: Int, alternatives: [Int] = [], repair: Repair? = nil) {
      self.kind = kind
      self.offset = offset
      self.end = end
      self.alternatives = alternatives
      self.repair = repair
    }
  }
  private struct Page: Sendable {
    var score: Double
    /// Bytes from the fault, of the best three.
    var distances: [Int]
    var onLine: Bool
    /// Of the best three repairs; nil where no repair is known.
    var fixes: [Bool]?
    var fixesButForSpace: Bool
  }

  private static let distances = [8, 32, 128]
  /// A diagnostic longer than this counts as this long, so that a long span cannot buy a hit.
  private static let longestSpan = 32
  private let acceptsAlternatives: Bool
  private var predictions: [String: [Diagnostic]] = [:]
  private var clean: [Double] = []
  private var byKind: [String: [Page]] = [:]
  private var missing = 0
  private var goldRows = RowDecoder(.gold)
  private var predictedRows = RowDecoder(.predicted)

  /// - Parameter acceptsAlternatives: whether the gold's `alt` offsets are right too.
  public init(acceptsAlternatives: Bool = false) { self.acceptsAlternatives = acceptsAlternatives }

  public mutating func addPrediction(line: [UInt8]) throws(EvaluationError) {
    guard let row = try predictedRows.decode(Prediction.self, line) else { return }
    addPrediction(id: row.id, diagnostics: row.diagnostics ?? [])
  }

  public mutating func addPrediction(id: String, diagnostics: [Diagnostic]) {
    // Stable, as Python's sort is: diagnostics of one score stay in their order.
    predictions[id] = diagnostics.enumerated().sorted {
      let (left, right) = ($0.element.score ?? 0, $1.element.score ?? 0)
      return left != right ? left > right : $0.offset < $1.offset
    }.map(\.element)
  }

  public mutating func addGold(line: [UInt8]) throws(EvaluationError) {
    guard let row = try goldRows.decode(Gold.self, line) else { return }
    if row.kind == "reference" { return }
    if row.kind == "clean" { return addCleanPage(id: row.id) }
    func failure(_ reason: String) -> EvaluationError { .init(file: .gold, line: goldRows.line, reason: reason) }
    guard let offset = row.offset, let end = row.end else { throw failure("a fault without “offset” and “end”") }
    let html: [UInt8]
    if let base64 = row.base64 {
      guard let data = Data(base64Encoded: base64) else { throw failure("“html_b64” is no base64") }
      html = Array(data)
    } else if let text = row.html {
      html = Array(text.utf8)
    } else {
      throw failure("the key “html” is missing")
    }
    addGold(
      id: row.id,
      fault: Fault(kind: row.kind, offset: offset, end: end, alternatives: row.alt ?? [], repair: row.repair),
      html: html)
  }

  /// A page without a fault: whatever was reported on it is a false alarm.
  public mutating func addCleanPage(id: String) {
    if predictions[id] == nil { missing += 1 }
    clean.append(predictions[id]?.first.map { $0.score ?? 0 } ?? -.infinity)
  }

  public mutating func addGold(id: String, fault: Fault, html: [UInt8]) {
    if predictions[id] == nil { missing += 1 }
    let best = (predictions[id] ?? []).prefix(3)
    let spots = [(fault.offset, fault.end)] + (acceptsAlternatives ? fault.alternatives.map { ($0, $0) } : [])
    let distances = best.map { diagnostic in
      let end = diagnostic.offset.saturatingAdd(min(Self.longestSpan, max(0, diagnostic.length ?? 0)))
      return spots.map { Self.gap(diagnostic.offset, end, $0.0, $0.1) }.min() ?? 0
    }
    let at = min(max(0, fault.offset), html.count)
    let lineStart = html[..<at].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let lineEnd = html[at...].firstIndex(of: 0x0A) ?? html.count

    var fixes: [Bool]?
    var fixesButForSpace = false
    if let repair = fault.repair {
      let wanted = Self.apply(repair, at: fault.offset, to: html)
      fixes = best.map { diagnostic in
        diagnostic.repair.map { Self.apply($0, at: $0.offset ?? diagnostic.offset, to: html) == wanted } ?? false
      }
      if let first = best.first, let repair = first.repair {
        let mended = Self.apply(repair, at: repair.offset ?? first.offset, to: html)
        fixesButForSpace = mended == wanted || Self.squeezed(mended) == Self.squeezed(wanted)
      }
    }
    byKind[fault.kind, default: []].append(
      Page(
        score: best.first.map { $0.score ?? 0 } ?? -.infinity, distances: distances,
        onLine: best.first.map { lineStart <= $0.offset && $0.offset <= lineEnd } ?? false, fixes: fixes,
        fixesButForSpace: fixesButForSpace))
  }

  /// Bytes between [a, b) and [c, d); 0 when they touch or overlap.
  private static func gap(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Int {
    max(0, c > b ? c.saturatingSubtract(b) : a > d ? a.saturatingSubtract(d) : 0)
  }

  private static func apply(_ repair: Repair, at offset: Int, to bytes: [UInt8]) -> [UInt8] {
    let start = min(max(0, offset), bytes.count)
    let end = start + min(max(0, repair.delete), bytes.count - start)
    return bytes[..<start] + Array(repair.insert.utf8) + bytes[end...]
  }

  /// Without white space next to `<` and `>`.
  private static func squeezed(_ bytes: [UInt8]) -> [UInt8] {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D }
    func isBracket(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var afterBracket = false
    for byte in bytes {
      if isBracket(byte) {
        while let last = result.last, isSpace(last) { result.removeLast() }
      } else if afterBracket && isSpace(byte) {
        continue
      }
      afterBracket = isBracket(byte)
      result.append(byte)
    }
    return result
  }

  public var report: EvaluationReport {
    var rows = byKind.sorted { $0.key < $1.key }.map { row($0.key, $0.value) }
    var summary = ["clean_pages": Double(clean.count), "clean_flagged": Double(clean.count { $0 > -.infinity })]
    for column in ["top1@32", "top3@32", "auc", "ap", "recall@5%"] {
      summary["mean_over_kinds " + column] = rows.map { ($0.figures[column] ?? nil) ?? 0 }.mean
    }
    let all = byKind.sorted { $0.key < $1.key }.flatMap(\.value)
    summary["ap_of_no_information"] = Double(all.count) / Double(max(1, all.count + clean.count))
    if !all.isEmpty { rows.append(row("ALL", all)) }
    return EvaluationReport(
      task: "check", pages: all.count + clean.count, missing: missing, columns: Self.columns, rows: rows,
      summary: summary)
  }

  private static let columns =
    distances.map { "top1@\($0)" } + distances.map { "top3@\($0)" }
    + ["line", "auc", "ap", "recall@1%", "recall@5%", "fix1", "fix3", "fixw"]

  private func row(_ name: String, _ pages: [Page]) -> EvaluationReport.Row {
    func share(of pages: [Page], _ holds: (Page) -> Bool) -> Double? {
      pages.isEmpty ? nil : Double(pages.count(where: holds)) / Double(pages.count)
    }
    var figures: [String: Double?] = [:]
    for distance in Self.distances {
      figures["top1@\(distance)"] = share(of: pages) { $0.distances.first.map { $0 <= distance } ?? false }
      figures["top3@\(distance)"] = share(of: pages) { $0.distances.contains { $0 <= distance } }
    }
    figures["line"] = share(of: pages, \.onLine)
    let scores = pages.map(\.score)
    figures["auc"] = Ranking.areaUnderCurve(positive: scores, negative: clean)
    figures["ap"] = Ranking.averagePrecision(positive: scores, negative: clean)
    figures["recall@1%"] = Ranking.recall(positive: scores, negative: clean, atFalseAlarms: 0.01)
    figures["recall@5%"] = Ranking.recall(positive: scores, negative: clean, atFalseAlarms: 0.05)
    let mendable = pages.filter { $0.fixes != nil }
    figures["fix1"] = .some(share(of: mendable) { $0.fixes?.first ?? false })
    figures["fix3"] = .some(share(of: mendable) { $0.fixes?.contains(true) ?? false })
    figures["fixw"] = .some(share(of: mendable, \.fixesButForSpace))
    return .init(name: name, count: pages.count, figures: figures)
  }
}

extension Int {
  fileprivate func saturatingAdd(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
  fileprivate func saturatingSubtract(_ other: Int) -> Int {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? .max : difference
  }
}
