/// How alike two texts are: 2·LCS ÷ (sum of lengths), the Indel ratio, over scalars.
enum TextSimilarity {
  /// Texts at least this alike count as the same.
  static let threshold = 0.9

  static func ratio(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Double {
    let total = left.count + right.count
    if total == 0 { return 1 }
    return 2 * Double(longestCommonSubsequence(left, right)) / Double(total)
  }

  /// Whether texts of these lengths can reach the threshold.
  static func mayMatch(_ left: Int, _ right: Int) -> Bool {
    left + right == 0 || 2 * Double(min(left, right)) / Double(left + right) >= threshold
  }

  /// The length of the longest common subsequence, 64 scalars of `left` at a time (Hyyrö, "Bit-parallel LCS-length
  /// computation revisited", 2004).
  static func longestCommonSubsequence(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    // What both begin and end with is in every longest one.
    var start = 0
    while start < left.count, start < right.count, left[start] == right[start] { start += 1 }
    var (leftEnd, rightEnd) = (left.count, right.count)
    while leftEnd > start, rightEnd > start, left[leftEnd - 1] == right[rightEnd - 1] {
      leftEnd -= 1
      rightEnd -= 1
    }
    let shared = start + left.count - leftEnd
    let (left, right) = (left[start..<leftEnd], right[start..<rightEnd])
    if left.isEmpty || right.isEmpty { return shared }

    let words = (left.count + 63) / 64
    var positions: [Unicode.Scalar: [UInt64]] = [:]
    for (index, scalar) in left.enumerated() {
      positions[scalar, default: Array(repeating: 0, count: words)][index / 64] |= 1 << UInt64(index % 64)
    }
    var row = [UInt64](repeating: .max, count: words)
    for scalar in right {
      guard let matches = positions[scalar] else { continue }
      var carry: UInt64 = 0
      for word in 0..<words {
        let hits = row[word] & matches[word]
        let (sum, first) = row[word].addingReportingOverflow(hits)
        let (total, second) = sum.addingReportingOverflow(carry)
        carry = first || second ? 1 : 0
        row[word] = total | (row[word] &- hits)
      }
    }
    var length = 0
    for word in 0..<words {
      let used = min(64, left.count - word * 64)
      let mask: UInt64 = used == 64 ? .max : (1 << UInt64(used)) - 1
      length += (~row[word] & mask).nonzeroBitCount
    }
    return shared + length
  }
}
