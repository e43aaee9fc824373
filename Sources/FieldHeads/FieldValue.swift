/// A value found on a page.
public struct FieldValue: Hashable, Sendable {
  /// Character references decoded, white space collapsed.
  public var value: String
  /// Bytes of the input as given; nil for a label, which is said of the page as a whole.
  public var range: Range<Int>?
  /// 0…1.
  public var confidence: Double
  /// A date in ISO 8601, where the value is one that can be read in one way only.
  public var iso: String?

  public init(value: String, range: Range<Int>?, confidence: Double, iso: String? = nil) {
    self.value = value
    self.range = range
    self.confidence = confidence
    self.iso = iso
  }
}

/// Finds the values of a head's fields on a page.
public struct FieldDecoder: Sendable {
  let head: FieldHead
  /// A repeated value less likely than this is not given.
  private static let leastConfidence: Float = 0.5
  /// The same for the values of a field that has one: any value at all, whichever it is.
  private static let leastSingleConfidence: Float = 0.3
  /// Candidates looked at closely.
  private static let closest = 8
  /// Beginnings and ends of a value within a candidate that are weighed.
  private static let readings = 3

  public init(_ head: FieldHead) { self.head = head }

  /// Every field's values; an empty list where the page has none.
  public func values(of page: CandidatePage) -> [(field: FieldSpecification, values: [FieldValue])] {
    var result: [(field: FieldSpecification, values: [FieldValue])] = []
    if !head.fields.isEmpty {
      let scores = head.runs.scores(page.features)
      let count = head.fields.count
      for (index, field) in head.fields.enumerated() {
        let own = stride(from: index, to: scores.count, by: count).map { scores[$0] }
        let values = field.isRepeated ? repeated(page, own, index) : single(page, own, index)
        result.append((field, values))
      }
    }
    if !head.labelFields.isEmpty { result += labels(of: page) }
    return result
  }

  /// The value whose readings are likeliest together: the same text may stand in several places.
  private func single(_ page: CandidatePage, _ scores: [Float], _ field: Int) -> [FieldValue] {
    guard !scores.isEmpty else { return [] }
    let probabilities = Softmax.of(scores, beside: FieldHead.absentScore)
    let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(Self.closest)
    var groups: [[UInt8]: (sum: Float, best: Float, value: FieldValue)] = [:]
    var total: Float = 0
    for index in order {
      total += probabilities[index]
      // What one place leaves open, how much of a text is the value, another may settle.
      for cut in cuts(page, index, field, count: Self.readings) {
        let probability = probabilities[index] * cut.probability
        let key = cut.key
        if let group = groups[key] {
          groups[key]!.sum = group.sum + probability
          if probability > group.best {
            groups[key]!.best = probability
            groups[key]!.value = cut.value
          }
        } else {
          groups[key] = (probability, probability, cut.value)
        }
      }
    }
    guard
      let best = groups.values.max(by: { ($0.sum, $1.value.range!.lowerBound) < ($1.sum, $0.value.range!.lowerBound) })
    else { return [] }
    // Whether there is a value at all is asked of all candidates together.
    let anything = total
    guard anything >= Self.leastSingleConfidence, best.sum >= Self.leastSingleConfidence / 2 else { return [] }
    var value = best.value
    value.confidence = Double(best.sum)
    return [value]
  }

  private func repeated(_ page: CandidatePage, _ scores: [Float], _ field: Int) -> [FieldValue] {
    var result: [FieldValue] = []
    var taken: [Range<Int>] = []
    let likely = scores.indices.filter { Softmax.logistic(scores[$0]) >= Self.leastConfidence }
    // The likeliest first, so that a block and a text inside it do not both count.
    for index in likely.sorted(by: { (scores[$0], $1) > (scores[$1], $0) }) {
      let range = page.candidates[index].range
      if taken.contains(where: { $0.overlaps(range) }) { continue }
      guard let cut = cuts(page, index, field, count: 1).first else { continue }
      taken.append(range)
      var value = cut.value
      value.confidence = Double(Softmax.logistic(scores[index]) * cut.probability)
      result.append(value)
    }
    result.sort { $0.range!.lowerBound < $1.range!.lowerBound }
    var seen: Set<String> = []
    return result.filter { seen.insert($0.value).inserted }
  }

