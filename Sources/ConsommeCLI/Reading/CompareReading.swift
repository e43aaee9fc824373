import Baselines
import Consomme
import Documents
import Inputs
import Pages
import Reports

/// Every reader on the same page.
struct CompareBody: Codable, Sendable, EmptyBody {
  struct Row: Codable, Sendable {
    /// `neural`, `libxml2`, `regex-tolerant` or `regex-naive`.
    var reader: String
    var linksFound: Int
    /// Of all links that some reader found, those this one did not.
    var linksMissed: Int
    var missed: [String]
    /// nil for readers that know only links.
    var words: Int?
    /// Markdown elements by kind: headings, list items, code, tables, links …
    var elements: [String: Int]?
    var milliseconds: Double

    private enum CodingKeys: String, CodingKey {
      case reader, missed, words, elements, milliseconds
      case linksFound = "links_found"
      case linksMissed = "links_missed"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(reader, forKey: .reader)
      try container.encode(linksFound, forKey: .linksFound)
      try container.encode(linksMissed, forKey: .linksMissed)
      try container.encode(missed, forKey: .missed)
      try container.encode(words, forKey: .words)
      try container.encode(elements, forKey: .elements)
      try container.encode((milliseconds * 1000).rounded() / 1000, forKey: .milliseconds)
    }
  }

  /// What a reader finds malformed.
  struct Faults: Codable, Sendable {
    /// `neural`, `libxml2` or `ngram`.
    var reader: String
    var count: Int
    /// The likeliest, of libxml2 the first: a byte of the input as given; nil where there is none.
    var first: Int?
    var milliseconds: Double

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(reader, forKey: .reader)
      try container.encode(count, forKey: .count)
      try container.encode(first, forKey: .first)
      try container.encode((milliseconds * 1000).rounded() / 1000, forKey: .milliseconds)
    }
  }

  var readers: [Row]
  var faults: [Faults]
  /// What the report shows beside the numbers; not in the record.
  var report: Report?

  struct Report: Sendable {
    var source: PageSource
    var readers: [ComparisonReport.Reader]
  }

  private enum CodingKeys: String, CodingKey { case readers, faults }

  static var empty: CompareBody { CompareBody(readers: [], faults: []) }
}

struct CompareReading: Reading {
  /// Whether bits, faults and texts are kept.
  var isReport = false

  /// Addresses of missed links that are listed, at most, for each reader.
  private static let missedLimit = 100

  func read(_ page: DecodedPage, of document: InputDocument, with worker: Worker) throws(PageProblem) -> CompareBody {
    guard case .neural(let neural) = worker.reader else { throw PageProblem(reason: "the neural reader is missing") }
    let libxml2 = LibXML2Reader()
    var found: [(name: String, links: [ExtractedLink], document: Document?, milliseconds: Double)] = []
    func add(_ name: String, _ read: () -> ([ExtractedLink], Document?)) throws(PageProblem) {
      let start = ContinuousClock.now
      let (links, document) = read()
      found.append((name, links, document, (.now - start) / .milliseconds(1)))
      try worker.checkTime()
    }
    try add("neural") {
      let tagged = neural.read(page)
      return (
        LinkDecoder.links(in: tagged, includeResources: false),
        DocumentDecoder.decode(tagged, options: .init()).document
      )
    }
    try add("libxml2") { (libxml2.links(in: page.utf8), libxml2.document(in: page.utf8, scope: .mainContent)) }
    try add("regex-tolerant") { (RegexReader.links(in: page.utf8, pattern: .tolerant), nil) }
    try add("regex-naive") { (RegexReader.links(in: page.utf8, pattern: .naive), nil) }

    // The union as a multiset: an address counts as often as the reader that saw it most often did.
    let counts = found.map { reader in Dictionary(reader.links.map { ($0.href, 1) }, uniquingKeysWith: +) }
    let union = counts.reduce(into: [String: Int]()) { $0.merge($1, uniquingKeysWith: max) }
    let rows = zip(found, counts).map { reader, count in
      let missed = union.filter { $0.value > count[$0.key, default: 0] }
      return CompareBody.Row(
        reader: reader.name, linksFound: reader.links.count,
        linksMissed: missed.reduce(0) { $0 + $1.value - count[$1.key, default: 0] },
        missed: Array(missed.keys.sorted().prefix(Self.missedLimit)),
        words: reader.document.map { Self.words(in: TextWriter.write($0)) },
        elements: reader.document.map { ElementCount($0).byKind }, milliseconds: reader.milliseconds)
    }
    let (faults, neuralFaults) = try Self.faults(page, neural, libxml2, worker)
    var body = CompareBody(readers: rows, faults: faults)
    if isReport {
      let source = PageSource(page, name: document.id, bits: neural.surprise(of: page).bits, faults: neuralFaults)
      let readers = zip(found, rows).map { reader, row in
        ComparisonReport.Reader(
          name: row.reader, links: reader.links.map(\.href), missed: row.linksMissed, document: reader.document,
          words: row.words, elements: row.elements.map { $0.values.reduce(0, +) }, milliseconds: row.milliseconds,
          faults: faults.first { $0.reader == row.reader }?.count)
      }
      body.report = .init(source: source, readers: readers)
    }
    return body
  }

