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

  var readers: [Row]
  /// What the report shows beside the numbers; not in the record.
  var report: Report?

  struct Report: Sendable {
    var source: PageSource
    var readers: [ComparisonReport.Reader]
  }

  private enum CodingKeys: String, CodingKey { case readers }

  static var empty: CompareBody { CompareBody(readers: []) }
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
    var body = CompareBody(readers: rows)
    if isReport {
      let faults = FaultFinder(reader: neural).diagnostics(of: page)
      try worker.checkTime()
      let source = PageSource(page, name: document.id, bits: neural.surprise(of: page).bits, faults: faults)
      let parserFaults = libxml2.diagnostics(in: page.utf8).count
      let readers = zip(found, rows).map { reader, row in
        ComparisonReport.Reader(
          name: row.reader, links: reader.links.map(\.href), missed: row.linksMissed, document: reader.document,
          words: row.words, elements: row.elements.map { $0.values.reduce(0, +) }, milliseconds: row.milliseconds,
          faults: row.reader == "neural" ? faults.count : row.reader == "libxml2" ? parserFaults : nil)
      }
      body.report = .init(source: source, readers: readers)
    }
    return body
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
    let header = ["reader", "links", "missed", "words", "elements", "ms"]
    let rows = body.readers.map { row in
      [
        row.reader, "\(row.linksFound)", "\(row.linksMissed)", row.words.map(String.init) ?? "-",
        row.elements.map { "\($0.values.reduce(0, +))" } ?? "-", "\((row.milliseconds * 10).rounded() / 10)",
      ]
    }
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      zip(cells, widths).enumerated().map { index, cell in
        let blanks = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
        return index == 0 ? cell.0 + blanks : blanks + cell.0
      }.joined(separator: "  ") + "\n"
    }
    return ([header] + rows).map(line).joined()
  }
}
