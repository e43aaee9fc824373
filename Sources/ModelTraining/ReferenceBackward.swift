import ByteModel

/// The backward pass of `ReferenceNetwork`, written out in Double and plain loops; `Backward` is tested against it.
///
/// Letters as in `ModelShape`; a leading `d` is the gradient of the loss with respect to what follows.
struct ReferenceBackward {
  let network: ReferenceNetwork
  /// Gradients by tensor name, added to by `run`.
  private(set) var gradient: [String: DoubleMatrix]
  private var shape: ModelShape { network.shape }

  init(_ network: ReferenceNetwork) {
    self.network = network
    gradient = network.parameters.mapValues { DoubleMatrix($0.rows, $0.columns) }
  }

  private func weight(_ name: String) -> DoubleMatrix { network.parameters[name]! }

  private mutating func add(_ values: DoubleMatrix, to name: String) { gradient[name]! += values }

  /// - Parameters: `dNext` [T,256] and `dTags` [T,K], the gradients of the logits; nil where they played no part in the loss.
  mutating func run(_ a: ReferenceActivations, dNext: DoubleMatrix?, dTags: DoubleMatrix?) {
    var dByte = DoubleMatrix(a.stretch.bytes.count, shape.byteChannels)  // [T,Hb]
    var dFinished = DoubleMatrix(a.finishedStates.rows, shape.wideChannels)  // [P+1,Hw]
    if let next = a.next, let dNext { backNextByte(a, next, dLogits: dNext, dByte: &dByte, dFinished: &dFinished) }
    // Row 0 belongs to the stretch before, where back-propagation is cut.
    var dWide = dFinished.rows(1..<dFinished.rows)  // [P,Hw]
    if let tags = a.tags, let dTags { backTags(a, tags, dLogits: dTags, dByte: &dByte, dWide: &dWide) }
    backWide(a, dWide: dWide, dByte: &dByte)
    let dGates = backRecurrence(a.byteLayer, dOutput: dByte, bias: "byte.bias")  // [T,3Hb]
    for (tap, index) in a.tapIndex.enumerated() { gradient["byte.tap\(tap)"]!.addRows(dGates, at: index) }
  }

  /// Through `output` = `input` · weights: adds the gradient of the weights and returns that of the input.
  private mutating func backProduct(_ input: DoubleMatrix, _ name: String, dOutput: DoubleMatrix) -> DoubleMatrix {
    add(input.transposed * dOutput, to: name)  // [K,T] · [T,N] = [K,N]
    return dOutput * weight(name).transposed  // [T,N] · [N,K] = [T,K]
  }

  private mutating func backNextByte(
    _ a: ReferenceActivations, _ next: ReferenceActivations.NextByte, dLogits: DoubleMatrix, dByte: inout DoubleMatrix,
    dFinished: inout DoubleMatrix
  ) {
    let dNormed = backProduct(next.norm.output, "next.output", dOutput: dLogits)  // [T,Hb]
    let dMixed = backNorm(next.norm, "next.gain", dOutput: dNormed)  // [T,Hb]
    dByte += dMixed
    let dGates = backRecurrence(next.recurrent, dOutput: dMixed, bias: "next.bias")  // [T,3Hb]
    gradient["next.byte"]!.addRows(dGates, at: a.tapIndex[0])
    if let matches = a.stretch.matches { gradient["next.match"]!.addRows(dGates, at: matches.rows.map { Int($0) }) }
    dByte += backProduct(a.byteLayer.output, "next.local", dOutput: dGates)
    let dState = backProduct(next.finished, "next.wide", dOutput: dGates)  // [T,Hw]
    dFinished.addRows(dState, at: a.stretch.plan.finished.map { Int($0) })
  }

  private mutating func backTags(
    _ a: ReferenceActivations, _ tags: ReferenceActivations.Tags, dLogits: DoubleMatrix, dByte: inout DoubleMatrix,
    dWide: inout DoubleMatrix
  ) {
    add(dLogits.columnSums, to: "tags.outputBias")
    var dHidden = backProduct(tags.hidden, "tags.output", dOutput: dLogits)  // [T,D]
    for index in dHidden.values.indices where tags.hidden.values[index] <= 0 { dHidden.values[index] = 0 }
    add(dHidden.columnSums, to: "tags.bias")
    for (offset, index) in tags.neighbours { gradient["tags.byte\(offset)"]!.addRows(dHidden, at: index) }
    dByte += backProduct(a.byteLayer.output, "tags.local", dOutput: dHidden)
    var dPerPatch = DoubleMatrix(a.patchInput.rows, shape.tagHidden)  // [P,D]
    dPerPatch.addRows(dHidden, at: a.stretch.plan.patch.map { Int($0) })
    dWide += backProduct(a.wideNorm.output, "tags.wide", dOutput: dPerPatch)
    var dLayer1 = backProduct(tags.layer1.output, "tags.layer1", dOutput: dPerPatch)  // [P,2Ht]
    let dLayer2 = backProduct(tags.layer2.output, "tags.layer2", dOutput: dPerPatch)  // [P,2Ht]
    dLayer1 += backBothWays(2, tags.layer2, dOutput: dLayer2)
    dWide += backBothWays(1, tags.layer1, dOutput: dLayer1)
  }

