public import Tensors

/// The parameters of a model, or anything shaped like them (gradients, optimiser moments): one flat block of float32 with a named
/// view a tensor.
@safe public final class Parameters: @unchecked Sendable {
  // Unchecked: shared read-only while reading; the trainer writes from one thread at a time.
  public let shape: ModelShape
  public let count: Int
  public let base: UnsafeMutablePointer<Float>
  let specifications: [TensorSpecification]
  let offsets: [Int]
  private let index: [String: Int]

  /// All zeros.
  public convenience init(shape: ModelShape) { self.init(shape, shape.tensors) }

  /// The tensors of a network over rows alone, all zeros.
  public convenience init(_ role: RowNetwork.Role, of shape: ModelShape) { self.init(shape, shape.tensors(of: role)) }

  private init(_ shape: ModelShape, _ tensors: [TensorSpecification]) {
    self.shape = shape
    specifications = tensors
    var offsets: [Int] = []
    var total = 0
    for tensor in specifications {
      offsets.append(total)
      // Whole cache lines, so that tensors never share one.
      total += (tensor.rows * tensor.columns + 15) / 16 * 16
    }
    self.offsets = offsets
    count = total
    index = Dictionary(uniqueKeysWithValues: specifications.enumerated().map { ($1.name, $0) })
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: total * 4, alignment: 64).bindMemory(
      to: Float.self, capacity: total)
    unsafe base.initialize(repeating: 0, count: total)
  }

  deinit { unsafe base.deallocate() }

  /// Starting values for training, the same for the same seed on every machine.
  public convenience init(shape: ModelShape, seed: UInt64) {
    self.init(shape: shape)
    start(seed: seed)
  }

  /// Gives every tensor its starting values.
  public func start(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for (position, tensor) in specifications.enumerated() {
      let start = unsafe base + offsets[position]
      let size = tensor.rows * tensor.columns
      switch tensor.start {
      case .zeros: break
      case .ones: unsafe start.update(repeating: 1, count: size)
      case .normal(let deviation): for i in 0..<size { unsafe start[i] = deviation * random.nextNormal() }
      case .uniform:
        let bound = 1 / Float(tensor.rows).squareRoot()
        for i in 0..<size { unsafe start[i] = bound * (2 * random.nextUniform() - 1) }
      case .gateBias:
        let channels = tensor.columns / 3
        for i in 0..<channels { unsafe start[channels + i] = -1 + 6 * Float(i) / Float(max(1, channels - 1)) }
      }
    }
  }

  /// The tensor of that name.
  public subscript(name: String) -> Matrix {
    guard let position = index[name] else { preconditionFailure("the model has no tensor named \(name)") }
    let tensor = specifications[position]
    return unsafe Matrix(
      base: base + offsets[position], rows: tensor.rows, columns: tensor.columns, stride: tensor.columns)
  }

  public var names: [String] { specifications.map(\.name) }

  /// Everything as one row.
  public var all: Matrix { unsafe Matrix(base: base, rows: 1, columns: count, stride: count) }

  /// Views of the tensors with whether weight decay applies.
  public var tensors: [(name: String, values: Matrix, decays: Bool)] {
    specifications.map { ($0.name, self[$0.name], $0.decays) }
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, fast, the same everywhere.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  public var state: UInt64
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// In [0, 1).
  public mutating func nextUniform() -> Float { Float(next() >> 40) * (1 / 16_777_216) }

  /// Standard normal, near enough: the sum of twelve uniforms less six.
  mutating func nextNormal() -> Float {
    var sum: Float = -6
    for _ in 0..<12 { sum += nextUniform() }
    return sum
  }
}
