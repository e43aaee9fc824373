import Tensors

/// The weights of a model as reading uses them: matrices in 8 bits, packed for one kernel level; tables in bfloat16 where the model
/// file has them. Constant and shared by all workers.
final class InferenceWeights: Sendable {
  /// A recurrent layer: the product of its gates, and what stands behind it.
  struct Layer: Sendable {
    let weights: QuantisedMatrix
    let gates: QuantisedGates

    init(_ name: String, _ values: ModelValues, _ kernels: Kernels) {
      weights = QuantisedMatrix(values["\(name).weights"], kernels: kernels)
      gates = QuantisedGates(scales: weights.columnScales, bias: values["\(name).bias"])
    }
  }

  let kernels: Kernels
  let shape: ModelShape
  let taps: [HalfTable]
  let byteGates: QuantisedGates
  let wideInput: QuantisedMatrix
  let wideGains: [[Float]]
  let wide: [Layer]
  let outputGain: [Float]
  let forward1: Layer
  let backward1: Layer
  let forward2: Layer
  let backward2: Layer
  let tagsWide: QuantisedMatrix
  let tagsLayer1: QuantisedMatrix
  let tagsLayer2: QuantisedMatrix
  let tagsBias: [Float]
  let tagOutput: TagOutput
  let nextWide: QuantisedMatrix
  let next: NextByteOutput
  let matchBias: [Float]

  init(_ values: ModelValues, kernels: Kernels) {
    func matrix(_ name: String) -> QuantisedMatrix { QuantisedMatrix(values[name], kernels: kernels) }
    func layer(_ name: String) -> Layer { Layer(name, values, kernels) }
    self.kernels = kernels
    shape = values.shape
    taps = (0..<shape.byteTaps).map { values["byte.tap\($0)"] }
    byteGates = QuantisedGates(scales: [], bias: values["byte.bias"])
    wideInput = matrix("wide.input")
    wideGains = (0..<shape.wideLayers).map { values["wide.\($0).gain"].values }
    wide = (0..<shape.wideLayers).map { layer("wide.\($0)") }
    outputGain = values["wide.gain"].values
    forward1 = layer("tags.forward1")
    backward1 = layer("tags.backward1")
    forward2 = layer("tags.forward2")
    backward2 = layer("tags.backward2")
    tagsWide = matrix("tags.wide")
    tagsLayer1 = matrix("tags.layer1")
    tagsLayer2 = matrix("tags.layer2")
    tagsBias = values["tags.bias"].values
    tagOutput = TagOutput(
      local: values["tags.local"], neighbours: (-shape.tagReach...shape.tagReach).map { values["tags.byte\($0)"] },
      output: values["tags.output"], outputBias: values["tags.outputBias"], segments: TagHeads.segments,
      kernels: kernels)
    nextWide = matrix("next.wide")
    next = NextByteOutput(
      local: values["next.local"], byte: values["next.byte"], match: values["next.match"], bias: values["next.bias"],
      gain: values["next.gain"], output: values["next.output"], kernels: kernels)
    matchBias = values["next.matchBias"].values
  }
}