  /// What each reader that looks for faults finds; the neural reader's in full.
  private static func faults(
    _ page: DecodedPage, _ neural: PageReader, _ libxml2: LibXML2Reader, _ worker: Worker
  ) throws(PageProblem) -> ([CompareBody.Faults], neural: [Diagnostic]) {
    var result: [CompareBody.Faults] = []
    func add(_ name: String, _ find: () -> [Int]) throws(PageProblem) {
      let start = ContinuousClock.now
      let found = find()
      result.append(
        .init(
          reader: name, count: found.count, first: found.first, milliseconds: (.now - start) / .milliseconds(1)))
      try worker.checkTime()
    }
    var diagnostics: [Diagnostic] = []
    try add("neural") {
      diagnostics = FaultFinder(reader: neural).diagnostics(of: page)
      return diagnostics.map(\.offset)
    }
    try add("libxml2") { libxml2.diagnostics(in: page.utf8).map { page.map.source(of: $0.offset) } }
    try add("ngram") {
      CheckReading.diagnostics(NGramReader(), page).filter { $0.score >= NGramReader.leastScore }.map(\.offset)
    }
    return (result, diagnostics)
  }

  /// Runs of letters and digits; an ideograph is a word of its own.
  static func words(in text: String) -> Int {
    var count = 0
    var isInside = false
    for scalar in text.unicodeScalars {
      let isIdeograph = scalar.properties.isIdeographic || (0x3040...0x30FF).contains(scalar.value)
      let isWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      if isIdeograph || (isWord && !isInside) { count += 1 }
      isInside = isWord && !isIdeograph
    }
    return count
  }

  static func table(_ body: CompareBody) -> String {
    let rows = body.readers.map { row in
      [
        row.reader, "\(row.linksFound)", "\(row.linksMissed)", row.words.map(String.init) ?? "-",
        row.elements.map { "\($0.values.reduce(0, +))" } ?? "-", tenths(row.milliseconds),
      ]
    }
    let faults = body.faults.map { row in
      [row.reader, "\(row.count)", row.first.map(String.init) ?? "-", tenths(row.milliseconds)]
    }
    return table([["reader", "links", "missed", "words", "elements", "ms"]] + rows) + "\n"
      + table([["reader", "faults", "first at byte", "ms"]] + faults)
  }

  private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

  /// Columns of one width, the first flush left, the others right.
  private static func table(_ rows: [[String]]) -> String {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).enumerated().map { index, cell in
        let blanks = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
        return index == 0 ? cell.0 + blanks : blanks + cell.0
      }.joined(separator: "  ") + "\n"
    }.joined()
  }
}
