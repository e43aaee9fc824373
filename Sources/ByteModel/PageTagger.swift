public import PageTags
import Tensors

/// What the model says of each byte of a page.
public struct TagPredictions: Sendable {
  /// The likeliest label of every head.
  public var tags: [ByteTags] = []
  /// P(main content | text), 0…255.
  public var mainProbability: [UInt8] = []
  /// The least probability among the labels chosen for the byte, 0…255.
  public var confidence: [UInt8] = []
  /// P(a fault begins here), and its likeliest kind; only where asked for.
  public var faultProbability: [Float] = []
  public var faultKind: [FaultKind] = []

  public init() {}
}

/// What the model thinks of each byte of a page as a text to be predicted.
public struct Surprise: Sendable {
  /// Bits each byte cost, given all before it; the first byte of a page counts 8.
  public var bits: [Float] = []
  /// Bits the byte was expected to cost: the entropy of the distribution it was drawn from.
  public var entropy: [Float] = []

  public init() {}
}

/// Reads pages with a model: one a worker, used for one page after the other.
///
/// Long pages are read in windows: the forward layers carry their state over, the backward layers begin `lookAhead` bytes behind a
/// window's end. Memory does not grow with the page.
public final class PageTagger {
  let model: Model
  let network: Network
  let arena = Arena(capacity: 8 << 20)
  let window: Int
  private let lookAhead: Int

  public init(model: Model, window: Int = 16_384, lookAhead: Int = 4_096) {
    self.model = model
    self.window = window
    self.lookAhead = lookAhead
    network = Network(weights: model.weights, arena: arena)
  }

  /// Tags of every byte of `page` (condensed UTF-8).
  public func tags(of page: [UInt8], faults wantsFaults: Bool = false) -> TagPredictions {
    var result = TagPredictions()
    result.tags.reserveCapacity(page.count)
    result.mainProbability.reserveCapacity(page.count)
    result.confidence.reserveCapacity(page.count)
    var state = NetworkState(model.shape)
    var position = 0
    while position < page.count {
      let (stretch, coreBytes, corePatches) = cut(page, at: position, state: state)
      arena.reset()
      var running = state
      let activations = network.forward(stretch, state: &running, tags: true)
      let logits = activations.tags!.logits
      model.weights.kernels.segmentSoftmax(logits, segments: TagHeads.segments)
      for row in 0..<coreBytes { Self.decide(logits, row, wantsFaults, &result) }
      position += coreBytes
      if position < page.count { state = activations.state(behind: corePatches - 1, before: state, shape: model.shape) }
    }
    return result
  }

  /// A window from `position` with what lies ahead of it; the core is what may be decided now.
  private func cut(_ page: [UInt8], at position: Int, state: NetworkState) -> (
    Stretch, coreBytes: Int, corePatches: Int
  ) {
    let end = min(page.count, position + window + lookAhead)
    var rule = state.patchRule
    var plan = PatchPlan(page[position..<end], rule: &rule, closed: end == page.count)
    var length = end - position
    if !plan.isClosed {
      length = Int(plan.ends.last ?? Int32(length - 1)) + 1
      rule = state.patchRule
      plan = PatchPlan(page[position..<position + length], rule: &rule, closed: true)
    }
    let reach = model.shape.tagReach
    let stretch = Stretch(
      bytes: Array(page[position..<position + length]), plan: plan,
      following: Array(page[position + length..<min(page.count, position + length + reach)]))
    if position + length >= page.count && length <= window + lookAhead { return (stretch, length, plan.ends.count) }
    var core = plan.ends.count
    while core > 1, plan.ends[core - 1] >= window { core -= 1 }
    return (stretch, Int(plan.ends[core - 1]) + 1, core)
  }

