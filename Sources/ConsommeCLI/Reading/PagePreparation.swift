import Foundation
import Inputs
import ModelTraining
import PageTags
import Pages
import TeachingData

/// Makes of a page what training reads: decoded, labelled, marked by its gold, shortened and broken as asked.
struct PagePreparation {
  struct Source {
    var document: InputDocument
    /// The line with its gold; nil for pages from elsewhere.
    var corpusPage: CorpusPage?
  }

  var condenses: Bool
  var strips: Bool
  var faults: Int
  var seed: UInt64

  /// - Parameter number: the page's number among all pages; with the seed it decides the faults.
  func prepare(_ source: Source, number: UInt64) throws(InputFailure) -> PreparedPage {
    let document = source.document
    let decoded: DecodedPage
    do {
      decoded = try CharsetDecoder.decode(document.bytes, declared: document.declaredCharset)
    } catch {
      let place: InputFailure.Place = document.line.map { .line($0) } ?? .file
      throw InputFailure(id: document.id, path: document.path, place: place, reason: "\(error)")
    }
    var page = TaughtPage(bytes: decoded.utf8, tags: MarkupTeacher.tag(decoded.utf8))
    let gold = source.corpusPage?.align(in: page.bytes, tags: &page.tags) ?? GoldAlignment()
    var map = decoded.map
    func follow(_ step: (page: TaughtPage, map: OffsetMap)) {
      page = step.page
      map = step.map.composed(with: map)
    }
    if strips { follow(CondensingTeacher.stripWithMap(page)) }
    var repairs: [PlantedRepair] = []
    if faults > 0 {
      let cleanCount = page.bytes.count
      var corrupter = Corrupter(seed: seed &+ number &* 0x9e37_79b9_7f4a_7c15)
      let broken = corrupter.corruptWithRepairs(page, count: faults)
      repairs = broken.repairs
      follow((broken.page, Self.map(through: repairs, from: cleanCount, to: broken.page.bytes.count)))
    }
    if condenses {
      let condensed = CondensingTeacher.condenseWithMap(page)
      // A repair deletes what is left of the bytes it deleted before.
      repairs = repairs.map { repair in
        let start = condensed.map.output(atOrAfter: repair.offset)
        let end = condensed.map.output(atOrAfter: repair.offset + repair.delete)
        return PlantedRepair(offset: start, delete: end - start, insert: repair.insert)
      }
      follow(condensed)
    }
    return PreparedPage(
      document: document, encoding: decoded.encoding, page: page, map: map, repairs: repairs, gold: gold)
  }

  /// From the broken page to the clean one. Bytes that a fault put in stand where the bytes it took away stood.
  private static func map(through repairs: [PlantedRepair], from cleanCount: Int, to brokenCount: Int) -> OffsetMap {
    var map = OffsetMap()
    var clean = 0
    func copy(upTo broken: Int) {
      let count = broken - map.outputCount
      if count > 0 { map.append(source: min(clean, cleanCount), count: count) }
      clean += count
    }
    for repair in repairs {
      copy(upTo: repair.offset)
      if repair.delete > 0 { map.append(source: min(clean, cleanCount), count: repair.delete) }
      clean += repair.insert.count
    }
    copy(upTo: brokenCount)
    map.finish(sourceCount: cleanCount)
    return map
  }
}

/// A line of `consomme train prepare`.
struct PreparedPage: Encodable {
  struct Planted: Encodable {
    struct Repair: Encodable {
      var offset: Int
      var delete: Int
      var insert: String
    }
    var offset: Int
    var kind: String
    var rule: String
    var repair: Repair?
  }

  /// Bytes in a row with the same labels.
  struct TagRun: Encodable {
    var start: Int
    var length: Int
    var tags: ByteTags

    func encode(to encoder: any Encoder) throws {
      var list = encoder.unkeyedContainer()
      try list.encode(start)
      try list.encode(length)
      try list.encode(TagNames(tags: tags))
    }
  }

  var id: String
  var url: String?
  var html: String
  var encoding: String
  var offsets: [[Int]]
  var tags: [TagRun]
  var faults: [Planted]
  var gold: Bool
  var labelF1: Double?

  private enum CodingKeys: String, CodingKey {
    case id, url, html, encoding, offsets, tags, faults, gold
    case labelF1 = "label_f1"
  }

  init(
    document: InputDocument, encoding: String, page: TaughtPage, map: OffsetMap, repairs: [PlantedRepair],
    gold: GoldAlignment
  ) {
    id = document.id
    url = document.url
    html = String(decoding: page.bytes, as: UTF8.self)
    self.encoding = encoding
    offsets = map.runs.map { [$0.output, $0.source] }
    tags = Self.runs(of: page.tags)
    let pairs = repairs.count == page.faults.count ? repairs.map { Optional($0) } : page.faults.map { _ in nil }
    faults = zip(page.faults, pairs).map { fault, repair in
      Planted(
        offset: fault.offset, kind: "\(fault.kind)", rule: fault.kind.rule,
        repair: repair.map {
          .init(offset: $0.offset, delete: $0.delete, insert: String(decoding: $0.insert, as: UTF8.self))
        })
    }
    self.gold = gold.isTrusted
    labelF1 = gold.labelF1
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(url, forKey: .url)
    try container.encode(html, forKey: .html)
    try container.encode(encoding, forKey: .encoding)
    try container.encode(offsets, forKey: .offsets)
    try container.encode(tags, forKey: .tags)
    try container.encode(faults, forKey: .faults)
    try container.encode(gold, forKey: .gold)
    try container.encode(labelF1, forKey: .labelF1)
  }

  private static func runs(of tags: [ByteTags]) -> [TagRun] {
    var runs: [TagRun] = []
    var start = 0
    while start < tags.count {
      var end = start + 1
      while end < tags.count, tags[end] == tags[start] { end += 1 }
      if tags[start] != ByteTags() { runs.append(TagRun(start: start, length: end - start, tags: tags[start])) }
      start = end
    }
    return runs
  }
}

/// Labels by name; what is as in plain markup is left out.
private struct TagNames: Encodable {
  var content: String?
  var attribute: String?
  var anchor: String?
  var block: String?
  var list: String?
  var boundary: String?
  var marks: [String]?

  init(tags: ByteTags) {
    if tags.content != .markup { content = "\(tags.content)" }
    if tags.attribute != .none { attribute = "\(tags.attribute)" }
    if tags.anchor != .none { anchor = "\(tags.anchor)" }
    if tags.block != .none { block = "\(tags.block)" }
    if tags.list != .none { list = "\(tags.list)" }
    if tags.boundary != .none { boundary = "\(tags.boundary)" }
    let names = Self.markNames.filter { tags.marks.contains($0.mark) }.map(\.name)
    if !names.isEmpty { marks = names }
  }

  private static let markNames: [(mark: InlineMarks, name: String)] = [
    (.strong, "strong"), (.emphasis, "emphasis"), (.code, "code"), (.deleted, "deleted"), (.quote, "quote"),
    (.superscript, "superscript"), (.subscript, "subscript"),
  ]
}

extension OffsetMap {
  /// How many output bytes come from before source byte `offset`. For maps of pages that only lost bytes.
  fileprivate func output(atOrAfter offset: Int) -> Int {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].source < offset { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return 0 }
    let end = low < runs.count ? runs[low].output : outputCount
    return min(end, runs[low - 1].output + offset - runs[low - 1].source)
  }
}
