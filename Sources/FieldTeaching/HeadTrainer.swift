public import FieldHeads

/// How a head is trained.
public struct HeadTrainingOptions: Sendable {
  public var hidden = 32
  public var buckets = 2_048
  public var cutHidden = 16
  public var cutBuckets = 1_024
  public var labelHidden = 32
  public var labelBuckets = 2_048
  /// Passes over the pages; nil chooses by their number.
  public var epochs: Int?
  public var rate: Float = 4e-3
  public var decay: Float = 0.02
  public var hashDropout: Float = 0.2
  public var denseDropout: Float = 0.1
  public var pagesPerStep = 4
  public var seed: UInt64 = 1

  public init() {}

  func epochs(pages: Int) -> Int { epochs ?? max(12, min(80, 1_200 / max(1, pages))) }
}

/// Trains the networks of a head. The same pages and options give the same head.
public struct HeadTrainer {
  let options: HeadTrainingOptions
  public let fields: [FieldSpecification]
  public let labelFields: [FieldSpecification]

  public init(fields: [FieldSpecification], labelFields: [FieldSpecification], options: HeadTrainingOptions = .init()) {
    self.fields = fields
    self.labelFields = labelFields
    self.options = options
  }

  /// - Parameter trunk: digest of the model that read the pages.
  public func train(_ pages: [TeachingPage], name: String, trunk: String) -> FieldHead {
    FieldHead(
      name: name, trunk: trunk, fields: fields, labelFields: labelFields, runs: trainRuns(pages),
      cuts: trainCuts(pages),
      labels: trainLabels(pages))
  }

  /// The learning rate at `progress` (0…1): a short rise, then half a cosine's fall, as a parabola.
  private func rate(_ progress: Float) -> Float {
    if progress < 0.05 { return options.rate * (0.1 + progress / 0.05 * 0.9) }
    let left = (1 - progress) / 0.95
    return options.rate * left * left * (3 - 2 * left) + options.rate * 0.01
  }

  private func run(count: Int, epochs: Int, seed: UInt64, item: (Int) -> Void, move: (Float) -> Void) {
    var order = Array(0..<count)
    var random = SplitMix(seed: seed)
    let steps = (count + options.pagesPerStep - 1) / options.pagesPerStep
    for epoch in 0..<epochs {
      random.shuffle(&order)
      for step in 0..<steps {
        for index in order[step * options.pagesPerStep..<min(count, (step + 1) * options.pagesPerStep)] { item(index) }
        move(rate(Float(epoch * steps + step) / Float(epochs * steps)))
      }
    }
  }

  // MARK: Candidates

  private func trainRuns(_ pages: [TeachingPage]) -> SmallNetwork {
    let table = pages.first?.runs
    let shape = SmallNetwork.Shape(
      dense: table?.denseColumns ?? 0, buckets: options.buckets, numbers: table?.numberColumns ?? 0,
      hidden: options.hidden, outputs: fields.count)
    let taught = pages.filter { page in page.runs.count > 0 && page.targets.contains { $0 != nil } }
    var trainer = NetworkTrainer(
      SmallNetwork(shape, seed: options.seed), decay: options.decay, hashDropout: options.hashDropout,
      denseDropout: options.denseDropout, seed: options.seed &+ 1)
    guard !taught.isEmpty, !fields.isEmpty else { return trainer.network }
    run(
      count: taught.count, epochs: options.epochs(pages: taught.count), seed: options.seed &+ 2,
      item: { index in
        let page = taught[index]
        let pass = trainer.forward(page.runs)
        trainer.backward(page.runs, pass, slopes: slopes(page, pass.scores))
      }, move: { trainer.move(rate: $0) })
    return trainer.network
  }

  /// Derivatives of the loss by the scores of a page's candidates.
  private func slopes(_ page: TeachingPage, _ scores: [Float]) -> [Float] {
    var slopes = [Float](repeating: 0, count: scores.count)
    let width = fields.count
    let scale = 1 / Float(options.pagesPerStep)
    for (field, target) in page.targets.enumerated() {
      guard let target else { continue }
      if fields[field].isRepeated {
        repeatedSlopes(page, target, scores, field, scale, &slopes)
        continue
      }
      // Candidates left out of the sample are stood for by those in it.
      var own = (0..<page.runs.count).map { scores[$0 * width + field] + page.logWeights[$0] }
      for item in target.doubtful { own[item] = -80 }
      let probabilities = Softmax.of(own, beside: FieldHead.absentScore)
      let right = target.positives.reduce(Float(1e-6)) { $0 + probabilities[$1] }
      for item in 0..<page.runs.count { slopes[item * width + field] = scale * target.weight * probabilities[item] }
      for item in target.positives {
        slopes[item * width + field] -= scale * target.weight * probabilities[item] / right
      }
    }
    return slopes
  }

