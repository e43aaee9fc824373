public import ByteModel
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

public struct ContentTrainingOptions: Sendable {
  public var channels = 96
  public var epochs = 8
  /// Pages a step.
  public var pages = 8
  public var rate: Float = 2e-3
  public var weightDecay: Float = 0.05
  public var inputDropout: Float = 0.1
  public var hiddenDropout: Float = 0.25
  public var seed: UInt64 = 1

  public init() {}
}

/// Teaches the network over blocks on pages that a frozen trunk has read. Deterministic for a seed.
public final class ContentTrainer {
  private let options: ContentTrainingOptions
  private let parameters: Parameters
  private let gradient: Parameters
  private let first: Parameters
  private let second: Parameters
  private let average: Parameters
  private let weights: PackedParameters
  private let arena = Arena()
  private var random: SplitMix64
  private var step = 0

  /// - Parameter trunk: the shape of the model whose pages are learned from.
  public init(trunk: ModelShape, options: ContentTrainingOptions = .init()) {
    var shape = trunk
    shape.contentChannels = options.channels
    self.options = options
    parameters = Parameters(contentOf: shape)
    parameters.start(seed: options.seed)
    (gradient, first, second) = (
      Parameters(contentOf: shape), Parameters(contentOf: shape), Parameters(contentOf: shape)
    )
    average = Parameters(contentOf: shape)
    weights = PackedParameters(parameters, forTraining: true, matrices: ContentNetwork.matrices)
    random = SplitMix64(seed: options.seed &+ 77)
  }

  /// Trains on `examples` and returns the averaged parameters of the network over blocks.
  ///
  /// - Parameter report: told the epoch, from 1, and its mean loss.
  public func train(_ examples: [ContentExample], report: (Int, Float) -> Void = { _, _ in }) -> Parameters {
    standardise(examples)
    average.all.copy(from: parameters.all)
    let steps = max(1, options.epochs * examples.count / options.pages)
    for epoch in 1...max(1, options.epochs) {
      var order = Array(examples.indices)
      for index in stride(from: order.count - 1, to: 0, by: -1) {
        order.swapAt(index, Int(random.next() % UInt64(index + 1)))
      }
      var total: Float = 0
      for start in stride(from: 0, to: order.count, by: options.pages) {
        gradient.all.fill(0)
        let batch = order[start..<min(order.count, start + options.pages)]
        for index in batch { total += learn(examples[index].cropped(&random), share: 1 / Float(batch.count)) }
        move(of: steps)
      }
      report(epoch, total / Float(max(1, order.count)))
    }
    return average
  }

  /// Means and deviations of the inputs over all blocks.
  private func standardise(_ examples: [ContentExample]) {
    let columns = parameters["content.mean"].columns
    var sums = [Double](repeating: 0, count: columns)
    var squares = sums
    var count = 0.0
    for example in examples {
      for (index, value) in example.page.inputs.enumerated() {
        sums[index % columns] += Double(value)
        squares[index % columns] += Double(value) * Double(value)
      }
      count += Double(example.labels.count)
    }
    for column in 0..<columns {
      let mean = sums[column] / max(1, count)
      let deviation = max(0, squares[column] / max(1, count) - mean * mean).squareRoot()
      parameters["content.mean"][0, column] = Float(mean)
      // What never changes says nothing.
      parameters["content.scale"][0, column] = deviation < 1e-4 ? 0 : Float(1 / deviation)
    }
  }

  private func mask(_ count: Int, _ dropout: Float) -> [Float] {
    (0..<count).map { _ in random.nextUniform() < dropout ? 0 : 1 / (1 - dropout) }
  }

  private func learn(_ example: ContentExample, share: Float) -> Float {
    arena.reset()
    let network = ContentNetwork(weights: weights, arena: arena)
    let hiddenMask = mask(options.channels, options.hiddenDropout)
    let activations = network.forward(
      example.page, inputMask: mask(parameters["content.mean"].columns, options.inputDropout), hiddenMask: hiddenMask)
    let (loss, slopes) = ContentLoss.of(activations.logits, labels: example.labels, weights: example.page.weights)
    ContentBackward(weights: weights, gradient: gradient, arena: arena)
      .run(activations, example.page, slopes: slopes.map { $0 * share }, hiddenMask: hiddenMask)
    return loss
  }

  /// A step of AdamW on a cosine, with the gradient's norm cut at 1.
  private func move(of steps: Int) {
    let kernels = weights.kernels
    let norm = kernels.sumOfSquares(gradient.all).squareRoot()
    guard norm.isFinite else { return }
    let warm = min(1, Float(step + 1) / 40)
    let rate = options.rate * warm * (0.02 + 0.49 * (1 + cos(Float.pi * min(1, Float(step) / Float(steps)))))
    step += 1
    let gradients = gradient.tensors
    let firsts = first.tensors
    let seconds = second.tensors
    for (index, tensor) in parameters.tensors.enumerated()
    where tensor.name != "content.mean" && tensor.name != "content.scale" {
      kernels.adamW(
        tensor.values, gradient: gradients[index].values, first: firsts[index].values, second: seconds[index].values,
        gradientScale: Float(min(1, 1 / max(norm, 1e-12))), rate: rate, beta1: 0.9, beta2: 0.98, epsilon: 1e-8,
        decay: tensor.decays ? options.weightDecay : 0, correction1: 1 / (1 - pow(0.9, Float(step))),
        correction2: 1 / (1 - pow(0.98, Float(step))))
    }
    kernels.average(average.all, towards: parameters.all, decay: min(0.995, Float(step) / Float(step + 10)))
    weights.repack()
  }
}

extension Parameters {
  /// The parameters of a whole model: those of `trunk` with this network over blocks.
  public func joined(to trunk: Parameters) -> Parameters {
    var shape = trunk.shape
    shape.contentChannels = self.shape.contentChannels
    let whole = Parameters(shape: shape)
    let own = Set(names)
    for tensor in whole.tensors {
      tensor.values.copy(from: own.contains(tensor.name) ? self[tensor.name] : trunk[tensor.name])
    }
    return whole
  }
}
