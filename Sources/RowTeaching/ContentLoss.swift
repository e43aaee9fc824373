#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The loss of a page: cross-entropy over its blocks plus one minus the F1 expected of what is chosen, so that every page counts alike
/// and what counts is what is measured.
enum ContentLoss {
  /// - Parameters:
  ///   - weights: of each block, the root of its text bytes.
  /// - Returns: the loss, and its derivative by each logit.
  static func of(_ logits: [Float], labels: [Float?], weights: [Float]) -> (loss: Float, slopes: [Float]) {
    var total: Float = 1e-6
    var (right, chosen, gold) = (Float(0), Float(0), Float(1e-3))
    let probabilities = logits.map { 1 / (1 + exp(-$0)) }
    for (index, label) in labels.enumerated() {
      guard let label else { continue }
      let length = weights[index] * weights[index]
      total += weights[index]
      right += probabilities[index] * label * length
      chosen += probabilities[index] * length
      gold += label * length
    }
    let sum = chosen + gold
    var loss = 1 - 2 * right / sum
    let slopes = labels.enumerated().map { index, label -> Float in
      guard let label else { return 0 }
      let p = probabilities[index]
      let length = weights[index] * weights[index]
      loss -= weights[index] / total * (label * log(max(p, 1e-7)) + (1 - label) * log(max(1 - p, 1e-7)))
      let ofF1 = -2 * length * (label * sum - right) / (sum * sum)
      return weights[index] / total * (p - label) + ofF1 * p * (1 - p)
    }
    return (loss, slopes)
  }

  /// Cross-entropy alone: it is least where the probabilities are the labels, so what was said before stays said.
  static func keeping(_ logits: [Float], labels: [Float?], weights: [Float]) -> (loss: Float, slopes: [Float]) {
    let total = zip(labels, weights).reduce(Float(1e-6)) { $1.0 == nil ? $0 : $0 + $1.1 }
    var loss: Float = 0
    let slopes = labels.enumerated().map { index, label -> Float in
      guard let label else { return 0 }
      let p = probability(logits[index])
      loss -= weights[index] / total * (label * log(max(p, 1e-7)) + (1 - label) * log(max(1 - p, 1e-7)))
      return weights[index] / total * (p - label)
    }
    return (loss, slopes)
  }

  static func probability(_ logit: Float) -> Float { 1 / (1 + exp(-logit)) }
}
