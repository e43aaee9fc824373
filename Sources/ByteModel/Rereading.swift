import Tensors

/// A place of a page to read on from, with all the model remembers of what came before.
public struct ReadingPoint: Sendable {
  /// The first byte that was not read; the byte before it ends a patch.
  public let offset: Int
  let wide: WideReader.State
  let tags: [[Float]]
  let next: NextByteReader.State
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

/// Reads the same place again and again, each time a little changed: what repairs are weighed by. Tags and next bytes stand on one
/// reading of the wide layers.
final class PlaceReader {
  private let wide: WideReader
  private let tags: TagReader
  private let next: NextByteReader
  /// Bytes read at a time; stretches to be read again are shorter.
  static let window = 4_096

  init(weights: InferenceWeights, arena: Arena) {
    wide = WideReader(weights: weights, capacity: Self.window + 64, keepsFloats: true, arena: arena)
    tags = TagReader(weights: weights, window: Self.window, lookAhead: 0, wide: wide, arena: arena)
    next = NextByteReader(weights: weights, window: Self.window, wide: wide, arena: arena)
  }

  /// The last reading point at least `margin` bytes before each of `offsets`, which ascend. Reads the page once, up to the last of
  /// them.
  func points(before offsets: [Int], margin: Int, in page: UnsafeBufferPointer<UInt8>) -> [ReadingPoint] {
    var result: [ReadingPoint] = []
    wide.begin()
    next.begin()
    tags.begin()
    var position = 0
    for offset in offsets {
      let goal = min(page.count, offset) - margin
      while position < goal {
        // Not so near the goal that a patch would have to be cut short.
        unsafe wide.read(page, from: position, to: min(goal, position + Self.window), wholePatches: true)
        guard wide.patchCount > 0 else { break }
        unsafe next.passHeld(UnsafeBufferPointer(rebasing: page[position..<position + wide.byteCount]))
        var nothing: TagPredictions?
        tags.finishHeld(faults: false, into: &nothing)
        position += wide.byteCount
        wide.dropFirst(patches: wide.patchCount, bytes: wide.byteCount)
      }
      result.append(ReadingPoint(offset: position, wide: wide.state, tags: tags.state, next: next.state))
    }
    return result
  }

  /// Reads `page` as what follows `point`; the tag layer sees what comes behind.
  func reread(
    _ page: UnsafeBufferPointer<UInt8>, from point: ReadingPoint, following: ArraySlice<UInt8>,
    likeliestBehind rows: Range<Int>, count: Int
  ) -> Rereading {
    var result = Rereading()
    wide.state = point.wide
    tags.state = point.tags
    next.state = point.next
    unsafe wide.read(page, from: 0, to: page.count)
    wide.follow(with: following)
    let held = wide.byteCount
    unsafe (result.bits, result.likeliest) = next.costHeld(
      UnsafeBufferPointer(rebasing: page[..<held]), likeliestBehind: rows, count: count)
    var predictions: TagPredictions? = TagPredictions()
    tags.finishHeld(faults: true, into: &predictions)
    result.faultProbability = predictions?.faultProbability ?? []
    return result
  }
}

extension PageTagger {
  /// The last reading point at least `margin` bytes before each of `offsets`, which ascend. Reads the page once, up to the last of them.
  public func points(before offsets: [Int], margin: Int, in page: [UInt8]) -> [ReadingPoint] {
    unsafe page.withUnsafeBufferPointer { unsafe places.points(before: offsets, margin: margin, in: $0) }
  }

  /// Reads `bytes`, 4 KB at most, as what follows `point`.
  ///
  /// - Parameters:
  ///   - following: what comes behind them; the tag layer sees its first bytes.
  ///   - rows: the bytes behind which `likeliest` is wanted.
  public func reread(
    _ bytes: [UInt8], from point: ReadingPoint, following: ArraySlice<UInt8>, likeliestBehind rows: Range<Int> = 0..<0,
    count: Int = 2
  ) -> Rereading {
    guard !bytes.isEmpty else { return Rereading() }
    return unsafe bytes.prefix(PlaceReader.window).withUnsafeBufferPointer {
      unsafe places.reread($0, from: point, following: following, likeliestBehind: rows, count: count)
    }
  }
}
