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
  /// What the tag heads' hidden units get from each patch; only where asked for.
  public var patches: PatchUnits?

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
/// window's end. The memory it works in is taken once and does not grow with the page.
public final class PageTagger {
  let model: Model
  private let window: Int
  private let lookAhead: Int
  private let tagArena = Arena()
  private let nextByteArena = Arena()
  private let tags: TagReader
  private let nextBytes: NextByteReader

  /// What reads a place again, made when first asked for.
  private let placeArena = Arena()
  private(set) lazy var places = PlaceReader(weights: model.inference, arena: placeArena)

  /// What field heads look at comes from the plain forward pass, which they are taught on; made when first asked for.
  let featureArena = Arena()
  private(set) lazy var featureNetwork = Network(
    weights: PackedParameters(model.values.parameters(), kernels: model.inference.kernels), arena: featureArena)

  public init(model: Model, window: Int = 16_384, lookAhead: Int = 4_096) {
    self.model = model
    (self.window, self.lookAhead) = (window, lookAhead)
    tags = TagReader(weights: model.inference, window: window, lookAhead: lookAhead, arena: tagArena)
    nextBytes = NextByteReader(weights: model.inference, window: min(window, 4_096), arena: nextByteArena)
  }

  /// Tags of every byte of `page` (condensed UTF-8).
  public func tags(of page: [UInt8], faults: Bool = false, patches: Bool = false) -> TagPredictions {
    unsafe page.withUnsafeBufferPointer { unsafe tags.tags(of: $0, faults: faults, patches: patches) }
  }

  /// What reads a page for both at once, made when first asked for.
  private let bothArena = Arena()
  private lazy var both = BothReader(
    weights: model.inference, window: window, lookAhead: lookAhead, arena: bothArena)

  /// Tags with faults and patches, and the cost of every byte without mixing: as `tags` and `surprise`, in one reading.
  public func tagsAndSurprise(of page: [UInt8]) -> (tags: TagPredictions, surprise: Surprise) {
    unsafe page.withUnsafeBufferPointer { unsafe both.read($0) }
  }

  private lazy var mixer = ContextMixer()

  /// The cost of every byte of `page` in bits, with the match pointer; with `mixing`, also with what the page's own contexts say.
  public func surprise(of page: [UInt8], mixing: Bool = false) -> Surprise {
    unsafe page.withUnsafeBufferPointer { unsafe nextBytes.surprise(of: $0, mixer: mixing ? mixer : nil) }
  }
}
