public import ByteModel
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

public struct RowTrainingOptions: Sendable {
  public var channels = 96
  public var rate: Float = 2e-3
  public var weightDecay: Float = 0.05
  public var inputDropout: Float = 0.1
  public var hiddenDropout: Float = 0.25
  public var seed: UInt64 = 1

  public init() {}
}

/// Teaches a network over rows on pages that a frozen trunk has read. Deterministic for a seed.
///
/// AdamW on a cosine with a short warm-up, the gradient's norm cut at 1; what comes out is a running average.
public final class RowTrainer {
  /// A page, and what a forward pass over it is told: the loss, and its derivative by each logit.
  public struct Lesson {
    public var page: RowNetwork.Page
    public var loss: ([Float]) -> (loss: Float, slopes: [Float])

    public init(page: RowNetwork.Page, loss: @escaping ([Float]) -> (loss: Float, slopes: [Float])) {
      (self.page, self.loss) = (page, loss)
    }
  }

  private let role: RowNetwork.Role
  private let options: RowTrainingOptions
  private let parameters: Parameters
  private let gradient: Parameters
  private let first: Parameters
  private let second: Parameters
  /// The averaged parameters of the network.
  public let average: Parameters
  private let weights: PackedParameters
  private let arena = Arena()
  private var random: SplitMix64
  private var step = 0

  /// - Parameter trunk: the shape of the model whose pages are learned from.
  public convenience init(_ role: RowNetwork.Role, trunk: ModelShape, options: RowTrainingOptions = .init()) {
    var shape = trunk
    shape[keyPath: ModelShape.channels(of: role)] = options.channels
    let parameters = Parameters(role, of: shape)
    parameters.start(seed: options.seed)
    self.init(role, parameters: parameters, options: options)
  }

  /// Goes on from a network that has learned: `start` stays as it is, the channels are its own.
  public convenience init(_ role: RowNetwork.Role, from start: Parameters, options: RowTrainingOptions = .init()) {
    let parameters = Parameters(role, of: start.shape)
    parameters.all.copy(from: start.all)
    var options = options
    options.channels = start.shape.channels(of: role)
    self.init(role, parameters: parameters, options: options)
  }

  private init(_ role: RowNetwork.Role, parameters: Parameters, options: RowTrainingOptions) {
    self.role = role
    self.options = options
    self.parameters = parameters
    let shape = parameters.shape
    (gradient, first, second, average) = (
      Parameters(role, of: shape), Parameters(role, of: shape), Parameters(role, of: shape), Parameters(role, of: shape)
    )
    weights = PackedParameters(parameters, forTraining: true, matrices: role.matrices)
    random = SplitMix64(seed: options.seed &+ 77)
    average.all.copy(from: parameters.all)
  }

  /// The parameters as the last step left them, not averaged.
  public var current: Parameters { parameters }

  /// Takes means and deviations of the inputs from the rows of `pages`. Comes before the first step.
  public func standardise(_ pages: [RowNetwork.Page]) {
    let columns = parameters[tensor("mean")].columns
    var sums = [Double](repeating: 0, count: columns)
    var squares = sums
    var count = 0.0
    for page in pages {
      for (index, value) in page.inputs.enumerated() {
        sums[index % columns] += Double(value)
        squares[index % columns] += Double(value) * Double(value)
      }
      count += Double(page.weights.count)
    }
    for column in 0..<columns {
      let mean = sums[column] / max(1, count)
      let deviation = max(0, squares[column] / max(1, count) - mean * mean).squareRoot()
      parameters[tensor("mean")][0, column] = Float(mean)
      // What never changes says nothing.
      parameters[tensor("scale")][0, column] = deviation < 1e-4 ? 0 : Float(1 / deviation)
    }
    average.all.copy(from: parameters.all)
  }

  /// One step on the mean gradient of `lessons`.
  ///
  /// - Parameter progress: how much of the training is done, 0…1: the learning rate falls with it.
  /// - Returns: the sum of their losses.
  public func learn(_ lessons: [Lesson], progress: Float) -> Float {
    gradient.all.fill(0)
    var total: Float = 0
    for lesson in lessons { total += read(lesson, share: 1 / Float(lessons.count)) }
    move(progress)
    return total
  }

  private func tensor(_ name: String) -> String { "\(role.rawValue).\(name)" }

  private func mask(_ count: Int, _ dropout: Float) -> [Float] {
    (0..<count).map { _ in random.nextUniform() < dropout ? 0 : 1 / (1 - dropout) }
  }

  private func read(_ lesson: Lesson, share: Float) -> Float {
    arena.reset()
    let hiddenMask = mask(options.channels, options.hiddenDropout)
    let inputMask = mask(parameters[tensor("mean")].columns, options.inputDropout)
    let activations = RowNetwork(role, weights: weights, arena: arena)
      .forward(lesson.page, inputMask: inputMask, hiddenMask: hiddenMask)
    let (loss, slopes) = lesson.loss(activations.logits)
    RowBackward(role: role, weights: weights, gradient: gradient, arena: arena)
      .run(activations, lesson.page, slopes: slopes.map { $0 * share }, hiddenMask: hiddenMask)
    return loss
  }

  private func move(_ progress: Float) {
    let kernels = weights.kernels
    let norm = kernels.sumOfSquares(gradient.all).squareRoot()
    guard norm.isFinite else { return }
    let warm = min(1, Float(step + 1) / 40)
    let rate = options.rate * warm * (0.02 + 0.49 * (1 + cos(Float.pi * min(1, progress))))
    step += 1
    let gradients = gradient.tensors
    let firsts = first.tensors
    let seconds = second.tensors
    for (index, parameter) in parameters.tensors.enumerated()
    where parameter.name != tensor("mean") && parameter.name != tensor("scale") {
      kernels.adamW(
        parameter.values, gradient: gradients[index].values, first: firsts[index].values,
        second: seconds[index].values,
        gradientScale: Float(min(1, 1 / max(norm, 1e-12))), rate: rate, beta1: 0.9, beta2: 0.98, epsilon: 1e-8,
        decay: parameter.decays ? options.weightDecay : 0, correction1: 1 / (1 - pow(0.9, Float(step))),
        correction2: 1 / (1 - pow(0.98, Float(step))))
    }
    kernels.average(average.all, towards: parameters.all, decay: min(0.995, Float(step) / Float(step + 10)))
    weights.repack()
  }
}

extension Parameters {
  /// The parameters of a whole model: those of `model` with this network over rows, in place of one of the same role.
  public func joined(to model: Parameters) -> Parameters {
    var shape = model.shape
    for role in RowNetwork.Role.allCases where names.contains("\(role.rawValue).output") {
      shape[keyPath: ModelShape.channels(of: role)] = self.shape.channels(of: role)
      if role == .content { shape.contentViews = self.shape.contentViews }
    }
    let whole = Parameters(shape: shape)
    let own = Set(names)
    for tensor in whole.tensors {
      tensor.values.copy(from: own.contains(tensor.name) ? self[tensor.name] : model[tensor.name])
    }
    return whole
  }
}
