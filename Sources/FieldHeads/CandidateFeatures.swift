import ByteModel
import PageTags

/// The candidates of one page with their texts and what a head looks at to judge them.
public struct CandidatePage: Sendable {
  public let page: FieldPage
  public let candidates: [Candidate]
  public let texts: [ValueText]
  var features: FeatureTable
  /// Hashes of all texts.
  private let echoes: Set<UInt32>

  static func echoHash(_ text: ArraySlice<UInt8>) -> UInt32 {
    var hash = FeatureHash(1)
    hash.add(text)
    return hash.value
  }

  /// The places where a value can begin or end in a candidate.
  func cuts(_ index: Int) -> CutPage { CutPage(page, candidates[index], texts[index], echoes: echoes) }

  /// Measures beside the trunk's features.
  static let numberColumns = 15

  /// Bytes of a page, condensed, over which measures of it are taken: heads are taught on the beginnings of pages.
  package static let usualBytes = 24_000

  static func denseColumns(_ features: PageFeatures) -> Int { 2 * features.wideColumns + features.sideColumns }

  public init(_ page: FieldPage) {
    self.page = page
    candidates = CandidateFinder.candidates(page.bytes, page.tags)
    texts = candidates.map {
      ValueText(page.bytes, $0.pieces, isAttribute: $0.kind == .quoted || $0.kind == .bare)
    }
    features = FeatureTable(
      denseColumns: Self.denseColumns(page.features), numberColumns: Self.numberColumns)
    echoes = Set(texts.map { Self.echoHash($0.utf8[...]) })
    let echoes = Echoes(texts)
    let days = DayEchoes(texts)
    var before: Int?
    var after = Self.nextTexts(candidates)
    after.append(nil)
    for index in candidates.indices {
      features.append(
        dense: Self.dense(page, candidates[index].range),
        numbers: numbers(index, echoes) + days.numbers(index),
        hashes: hashes(index, before: before, after: after[index]))
      if candidates[index].kind == .text, !texts[index].utf8.isEmpty { before = index }
    }
  }

  /// For each candidate the next text behind its end.
  private static func nextTexts(_ candidates: [Candidate]) -> [Int?] {
    var result = [Int?](repeating: nil, count: candidates.count)
    var upcoming: [Int] = candidates.indices.filter { candidates[$0].kind == .text }
    upcoming.reverse()
    for index in candidates.indices {
      let end = candidates[index].range.upperBound
      // Blocks reach over several texts; what they pass is looked for from the text after their start.
      while let next = upcoming.last, candidates[next].range.lowerBound <= candidates[index].range.lowerBound {
        upcoming.removeLast()
      }
      result[index] = upcoming.suffix(4).reversed().first { candidates[$0].range.lowerBound >= end }
    }
    return result
  }

  /// What was read before the candidate, what surrounds its beginning, what was read up to its end.
  private static func dense(_ page: FieldPage, _ range: Range<Int>) -> [UInt16] {
    let features = page.features
    let first = Int(features.patch[range.lowerBound])
    let last = Int(features.patch[range.upperBound - 1])
    var row: [UInt16] = []
    row.reserveCapacity(denseColumns(features))
    if first > 0 {
      row += features.wide[(first - 1) * features.wideColumns..<first * features.wideColumns]
    } else {
      row += repeatElement(0, count: features.wideColumns)
    }
    row += features.sides[first * features.sideColumns..<(first + 1) * features.sideColumns]
    row += features.wide[last * features.wideColumns..<(last + 1) * features.wideColumns]
    return row
  }

  private func numbers(_ index: Int, _ echoes: Echoes) -> [Float] {
    let text = texts[index].utf8
    let range = candidates[index].range
    let length = Float(text.count)
    let digits = Float(text.count { (0x30...0x39).contains($0) })
    let capitals = Float(text.count { (0x41...0x5a).contains($0) })
    let reach = max(1, min(Self.usualBytes, page.bytes.count))
    let place = min(1, Float(range.lowerBound) / Float(reach))
    func log(_ x: Float) -> Float { Self.logarithm(1 + x) }
    return [
      log(length) / 3, log(max(0, length - 40)) / 3, digits / max(1, length), capitals / max(1, length), place,
      log(Float(range.lowerBound)) / 6, Float(page.mainProbability[range.lowerBound]) / 255,
      log(Float(echoes.equals[index])), log(Float(echoes.begins[index])), log(Float(echoes.extends[index])),
      echoes.isFirst[index] ? 1 : 0,
    ]
  }

