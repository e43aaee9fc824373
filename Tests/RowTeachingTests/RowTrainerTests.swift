import Tensors
import Testing

@testable import ByteModel
@testable import RowTeaching

@Suite struct RowTrainerTests {
  static let shape: ModelShape = {
    var shape = ModelShape()
    (shape.tagHidden, shape.contentChannels) = (16, 32)
    return shape
  }()

  /// Blocks are main between one whose first and one whose second input says so: nothing a block knows by itself.
  static func example(_ seed: UInt64, blocks: Int = 24) -> ContentExample {
    var random = SplitMix64(seed: seed)
    let columns = shape.tagHidden + RowNetwork.Role.content.measures
    var page = RowNetwork.Page()
    var labels: [Float?] = []
    var isMain = false
    for block in 0..<blocks {
      var row = (0..<columns).map { _ in 0.3 * (random.nextUniform() - 0.5) }
      row[0] = block % 12 == 3 ? 1 : 0
      row[1] = block % 12 == 8 ? 1 : 0
      if row[0] + row[1] == 1 { isMain = row[0] == 1 }
      page.inputs += row
      page.weights.append(4 + 4 * random.nextUniform())
      labels.append(block == 5 ? nil : (isMain ? 1 : 0))
    }
    return ContentExample(page: page, labels: labels)
  }

  @Test func slopesOfTheLossAreItsDerivatives() {
    let labels: [Float?] = [1, 0, nil, 0.4, 1]
    let weights: [Float] = [3, 8, 5, 2, 10]
    let logits: [Float] = [0.3, -1.2, 2, 0.1, -0.4]
    expectDerivatives(at: logits, unjudged: 2) { ContentLoss.of($0, labels: labels, weights: weights) }
  }

  /// Products round to bfloat16, so differences are taken along whole tensors: the loss must fall as the gradient says.
  @Test func gradientsAgreeWithDifferences() throws {
    let parameters = Parameters(.content, of: Self.shape)
    parameters.start(seed: 3)
    let weights = PackedParameters(parameters, forTraining: true, matrices: RowNetwork.Role.content.matrices)
    let arena = Arena()
    let example = Self.example(5)
    let mask = (0..<32).map { Float($0 % 4 == 0 ? 0 : 1.25) }
    func loss() -> (RowNetwork.Activations, Float, [Float]) {
      arena.reset()
      weights.repack()
      let a = RowNetwork(.content, weights: weights, arena: arena).forward(example.page, hiddenMask: mask)
      let (loss, slopes) = ContentLoss.of(a.logits, labels: example.labels, weights: example.page.weights)
      return (a, loss, slopes)
    }
    let gradient = Parameters(.content, of: Self.shape)
    let (activations, _, slopes) = loss()
    RowBackward(role: .content, weights: weights, gradient: gradient, arena: arena)
      .run(activations, example.page, slopes: slopes, hiddenMask: mask)
    for tensor in gradient.tensors where tensor.name != "content.mean" && tensor.name != "content.scale" {
      let direction = tensor.values.values
      let square = direction.reduce(0) { $0 + $1 * $1 }
      guard square > 1e-9 else { continue }
      let start = parameters[tensor.name].values
      // Biases are not rounded, so a step can be too small for a rectifier to change its mind.
      let step: Float = tensor.values.rows == 1 ? 0.001 : 0.01
      let length = step * Float(direction.count).squareRoot() / square.squareRoot()
      func lossMoved(by step: Float) -> Float {
        parameters[tensor.name].copy(from: zip(start, direction).map { $0 + step * $1 })
        return loss().1
      }
      let numeric = (lossMoved(by: length) - lossMoved(by: -length)) / (2 * length)
      parameters[tensor.name].copy(from: start)
      #expect(abs(numeric - square) < 0.2 * square + 2e-4, "\(tensor.name): \(numeric) for \(square)")
    }
  }

  @Test func learnsWhatOnlyThePageTells() {
    var options = RowTrainingOptions()
    (options.channels, options.rate) = (32, 4e-3)
    var losses: [Float] = []
    let trainer = RowTrainer(.content, trunk: Self.shape, options: options)
    let learned = trainer.train((0..<48).map { Self.example($0) }, epochs: 60) { losses.append($1) }
    #expect(losses.count == 60 && losses.last! < 0.5 * losses[0])
    let network = RowNetwork(
      .content, weights: PackedParameters(learned, matrices: RowNetwork.Role.content.matrices), arena: Arena())
    var right = 0
    var count = 0
    for seed in 1000..<1010 {
      let example = Self.example(UInt64(seed))
      for (logit, label) in zip(network.forward(example.page).logits, example.labels) {
        guard let label else { continue }
        count += 1
        if (logit > 0) == (label > 0.5) { right += 1 }
      }
    }
    #expect(Double(right) > 0.9 * Double(count), "\(right) of \(count)")
  }

  @Test func isDeterministic() {
    var options = RowTrainingOptions()
    options.channels = 32
    let examples = (0..<10).map { Self.example($0) }
    func learned() -> [Float] {
      let parameters = RowTrainer(.content, trunk: Self.shape, options: options).train(examples, epochs: 2)
      return withExtendedLifetime(parameters) { parameters.all.values }
    }
    // Compared apart from the macro, which would print all numbers.
    let isSame = learned() == learned()
    #expect(isSame)
  }

  @Test func joinsATrunk() throws {
    let trunk = Parameters(shape: ModelShape(), seed: 4)
    var shape = ModelShape()
    (shape.contentChannels, shape.contentViews) = (32, 2)
    let content = Parameters(.content, of: shape)
    content.start(seed: 9)
    let whole = content.joined(to: trunk)
    withExtendedLifetime((trunk, content, whole)) {
      let keepsTrunk = whole["wide.input"].values == trunk["wide.input"].values
      let takesContent = whole["content.own"].values == content["content.own"].values
      #expect(keepsTrunk && takesContent)
    }
    let (read, _) = try ModelFile.decode(ModelFile.encode(whole, notes: []), file: "m")
    #expect(read.shape.contentChannels == 32 && read.shape.contentViews == 2 && read.names == whole.names)
    // A model without goes on to be read.
    #expect(try ModelFile.decode(ModelFile.encode(trunk, notes: []), file: "m").0.shape.contentChannels == 0)
  }
}
