import ArgumentParser
import ByteModel
import FieldHeads
import FieldTeaching
import Foundation
import Inputs
import Pages
import Synchronization
import TeachingData

/// `consomme train fields`: the head that ships with a model.
struct TrainFieldsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fields",
    abstract: "Train the head for title, author, date, site name, language, price and page type.",
    discussion: """
      A head belongs to the model it was trained on: run this again after every change of the model.

        consomme train fields --model models/default.consomme --output models/fields.head \
      --data ../shared/corpus/labelled.jsonl.zst ../shared/corpus/attributes.jsonl.zst
      """)

  @Option(parsing: .upToNextOption, help: .init("JSON Lines with gold.", valueName: "file")) var data: [String]
  @Option(name: .shortAndLong, help: .init("The head file.", valueName: "file")) var output: String
  @OptionGroup(title: "Model") var model: ModelOptions
  @Option(help: "Pages at most; they are spread over the files.") var pages = 1_500
  @Option(help: "Bytes of a page, condensed, that are read.") var pageBytes = CandidatePage.usualBytes
  @Option(help: "Seed of everything random.") var seed: UInt64 = 1
  @Option(help: "Threads; they do not change the result.") var threads = 2

  static let pageTypes = ["article", "documentation", "forum", "product", "service", "collection", "listing"]
  static let fields = [
    FieldSpecification(name: "title"), FieldSpecification(name: "author"),
    FieldSpecification(name: "date", kind: .date), FieldSpecification(name: "site_name"),
    FieldSpecification(name: "language"), FieldSpecification(name: "price", kind: .number),
  ]
  static let labelFields = [FieldSpecification(name: "page_type", kind: .label, labels: pageTypes)]

  func run() throws {
    let model = try model.load()
    let rows = try chosenRows()
    let taught = Mutex([TeachingPage?](repeating: nil, count: rows.count))
    let (pageBytes, seed, threads) = (pageBytes, seed, max(1, threads))
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let tagger = PageTagger(model: model)
      for index in stride(from: thread, to: rows.count, by: threads) {
        let page = Self.page(rows[index], index, tagger, pageBytes: pageBytes, seed: seed)
        taught.withLock { $0[index] = page }
      }
    }
    let pages = taught.withLock { $0.compactMap { $0 } }
    var head = HeadTrainer(fields: Self.fields, labelFields: Self.labelFields, options: Self.options(seed))
      .train(pages, name: "fields", trunk: model.digest)
    head.note("pages", "\(pages.count)")
    head.note("data", data.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: ", "))
    let bytes = HeadFile.encode(head)
    try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
    try StandardStream.output.write("\(output): \(bytes.count) bytes, trained on \(pages.count) pages\n")
  }

  static func options(_ seed: UInt64) -> HeadTrainingOptions {
    var options = HeadTrainingOptions()
    options.seed = seed
    options.hidden = 48
    options.labelBuckets = 4_096
    return options
  }

  /// Pages with gold, every so many lines, so that all sources are among them.
  private func chosenRows() throws -> [CorpusPage] {
    var rows: [CorpusPage] = []
    var random = UInt64(seed)
    for file in data {
      var lines = try LineReader(path: file)
      while let line = try lines.next() {
        guard line.count < 1_000_000, var page = try? CorpusPage(line: line), page.split != "valid", page.html != nil,
          !Self.gold(page).values.isEmpty
        else { continue }
        (page.mainText, page.goldHTML) = (nil, nil)
        rows.append(page)
      }
    }
    // A shuffle that depends on the seed only.
    for index in stride(from: rows.count - 1, to: 0, by: -1) {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      rows.swapAt(index, Int(random >> 33) % (index + 1))
    }
    // Prices are rare, and so are pages whose kind somebody looked at.
    let rare = rows.filter { $0.fields["price"] != nil }.prefix(pages / 10)
    let kinds = rows.filter { $0.source == Self.judgedSource && $0.fields["price"] == nil }
    let recipes = rows.filter { $0.pageType == "recipe" }.prefix(pages / 16)
    let others = rows.filter {
      $0.fields["price"] == nil && $0.pageType != "recipe" && $0.source != Self.judgedSource
    }
    return Array((Array(rare) + Array(recipes) + kinds + others).prefix(pages))
  }

  /// Whose pages people looked at for kind, author and date; that a page has no author or date counts only there.
  private static let judgedSource = "wcxb_dev"

  private static func page(_ row: CorpusPage, _ index: Int, _ tagger: PageTagger, pageBytes: Int, seed: UInt64)
    -> TeachingPage?
  {
    guard var html = row.html else { return nil }
    // Archives keep pages without scripts, styles and comments: half of them are read so.
    if index % 2 == 1 { html = CondensingTeacher.strip(TaughtPage(bytes: html, tags: MarkupTeacher.tag(html))).bytes }
    guard let decoded = try? CharsetDecoder.decode(html, declared: "utf-8") else { return nil }
    let page = FieldPage(decoded, tagger: tagger, limit: pageBytes)
    return TeachingPage(
      id: row.id, page: CandidatePage(page), gold: gold(row), fields: fields, labelFields: labelFields, negatives: 150,
      absence: 0.3, seed: seed &+ UInt64(index))
  }

  /// What a line of the corpus says of the shipped fields. Only wcxb_dev says that a page has no author or date.
  static func gold(_ page: CorpusPage) -> FieldGold {
    var gold = FieldGold()
    // Its values have the labels before them in them.
    if page.source == "swde" { return gold }
    func take(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { gold.values[name] = [value] }
    }
    if page.source == judgedSource { (gold.values["author"], gold.values["date"]) = ([], []) }
    take("title", page.title)
    // A library's answers for recipes are often the site's name.
    if page.source != "recipe_scrapers" { take("author", page.author) }
    take("date", page.date)
    func first(_ keys: String...) -> String? { keys.lazy.compactMap { page.fields[$0]?.first }.first }
    take("site_name", first("siteName", "site_name", "meta_site_name", "sitename"))
    take("language", first("lang", "language", "meta_lang"))
    take("price", first("price"))
    // Sources of one kind only would teach that kind.
    if let type = page.pageType, pageTypes.contains(type),
      page.source == judgedSource || page.source == "scrapinghub_product"
    {
      take("page_type", type)
    }
    return gold
  }
}
