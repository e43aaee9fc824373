/// Pairs the items of one kind: first equal ones, then, each gold item in order, the likest that agrees.
enum ItemMatching {
  private struct Candidate {
    var item: MarkdownItems.Item
    var scalars: [Unicode.Scalar]
    var isUsed = false
  }

  static func count(gold: [MarkdownItems.Item], predicted: [MarkdownItems.Item]) -> Int {
    let (goldSet, predictedSet) = (Multiset(gold), Multiset(predicted))
    var matched = goldSet.overlap(with: predictedSet)
    let restOfGold = rest(gold, goldSet.counts, without: predictedSet.counts)
    var candidates = rest(predicted, predictedSet.counts, without: goldSet.counts)
    for item in restOfGold {
      var best = 0.0
      var bestIndex = -1
      for index in candidates.indices where !candidates[index].isUsed {
        let candidate = candidates[index]
        guard TextSimilarity.mayMatch(item.scalars.count, candidate.scalars.count),
          item.item.attribute.agrees(with: candidate.item.attribute)
        else { continue }
        let ratio = TextSimilarity.ratio(item.scalars, candidate.scalars)
        if ratio > best { (best, bestIndex) = (ratio, index) }
        if best == 1 { break }
      }
      if best >= TextSimilarity.threshold {
        candidates[bestIndex].isUsed = true
        matched += 1
      }
    }
    return matched
  }

  /// Items beyond those that the other side has too, equal ones together where the first of them stands.
  private static func rest(
    _ items: [MarkdownItems.Item], _ counts: [MarkdownItems.Item: Int], without others: [MarkdownItems.Item: Int]
  ) -> [Candidate] {
    var seen: Set<MarkdownItems.Item> = []
    var result: [Candidate] = []
    for item in items where seen.insert(item).inserted {
      let left = (counts[item] ?? 0) - (others[item] ?? 0)
      if left > 0 {
        result += Array(repeating: Candidate(item: item, scalars: Array(item.text.unicodeScalars)), count: left)
      }
    }
    return result
  }
}
