import PageTags
import Testing

@testable import ByteModel

@Suite struct ParametersTests {
  @Test func sameSeedSameValues() {
    let shape = ModelShape.small
    let first = Parameters(shape: shape, seed: 5)
    let second = Parameters(shape: shape, seed: 5)
    let other = Parameters(shape: shape, seed: 6)
    #expect(firstDifference(first.all.values, second.all.values) == nil)
    #expect(first.all.values != other.all.values)
  }

  /// The generator's published first outputs for seed 1234567, and values that any machine has to arrive at.
  @Test func generatorIsTheSameEverywhere() {
    var random = SplitMix64(seed: 1_234_567)
    #expect(random.next() == 6_457_827_717_110_365_317)
    #expect(random.next() == 3_203_168_211_198_807_973)
    var uniform = SplitMix64(seed: 0)
    for _ in 0..<1000 {
      let x = uniform.nextUniform()
      #expect(x >= 0 && x < 1)
    }
  }

  @Test func startingValues() {
    let shape = ModelShape.small
    let parameters = Parameters(shape: shape, seed: 1)
    #expect(parameters.names.count == Set(parameters.names).count)
    for (tensor, position) in zip(parameters.specifications, parameters.offsets) {
      #expect(position % 16 == 0)
      let values = parameters[tensor.name].values
      #expect(values.count == tensor.rows * tensor.columns)
      switch tensor.start {
      case .zeros: #expect(values.allSatisfy { $0 == 0 })
      case .ones: #expect(values.allSatisfy { $0 == 1 })
      case .uniform:
        let bound = 1 / Float(tensor.rows).squareRoot()
        #expect(values.allSatisfy { abs($0) <= bound })
        #expect(values.contains { $0 > bound / 2 } && values.contains { $0 < -bound / 2 })
      case .normal(let deviation):
        let square = values.reduce(0) { $0 + $1 * $1 } / Float(values.count)
        #expect(abs(square.squareRoot() - deviation) < 0.1 * deviation)
      case .gateBias:
        let channels = tensor.columns / 3
        let keep = values[channels..<2 * channels]
        #expect(keep.first == -1 && keep.last == 5 && keep.elementsEqual(keep.sorted()))
        #expect(values[..<channels].allSatisfy { $0 == 0 } && values[(2 * channels)...].allSatisfy { $0 == 0 })
      }
    }
    #expect(parameters.tensors.first { $0.name == "wide.gain" }?.decays == false)
    #expect(parameters.tensors.first { $0.name == "next.output" }?.decays == true)
  }

  @Test func repackingFollowsTheParameters() {
    let shape = ModelShape.small
    let (first, second) = (Parameters.random(shape, seed: 1), Parameters.random(shape, seed: 2))
    let weights = PackedParameters(first)
    func logits(_ weights: PackedParameters) -> [Float] {
      var state = NetworkState(shape)
      let network = Network(weights: weights, arena: .init())
      return network.forward(cut(samplePage, behindPatches: [], shape: shape)[0], state: &state, tags: false).next!
        .logits.values
    }
    let before = logits(weights)
    first.all.copy(from: second.all)
    weights.repack()
    #expect(firstDifference(logits(weights), logits(PackedParameters(second))) == nil)
    #expect(logits(weights) != before)
  }

  @Test func headsShareTheColumns() {
    var next = 0
    for head in TagHeads.allCases {
      #expect(head.start == next)
      next += head.count
    }
    #expect(next <= TagHeads.columns)
    var tags = ByteTags()
    tags.content = .unjudged
    tags.block = .heading2
    tags.marks = [.strong, .code]
    #expect(TagHeads.labels(of: tags, fault: .missingSlash) == [255, 0, 0, 3, 0, 0, 5, 9])
  }

  @Test func impossibleShapesAreNamed() {
    #expect(ModelShape().complaint == nil)
    #expect(ModelShape.small.complaint == nil)
    for (path, value) in [
      (\ModelShape.byteChannels, 24), (\.wideChannels, 0), (\.tagHidden, 4096), (\.byteTaps, 0), (\.wideLayers, 17),
      (\.tagReach, -1), (\.patchLimit, 1), (\.patchMinimum, 0), (\.patchMinimum, 17),
    ] {
      var shape = ModelShape()
      shape[keyPath: path] = value
      #expect(shape.complaint?.contains("\(value)") == true)
    }
  }

  @Test func fieldsAreSetByName() {
    var shape = ModelShape()
    let isKnown = shape.set("patchMinimum", to: 4)
    #expect(isKnown && shape.patchMinimum == 4)
    let isUnknown = !shape.set("patches", to: 4)
    #expect(isUnknown)
    #expect(ModelShape.fieldNames.contains("wideChannels"))
  }
}
