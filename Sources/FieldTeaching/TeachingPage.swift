public import FieldHeads

/// What training keeps of a page: a sample of its candidates, where the values are, and where in their texts.
public struct TeachingPage: Sendable {
  /// What is known of one field on the page.
  struct Target: Sendable {
    /// Items of `runs` that are or hold a value; empty where the page has none.
    var positives: [Int] = []
    /// Items that do not count.
    var doubtful: Set<Int> = []
    /// How much the page counts for the field.
    var weight: Float = 1
  }
  struct CutExample: Sendable {
    var features: FeatureTable
    var field: Int
    /// The cuts where the value begins and ends.
    var begin: Int
    var end: Int
  }
  var runs: FeatureTable
  /// Natural logarithm of how many candidates an item stands for.
  var logWeights: [Float]
  /// By field; nil where nobody looked.
  var targets: [Target?]
  var cuts: [CutExample] = []
  var summary: FeatureTable
  /// By label field the number of its label; nil where nobody looked.
  var labels: [Int?]
  public private(set) var id: String
  /// Values by field that are not on the page.
  public private(set) var missing: [(field: String, value: String)] = []

  /// - Parameters:
  ///   - negatives: candidates without a value that are kept, drawn with `seed`.
  ///   - absence: how much it counts, 0…1, that a page has no value; 0 where the gold only says what somebody found.
  public init(
    id: String, page: CandidatePage, gold: FieldGold, fields: [FieldSpecification], labelFields: [FieldSpecification],
    negatives: Int, absence: Float = 1, seed: UInt64
  ) {
    self.id = id
    var alignments: [Alignment?] = []
    var keep: Set<Int> = []
    for field in fields {
      guard let values = gold.values[field.name] else {
        alignments.append(nil)
        continue
      }
      let alignment = ValueAligner.align(values, field, in: page)
      missing += alignment.missing.map { (field.name, $0) }
      // What should be there and is not teaches nothing.
      let isUseless = values.isEmpty ? absence == 0 : alignment.places.isEmpty
      alignments.append(isUseless ? nil : alignment)
      keep.formUnion(alignment.places.map(\.candidate))
    }
    var others = page.candidates.indices.filter { !keep.contains($0) }
    let all = others.count
    if all > negatives {
      var random = SplitMix(seed: seed)
      random.shuffle(&others)
      others = Array(others.prefix(negatives))
    }
    let weight = CandidatePage.naturalLogarithm(Float(max(1, all)) / Float(max(1, others.count)))
    let items = (Array(keep) + others).sorted()
    var number: [Int: Int] = [:]
    runs = page.emptyTable
    logWeights = []
    for item in items {
      number[item] = runs.count
      page.copy(item, to: &runs)
      logWeights.append(keep.contains(item) ? 0 : weight)
    }
    targets = alignments.enumerated().map { index, alignment in
      guard let alignment else { return nil }
      return Target(
        positives: Set(alignment.places.compactMap { number[$0.candidate] }).sorted(),
        doubtful: Set(alignment.doubtful.compactMap { number[$0] }), weight: alignment.places.isEmpty ? absence : 1)
    }
    labels = labelFields.map { field in gold.values[field.name]?.first.flatMap { field.labels.firstIndex(of: $0) } }
    summary = page.summary
    for (index, alignment) in alignments.enumerated() {
      guard let alignment else { continue }
      takeCuts(of: alignment.places, field: index, isRepeated: fields[index].isRepeated, page)
    }
  }

  private mutating func takeCuts(of places: [Alignment.Place], field: Int, isRepeated: Bool, _ page: CandidatePage) {
    for place in places.prefix(isRepeated ? 12 : 5) {
      guard let cut = page.cut(place.candidate, place.range) else { continue }
      cuts.append(CutExample(features: cut.features, field: field, begin: cut.begin, end: cut.end))
    }
  }
}
