/// What two match pointers say about the byte after each byte of a stretch.
public struct MatchPredictions: Sendable {
  /// Predicted next bytes: [2][T], the long pointer's first.
  public var predicted: [UInt8] = []
  /// Buckets of trust: [2][T]; 0 where the pointer has nothing to say.
  public var buckets: [UInt8] = []
  /// Row of the `next.match` table: the predicted byte of the longer match, or 256. T entries.
  public var rows: [UInt16] = []

  public init() {}
}

/// Finds the most recent earlier place of the page with the same last few bytes and follows it: pages repeat themselves.
///
/// Two pointers run side by side, one that needs a long common context and one that makes do with a short one. How far a prediction
/// can be trusted is learned per bucket of (pointer, length of the match, what became of its last three predictions). O(1) a byte;
/// only bytes already seen are used.
public struct MatchPointer: Sendable {
  static let pointers = 2
  static let lengthBuckets = 12
  /// Buckets 1…96 belong to the long pointer, 97…192 to the short one.
  public static let bucketCount = 256
  private static let minimum = [10, 5]
  private static let longest = 400
  private static let hashBits = 17

  private struct Pointer: Sendable {
    var heads: [Int32]
    /// Where the byte predicted next stands; 0 when there is no match.
    var position = 0
    var length = 0
    /// Outcomes of the last three predictions, newest in the lowest bit.
    var history: UInt8 = 0
  }

  private var states: [Pointer]
  private var seen: [UInt8] = []

  public init() {
    states = Self.minimum.map { _ in Pointer(heads: [Int32](repeating: 0, count: 1 << Self.hashBits)) }
  }

  /// Forgets the page.
  public mutating func reset() {
    seen.removeAll(keepingCapacity: true)
    for index in states.indices {
      states[index].position = 0
      states[index].length = 0
      states[index].history = 0
      states[index].heads = [Int32](repeating: 0, count: 1 << Self.hashBits)
    }
  }

  private static let lengthBucket: [UInt8] = (0...longest).map { length in
    switch length {
    case ..<6: 0
    case 6: 1
    case 7: 2
    case 8, 9: 3
    case 10...12: 4
    case 13...16: 5
    case 17...23: 6
    case 24...31: 7
    case 32...63: 8
    case 64...127: 9
    case 128...255: 10
    default: 11
    }
  }

  /// Reads the next bytes of the page and says after each of them what comes next.
  public mutating func read(_ bytes: ArraySlice<UInt8>) -> MatchPredictions {
    var result = MatchPredictions()
    let count = bytes.count
    result.predicted = [UInt8](repeating: 0, count: Self.pointers * count)
    result.buckets = result.predicted
    result.rows = [UInt16](repeating: 256, count: count)
    for (step, byte) in bytes.enumerated() {
      seen.append(byte)
      for which in 0..<Self.pointers { advance(which, byte) }
      let long = states[0].length
      let short = states[1].length
      if long > 0 {
        let next = seen[states[0].position]
        result.predicted[step] = next
        result.buckets[step] = bucket(0)
        result.rows[step] = UInt16(next)
      }
      if short > 0 && !(long > 0 && states[0].position == states[1].position) {
        let next = seen[states[1].position]
        result.predicted[count + step] = next
        result.buckets[count + step] = bucket(1)
        if long == 0 { result.rows[step] = UInt16(next) }
      }
    }
    return result
  }

  private func bucket(_ which: Int) -> UInt8 {
    let state = states[which]
    let trust = Self.lengthBucket[min(state.length, Self.longest)] * 8 + state.history
    return 1 + UInt8(which) * 96 + trust
  }

  private mutating func advance(_ which: Int, _ byte: UInt8) {
    let minimum = Self.minimum[which]
    let end = seen.count
    if states[which].length > 0 {
      let hit = seen[states[which].position] == byte
      states[which].history = (states[which].history << 1 | (hit ? 1 : 0)) & 7
      if hit {
        states[which].length = min(states[which].length + 1, Self.longest)
        states[which].position += 1
      } else {
        states[which].length = 0
      }
    }
    guard end >= minimum else { return }
    var hash: UInt64 = 0
    for index in (end - minimum)..<end { hash = (hash &+ UInt64(seen[index]) &+ 1) &* 0x9e37_79b9_7f4a_7c15 }
    let slot = Int(hash >> (64 - UInt64(Self.hashBits)))
    if states[which].length == 0 {
      let candidate = Int(states[which].heads[slot])
      if candidate > 0 {
        var length = 0
        while length < 32, candidate - 1 - length >= 0, seen[candidate - 1 - length] == seen[end - 1 - length] {
          length += 1
        }
        if length >= minimum {
          states[which].length = length
          states[which].position = candidate
        }
      }
    }
    states[which].heads[slot] = Int32(end)
  }
}
