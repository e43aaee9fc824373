public import Tensors

/// Judges a page row by row with a view of all rows, on top of what the trunk says of each: which text blocks are main content, in
/// which patches a fault begins. Taught by itself, the trunk frozen.
///
/// Letters: B rows of a page, I = D + `measures` inputs a row (2·D + `measures` with two views), C channels. The inputs are standardised, then
///
///     h  = relu(x · input + bias)                     [B,C]
///     l1 = QRNN forwards ‖ QRNN backwards over h      [B,C], C/2 channels each (Bradbury et al. 2016, arXiv 1611.01576)
///     l2 = the same over l1
///     u  = relu(h · own + l1 · layer1 + l2 · layer2 + mean(l1) · page + bias)
///     logit = u · output + bias                       log odds of what is asked
public struct RowNetwork {
  /// What is asked of the rows.
  public enum Role: String, CaseIterable, Sendable {
    /// Rows are text blocks: is it main content?
    case content
    /// Rows are patches: does a fault begin in it?
    case fault

    /// Inputs beside what the tag heads' hidden units get; `Consomme` fills them.
    public var measures: Int {
      switch self {
      case .content: 32
      case .fault: 16
      }
    }

    /// Tensors that stand on the right of a matrix product.
    public var matrices: [String] {
      ["input", "own", "layer1", "layer2", "page"].map { "\(rawValue).\($0)" }
        + ["forward1", "backward1", "forward2", "backward2"].map { "\(rawValue).\($0).weights" }
    }
  }

  /// A page's rows.
  public struct Page: Sendable {
    /// [B,I] row by row, not standardised.
    public var inputs: [Float]
    /// [B]: how much a row counts in the mean over the page, positive.
    public var weights: [Float]

    public init(inputs: [Float] = [], weights: [Float] = []) {
      self.inputs = inputs
      self.weights = weights
    }
  }

  /// What a forward pass computed; valid until the arena is reset.
  public struct Activations {
    public var input: HalfMatrix
    /// [B,C] h, and in bfloat16.
    public var own: Matrix
    public var ownHalf: HalfMatrix
    /// Forwards and backwards of each layer, and their outputs side by side.
    public var recurrent: [(forward: RecurrentActivations, backward: RecurrentActivations)] = []
    public var layers: [HalfMatrix] = []
    /// [1,C] mean of l1.
    public var page: HalfMatrix
    /// [B,C] u.
    public var hidden: Matrix
    public var logits: [Float] = []
  }

  public let role: Role
  public let weights: PackedParameters
  private let arena: Arena
  private var kernels: Kernels { weights.kernels }
  private var parameters: Parameters { weights.parameters }
  private var channels: Int { parameters.shape.channels(of: role) }

  /// - Parameter weights: of `Parameters(role, of:)`, with the role's matrices packed.
  public init(_ role: Role, weights: PackedParameters, arena: Arena) {
    self.role = role
    self.weights = weights
    self.arena = arena
  }

  private func tensor(_ name: String) -> String { "\(role.rawValue).\(name)" }

  /// - Parameters:
  ///   - inputMask, hiddenMask: factors for inputs [I] and for h [C] while training; nil: none.
  public func forward(_ page: Page, inputMask: [Float]? = nil, hiddenMask: [Float]? = nil) -> Activations {
    let blocks = page.weights.count
    let columns = parameters.shape.inputs(of: role)
    precondition(blocks > 0 && page.inputs.count == blocks * columns)
    let standardised = arena.matrix(blocks, columns)
    let (mean, scale) = (parameters[tensor("mean")], parameters[tensor("scale")])
    for row in 0..<blocks {
      for column in 0..<columns {
        let value = (page.inputs[row * columns + column] - mean[0, column]) * scale[0, column]
        standardised[row, column] = min(max(value, -8), 8) * (inputMask?[column] ?? 1)
      }
    }
    let input = half(standardised)
    let own = arena.matrix(blocks, channels)
    kernels.multiply(input, weights[tensor("input")], into: own)
    kernels.addBiasReLU(own, bias: parameters[tensor("inputBias")])
    if let hiddenMask {
      for row in 0..<blocks { for column in 0..<channels { own[row, column] *= hiddenMask[column] } }
    }
    var result = Activations(
      input: input, own: own, ownHalf: half(own), page: arena.halfMatrix(1, channels), hidden: arena.matrix(0, 0))
    let (first, firstOutput) = bothWays(1, result.ownHalf)
    let (second, _) = bothWays(2, first.1)
    result.recurrent = [first.0, second.0]
    result.layers = [first.1, second.1]
    result.page = half(self.mean(of: firstOutput, weights: page.weights))

    let hidden = arena.matrix(blocks, channels)
    let ofPage = arena.matrix(1, channels)
    kernels.multiply(result.page, weights[tensor("page")], into: ofPage)
    kernels.expand(ofPage, [Int32](repeating: 0, count: blocks), into: hidden, accumulate: false)
    for (name, part) in [("own", result.ownHalf), ("layer1", result.layers[0]), ("layer2", result.layers[1])] {
      kernels.multiply(part, weights[tensor(name)], into: hidden, accumulate: true)
    }
    kernels.addBiasReLU(hidden, bias: parameters[tensor("hiddenBias")])
    result.hidden = hidden
    let output = parameters[tensor("output")]
    let bias = parameters[tensor("outputBias")][0, 0]
    result.logits = (0..<blocks).map { row in
      (0..<channels).reduce(bias) { $0 + hidden[row, $1] * output[0, $1] }
    }
    return result
  }

  private func half(_ matrix: Matrix) -> HalfMatrix {
    let result = arena.halfMatrix(matrix.rows, matrix.columns)
    kernels.convert(matrix, to: result)
    return result
  }

  private func mean(of rows: Matrix, weights: [Float]) -> Matrix {
    let result = arena.zeros(1, rows.columns)
    let total = weights.reduce(0, +)
    for row in 0..<rows.rows {
      for column in 0..<rows.columns { result[0, column] += rows[row, column] * weights[row] / total }
    }
    return result
  }

  private func bothWays(_ number: Int, _ input: HalfMatrix) -> (
    ((forward: RecurrentActivations, backward: RecurrentActivations), HalfMatrix), Matrix
  ) {
    let side = channels / 2
    let both = arena.matrix(input.rows, channels)
    let recurrent = ["forward", "backward"].enumerated().map { direction, name in
      let gates = arena.matrix(input.rows, 3 * side)
      kernels.multiply(input, weights[tensor("\(name)\(number).weights")], into: gates)
      let cells = arena.matrix(input.rows, side)
      kernels.qrnn(
        gates: gates, bias: parameters[tensor("\(name)\(number).bias")], cells: cells, carry: arena.zeros(1, side),
        output: both.columns(direction * side..<(direction + 1) * side), reversed: direction == 1)
      return RecurrentActivations(gates: gates, cells: cells, first: arena.zeros(1, side))
    }
    return (((recurrent[0], recurrent[1]), half(both)), both)
  }
}