  private mutating func backBothWays(
    _ number: Int, _ layer: ReferenceActivations.BothWays, dOutput: DoubleMatrix
  ) -> DoubleMatrix {
    let channels = shape.tagChannels
    let dForward = backRecurrence(
      layer.forward, dOutput: dOutput.columns(0..<channels), bias: "tags.forward\(number).bias")  // [P,3Ht]
    let dBackward = backRecurrence(
      layer.backward, dOutput: dOutput.columns(channels..<2 * channels), bias: "tags.backward\(number).bias")
    var dInput = backProduct(layer.input, "tags.forward\(number).weights", dOutput: dForward)
    dInput += backProduct(layer.input, "tags.backward\(number).weights", dOutput: dBackward)
    return dInput
  }

  private mutating func backWide(_ a: ReferenceActivations, dWide: DoubleMatrix, dByte: inout DoubleMatrix) {
    let width = shape.wideChannels
    var dStream = backNorm(a.wideNorm, "wide.gain", dOutput: dWide)  // [P,Hw]
    for layer in a.wide.indices.reversed() {
      // The residual passes dStream on unchanged; what comes through the layer is added to it.
      let dGates = backRecurrence(a.wide[layer].recurrent, dOutput: dStream, bias: "wide.\(layer).bias")  // [P,3Hw]
      let dInput = backProduct(a.wide[layer].gateInput, "wide.\(layer).weights", dOutput: dGates)  // [P,Hw or 2Hw]
      var dNormed = dInput
      if layer == 0 {
        dNormed = dInput.columns(width..<2 * width)
        // Row t also was the patch before of row t + 1.
        for t in 0..<dNormed.rows - 1 { for h in 0..<width { dNormed[t, h] += dInput[t + 1, h] } }
      }
      dStream += backNorm(a.wide[layer].norm, "wide.\(layer).gain", dOutput: dNormed)
    }
    let dEnds = backProduct(a.patchInput, "wide.input", dOutput: dStream)  // [P,Hb]
    dByte.addRows(dEnds, at: a.stretch.plan.ends.map { Int($0) })
  }

  /// Through y = x · inverse · gain, where inverse depends on the whole row.
  private mutating func backNorm(_ norm: ReferenceNorm, _ gain: String, dOutput: DoubleMatrix) -> DoubleMatrix {
    let gains = weight(gain)
    var dInput = dOutput
    for t in 0..<norm.input.rows {
      let inverse = norm.inverse[t]
      var mean = 0.0
      for h in 0..<norm.input.columns {
        let normal = norm.input[t, h] * inverse
        gradient[gain]![0, h] += dOutput[t, h] * normal
        mean += dOutput[t, h] * gains[0, h] * normal / Double(norm.input.columns)
      }
      for h in 0..<norm.input.columns {
        dInput[t, h] = inverse * (dOutput[t, h] * gains[0, h] - mean * norm.input[t, h] * inverse)
      }
    }
    return dInput
  }

  /// Through the recurrence and the gates' activations: adds the bias gradient and returns that of the gates, [T,3H].
  private mutating func backRecurrence(_ r: ReferenceRecurrence, dOutput: DoubleMatrix, bias: String) -> DoubleMatrix {
    let count = dOutput.rows
    let channels = dOutput.columns
    var dGates = DoubleMatrix(count, 3 * channels)
    var dCarry = [Double](repeating: 0, count: channels)
    for step in (0..<count).reversed() {
      let t = r.isReversed ? count - 1 - step : step
      let before = r.isReversed ? t + 1 : t - 1
      for h in 0..<channels {
        let (z, keep, gate) = (r.z[t, h], r.keep[t, h], r.gate[t, h])
        let previous = step == 0 ? r.first[h] : r.cells[before, h]
        let dCell = dOutput[t, h] * gate + dCarry[h]
        dGates[t, h] = dCell * (1 - keep) * (1 - z * z)
        dGates[t, channels + h] = dCell * (previous - z) * keep * (1 - keep)
        dGates[t, 2 * channels + h] = dOutput[t, h] * r.cells[t, h] * gate * (1 - gate)
        dCarry[h] = dCell * keep
      }
    }
    add(dGates.columnSums, to: bias)
    return dGates
  }
}
