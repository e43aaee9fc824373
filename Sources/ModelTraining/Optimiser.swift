import ByteModel
import Foundation
import Tensors

/// AdamW with warm-up, a cosine and gradient clipping, and a running average of the weights.
final class Optimiser {
  let parameters: Parameters
  let first: Parameters
  let second: Parameters
  /// The averaged weights, which are the ones worth shipping.
  let average: Parameters
  private let options: TrainingOptions
  private let kernels: Kernels

  init(parameters: Parameters, options: TrainingOptions, kernels: Kernels = .current) {
    self.parameters = parameters
    self.options = options
    self.kernels = kernels
    first = Parameters(shape: parameters.shape)
    second = Parameters(shape: parameters.shape)
    average = Parameters(shape: parameters.shape)
    average.all.copy(from: parameters.all)
  }

  /// The learning rate of step 0, 1, …
  static func rate(step: Int, options: TrainingOptions) -> Float {
    let warm = min(1, Float(step + 1) / Float(max(1, options.warmupSteps)))
    let progress = min(1, Float(step) / Float(max(1, options.steps)))
    let cosine = 0.5 * (1 + cos(Float.pi * progress))
    return options.rate * warm * (options.finalRateShare + (1 - options.finalRateShare) * cosine)
  }

  /// Applies `gradient` as step number `step` (from 0) and returns its norm before clipping. A gradient that is not finite is
  /// skipped: the step then changes nothing.
  func apply(_ gradient: Parameters, step: Int) -> Double {
    let norm = kernels.sumOfSquares(gradient.all).squareRoot()
    guard norm.isFinite else { return norm }
    let scale = Float(min(1, Double(options.gradientNorm) / max(norm, 1e-12)))
    let beta1: Float = 0.9
    let beta2: Float = 0.98
    let rate = Self.rate(step: step, options: options)
    let gradients = gradient.tensors
    let firsts = first.tensors
    let seconds = second.tensors
    for (index, tensor) in parameters.tensors.enumerated() {
      kernels.adamW(
        tensor.values, gradient: gradients[index].values, first: firsts[index].values, second: seconds[index].values,
        gradientScale: scale, rate: rate, beta1: beta1, beta2: beta2, epsilon: 1e-8,
        decay: tensor.decays ? options.weightDecay : 0, correction1: 1 / (1 - pow(beta1, Float(step + 1))),
        correction2: 1 / (1 - pow(beta2, Float(step + 1))))
    }
    // Early on the average follows closely, so that it forgets the random start.
    let decay = min(options.averageDecay, Float(step + 1) / Float(step + 10))
    kernels.average(average.all, towards: parameters.all, decay: decay)
    return norm
  }
}
