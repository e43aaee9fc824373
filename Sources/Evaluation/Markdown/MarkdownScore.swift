/// Scores Markdown against the author's, element by element: headings, paragraphs, list items, links … are matched by kind,
/// attributes and text at least 0.9 alike.
///
/// Before parsing, both sides lose what no page shows (attributes in braces, admonition marks, comments), and raw HTML counts as the
/// elements it stands for. A level-1 heading equal to the page's title which the gold lacks is not held against a prediction.
public struct MarkdownScore: Scorer {
  private struct Prediction: Decodable {
    var id: String
    var markdown: String?
  }
  private struct Gold: Decodable {
    var id: String
    var markdown: String
    var title: String?
    var frontTitle: String?

    enum CodingKeys: String, CodingKey {
      case id, markdown, title
      case frontTitle = "front_title"
    }
  }

  private let normalisesDialects: Bool
  private var predictions: [String: String] = [:]
  private var totals: [MarkdownItems.Kind: Tally] = [:]
  private var words = Tally()
  private var elementF1s: [Double] = []
  private var wordF1s: [Double] = []
  private var missing = 0
  private var goldRows = RowDecoder(.gold)
  private var predictedRows = RowDecoder(.predicted)

  /// - Parameter normalisesDialects: whether both sides lose what no page shows before they are parsed.
  public init(normalisesDialects: Bool = true) { self.normalisesDialects = normalisesDialects }

  public mutating func addPrediction(line: [UInt8]) throws(EvaluationError) {
    guard let row = try predictedRows.decode(Prediction.self, line) else { return }
    addPrediction(id: row.id, markdown: row.markdown ?? "")
  }

  public mutating func addPrediction(id: String, markdown: String) { predictions[id] = markdown }

  public mutating func addGold(line: [UInt8]) throws(EvaluationError) {
    guard let row = try goldRows.decode(Gold.self, line) else { return }
    addGold(id: row.id, markdown: row.markdown, titles: [row.title, row.frontTitle].compactMap { $0 })
  }

  /// - Parameter titles: what the page is called; an output may have it as its first heading.
  public mutating func addGold(id: String, markdown: String, titles: [String]) {
    if predictions[id] == nil { missing += 1 }
    let gold = MarkdownItems(markdown: markdown, normalisesDialects: normalisesDialects)
    var predicted = MarkdownItems(markdown: predictions[id] ?? "", normalisesDialects: normalisesDialects)
    PageTitle.drop(from: &predicted, gold: gold, titles: titles)
    var main = Tally()
    for kind in MarkdownItems.Kind.allCases {
      let tally = Tally(
        matched: ItemMatching.count(gold: gold[kind], predicted: predicted[kind]), predicted: predicted[kind].count,
        gold: gold[kind].count)
      totals[kind, default: Tally()] += tally
      if MarkdownItems.Kind.main.contains(kind) { main += tally }
    }
    let (goldWords, predictedWords) = (Self.words(of: gold), Self.words(of: predicted))
    let tally = Tally(
      matched: goldWords.overlap(with: predictedWords), predicted: predictedWords.total, gold: goldWords.total)
    words += tally
    elementF1s.append(Self.f1(main))
    wordF1s.append(Self.f1(tally))
  }

  /// Words without `_`; each ideograph, kana and Hangul syllable is one.
  private static func words(of items: MarkdownItems) -> Multiset<Words.Word> {
    var result = Multiset<Words.Word>()
    for passage in items.passages {
      var word: Words.Word = []
      for scalar in Words.lowercased(passage.text).unicodeScalars {
        let isSingle =
          switch scalar.value {
          case 0x3040...0x30FF, 0x3400...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF: true
          default: false
          }
        if !isSingle, scalar != "_", Words.isWordScalar(scalar) {
          word.append(contentsOf: scalar.utf8)
          continue
        }
        if !word.isEmpty { result.insert(word) }
        word.removeAll(keepingCapacity: true)
        if isSingle { result.insert(Array(scalar.utf8)) }
      }
      if !word.isEmpty { result.insert(word) }
    }
    return result
  }

