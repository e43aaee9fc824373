#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The loss of a stretch: cross-entropy over its patches, summed, so that the answers are odds; and, where faults are, what it costs to
/// point at them among all patches, so that the first guess is right.
enum FaultLoss {
  static let weightOfPointing: Float = 0.5
  /// Keeps gradients of pages of many patches in the range that the optimiser is set for.
  static let scale: Float = 1 / 3

  static func of(_ logits: [Float], labels: [Float?]) -> (loss: Float, slopes: [Float]) {
    var loss: Float = 0
    var slopes = [Float](repeating: 0, count: logits.count)
    var faults: Float = 0
    var largest = -Float.infinity
    for (index, label) in labels.enumerated() {
      guard let label else { continue }
      let logit = logits[index]
      let p = 1 / (1 + exp(-logit))
      // log(1 + e^x) − label · x
      loss += max(logit, 0) + log(1 + exp(-abs(logit))) - label * logit
      slopes[index] = p - label
      faults += label
      largest = max(largest, logit)
    }
    if faults > 0 {
      var sum: Float = 0
      for (index, label) in labels.enumerated() where label != nil { sum += exp(logits[index] - largest) }
      for (index, label) in labels.enumerated() {
        guard let label else { continue }
        loss += weightOfPointing * label * (largest + log(sum) - logits[index])
        slopes[index] += weightOfPointing * (faults * exp(logits[index] - largest) / sum - label)
      }
    }
    return (loss * scale, slopes.map { $0 * scale })
  }
}
