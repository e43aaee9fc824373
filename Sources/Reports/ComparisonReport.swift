public import Documents

/// The parts of `compare --format html`.
public enum ComparisonReport {
  /// What one reader made of a page.
  public struct Reader: Sendable {
    public var name: String
    /// The address of every link found, in order.
    public var links: [String]
    /// Links some other reader found and this one did not.
    public var missed: Int
    /// nil for readers that know only links.
    public var document: Document?
    public var words: Int?
    public var elements: Int?
    public var milliseconds: Double
    /// Places it finds malformed; nil for readers that look for none.
    public var faults: Int?

    public init(
      name: String, links: [String], missed: Int, document: Document?, words: Int?, elements: Int?,
      milliseconds: Double,
      faults: Int?
    ) {
      self.name = name
      self.links = links
      self.missed = missed
      self.document = document
      self.words = words
      self.elements = elements
      self.milliseconds = milliseconds
      self.faults = faults
    }
  }

  public static let title = "Readers compared"

  /// Rows of the table of links, at most.
  private static let linkLimit = 1000

  /// The whole report of a page: numbers, links, texts side by side, faults, source.
  public static func section(_ source: PageSource, readers: [Reader]) -> String {
    let key = source.key
    return """
      <section class=page aria-labelledby=\(key)><h2 id=\(key)>\(HTMLText.escaped(source.name))</h2>
      <p>\(HTMLText.count(source.utf8.count)) bytes, \(HTMLText.number(source.bitsPerByte, digits: 3)) bits per byte, \
      \(HTMLText.plural(source.faults.count, "fault"))</p>
      <nav aria-label="Parts of this report"><a href="#\(key)-t">Text</a> · <a href="#\(key)-l">Links</a> · \
      <a href="#\(key)-x">Faults</a> · <a href="#\(key)-s">Source</a></nav>
      \(numbers(readers).html())\(texts(readers, key: key))\(links(readers, key: key, limit: linkLimit))\
      <h3 id=\(key)-x>Faults</h3>
      \(FaultList(source: source, key: key).html())\(EntropyReport.sourceView(source, key: key))</section>

      """
  }

  /// The same in brief, for a page among many: without texts and source.
  public static func briefSection(_ source: PageSource, readers: [Reader]) -> String {
    let key = source.key
    return """
      <section class=page aria-labelledby=\(key)><h2 id=\(key)>\(HTMLText.escaped(source.name))</h2>
      \(numbers(readers).html())\(BitsStrip(source: source, key: key).html(jumps: false))\
      \(links(readers, key: key, limit: 50))<h3>Faults</h3>
      \(FaultList(source: source, key: key, hasMarks: false).html())</section>

      """
  }

  /// The id that the section of a page begins with.
  public static func anchor(_ source: PageSource) -> String { source.key }

  public static let columns = [
    "bits per byte", "faults", "links, neural", "links, libxml2", "missed, neural", "missed, libxml2", "words, neural",
    "words, libxml2", "ms, neural", "ms, libxml2",
  ]

  /// A row of the summary.
  public static func row(_ source: PageSource, readers: [Reader]) -> [SummaryTable.Cell] {
    let shown = ["neural", "libxml2"].map { name in readers.first { $0.name == name } }
    func cells(_ cell: (Reader) -> SummaryTable.Cell?) -> [SummaryTable.Cell] {
      shown.map { $0.flatMap(cell) ?? .none }
    }
    return [.number(source.bitsPerByte, digits: 3), .count(source.faults.count)]
      + cells { .count($0.links.count) } + cells { .count($0.missed) } + cells { $0.words.map { .count($0) } }
      + cells { .number($0.milliseconds, digits: 1) }
  }

  private static func numbers(_ readers: [Reader]) -> SummaryTable {
    var table = SummaryTable(
      first: "reader", columns: ["links", "missed", "words", "elements", "faults", "ms"],
      caption: "Missed: links that some other reader found and this one did not")
    table.rows = readers.map { reader in
      .init(
        name: reader.name, href: nil,
        cells: [
          .count(reader.links.count), .count(reader.missed), reader.words.map { .count($0) } ?? .none,
          reader.elements.map { .count($0) } ?? .none, reader.faults.map { .count($0) } ?? .none,
          .number(reader.milliseconds, digits: 1),
        ])
    }
    return table
  }

  private static func texts(_ readers: [Reader], key: String) -> String {
    let known = readers.compactMap { reader in reader.document.map { (name: reader.name, document: $0) } }
    let keys = known.map { DocumentRendering.keys($0.document) }
    var html = """
      <h3 id=\(key)-t>Text</h3>
      <p class=soft>What each reader gives as the page's content. Blocks that only one of them has are coloured.</p>
      <div class=texts>

      """
    for (index, reader) in known.enumerated() {
      let others = keys.indices.filter { $0 != index }.map { keys[$0] }
      let shared = others.isEmpty ? nil : others.reduce(into: Set<String>()) { $0.formUnion($1) }
      let text = DocumentRendering(shared: shared).html(reader.document)
      let name = HTMLText.escaped(reader.name)
      html += "<div><h4>\(name)</h4><div class=text tabindex=0 role=region aria-label=\"Text as \(name) reads it\">\n"
      html += text.isEmpty ? "<p class=soft>Nothing.</p>" : text
      html += "</div></div>\n"
    }
    return html + "</div>\n"
  }

  /// How often each reader found each address; only those on which the readers differ.
  private static func links(_ readers: [Reader], key: String, limit: Int) -> String {
    let counts = readers.map { Dictionary($0.links.map { ($0, 1) }, uniquingKeysWith: +) }
    var order: [String] = []
    var seen: Set<String> = []
    for link in readers.flatMap(\.links) where seen.insert(link).inserted { order.append(link) }
    let all = order.filter { link in Set(counts.map { $0[link, default: 0] }).count > 1 }
    // First those on which readers of whole pages differ.
    let whole = readers.indices.filter { readers[$0].document != nil }
    func isContested(_ link: String) -> Bool { Set(whole.map { counts[$0][link, default: 0] }).count > 1 }
    let differing = all.filter(isContested) + all.filter { !isContested($0) }
    var html = "<h3 id=\(key)-l>Links</h3>\n"
    guard !differing.isEmpty else {
      return html + "<p>All readers found the same \(HTMLText.count(order.count)) addresses.</p>\n"
    }
    html +=
      "<p>\(HTMLText.count(order.count - differing.count)) of \(HTMLText.count(order.count)) addresses were found by "
    html += "all readers. The others, and how often each reader found them:</p>\n<table class=links><thead><tr>"
    html += "<th scope=col>address</th>"
    html += readers.map { "<th scope=col>\(HTMLText.escaped($0.name))</th>" }.joined() + "</tr></thead>\n<tbody>\n"
    for link in differing.prefix(limit) {
      let found = counts.map { $0[link, default: 0] }
      let most = found.max() ?? 0
      html += "<tr><th scope=row>\(link.isEmpty ? "<span class=soft>(empty)</span>" : HTMLText.escaped(link))</th>"
      html += found.map { $0 < most ? "<td class=only>\($0)</td>" : "<td>\($0)</td>" }.joined() + "</tr>\n"
    }
    html += "</tbody></table>\n"
    if differing.count > limit { html += "<p class=soft>and \(HTMLText.count(differing.count - limit)) more.</p>\n" }
    return html
  }
}
