/// How often each element occurs.
struct Multiset<Element: Hashable & Sendable>: Sendable, Equatable {
  private(set) var counts: [Element: Int] = [:]
  private(set) var total = 0

  init() {}

  init(_ elements: some Sequence<Element>) {
    for element in elements { insert(element) }
  }

  mutating func insert(_ element: Element) {
    counts[element, default: 0] += 1
    total += 1
  }

  /// Every element as often as it occurs, in no particular order.
  var elements: [Element] { counts.flatMap { Array(repeating: $0.key, count: $0.value) } }

  /// The size of the intersection.
  func overlap(with other: Multiset) -> Int {
    let (small, large) = counts.count <= other.counts.count ? (counts, other.counts) : (other.counts, counts)
    return small.reduce(0) { $0 + min($1.value, large[$1.key] ?? 0) }
  }
}

/// True positives beside how many were predicted and how many there are.
struct Tally: Hashable, Sendable {
  var matched = 0
  var predicted = 0
  var gold = 0

  /// Of nothing predicted the precision is 1 where there was nothing to find, else 0.
  var precision: Double {
    predicted > 0 ? Double(matched) / Double(predicted) : gold == 0 ? 1 : 0
  }
  /// 1 where there was nothing to find.
  var recall: Double { gold > 0 ? Double(matched) / Double(gold) : 1 }
  var f1: Double {
    let sum = precision + recall
    return sum > 0 ? 2 * precision * recall / sum : 0
  }

  static func += (left: inout Tally, right: Tally) {
    left.matched += right.matched
    left.predicted += right.predicted
    left.gold += right.gold
  }
}