  /// Natural logarithm to a few per cent, without Foundation: the exponent, and the mantissa as it is.
  static func logarithm(_ x: Float) -> Float { (Float(x.exponent) + x.significand - 1) * 0.6931 }

  private func hashes(_ index: Int, before: Int?, after: Int?) -> [UInt32] {
    let candidate = candidates[index]
    var hashes = ContextHashes()
    hashes.left(page.bytes, candidate.range.lowerBound)
    hashes.right(page.bytes, candidate.range.upperBound)
    hashes.inside(texts[index].utf8)
    let tag = page.tags[candidate.range.lowerBound]
    hashes.add(60, [candidate.kind.rawValue, tag.block.rawValue, tag.anchor.rawValue, tag.content.rawValue])
    hashes.add(61, [candidate.kind.rawValue, tag.marks.rawValue, tag.list.rawValue])
    if candidate.range.lowerBound > 0 {
      hashes.add(63, [page.tags[candidate.range.lowerBound - 1].attribute.rawValue, candidate.kind.rawValue])
    }
    let bucket = UInt8(Self.logarithm(1 + Float(texts[index].utf8.count)) * 1.5)
    hashes.add(62, [bucket, candidate.kind.rawValue])
    if let before { hashes.neighbour(70, texts[before].utf8) }
    if let after { hashes.neighbour(72, texts[after].utf8) }
    return hashes.values
  }
}

/// How often a candidate's text stands elsewhere on the page too.
private struct Echoes {
  /// Candidates with the same text, those that go on behind it, and those that it goes on behind; others only.
  private(set) var equals: [Int]
  private(set) var begins: [Int]
  private(set) var extends: [Int]
  private(set) var isFirst: [Bool] = []

  private static let longest = 300

  init(_ texts: [ValueText]) {
    let whole = texts.map { CandidatePage.echoHash($0.utf8[...]) }
    var counts: [UInt32: Int] = [:]
    for (index, text) in texts.enumerated() {
      isFirst.append(!text.utf8.isEmpty && counts[whole[index]] == nil)
      counts[whole[index], default: 0] += 1
    }
    equals = whole.map { max(0, (counts[$0] ?? 1) - 1) }
    var beginnings: [UInt32: Int] = [:]
    extends = Array(repeating: 0, count: texts.count)
    for (index, text) in texts.enumerated() where text.utf8.count <= Self.longest && isFirst[index] {
      var running = FeatureHash(1)
      for (at, byte) in text.utf8.enumerated() {
        if at > 0, TextTokens.kind(byte) != .letter || TextTokens.kind(text.utf8[at - 1]) != .letter {
          beginnings[running.value, default: 0] += 1
          if counts[running.value] != nil, at >= 4 { extends[index] += 1 }
        }
        running.add(byte)
      }
    }
    begins = whole.map { beginnings[$0] ?? 0 }
  }
}

/// Hashed features of what stands around a place of a page and in a text.
struct ContextHashes {
  private(set) var values: [UInt32] = []

  mutating func add(_ salt: UInt32, _ bytes: some Sequence<UInt8>) {
    var hash = FeatureHash(salt)
    hash.add(bytes)
    values.append(hash.mixed)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    let kind = TextTokens.kind(byte)
    return kind == .letter || kind == .digit
  }

