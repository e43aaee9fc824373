public import ByteModel

extension RowTrainer {
  /// Examples a step.
  private static let batch = 4

  /// Teaches in which patch a fault begins: one pass over what `next` gives, from the first part of which means and deviations are
  /// taken too.
  ///
  /// - Parameters:
  ///   - parts: how many parts there are.
  ///   - next: the examples of a part, by its number.
  ///   - report: told the part, from 1, and the mean loss of its examples.
  /// - Returns: the averaged parameters.
  public func train(
    parts: Int, next: (Int) -> [FaultExample], report: (Int, Float) -> Void = { _, _ in }
  ) -> Parameters {
    for part in 0..<parts {
      let examples = next(part)
      if part == 0 { standardise(examples.map(\.page)) }
      var total: Float = 0
      for start in stride(from: 0, to: examples.count, by: Self.batch) {
        let end = min(examples.count, start + Self.batch)
        let lessons = examples[start..<end].map { example in
          Lesson(page: example.page) { FaultLoss.of($0, labels: example.labels) }
        }
        let done = Float(part) + Float(start) / Float(examples.count)
        total += learn(lessons, progress: done / Float(parts))
      }
      report(part + 1, total / Float(max(1, examples.count)))
    }
    return average
  }
}
