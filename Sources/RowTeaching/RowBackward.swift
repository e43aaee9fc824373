import ByteModel
import Tensors

/// The backward pass of `RowNetwork`: gradients of its parameters, added to `gradient`. A leading `d` is the gradient of the loss
/// with respect to what follows.
struct RowBackward {
  let role: RowNetwork.Role
  let weights: PackedParameters
  let gradient: Parameters
  let arena: Arena
  private var kernels: Kernels { weights.kernels }
  private var channels: Int { weights.parameters.shape.channels(of: role) }

  private func tensor(_ name: String) -> String { "\(role.rawValue).\(name)" }

  /// - Parameters:
  ///   - slopes: d loss / d logit, one a row.
  ///   - hiddenMask: as given to the forward pass.
  func run(_ a: RowNetwork.Activations, _ page: RowNetwork.Page, slopes: [Float], hiddenMask: [Float]?) {
    let blocks = slopes.count
    let dHidden = backOutput(a, slopes)
    kernels.reluBackward(output: a.hidden, gradient: dHidden, biasGradient: gradient[tensor("hiddenBias")])
    let dHiddenHalf = half(dHidden)
    let dOwn = arena.matrix(blocks, channels)
    let dLayers = [arena.matrix(blocks, channels), arena.matrix(blocks, channels)]
    for (name, input, dInput) in [
      ("own", a.ownHalf, dOwn), ("layer1", a.layers[0], dLayers[0]), ("layer2", a.layers[1], dLayers[1]),
    ] {
      kernels.multiplyTransposed(input, dHidden, into: gradient[tensor(name)], arena: arena)
      kernels.multiply(dHiddenHalf, weights[tensor("\(name).transposed")], into: dInput)
    }
    backPage(a, page, dHidden: dHidden, dLayer: dLayers[0])
    backBothWays(2, a.recurrent[1], input: a.layers[0], dOutput: dLayers[1], dInput: dLayers[0])
    backBothWays(1, a.recurrent[0], input: a.ownHalf, dOutput: dLayers[0], dInput: dOwn)
    if let hiddenMask {
      for row in 0..<blocks { for column in 0..<channels { dOwn[row, column] *= hiddenMask[column] } }
    }
    kernels.reluBackward(output: a.own, gradient: dOwn, biasGradient: gradient[tensor("inputBias")])
    kernels.multiplyTransposed(a.input, dOwn, into: gradient[tensor("input")], arena: arena)
  }

  private func half(_ matrix: Matrix) -> HalfMatrix {
    let result = arena.halfMatrix(matrix.rows, matrix.columns)
    kernels.convert(matrix, to: result)
    return result
  }

  private func backOutput(_ a: RowNetwork.Activations, _ slopes: [Float]) -> Matrix {
    let output = weights.parameters[tensor("output")]
    let dOutput = gradient[tensor("output")]
    let dBias = gradient[tensor("outputBias")]
    let dHidden = arena.matrix(slopes.count, channels)
    for (row, slope) in slopes.enumerated() {
      dBias[0, 0] += slope
      for column in 0..<channels {
        dOutput[0, column] += slope * a.hidden[row, column]
        dHidden[row, column] = slope * output[0, column]
      }
    }
    return dHidden
  }

  /// Through the mean over the page into the first layer.
  private func backPage(_ a: RowNetwork.Activations, _ page: RowNetwork.Page, dHidden: Matrix, dLayer: Matrix) {
    let sum = arena.zeros(1, channels)
    kernels.reduce(dHidden, [Int32](repeating: 0, count: dHidden.rows), into: sum)
    kernels.multiplyTransposed(a.page, sum, into: gradient[tensor("page")], arena: arena)
    let dPage = arena.matrix(1, channels)
    kernels.multiply(half(sum), weights[tensor("page.transposed")], into: dPage)
    let total = page.weights.reduce(0, +)
    for (row, weight) in page.weights.enumerated() {
      for column in 0..<channels { dLayer[row, column] += dPage[0, column] * weight / total }
    }
  }

  private func backBothWays(
    _ layer: Int, _ recurrent: (forward: RecurrentActivations, backward: RecurrentActivations), input: HalfMatrix,
    dOutput: Matrix, dInput: Matrix
  ) {
    let side = channels / 2
    for (direction, name) in ["forward", "backward"].enumerated() {
      let activations = direction == 0 ? recurrent.forward : recurrent.backward
      let layerName = tensor("\(name)\(layer)")
      let dGates = arena.matrix(input.rows, 3 * side)
      kernels.qrnnBackward(
        gates: activations.gates, cells: activations.cells, first: activations.first,
        outputGradient: dOutput.columns(direction * side..<(direction + 1) * side), gateGradient: dGates,
        biasGradient: gradient["\(layerName).bias"], reversed: direction == 1)
      kernels.multiplyTransposed(input, dGates, into: gradient["\(layerName).weights"], arena: arena)
      kernels.multiply(half(dGates), weights["\(layerName).weights.transposed"], into: dInput, accumulate: true)
    }
  }
}