  private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }

  /// Words and signs that end at `place`, the nearest first: as sequences, and the words by themselves.
  mutating func left(_ bytes: [UInt8], _ place: Int) {
    var sequence = FeatureHash(10)
    var tokens = 0
    var words = 0
    var at = place
    let limit = max(0, place - 200)
    while at > limit, tokens < 24, words < 12 {
      if bytes[at - 1] <= 0x20 {
        at -= 1
        continue
      }
      var start = at - 1
      if Self.isWord(bytes[start]) { while start > limit, Self.isWord(bytes[start - 1]) { start -= 1 } }
      let token = bytes[start..<at].lazy.map(Self.lowered)
      tokens += 1
      if tokens <= 8 {
        sequence.add(token)
        sequence.add(0)
        values.append(sequence.mixed)
      }
      if Self.isWord(bytes[start]) {
        words += 1
        add(20, token)
        if words <= 4 { add(20 + UInt32(words), token) }
      }
      at = start
    }
  }

  /// Words and signs from `place` on, as sequences.
  mutating func right(_ bytes: [UInt8], _ place: Int) {
    var sequence = FeatureHash(30)
    var at = place
    let limit = min(bytes.count, place + 60)
    var tokens = 0
    while at < limit, tokens < 5 {
      if bytes[at] <= 0x20 {
        at += 1
        continue
      }
      var end = at + 1
      if Self.isWord(bytes[at]) { while end < limit, Self.isWord(bytes[end]) { end += 1 } }
      sequence.add(bytes[at..<end].lazy.map(Self.lowered))
      sequence.add(0)
      values.append(sequence.mixed)
      tokens += 1
      at = end
    }
  }

  /// First and last words, and the outline: letters as `a`, capitals as `A`, digits as `9`, runs shortened.
  mutating func inside(_ utf8: [UInt8]) {
    let head = TextTokens(Array(utf8.prefix(80)), limit: 3).ranges
    var sequence = FeatureHash(40)
    for range in head {
      sequence.add(utf8[range].lazy.map(Self.lowered))
      sequence.add(0)
      values.append(sequence.mixed)
    }
    if let last = TextTokens(Array(utf8.suffix(30))).ranges.last {
      add(45, Array(utf8.suffix(30))[last].lazy.map(Self.lowered))
    }
    add(50, Self.outline(utf8[...], runs: 3))
    add(51, Self.outline(utf8[...], runs: 1))
  }

  static func outline(_ utf8: ArraySlice<UInt8>, runs: Int) -> [UInt8] {
    var outline: [UInt8] = []
    var run = 0
    for byte in utf8.prefix(120) {
      let sign: UInt8 =
        switch byte {
        case 0x30...0x39: 0x39
        case 0x41...0x5a: 0x41
        case 0x61...0x7a: 0x61
        case 0x80...: 0x80
        default: byte
        }
      run = sign == outline.last ? run + 1 : 1
      if run <= runs { outline.append(sign) }
      if outline.count >= 32 { break }
    }
    return outline
  }

  /// The text next to a candidate: as a whole if it is short, and its first and last word.
  mutating func neighbour(_ salt: UInt32, _ utf8: [UInt8]) {
    if utf8.count <= 60 { add(salt, utf8.lazy.map(Self.lowered)) }
    let tokens = TextTokens(Array(utf8.prefix(60))).ranges
    if let first = tokens.first { add(salt + 10, utf8[first].lazy.map(Self.lowered)) }
  }
}

// What training needs.
extension CandidatePage {
  package var emptyTable: FeatureTable {
    FeatureTable(denseColumns: features.denseColumns, numberColumns: features.numberColumns)
  }
  package func copy(_ item: Int, to table: inout FeatureTable) { table.append(item, of: features) }
  package var summary: FeatureTable { PageSummary.table(self) }

  /// The cuts of a candidate's text, and those between which `range` of it lies.
  package func cut(_ item: Int, _ range: Range<Int>) -> (features: FeatureTable, begin: Int, end: Int)? {
    let cuts = self.cuts(item)
    guard let begin = cuts.tokens.firstIndex(where: { $0.lowerBound == range.lowerBound }),
      let end = cuts.tokens.firstIndex(where: { $0.upperBound == range.upperBound })
    else { return nil }
    return (cuts.features, begin, end + 1)
  }

  package static func naturalLogarithm(_ x: Float) -> Float { logarithm(x) }
}
