public import ByteModel
import Consomme
public import Inputs
import ModelTraining
import PageTags
import Pages
import TeachingData

/// A marked page as the network over blocks learns from it.
public struct ContentExample: Sendable {
  public var page: RowNetwork.Page
  /// For each block the share of its text that is main content, 0…1; nil where nobody judged it.
  public var labels: [Float?]

  public init(page: RowNetwork.Page, labels: [Float?]) {
    (self.page, self.labels) = (page, labels)
  }

  /// - Parameters:
  ///   - row: a line with gold; nil comes back where it has none that fits the page, or no text.
  ///   - views: as in `ModelShape.contentViews`.
  ///   - isStripped: the page is read without scripts, styles, comments and noscript.
  public init?(_ row: CorpusPage, tagger: PageTagger, views: Int, isStripped: Bool, byteLimit: Int = 400_000) {
    let html = row.utf8
    guard html.count >= 20, html.count < 2_000_000 else { return nil }
    var taught = TaughtPage(bytes: html, tags: MarkupTeacher.tag(html), faults: [])
    guard row.align(in: taught.bytes, tags: &taught.tags).isTrusted else { return nil }
    if isStripped { taught = CondensingTeacher.strip(taught) }
    taught = CondensingTeacher.condense(taught)
    guard !taught.bytes.isEmpty, taught.bytes.count <= byteLimit else { return nil }
    let found = tagger.tags(of: taught.bytes, patches: true)
    guard let units = found.patches else { return nil }
    let tagged = TaggedPage(
      bytes: taught.bytes, tags: found.tags, mainProbability: found.mainProbability, confidence: found.confidence,
      map: OffsetMap(), source: taught.bytes, condensedMap: OffsetMap())
    let blocks = ContentBlocks(tagged, units: units, views: views)
    guard !blocks.ranges.isEmpty else { return nil }
    page = blocks.page
    labels = blocks.ranges.map { Self.mainShare(of: $0, in: taught.tags) }
  }

  /// How much of the judged text in `ranges` is main content; nil where nothing is judged.
  static func mainShare(of ranges: [Range<Int>], in tags: [ByteTags]) -> Float? {
    var main = 0
    var judged = 0
    for range in ranges {
      for byte in range {
        switch tags[byte].content {
        case .main: (main, judged) = (main + 1, judged + 1)
        case .aside: judged += 1
        default: break
        }
      }
    }
    return judged == 0 ? nil : Float(main) / Float(judged)
  }

  /// The page with a part of its blocks: what is learned should not hang on the rest.
  func cropped(_ random: inout SplitMix64) -> ContentExample {
    let count = labels.count
    guard count >= 8, random.nextUniform() < 0.5 else { return self }
    let length = max(4, Int(Float(count) * (0.4 + 0.6 * random.nextUniform())))
    let start = Int(Float(count - length + 1) * random.nextUniform() * 0.999)
    let kept = (start..<start + length).filter { _ in random.nextUniform() > 0.05 }
    guard !kept.isEmpty else { return self }
    let columns = page.inputs.count / count
    return ContentExample(
      page: .init(
        inputs: kept.flatMap { page.inputs[$0 * columns..<($0 + 1) * columns] }, weights: kept.map { page.weights[$0] }),
      labels: kept.map { labels[$0] })
  }
}
