import ByteModel

/// The places where a value can begin or end within a candidate's text.
struct CutPage {
  /// Tokens of the text; cut 0 is before the first, cut n behind the last. Empty where the text is too long to be cut.
  let tokens: [Range<Int>]
  let features: FeatureTable

  /// A longer text is a value as a whole or not at all.
  static let longest = 160
  static let numberColumns = 5

  static func denseColumns(_ features: PageFeatures) -> Int { features.wideColumns + features.sideColumns }

  init(_ page: FieldPage, _ candidate: Candidate, _ text: ValueText, echoes: Set<UInt32>) {
    let found = TextTokens(text.utf8, limit: Self.longest + 1).ranges
    let tokens = found.count > Self.longest ? [] : found
    self.tokens = tokens
    var features = FeatureTable(
      denseColumns: Self.denseColumns(page.features), numberColumns: Self.numberColumns)
    if !tokens.isEmpty {
      /// Whether what lies before or behind a cut stands elsewhere by itself.
      func isEcho(_ part: Range<Int>) -> Float {
        guard part.count >= 3, part != 0..<text.utf8.count else { return 0 }
        return echoes.contains(CandidatePage.echoHash(text.utf8[part])) ? 1 : 0
      }
      for cut in 0...tokens.count {
        let before = cut == 0 ? 0..<0 : 0..<tokens[cut - 1].upperBound
        let behind = cut == tokens.count ? 0..<0 : tokens[cut].lowerBound..<text.utf8.count
        features.append(
          dense: Self.dense(page, text, tokens, cut),
          numbers: [
            cut == 0 ? 1 : 0, cut == tokens.count ? 1 : 0, Float(cut) / Float(tokens.count), isEcho(before),
            isEcho(behind),
          ],
          hashes: Self.hashes(candidate, text.utf8, tokens, cut))
      }
    }
    self.features = features
  }

  private static func dense(_ page: FieldPage, _ text: ValueText, _ tokens: [Range<Int>], _ cut: Int) -> [UInt16] {
    let features = page.features
    let left =
      cut == 0 ? max(0, text.source(of: tokens[0]).lowerBound - 1) : text.source(of: tokens[cut - 1]).upperBound - 1
    let right = cut < tokens.count ? text.source(of: tokens[cut]).lowerBound : min(page.bytes.count - 1, left + 1)
    let (leftPatch, rightPatch) = (Int(features.patch[left]), Int(features.patch[right]))
    return Array(features.wide[leftPatch * features.wideColumns..<(leftPatch + 1) * features.wideColumns])
      + features.sides[rightPatch * features.sideColumns..<(rightPatch + 1) * features.sideColumns]
  }

  private static func hashes(_ candidate: Candidate, _ utf8: [UInt8], _ tokens: [Range<Int>], _ cut: Int) -> [UInt32] {
    var hashes = ContextHashes()
    func token(_ index: Int) -> [UInt8] {
      index < 0
        ? [1] : index >= tokens.count ? [2] : utf8[tokens[index]].map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
    }
    func outline(_ index: Int) -> [UInt8] {
      index < 0 ? [1] : index >= tokens.count ? [2] : ContextHashes.outline(utf8[tokens[index]], runs: 4)
    }
    for (salt, reach) in [(UInt32(100), [-1]), (101, [-2, -1]), (102, [0]), (103, [0, 1]), (104, [-1, 0])] {
      hashes.add(salt, reach.flatMap { token(cut + $0) + [0] })
      hashes.add(salt + 10, reach.flatMap { outline(cut + $0) + [0] })
    }
    hashes.add(120, [-3, -2, -1].flatMap { outline(cut + $0) + [0] })
    hashes.add(121, [0, 1, 2].flatMap { outline(cut + $0) + [0] })
    // Signs only: where separators stand before and behind.
    hashes.add(122, [UInt8(min(cut, 6)), candidate.kind.rawValue])
    hashes.add(123, [UInt8(min(tokens.count - cut, 6)), candidate.kind.rawValue])
    return hashes.values
  }
}