  private static func decide(_ probabilities: Matrix, _ row: Int, _ wantsFaults: Bool, _ result: inout TagPredictions) {
    var tags = ByteTags()
    var least: Float = 1
    func best(_ head: TagHeads) -> UInt8 {
      var winner = 0
      var highest: Float = -1
      for index in 0..<head.count {
        let value = unsafe probabilities.base[row * probabilities.stride + starts[head.rawValue] + index]
        if value > highest { (winner, highest) = (index, value) }
      }
      least = min(least, highest)
      return UInt8(winner)
    }
    let content = unsafe probabilities.base + row * probabilities.stride + starts[TagHeads.content.rawValue]
    // First whether it is text at all, then whose.
    let markup = unsafe content[0]
    let aside = unsafe content[1]
    let main = unsafe content[2]
    tags.content = markup > 0.5 ? .markup : (main >= aside ? .main : .aside)
    least = max(markup, 1 - markup)
    tags.attribute = AttributeTag(rawValue: best(.attribute)) ?? .none
    tags.anchor = AnchorTag(rawValue: best(.anchor)) ?? .none
    tags.boundary = Boundary(rawValue: best(.boundary)) ?? .none
    if tags.content != .markup || tags.boundary != .none {
      tags.block = BlockKind(rawValue: best(.block)) ?? .none
      tags.list = ListNesting(rawValue: best(.list)) ?? .none
    }
    if tags.content != .markup {
      var marks: UInt8 = 0
      for bit in 0..<8 {
        let value = unsafe probabilities.base[row * probabilities.stride + starts[TagHeads.marks.rawValue] + bit]
        if value > 0.5 { marks |= 1 << UInt8(bit) }
      }
      tags.marks = InlineMarks(rawValue: marks)
    }
    result.tags.append(tags)
    result.mainProbability.append(UInt8(max(0, min(255, 255 * main / max(1e-6, main + aside)))))
    result.confidence.append(UInt8(max(0, min(255, 255 * least))))
    if wantsFaults {
      let faults = unsafe probabilities.base + row * probabilities.stride + starts[TagHeads.fault.rawValue]
      result.faultProbability.append(unsafe 1 - faults[0])
      var winner = 1
      for index in 2..<TagHeads.fault.count where unsafe faults[index] > faults[winner] { winner = index }
      result.faultKind.append(FaultKind(rawValue: UInt8(winner)) ?? .none)
    }
  }

  private static let starts = TagHeads.allCases.map(\.start)

  /// The cost of every byte of `page` in bits, with the match pointer.
  public func surprise(of page: [UInt8]) -> Surprise {
    var result = Surprise()
    guard !page.isEmpty else { return result }
    // The model predicts from what it has seen; of the first byte it has seen nothing.
    result.bits = [8]
    result.entropy = [8]
    var state = NetworkState(model.shape)
    var matches = MatchPointer()
    let perNat = Float(1.442_695_04)
    var position = 0
    while position < page.count {
      var end = min(page.count, position + window)
      var rule = state.patchRule
      var plan = PatchPlan(page[position..<end], rule: &rule, closed: end == page.count)
      if !plan.isClosed {
        end = position + Int(plan.ends.last ?? Int32(end - position - 1)) + 1
        rule = state.patchRule
        plan = PatchPlan(page[position..<end], rule: &rule, closed: true)
      }
      state.patchRule = rule
      let slice = page[position..<end]
      let found = matches.read(slice)
      arena.reset()
      let activations = network.forward(
        Stretch(bytes: Array(slice), plan: plan, matches: found), state: &state, tags: false)
      let count = slice.count
      let losses = arena.matrix(count, 1)
      let entropies = arena.matrix(count, 1)
      var targets = Array(page[position + 1..<min(end + 1, page.count)])
      if targets.count < count { targets.append(0) }
      _ = model.weights.kernels.crossEntropy(
        activations.next!.logits, targets: targets, weights: [Float](repeating: 1, count: count),
        pointers: PointerBias(
          pointers: 2, predicted: found.predicted, buckets: found.buckets, bias: model.parameters["next.matchBias"],
          biasGradient: nil), scale: 0, losses: losses, entropies: entropies)
      let useful = min(count, page.count - 1 - position)
      for row in 0..<useful {
        result.bits.append(losses[row, 0] * perNat)
        result.entropy.append(entropies[row, 0] * perNat)
      }
      position = end
    }
    return result
  }
}