  private struct Cut {
    var value: FieldValue
    /// Readings with the same key are the same value.
    var key: [UInt8]
    var probability: Float
  }

  /// The likeliest values in a candidate, the best first: pairs of the likeliest beginnings and ends.
  private func cuts(_ page: CandidatePage, _ index: Int, _ field: Int, count: Int) -> [Cut] {
    let text = page.texts[index]
    guard !text.utf8.isEmpty else { return [] }
    let cuts = page.cuts(index)
    guard !cuts.tokens.isEmpty else { return [cut(page, text, 0..<text.utf8.count, 1, field)] }
    let scores = head.cuts.scores(cuts.features)
    let width = head.cuts.shape.outputs
    let tokens = cuts.tokens.count
    let begins = Softmax.of((0..<tokens).map { scores[$0 * width + 2 * field] })
    let ends = Softmax.of((1...tokens).map { scores[$0 * width + 2 * field + 1] })
    // The best begin up to each end, and the whole: one of them is the best pair in order.
    var pairs: [(range: Range<Int>, value: Float)] = []
    var begin = 0
    for end in 0..<tokens {
      if begins[end] > begins[begin] { begin = end }
      pairs.append((begin..<end + 1, begins[begin] * ends[end]))
    }
    if count > 1, begin > 0 { pairs.append((0..<tokens, begins[0] * ends[tokens - 1])) }
    pairs.sort { ($0.value, $1.range.upperBound) > ($1.value, $0.range.upperBound) }
    return pairs.prefix(count).map { pair in
      let range = cuts.tokens[pair.range.lowerBound].lowerBound..<cuts.tokens[pair.range.upperBound - 1].upperBound
      return cut(page, text, range, pair.value, field)
    }
  }

  private func cut(_ page: CandidatePage, _ text: ValueText, _ range: Range<Int>, _ probability: Float, _ field: Int)
    -> Cut
  {
    let value = text.text(of: range)
    let source = page.page.map.source(of: text.source(of: range))
    var found = FieldValue(value: value, range: source, confidence: 0)
    var key = Array(text.utf8[range])
    if head.fields[field].kind == .date, let iso = DateText.day(in: value) {
      found.iso = iso
      key = Array(iso.utf8.prefix(10))
    }
    return Cut(value: found, key: key, probability: probability)
  }

  private func labels(of page: CandidatePage) -> [(field: FieldSpecification, values: [FieldValue])] {
    let scores = head.labelNetwork.scores(PageSummary.table(page))
    var start = 0
    return head.labelFields.map { field in
      let own = Array(scores[start..<start + field.labels.count])
      start += field.labels.count
      let probabilities = Softmax.of(own)
      let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
      return (
        field, [FieldValue(value: field.labels[best], range: nil, confidence: Double(probabilities[best]))]
      )
    }
  }
}

package enum Softmax {
  /// Probabilities of scores, together with one more that is not returned.
  package static func of(_ scores: [Float], beside other: Float? = nil) -> [Float] {
    guard var highest = scores.max() else { return [] }
    if let other { highest = max(highest, other) }
    var sum: Float = other.map { exponential($0 - highest) } ?? 0
    var result = scores.map { exponential($0 - highest) }
    for value in result { sum += value }
    for index in result.indices { result[index] /= sum }
    return result
  }

  package static func logistic(_ x: Float) -> Float {
    x >= 0 ? 1 / (1 + exponential(-x)) : exponential(x) / (1 + exponential(x))
  }

  /// eˣ for x ≤ 88, to six digits: 2ⁿ times a polynomial. Foundation is not in the reading path.
  package static func exponential(_ x: Float) -> Float {
    if x < -87 { return 0 }
    let scaled = min(x, 88) * 1.442_695_04
    let whole = scaled.rounded()
    let rest = (scaled - whole) * 0.693_147_18
    let series = 1 + rest * (1 + rest * (0.5 + rest * (1.0 / 6 + rest * (1.0 / 24 + rest * (1.0 / 120)))))
    return series * Float(sign: .plus, exponent: Int(whole), significand: 1)
  }
}
