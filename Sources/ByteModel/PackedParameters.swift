public import Tensors

/// The weight matrices of a model, rounded to bfloat16 and packed for one kernel level. Tables, gains and biases are used as they are.
public final class PackedParameters: Sendable {
  public let kernels: Kernels
  public let parameters: Parameters
  private let packed: [String: PackedMatrix]
  private let matrices: [String]

  /// - Parameters:
  ///   - forTraining: also packs the transposes that a backward pass multiplies with.
  ///   - matrices: what is packed; nil: the matrices of `Network`.
  public init(
    _ parameters: Parameters, kernels: Kernels = .current, forTraining: Bool = false, matrices: [String]? = nil
  ) {
    self.kernels = kernels
    self.matrices = matrices ?? Self.matrices(parameters.shape)
    self.parameters = parameters
    var packed: [String: PackedMatrix] = [:]
    for name in self.matrices {
      let matrix = parameters[name]
      packed[name] = PackedMatrix(inner: matrix.rows, columns: matrix.columns, kernels: kernels)
      guard forTraining else { continue }
      for (suffix, part) in Self.transposedParts(name, matrix) {
        packed[name + suffix] = PackedMatrix(inner: part.columns, columns: part.rows, kernels: kernels)
      }
    }
    self.packed = packed
    repack()
  }

  /// Packs again after the parameters have changed.
  public func repack() {
    for name in self.matrices {
      let matrix = parameters[name]
      packed[name]!.pack(matrix)
      for (suffix, part) in Self.transposedParts(name, matrix) { packed[name + suffix]?.pack(part, transposed: true) }
    }
  }

  public subscript(name: String) -> PackedMatrix {
    guard let matrix = packed[name] else { preconditionFailure("no packed matrix named \(name)") }
    return matrix
  }

  /// Tensors that stand on the right of a matrix product.
  private static func matrices(_ shape: ModelShape) -> [String] {
    ["wide.input", "next.local", "next.wide", "next.output"] + (0..<shape.wideLayers).map { "wide.\($0).weights" }
      + ["forward1", "backward1", "forward2", "backward2"].map { "tags.\($0).weights" }
      + ["tags.local", "tags.wide", "tags.layer1", "tags.layer2", "tags.output"]
  }

  /// The transposes of a matrix; of the window's matrix the halves for the patch before and for the patch itself.
  private static func transposedParts(_ name: String, _ matrix: Matrix) -> [(String, Matrix)] {
    guard name == "wide.0.weights" else { return [(".transposed", matrix)] }
    let half = matrix.rows / 2
    return [(".before.transposed", matrix.rows(0..<half)), (".transposed", matrix.rows(half..<matrix.rows))]
  }
}