  /// 1 where there is nothing on either side.
  private static func f1(_ tally: Tally) -> Double {
    let sum = tally.gold + tally.predicted
    return sum == 0 ? 1 : 2 * Double(tally.matched) / Double(sum)
  }

  /// `overall_mean_f1` is the mean over the eleven main kinds that the gold has; `count` of a row is its gold elements.
  public var report: EvaluationReport {
    func row(_ name: String, _ tally: Tally) -> EvaluationReport.Row {
      .init(
        name: name, count: tally.gold,
        figures: [
          "precision": tally.predicted > 0 ? Double(tally.matched) / Double(tally.predicted) : 0,
          "recall": tally.gold > 0 ? Double(tally.matched) / Double(tally.gold) : 0, "f1": Self.f1(tally),
          "predicted": Double(tally.predicted), "matched": Double(tally.matched),
        ])
    }
    let kinds = MarkdownItems.Kind.main + MarkdownItems.Kind.outside
    let counted = MarkdownItems.Kind.main.compactMap { totals[$0] }.filter { $0.gold > 0 }
    return EvaluationReport(
      task: "markdown", pages: elementF1s.count, missing: missing, columns: ["precision", "recall", "f1"],
      rows: kinds.map { row($0.rawValue, totals[$0] ?? Tally()) } + [row("words", words)],
      summary: [
        "overall_mean_f1": counted.map(Self.f1).mean, "doc_element_f1": elementF1s.mean, "doc_word_f1": wordF1s.mean,
      ])
  }
}

/// The page's title, which an output may or may not have as its first heading.
enum PageTitle {
  static func drop(from predicted: inout MarkdownItems, gold: MarkdownItems, titles: [String]) {
    let candidates = Set(titles.flatMap(forms).filter { !$0.isEmpty }).map { Array($0.unicodeScalars) }
    guard !candidates.isEmpty else { return }
    func isLike(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Bool {
      TextSimilarity.mayMatch(left.count, right.count) && TextSimilarity.ratio(left, right) >= TextSimilarity.threshold
    }
    let goldHeadings = gold[.heading].map { Array(Words.lowercased($0.text).unicodeScalars) }
    for (index, heading) in predicted[.heading].enumerated() where heading.attribute == .level(1) {
      let text = Array(Words.lowercased(heading.text).unicodeScalars)
      if candidates.contains(where: { isLike(text, $0) }), !goldHeadings.contains(where: { isLike(text, $0) }) {
        return predicted.removeHeading(at: index)
      }
    }
  }

  /// The title and its parts around separators, in lower case.
  private static func forms(_ title: String) -> [String] {
    let title = ShownText.normal(title)
    let scalars = Array(title.unicodeScalars)
    var parts = [title]
    var start = 0
    var at = 0
    while at < scalars.count {
      if let end = separatorEnd(scalars, at) {
        parts.append(String(String.UnicodeScalarView(scalars[start..<at])))
        (start, at) = (end, end)
      } else {
        at += 1
      }
    }
    parts.append(String(String.UnicodeScalarView(scalars[start...])))
    return parts.map { Words.stripped(Words.lowercased($0)) }
  }

  /// ` - `, ` :: `, `|`; white space is single spaces here.
  private static func separatorEnd(_ scalars: [Unicode.Scalar], _ start: Int) -> Int? {
    if scalars[start] == " " {
      let end = scalars[(start + 1)...].firstIndex { !"|-·•:»«>/".unicodeScalars.contains($0) } ?? scalars.count
      if end > start + 1, end < scalars.count, scalars[end] == " " { return end + 1 }
    }
    let bar = scalars[start] == " " ? start + 1 : start
    guard bar < scalars.count, scalars[bar] == "|" else { return nil }
    return bar + 1 < scalars.count && scalars[bar + 1] == " " ? bar + 2 : bar + 1
  }
}
