public import ByteModel

extension RowTrainer {
  /// Teaches which blocks are main content: `epochs` passes over `examples` in a new order each, `pages` a step.
  ///
  /// - Parameter report: told the epoch, from 1, and its mean loss.
  /// - Returns: the averaged parameters.
  public func train(
    _ examples: [ContentExample], epochs: Int = 8, pages: Int = 8, seed: UInt64 = 1,
    report: (Int, Float) -> Void = { _, _ in }
  ) -> Parameters {
    standardise(examples.map(\.page))
    var random = SplitMix64(seed: seed &+ 78)
    let steps = Float(max(1, epochs * examples.count / pages))
    var step: Float = 0
    for epoch in 1...max(1, epochs) {
      var order = Array(examples.indices)
      for index in stride(from: order.count - 1, to: 0, by: -1) {
        order.swapAt(index, Int(random.next() % UInt64(index + 1)))
      }
      var total: Float = 0
      for start in stride(from: 0, to: order.count, by: pages) {
        let lessons = order[start..<min(order.count, start + pages)].map { index in
          let example = examples[index].cropped(&random)
          return Lesson(page: example.page) {
            ContentLoss.of($0, labels: example.labels, weights: example.page.weights)
          }
        }
        total += learn(lessons, progress: step / steps)
        step += 1
      }
      report(epoch, total / Float(max(1, order.count)))
    }
    return average
  }
}
