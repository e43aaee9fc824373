/// How well scores tell faulty pages (positive) from clean ones (negative). A page with nothing reported scores −∞.
enum Ranking {
  /// The chance that a positive scores above a negative; ties count half. 0 without either.
  static func areaUnderCurve(positive: [Double], negative: [Double]) -> Double {
    guard !positive.isEmpty, !negative.isEmpty else { return 0 }
    var below = 0
    var area = 0.0
    for (positives, negatives) in tied(positive, negative).reversed() {
      area += Double(positives) * (Double(below) + Double(negatives) / 2)
      below += negatives
    }
    return area / (Double(positive.count) * Double(negative.count))
  }

  /// Mean over positives of the precision at their score, tied pages taken together.
  static func averagePrecision(positive: [Double], negative: [Double]) -> Double {
    guard !positive.isEmpty else { return 0 }
    var found = 0
    var falseAlarms = 0
    var sum = 0.0
    for (positives, negatives) in tied(positive, negative) {
      found += positives
      falseAlarms += negatives
      sum += Double(positives) * Double(found) / Double(found + falseAlarms)
    }
    return sum / Double(positive.count)
  }

  /// The share of positives above the score that `share` of the negatives reach.
  static func recall(positive: [Double], negative: [Double], atFalseAlarms share: Double) -> Double {
    guard !positive.isEmpty, !negative.isEmpty else { return 0 }
    let index = Int(Double(negative.count) * share)
    let falling = negative.sorted(by: >)
    let cut = index < falling.count ? falling[index] : -.infinity
    return Double(positive.count { $0 > cut }) / Double(positive.count)
  }

  /// How many of each have the same score, from the highest score down.
  private static func tied(_ positive: [Double], _ negative: [Double]) -> [(positives: Int, negatives: Int)] {
    let falling = (positive.map { ($0, true) } + negative.map { ($0, false) }).sorted { $0.0 > $1.0 }
    var groups: [(positives: Int, negatives: Int)] = []
    var last = Double.nan
    for (score, isPositive) in falling {
      if score != last { groups.append((0, 0)) }
      last = score
      if isPositive { groups[groups.count - 1].positives += 1 } else { groups[groups.count - 1].negatives += 1 }
    }
    return groups
  }
}
