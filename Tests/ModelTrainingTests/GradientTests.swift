import ByteModel
import Tensors
import Testing

@testable import ModelTraining

/// A small network with a page, targets and labels: enough to make every tensor matter.
private struct Scene {
  var shape = ModelShape()
  let parameters: Parameters
  /// Two stretches of one page; gradients are taken of the second, so that the state before it is not zero.
  var stretches: [Stretch] = []
  let targets: [UInt8]
  let byteWeights: [Float]
  let labels: [UInt8]
  let tagWeights: [Float]

  init() {
    shape.byteChannels = 16
    shape.wideChannels = 16
    shape.wideLayers = 2
    shape.tagChannels = 16
    shape.tagHidden = 16
    shape.byteTaps = 2
    shape.tagReach = 1
    parameters = Parameters(shape: shape, seed: 7)
    var random = SplitMix64(seed: 11)
    // Nothing may stay at a value that hides a mistake: gains of one, biases of zero.
    for tensor in parameters.tensors where !tensor.decays {
      for column in 0..<tensor.values.columns { tensor.values[0, column] += 0.6 * (random.nextUniform() - 0.5) }
    }
    let page = Array("<p class=\"lead\">Soup of the day</p><p class=\"lead\">Soup of the dawn</p>".utf8)
    var pointer = MatchPointer()
    var rule = PatchRule(minimum: shape.patchMinimum, limit: shape.patchLimit)
    for range in [0..<16, 16..<page.count - 1] {
      let plan = PatchPlan(page[range], rule: &rule, closed: true)
      stretches.append(
        Stretch(
          bytes: Array(page[range]), plan: plan, following: Array(page[range.upperBound...].prefix(1)),
          matches: pointer.read(page[range])))
    }
    targets = Array(page[17...])
    let count = stretches[1].bytes.count
    byteWeights = (0..<count).map { _ in random.nextUniform() }
    var labels: [UInt8] = []
    for t in 0..<count {
      for head in TagHeads.allCases {
        let most = head.isSigmoid ? 256 : UInt64(head.count)
        labels.append(head == .content && t % 5 == 0 ? 255 : UInt8(random.next() % most))
      }
    }
    self.labels = labels
    tagWeights = labels.indices.map { $0 % 7 == 0 ? 0 : random.nextUniform() }
  }

  /// The loss of the second stretch after the first, and on demand its gradient.
  func referenceLoss(_ network: ReferenceNetwork) -> (loss: Double, gradient: () -> [String: DoubleMatrix]) {
    var state = ReferenceState(shape)
    _ = network.forward(stretches[0], state: &state, tags: true)
    return referenceLoss(network, from: state)
  }

  func referenceState(_ network: ReferenceNetwork) -> ReferenceState {
    var state = ReferenceState(shape)
    _ = network.forward(stretches[0], state: &state, tags: true)
    return state
  }

  func referenceLoss(
    _ network: ReferenceNetwork, from start: ReferenceState
  ) -> (loss: Double, gradient: () -> [String: DoubleMatrix]) {
    var state = start
    let a = network.forward(stretches[1], state: &state, tags: true)
    let next = ReferenceLosses.nextByte(
      a.next!.logits, targets: targets, weights: byteWeights.map { Double($0) }, matches: stretches[1].matches!,
      matchBias: network.parameters["next.matchBias"]!)
    let tags = ReferenceLosses.tags(a.tags!.logits, labels: labels, weights: tagWeights.map { Double($0) })
    return (
      next.sum + tags.sums.reduce(0, +),
      {
        var backward = ReferenceBackward(network)
        backward.run(a, dNext: next.logits, dTags: tags.logits)
        var gradient = backward.gradient
        gradient["next.matchBias"]! += next.matchBias
        return gradient
      }
    )
  }

  func fastLoss(_ kernels: Kernels) -> (loss: Double, gradient: Parameters) {
    let weights = PackedParameters(parameters, kernels: kernels, forTraining: true)
    let arena = Arena()
    let network = Network(weights: weights, arena: arena)
    let gradient = Parameters(shape: shape)
    var state = NetworkState(shape)
    _ = network.forward(stretches[0], state: &state, tags: true)
    let a = network.forward(stretches[1], state: &state, tags: true)
    let matches = stretches[1].matches!
    let next = kernels.crossEntropy(
      a.next!.logits, targets: targets, weights: byteWeights,
      pointers: PointerBias(
        pointers: 2, predicted: matches.predicted, buckets: matches.buckets, bias: parameters["next.matchBias"],
        biasGradient: gradient["next.matchBias"]), scale: 1)
    let tags = kernels.segmentLoss(a.tags!.logits, segments: TagHeads.segments, labels: labels, weights: tagWeights)
    Backward(weights: weights, gradient: gradient, arena: arena).run(a, nextByte: true, tags: true)
    return (next + tags.reduce(0, +), gradient)
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}

@Suite struct GradientTests {
  @Test func referenceAgainstDifferences() {
    let scene = Scene()
    let network = ReferenceNetwork(scene.parameters)
    let start = scene.referenceState(network)
    let gradient = scene.referenceLoss(network, from: start).gradient()
    var random = SplitMix64(seed: 3)
    for name in scene.parameters.names {
      let slope = gradient[name]!.values
      // All entries at once, along a random direction: a wrong entry anywhere shows.
      let direction = slope.map { _ in Double(random.nextUniform()) * 2 - 1 }
      let step = 1e-5
      var moved = network
      func loss(_ factor: Double) -> Double {
        for index in slope.indices {
          moved.parameters[name]!.values[index] = network.parameters[name]!.values[index] + factor * direction[index]
        }
        return scene.referenceLoss(moved, from: start).loss
      }
      let measured = (loss(step) - loss(-step)) / (2 * step)
      let computed = dot(slope, direction)
      let norm = dot(slope, slope).squareRoot()
      #expect(norm > 1e-6, "\(name) takes no part")
      #expect(
        abs(measured - computed) <= 1e-5 * norm, "\(name): \(measured) measured, \(computed) computed, norm \(norm)")
    }
  }

  @Test(arguments: Kernels.available.map(\.name)) func fastAgainstReference(_ level: String) {
    let scene = Scene()
    let (loss, gradient) = scene.referenceLoss(ReferenceNetwork(scene.parameters))
    let expected = gradient()
    let fast = scene.fastLoss(Kernels.available.first { $0.name == level }!)
    #expect(abs(fast.loss - loss) <= 2e-3 * loss, "loss \(fast.loss), reference \(loss)")
    for tensor in fast.gradient.tensors {
      let got = tensor.values.values.map { Double($0) }
      let want = expected[tensor.name]!.values
      let (gg, ww, gw) = (dot(got, got), dot(want, want), dot(got, want))
      let cosine = gw / (gg * ww).squareRoot()
      let error = max(0, gg + ww - 2 * gw).squareRoot() / ww.squareRoot()
      #expect(cosine > 0.999, "\(tensor.name): cosine \(cosine)")
      #expect(error < 0.03, "\(tensor.name): relative error \(error)")
    }
  }
}
