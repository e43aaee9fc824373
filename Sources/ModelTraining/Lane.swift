import ByteModel
import Tensors

/// One lane: the page it is reading, how far it has come, and the network state it carries.
///
/// A lane owns its arena and gradient, so lanes run on any thread in any order and the sum over lanes is taken in lane order:
/// results are the same bit for bit, however many threads there are.
final class Lane {
  private(set) var feed: PageFeed
  /// The feed as it was before it gave the current page: with it a checkpoint finds the page again.
  private(set) var feedBeforePage: PageFeed
  private(set) var state: NetworkState
  private(set) var position = 0
  private(set) var stretchesRead = 0
  private var page: PageFeed.Page?
  private var matches = MatchPointer()

  let gradient: Parameters
  private let arena = Arena(capacity: 64 << 20)
  private let weights: PackedParameters
  private let options: TrainingOptions

  /// What the last step found.
  private(set) var bytesRead = 0
  private(set) var nextByteNats = 0.0
  private(set) var nextByteCount = 0
  private(set) var tagNats: [Double] = []
  private(set) var tagCount = 0

  init(feed: PageFeed, weights: PackedParameters, options: TrainingOptions) {
    self.feed = feed
    feedBeforePage = feed
    self.weights = weights
    self.options = options
    state = NetworkState(weights.parameters.shape)
    gradient = Parameters(shape: weights.parameters.shape)
  }

  /// Goes back to where a checkpoint stood: `feed` as before the current page, which is drawn and read up to `position` again.
  func restore(feed: PageFeed, state: NetworkState, position: Int, stretchesRead: Int) throws {
    self.feed = feed
    feedBeforePage = feed
    self.state = state
    self.position = position
    self.stretchesRead = stretchesRead
    guard stretchesRead > 0 else {
      page = nil
      return
    }
    try turnPage()
    guard let page, position >= 0, position <= page.bytes.count else {
      throw TrainingError("the checkpoint does not fit the teaching data: give the same files and options as before")
    }
    if page.readsNextByte { _ = matches.read(page.bytes[0..<position]) }
    self.state = state
    self.position = position
    self.stretchesRead = stretchesRead
  }

  private func turnPage() throws {
    feedBeforePage = feed
    page = try feed.next()
    matches.reset()
    state = NetworkState(weights.parameters.shape)
    position = 0
    stretchesRead = 0
  }

  /// The next stretch: up to `stretchBytes` bytes of the page, cut after a patch.
  private func nextStretch() throws -> (PageFeed.Page, Stretch, start: Int) {
    if page == nil || position >= page!.bytes.count || stretchesRead >= options.stretchesPerPage { try turnPage() }
    let page = page!
    let end = min(page.bytes.count, position + options.stretchBytes)
    var rule = state.patchRule
    var plan = PatchPlan(page.bytes[position..<end], rule: &rule, closed: end == page.bytes.count)
    var length = end - position
    if let last = plan.ends.last, Int(last) + 1 < length {
      length = Int(last) + 1
      rule = state.patchRule
      plan = PatchPlan(page.bytes[position..<position + length], rule: &rule, closed: false)
    }
    state.patchRule = rule
    let slice = page.bytes[position..<position + length]
    let reach = weights.parameters.shape.tagReach
    let stretch = Stretch(
      bytes: Array(slice), plan: plan,
      following: Array(page.bytes[position + length..<min(page.bytes.count, position + length + reach)]),
      matches: page.readsNextByte ? matches.read(slice) : nil)
    let start = position
    position += length
    stretchesRead += 1
    return (page, stretch, start)
  }

  /// Reads one stretch forward and backward; the gradient of the mean loss a byte is left in `gradient`.
  func step() throws {
    let (page, stretch, start) = try nextStretch()
    arena.reset()
    gradient.all.fill(0)
    let count = stretch.bytes.count
    let network = Network(weights: weights, arena: arena)
    let activations = network.forward(stretch, state: &state, tags: !page.readsNextByte)
    bytesRead = count
    nextByteNats = 0
    nextByteCount = 0
    tagNats = []
    tagCount = 0
    let scale = 1 / Float(count)
    let kernels = weights.kernels
    if let next = activations.next, let matches = stretch.matches {
      let end = start + count
      let targets = Array(page.bytes[start + 1..<min(end + 1, page.bytes.count)])
      let isLast = targets.count < count
      var byteWeights = [Float](repeating: 1, count: count)
      if isLast { byteWeights[count - 1] = 0 }
      nextByteNats = kernels.crossEntropy(
        next.logits, targets: isLast ? targets + [0] : targets, weights: byteWeights,
        pointers: PointerBias(
          pointers: 2, predicted: matches.predicted, buckets: matches.buckets,
          bias: weights.parameters["next.matchBias"],
          biasGradient: gradient["next.matchBias"]), scale: scale)
      nextByteCount = targets.count
    }
    if let tags = activations.tags {
      let targets = TagTargets(
        tags: page.tags[start..<start + count], faults: page.faults, offset: start, hasGold: page.hasGold,
        faultWeight: page.learnsFaults ? options.faultWeight : 0)
      tagNats = kernels.segmentLoss(
        tags.logits, segments: TagHeads.segments, labels: targets.labels, weights: targets.weights.map { $0 * scale })
      tagCount = 1
    }
    Backward(weights: weights, gradient: gradient, arena: arena).run(
      activations, nextByte: activations.next != nil, tags: activations.tags != nil)
  }
}
