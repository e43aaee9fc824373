import ByteModel
import PageTags

/// A page as a whole: means of what the trunk knows, the words on it, a few measures.
enum PageSummary {
  static let numberColumns = 14

  static func denseColumns(_ features: PageFeatures) -> Int { 2 * features.wideColumns + 2 * features.sideColumns }

  static func table(_ page: CandidatePage) -> FeatureTable {
    var table = FeatureTable(
      denseColumns: denseColumns(page.page.features), numberColumns: numberColumns)
    table.append(dense: dense(page.page), numbers: numbers(page), hashes: words(page.page.bytes))
    return table
  }

  /// Means over all patches and over those that end in the main text.
  private static func dense(_ page: FieldPage) -> [UInt16] {
    let features = page.features
    var isMain = [Bool](repeating: false, count: features.patchCount)
    for (byte, tag) in page.tags.enumerated() where tag.content == .main { isMain[Int(features.patch[byte])] = true }
    var row: [Float] = []
    for onlyMain in [false, true] {
      var wide = [Float](repeating: 0, count: features.wideColumns)
      var sides = [Float](repeating: 0, count: features.sideColumns)
      var count: Float = 0
      for patch in 0..<features.patchCount where !onlyMain || isMain[patch] {
        count += 1
        features.add(patch: patch, wide: &wide, sides: &sides)
      }
      // Means are small; the network wants inputs of about one.
      let scale = count == 0 ? 0 : 3 / count
      row += wide.map { $0 * scale } + sides.map { $0 * scale }
    }
    return row.map { UInt16($0.bitPattern >> 16) }
  }

  private static func numbers(_ page: CandidatePage) -> [Float] {
    var counts = [Float](repeating: 0, count: 12)
    var main: Float = 0
    var aside: Float = 0
    var anchors: Float = 0
    for tag in page.page.tags {
      if tag.content == .main { main += 1 }
      if tag.content == .aside { aside += 1 }
      if tag.content != .markup, tag.anchor == .inside { anchors += 1 }
      switch tag.attribute {
      case .anchorOpen: counts[0] += 1
      case .imageOpen: counts[1] += 1
      default: break
      }
      switch tag.boundary {
      case .item: counts[2] += 1
      case .row: counts[3] += 1
      case .image: counts[4] += 1
      case .table: counts[5] += 1
      default: break
      }
    }
    for candidate in page.candidates where candidate.kind == .text {
      let tag = page.page.tags[candidate.range.lowerBound]
      if tag.block.headingLevel != nil { counts[6] += 1 }
      if tag.block == .code { counts[7] += 1 }
      if tag.block == .paragraph, candidate.range.count > 100 { counts[8] += 1 }
    }
    let log = { (x: Float) in CandidatePage.logarithm(1 + x) }
    let text = max(1, main + aside)
    return counts.prefix(9).map { log($0) / 3 } + [
      log(main) / 4, log(aside) / 4, main / text, anchors / text, log(Float(page.page.bytes.count)) / 5,
    ]
  }

  /// The distinct words of markup and text, as hashes.
  private static func words(_ bytes: [UInt8]) -> [UInt32] {
    var seen: Set<UInt32> = []
    var result: [UInt32] = []
    var at = 0
    while at < bytes.count, result.count < 3_000 {
      guard TextTokens.kind(bytes[at]) == .letter else {
        at += 1
        continue
      }
      var hash = FeatureHash(90)
      let start = at
      while at < bytes.count, TextTokens.kind(bytes[at]) == .letter, at - start < 24 {
        hash.add((0x41...0x5a).contains(bytes[at]) ? bytes[at] | 0x20 : bytes[at])
        at += 1
      }
      if at - start >= 3, seen.insert(hash.mixed).inserted { result.append(hash.mixed) }
    }
    return result
  }
}
