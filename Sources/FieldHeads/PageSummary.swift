import ByteModel
import PageTags

/// A page as a whole: means of what the trunk knows, the words of its markup and headings, a few measures.
///
/// Only the beginning is looked at, as long as those that heads are taught on: measures would mean something else over more.
enum PageSummary {
  static let numberColumns = 14

  static func denseColumns(_ features: PageFeatures) -> Int { 2 * features.wideColumns + 2 * features.sideColumns }

  static func table(_ page: CandidatePage) -> FeatureTable {
    var table = FeatureTable(
      denseColumns: denseColumns(page.page.features), numberColumns: numberColumns)
    table.append(dense: dense(page.page), numbers: numbers(page), hashes: words(page.page))
    return table
  }

  private static func length(_ page: FieldPage) -> Int { min(page.bytes.count, CandidatePage.usualBytes) }

  /// Means over all patches and over those that end in the main text.
  private static func dense(_ page: FieldPage) -> [UInt16] {
    let features = page.features
    var isMain = [Bool](repeating: false, count: features.patchCount)
    let length = length(page)
    guard length > 0 else { return [UInt16](repeating: 0, count: denseColumns(features)) }
    for byte in 0..<length where page.tags[byte].content == .main { isMain[Int(features.patch[byte])] = true }
    let patches = Int(features.patch[length - 1]) + 1
    var row: [Float] = []
    for onlyMain in [false, true] {
      var wide = [Float](repeating: 0, count: features.wideColumns)
      var sides = [Float](repeating: 0, count: features.sideColumns)
      var count: Float = 0
      for patch in 0..<patches where !onlyMain || isMain[patch] {
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
    let length = length(page.page)
    for tag in page.page.tags.prefix(length) {
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
    for candidate in page.candidates where candidate.kind == .text && candidate.range.lowerBound < length {
      let tag = page.page.tags[candidate.range.lowerBound]
      if tag.block.headingLevel != nil { counts[6] += 1 }
      if tag.block == .code { counts[7] += 1 }
      if tag.block == .paragraph, candidate.range.count > 100 { counts[8] += 1 }
    }
    let log = { (x: Float) in CandidatePage.logarithm(1 + x) }
    let text = max(1, main + aside)
    return counts.prefix(9).map { log($0) / 3 } + [
      log(main) / 4, log(aside) / 4, main / text, anchors / text, log(Float(length)) / 5,
    ]
  }

  /// The distinct words of the markup, by themselves and with the one before, and those of headings, as hashes.
  ///
  /// Words of running text say what a page is about; what kind of page it is stands in names and headings.
  private static func words(_ page: FieldPage) -> [UInt32] {
    let bytes = page.bytes
    let length = length(page)
    var seen: Set<UInt32> = []
    var result: [UInt32] = []
    func add(_ hash: FeatureHash) { if seen.insert(hash.mixed).inserted { result.append(hash.mixed) } }
    var last: (hash: UInt32, end: Int)?
    var at = 0
    while at < length, result.count < longestList {
      guard TextTokens.kind(bytes[at]) == .letter else {
        at += 1
        continue
      }
      let tag = page.tags[at]
      let isMarkup = tag.content == .markup
      var hash = FeatureHash(isMarkup ? 90 : 91)
      let start = at
      while at < length, TextTokens.kind(bytes[at]) == .letter, at - start < 24 {
        hash.add((0x41...0x5a).contains(bytes[at]) ? bytes[at] | 0x20 : bytes[at])
        at += 1
      }
      guard isMarkup || tag.block.headingLevel != nil, at - start >= 3 else { continue }
      add(hash)
      if isMarkup {
        // Few signs between: parts of one name, or a name and its value.
        if let last, start - last.end <= 4 {
          var pair = FeatureHash(92)
          for shift in [UInt32(0), 8, 16, 24] { pair.add(UInt8(truncatingIfNeeded: last.hash >> shift)) }
          for shift in [UInt32(0), 8, 16, 24] { pair.add(UInt8(truncatingIfNeeded: hash.value >> shift)) }
          add(pair)
        }
        last = (hash.value, at)
      }
    }
    return result
  }

  private static let longestList = 4_000
}
