import Tensors

/// A place of a page to read on from, with all the model remembers of what came before.
public struct ReadingPoint: Sendable {
  /// The first byte that was not read; the byte before it ends a patch.
  public let offset: Int
  let state: NetworkState
  let matches: MatchPointer
}

/// What the model makes of a stretch read from a `ReadingPoint` on.
public struct Rereading: Sendable {
  /// Bits each byte of the stretch cost but its first, given all before it.
  public var bits: [Float] = []
  /// P(a fault begins here), a byte each.
  public var faultProbability: [Float] = []
  /// For each byte asked for, what the model held likeliest behind it, the first ones first.
  public var likeliest: [[UInt8]] = []

  public init() {}
}

/// Reading the same place again and again, each time a little changed: what repairs are weighed by.
extension PageTagger {
  /// The last reading point at least `margin` bytes before each of `offsets`, which ascend. Reads the page once, up to the last of them.
  public func points(before offsets: [Int], margin: Int, in page: [UInt8]) -> [ReadingPoint] {
    var result: [ReadingPoint] = []
    var state = NetworkState(model.shape)
    var matches = MatchPointer()
    var position = 0
    for offset in offsets {
      let goal = min(page.count, offset) - margin
      while position < goal {
        var rule = state.patchRule
        var plan = PatchPlan(page[position..<min(goal, position + window)], rule: &rule, closed: false)
        guard let last = plan.ends.last else { break }
        let end = position + Int(last) + 1
        rule = state.patchRule
        plan = PatchPlan(page[position..<end], rule: &rule, closed: false)
        state.patchRule = rule
        arena.reset()
        let stretch = Stretch(
          bytes: Array(page[position..<end]), plan: plan, following: Array(page[end...].prefix(model.shape.tagReach)),
          matches: matches.read(page[position..<end]))
        _ = network.forward(stretch, state: &state, tags: true)
        position = end
      }
      result.append(ReadingPoint(offset: position, state: state, matches: matches))
    }
    return result
  }

  /// Reads `bytes` as what follows `point`.
  ///
  /// - Parameters:
  ///   - following: what comes behind them; the tag layer sees its first bytes.
  ///   - rows: the bytes behind which `likeliest` is wanted.
  public func reread(
    _ bytes: [UInt8], from point: ReadingPoint, following: ArraySlice<UInt8>, likeliestBehind rows: Range<Int> = 0..<0,
    count: Int = 2
  ) -> Rereading {
    var result = Rereading()
    guard !bytes.isEmpty else { return result }
    var state = point.state
    var matches = point.matches
    var rule = state.patchRule
    let plan = PatchPlan(bytes[...], rule: &rule, closed: true)
    let found = matches.read(bytes[...])
    arena.reset()
    let stretch = Stretch(
      bytes: bytes, plan: plan, following: Array(following.prefix(model.shape.tagReach)), matches: found)
    let activations = network.forward(stretch, state: &state, tags: true)
    guard let next = activations.next, let tags = activations.tags else { return result }
    let kernels = network.weights.kernels
    kernels.segmentSoftmax(tags.logits, segments: TagHeads.segments)
    let fault = TagHeads.fault.start
    result.faultProbability = (0..<bytes.count).map { 1 - tags.logits[$0, fault] }

    let losses = arena.matrix(bytes.count, 1)
    _ = kernels.crossEntropy(
      next.logits, targets: Array(bytes.dropFirst()) + [0], weights: [Float](repeating: 1, count: bytes.count),
      pointers: PointerBias(
        pointers: MatchPointer.pointers, predicted: found.predicted, buckets: found.buckets,
        bias: network.weights.parameters["next.matchBias"], biasGradient: nil), scale: 0, losses: losses)
    result.bits = (0..<bytes.count - 1).map { losses[$0, 0] * 1.442_695_04 }
    result.likeliest = rows.map { row in
      guard row >= 0, row < bytes.count else { return [] }
      let order = (0..<256).sorted { next.logits[row, $0] > next.logits[row, $1] }
      return order.prefix(count).map { UInt8($0) }
    }
    return result
  }
}
