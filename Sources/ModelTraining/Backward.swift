import ByteModel
import Tensors

/// The backward pass of `Network`: from gradients of the logits to gradients of every parameter, added to `gradient`.
///
/// Letters as in `ModelShape`; a leading `d` is the gradient of the loss with respect to what follows.
struct Backward {
  let weights: PackedParameters
  let gradient: Parameters
  let arena: Arena
  private var kernels: Kernels { weights.kernels }
  private var parameters: Parameters { weights.parameters }
  private var shape: ModelShape { weights.parameters.shape }

  /// The logits of `activations` hold d loss / d logits where the flags say so.
  func run(_ activations: Activations, nextByte: Bool, tags: Bool) {
    let dByte = arena.zeros(activations.byteCount, shape.byteChannels)
    let dWide = arena.zeros(activations.patchCount + 1, shape.wideChannels)
    if nextByte, let next = activations.next { backNextByte(activations, next, dByte: dByte, dWide: dWide) }
    if tags, let tags = activations.tags {
      backTags(activations, tags, dByte: dByte, dWide: dWide.rows(1..<dWide.rows))
    }
    backWide(activations, dNormed: dWide.rows(1..<dWide.rows), dByte: dByte)
    backByteLayer(activations, dByte: dByte)
  }

  private func half(_ matrix: Matrix) -> HalfMatrix {
    let result = arena.halfMatrix(matrix.rows, matrix.columns)
    kernels.convert(matrix, to: result)
    return result
  }

  /// Gradient through gates and recurrence.
  private func backRecurrent(
    _ recurrent: RecurrentActivations, dOutput: Matrix, bias: String, reversed: Bool = false
  ) -> Matrix {
    let dGates = arena.matrix(recurrent.gates.rows, recurrent.gates.columns)
    kernels.qrnnBackward(
      gates: recurrent.gates, cells: recurrent.cells, first: recurrent.first, outputGradient: dOutput,
      gateGradient: dGates,
      biasGradient: gradient[bias], reversed: reversed)
    return dGates
  }

  private func backNextByte(_ a: Activations, _ next: Activations.NextByte, dByte: Matrix, dWide: Matrix) {
    let dLogits = next.logits
    kernels.multiplyTransposed(next.normed, dLogits, into: gradient["next.output"], arena: arena)
    let dNormed = arena.matrix(a.byteCount, shape.byteChannels)
    kernels.multiply(half(dLogits), weights["next.output.transposed"], into: dNormed)
    let dMixed = arena.zeros(a.byteCount, shape.byteChannels)
    kernels.rmsNormBackward(
      next.mixed, gain: parameters["next.gain"], inverse: next.inverse, outputGradient: dNormed, inputGradient: dMixed,
      gainGradient: gradient["next.gain"])
    kernels.add(dMixed, to: dByte)
    let dGates = backRecurrent(next.recurrent, dOutput: dMixed, bias: "next.bias")
    kernels.scatter(dGates, a.tapIndex[0], into: gradient["next.byte"])
    if let matches = a.stretch.matches { kernels.scatter(dGates, matches.rows, into: gradient["next.match"]) }
    kernels.multiplyTransposed(a.byteHalf, dGates, into: gradient["next.local"], arena: arena)
    kernels.multiply(half(dGates), weights["next.local.transposed"], into: dByte, accumulate: true)
    let dPerPatch = arena.zeros(a.patchCount + 1, dGates.columns)
    kernels.reduce(dGates, a.stretch.plan.finished, into: dPerPatch)
    kernels.multiplyTransposed(a.wideNormed, dPerPatch, into: gradient["next.wide"], arena: arena)
    kernels.multiply(half(dPerPatch), weights["next.wide.transposed"], into: dWide, accumulate: true)
  }

