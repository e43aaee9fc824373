import Tensors

/// Reads a page once for its tags and for what its bytes cost: both stand on one reading of the wide layers.
final class BothReader {
  private let tags: TagReader
  private let next: NextByteReader

  init(weights: InferenceWeights, window: Int, lookAhead: Int, arena: Arena) {
    let wide = WideReader(weights: weights, capacity: window + lookAhead + 64, keepsFloats: true, arena: arena)
    tags = TagReader(weights: weights, window: window, lookAhead: lookAhead, wide: wide, arena: arena)
    next = NextByteReader(weights: weights, window: window, wide: wide, arena: arena)
  }

  /// Tags with faults and patches, and the cost of every byte.
  func read(_ page: UnsafeBufferPointer<UInt8>) -> (tags: TagPredictions, surprise: Surprise) {
    var surprise = Surprise()
    surprise.bits.reserveCapacity(page.count)
    surprise.entropy.reserveCapacity(page.count)
    next.begin()
    let found = unsafe tags.tags(of: page, faults: true, patches: true) { place, held in
      unsafe next.append(page, at: place, from: held, to: &surprise)
    }
    return (found, surprise)
  }
}
