import Tensors
import Testing

@testable import ByteModel

/// The fast forward pass rounds weights and activations to bfloat16 (relative error up to 1/512 each); the reference does not.
@Suite struct ReferenceTests {
  @Test(arguments: levels) func forwardAgreesTensorByTensor(_ level: String) {
    let shape = ModelShape.small
    let parameters = Parameters.random(shape)
    let fast = Network(weights: PackedParameters(parameters, kernels: kernels(level)), arena: Arena())
    let reference = ReferenceNetwork(parameters)
    var state = NetworkState(shape)
    var referenceState = ReferenceState(shape)
    for (number, stretch) in cut(samplePage, behindPatches: [0, 20], shape: shape).enumerated() {
      let got = fast.forward(stretch, state: &state, tags: true)
      let want = reference.forward(stretch, state: &referenceState, tags: true)
      func check(_ name: String, _ a: [Float], _ b: [Double], _ tolerance: Double) {
        #expect(a.count == b.count, "\(name)")
        var difference = 0.0
        var size = 0.0
        for (x, y) in zip(a, b) {
          difference += (Double(x) - y) * (Double(x) - y)
          size += y * y
        }
        let error = (difference / max(size, 1e-12)).squareRoot()
        #expect(error <= tolerance, "\(name) of stretch \(number): relative error \(error)")
      }
      func check(_ name: String, _ a: RecurrentActivations, _ b: ReferenceRecurrence, _ tolerance: Double) {
        let gates = DoubleMatrix(a.gates)
        let channels = b.first.count
        for (part, want) in [("z", b.z), ("keep", b.keep), ("gate", b.gate)].enumerated() {
          let got = gates.columns(part * channels..<(part + 1) * channels)
          check("\(name).\(want.0)", got.values.map { Float($0) }, want.1.values, tolerance)
        }
        check("\(name).cells", a.cells.values, b.cells.values, tolerance)
      }
      // Float32 throughout.
      check("byteLayer", got.byteLayer, want.byteLayer, 1e-5)
      check("byteOutput", got.byteOutput.values, want.byteLayer.output.values, 1e-5)
      check("patchInput", widened(got.patchInput), want.patchInput.values, 3e-3)
      for layer in 0..<shape.wideLayers {
        check("wide.\(layer).input", got.wide[layer].input.values, want.wide[layer].norm.input.values, 1e-2)
        check("wide.\(layer).inverse", got.wide[layer].inverse.values, want.wide[layer].norm.inverse, 1e-2)
        check("wide.\(layer)", got.wide[layer].recurrent, want.wide[layer].recurrent, 1e-2)
      }
      check("wideOutput", got.wideOutput.values, want.wideNorm.input.values, 1e-2)
      check("wideNormed", widened(got.wideNormed), want.finishedStates.values, 1e-2)
      check("next", got.next!.recurrent, want.next!.recurrent, 1e-2)
      check("next.normed", widened(got.next!.normed), want.next!.norm.output.values, 1e-2)
      check("next.logits", got.next!.logits.values, want.next!.logits.values, 1e-2)
      let (tags, wantTags) = (got.tags!, want.tags!)
      check("forward1", tags.forward1, wantTags.layer1.forward, 2e-2)
      check("backward1", tags.backward1, wantTags.layer1.backward, 2e-2)
      check("forward2", tags.forward2, wantTags.layer2.forward, 2e-2)
      check("backward2", tags.backward2, wantTags.layer2.backward, 2e-2)
      check("tags.hidden", tags.hidden.values, wantTags.hidden.values, 2e-2)
      check("tags.logits", tags.logits.values, wantTags.logits.values, 2e-2)
    }
    #expect(state.lastBytes == referenceState.lastBytes)
  }

  private func widened(_ matrix: HalfMatrix) -> [Float] {
    matrix.values.map { Float(bitPattern: UInt32($0) << 16) }
  }

  /// All levels round the same numbers to bfloat16; only the order of additions differs.
  @Test func levelsAgreeWithEachOther() {
    let shape = ModelShape.small
    let parameters = Parameters.random(shape)
    let logits = Kernels.available.map { kernels in
      let network = Network(weights: PackedParameters(parameters, kernels: kernels), arena: Arena())
      var state = NetworkState(shape)
      let activations = network.forward(cut(samplePage, behindPatches: [], shape: shape)[0], state: &state, tags: true)
      return activations.next!.logits.values + activations.tags!.logits.values
    }
    for other in logits.dropFirst() {
      let worst = zip(other, logits[0]).map { abs($0 - $1) }.max()!
      #expect(worst < 0.05, "\(worst)")
    }
  }
}