  private func backTags(_ a: Activations, _ tags: Activations.Tags, dByte: Matrix, dWide: Matrix) {
    let count = a.byteCount
    let patches = a.patchCount
    let wide = a.wideNormed.rows(1..<patches + 1)
    let dLogits = tags.logits
    kernels.multiplyTransposed(tags.hiddenHalf, dLogits, into: gradient["tags.output"], arena: arena)
    kernels.reduce(dLogits, [Int32](repeating: 0, count: count), into: gradient["tags.outputBias"])
    let dHidden = arena.matrix(count, shape.tagHidden)
    kernels.multiply(half(dLogits), weights["tags.output.transposed"], into: dHidden)
    kernels.reluBackward(output: tags.hidden, gradient: dHidden, biasGradient: gradient["tags.bias"])
    for (offset, index) in a.tagIndex { kernels.scatter(dHidden, index, into: gradient["tags.byte\(offset)"]) }
    kernels.multiplyTransposed(a.byteHalf, dHidden, into: gradient["tags.local"], arena: arena)
    kernels.multiply(half(dHidden), weights["tags.local.transposed"], into: dByte, accumulate: true)

    let dPerPatch = arena.zeros(patches, shape.tagHidden)
    kernels.reduce(dHidden, a.stretch.plan.patch, into: dPerPatch)
    let dPerPatchHalf = half(dPerPatch)
    let dLayer1 = arena.matrix(patches, 2 * shape.tagChannels)
    let dLayer2 = arena.matrix(patches, 2 * shape.tagChannels)
    for (name, input, dInput, accumulate) in [
      ("tags.wide", wide, dWide, true), ("tags.layer1", tags.layer1, dLayer1, false),
      ("tags.layer2", tags.layer2, dLayer2, false),
    ] {
      kernels.multiplyTransposed(input, dPerPatch, into: gradient[name], arena: arena)
      kernels.multiply(dPerPatchHalf, weights[name + ".transposed"], into: dInput, accumulate: accumulate)
    }
    backBothWays(2, (tags.forward2, tags.backward2), input: tags.layer1, dOutput: dLayer2, dInput: dLayer1)
    backBothWays(1, (tags.forward1, tags.backward1), input: wide, dOutput: dLayer1, dInput: dWide)
  }

  private func backBothWays(
    _ layer: Int, _ recurrent: (RecurrentActivations, RecurrentActivations), input: HalfMatrix, dOutput: Matrix,
    dInput: Matrix
  ) {
    let channels = shape.tagChannels
    for (direction, name) in ["forward", "backward"].enumerated() {
      let dGates = backRecurrent(
        direction == 0 ? recurrent.0 : recurrent.1,
        dOutput: dOutput.columns(direction * channels..<(direction + 1) * channels), bias: "tags.\(name)\(layer).bias",
        reversed: direction == 1)
      kernels.multiplyTransposed(input, dGates, into: gradient["tags.\(name)\(layer).weights"], arena: arena)
      kernels.multiply(half(dGates), weights["tags.\(name)\(layer).weights.transposed"], into: dInput, accumulate: true)
    }
  }

  private func backWide(_ a: Activations, dNormed: Matrix, dByte: Matrix) {
    let patches = a.patchCount
    let width = shape.wideChannels
    let dStream = arena.zeros(patches, width)
    kernels.rmsNormBackward(
      a.wideOutput, gain: parameters["wide.gain"], inverse: a.wideInverse, outputGradient: dNormed,
      inputGradient: dStream,
      gainGradient: gradient["wide.gain"])
    for layer in (0..<shape.wideLayers).reversed() {
      let activations = a.wide[layer]
      let name = "wide.\(layer).weights"
      // dStream is the gradient of this layer's output; the residual passes it on unchanged.
      let dGates = backRecurrent(activations.recurrent, dOutput: dStream, bias: "wide.\(layer).bias")
      let dGatesHalf = half(dGates)
      let dInput = arena.matrix(patches + 1, width)
      let dCurrent = dInput.rows(1..<patches + 1)
      if layer == 0 {
        let halves = gradient[name]
        kernels.multiplyTransposed(activations.normed.windowsOfTwo, dGates, into: halves, arena: arena)
        kernels.multiply(dGatesHalf, weights[name + ".transposed"], into: dCurrent)
        // The patch before: shifted by one row. Row 0 belongs to the stretch before, where back-propagation is cut.
        dInput.rows(0..<1).fill(0)
        kernels.multiply(
          dGatesHalf, weights[name + ".before.transposed"], into: dInput.rows(0..<patches), accumulate: true)
      } else {
        kernels.multiplyTransposed(activations.normed, dGates, into: gradient[name], arena: arena)
        kernels.multiply(dGatesHalf, weights[name + ".transposed"], into: dCurrent)
      }
      kernels.rmsNormBackward(
        activations.input, gain: parameters["wide.\(layer).gain"], inverse: activations.inverse,
        outputGradient: dCurrent,
        inputGradient: dStream, gainGradient: gradient["wide.\(layer).gain"])
    }
    kernels.multiplyTransposed(a.patchInput, dStream, into: gradient["wide.input"], arena: arena)
    let dEnds = arena.matrix(patches, shape.byteChannels)
    kernels.multiply(half(dStream), weights["wide.input.transposed"], into: dEnds)
    kernels.reduce(dEnds, a.stretch.plan.ends, into: dByte)
  }

  private func backByteLayer(_ a: Activations, dByte: Matrix) {
    let dGates = backRecurrent(a.byteLayer, dOutput: dByte, bias: "byte.bias")
    for (tap, index) in a.tapIndex.enumerated() { kernels.scatter(dGates, index, into: gradient["byte.tap\(tap)"]) }
  }
}