  private func repeatedSlopes(
    _ page: TeachingPage, _ target: TeachingPage.Target, _ scores: [Float], _ field: Int, _ scale: Float,
    _ slopes: inout [Float]
  ) {
    let width = fields.count
    let positives = Set(target.positives)
    for item in 0..<page.runs.count where !target.doubtful.contains(item) {
      let probability = Softmax.logistic(scores[item * width + field])
      let isRight = positives.contains(item)
      // A page with many values counts like a page with few; one that stands for several counts for several.
      let weight: Float =
        isRight ? 3 / Float(max(1, positives.count)).squareRoot() : min(4, Softmax.exponential(page.logWeights[item]))
      slopes[item * width + field] = scale * target.weight * weight * (probability - (isRight ? 1 : 0))
    }
  }

  // MARK: Cuts

  private func trainCuts(_ pages: [TeachingPage]) -> SmallNetwork {
    let examples = pages.flatMap(\.cuts)
    let table = examples.first?.features
    let shape = SmallNetwork.Shape(
      dense: table?.denseColumns ?? 0, buckets: options.cutBuckets, numbers: table?.numberColumns ?? 0,
      hidden: options.cutHidden, outputs: 2 * fields.count)
    var trainer = NetworkTrainer(
      SmallNetwork(shape, seed: options.seed &+ 3), decay: options.decay, hashDropout: options.hashDropout,
      denseDropout: options.denseDropout, seed: options.seed &+ 4)
    guard !examples.isEmpty else { return trainer.network }
    let epochs = max(4, min(40, 6_000 / examples.count))
    run(
      count: examples.count, epochs: epochs, seed: options.seed &+ 5,
      item: { index in
        let example = examples[index]
        let pass = trainer.forward(example.features)
        trainer.backward(example.features, pass, slopes: cutSlopes(example, pass.scores))
      }, move: { trainer.move(rate: $0) })
    return trainer.network
  }

  private func cutSlopes(_ example: TeachingPage.CutExample, _ scores: [Float]) -> [Float] {
    var slopes = [Float](repeating: 0, count: scores.count)
    let width = 2 * fields.count
    let tokens = example.features.count - 1
    let scale = 1 / Float(options.pagesPerStep)
    let begins = Softmax.of((0..<tokens).map { scores[$0 * width + 2 * example.field] })
    let ends = Softmax.of((1...tokens).map { scores[$0 * width + 2 * example.field + 1] })
    for cut in 0..<tokens {
      slopes[cut * width + 2 * example.field] = scale * (begins[cut] - (cut == example.begin ? 1 : 0))
      slopes[(cut + 1) * width + 2 * example.field + 1] = scale * (ends[cut] - (cut + 1 == example.end ? 1 : 0))
    }
    return slopes
  }

  // MARK: The page as a whole

  private func trainLabels(_ pages: [TeachingPage]) -> SmallNetwork {
    let taught = pages.filter { page in page.labels.contains { $0 != nil } }
    let table = taught.first?.summary
    let shape = SmallNetwork.Shape(
      dense: table?.denseColumns ?? 0, buckets: labelFields.isEmpty ? 1 : options.labelBuckets,
      numbers: table?.numberColumns ?? 0, hidden: labelFields.isEmpty ? 16 : options.labelHidden,
      outputs: labelFields.reduce(0) { $0 + $1.labels.count })
    var trainer = NetworkTrainer(
      SmallNetwork(shape, seed: options.seed &+ 6), decay: 0.05, hashDropout: 0.3, denseDropout: 0.1,
      seed: options.seed &+ 7)
    guard !taught.isEmpty else { return trainer.network }
    run(
      count: taught.count, epochs: max(12, min(80, 12_000 / taught.count)), seed: options.seed &+ 8,
      item: { index in
        let page = taught[index]
        let pass = trainer.forward(page.summary)
        var slopes = [Float](repeating: 0, count: pass.scores.count)
        var start = 0
        for (field, label) in zip(labelFields, page.labels) {
          let range = start..<start + field.labels.count
          start = range.upperBound
          guard let label else { continue }
          let probabilities = Softmax.of(Array(pass.scores[range]))
          for (index, probability) in probabilities.enumerated() {
            slopes[range.lowerBound + index] =
              (probability - (index == label ? 1 : 0)) / Float(options.pagesPerStep)
          }
        }
        trainer.backward(page.summary, pass, slopes: slopes)
      }, move: { trainer.move(rate: $0) })
    return trainer.network
  }
}
