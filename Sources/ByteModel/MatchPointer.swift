/// What two match pointers say about the byte after each byte of a stretch.
public struct MatchPredictions: Sendable {
  /// Predicted next bytes: [2][T], the long pointer's first.
  public var predicted: [UInt8] = []
  /// Buckets of trust: [2][T]; 0 where the pointer has nothing to say.
  public var buckets: [UInt8] = []
  /// Row of the `next.match` table: the predicted byte of the longer match, or 256. T entries.
  public var rows: [UInt16] = []

  public init() {}

  /// Nothing said of `count` bytes.
  mutating func clear(count: Int, pointers: Int) {
    predicted.removeAll(keepingCapacity: true)
    buckets.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    predicted.append(contentsOf: repeatElement(0, count: pointers * count))
    buckets.append(contentsOf: repeatElement(0, count: pointers * count))
    rows.append(contentsOf: repeatElement(256, count: count))
  }
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

  private static let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
  /// The factor of the byte that leaves the hash: one power more than the oldest in it.
  private static let oldest: [UInt64] = minimum.map { length in
    (0...length).reduce(1) { power, _ in power &* factor }
  }

  private struct Pointer: Sendable {
    var heads: [Int32]
    /// Of the last `minimum` bytes.
    var hash: UInt64 = 0
    /// Where the byte predicted next stands; 0 when there is no match.
    var position = 0
    var length = 0
    /// Outcomes of the last three predictions, newest in the lowest bit.
    var history: UInt8 = 0
  }

  private var states: [Pointer]
  private var seen: [UInt8] = []
  /// Heads up to this one belong to pages before.
  private var base = 0

  public init() {
    states = Self.minimum.map { _ in Pointer(heads: [Int32](repeating: 0, count: 1 << Self.hashBits)) }
  }

  /// Forgets the page. Takes no time in proportion to the tables.
  public mutating func reset() {
    base += seen.count
    seen.removeAll(keepingCapacity: true)
    for index in states.indices {
      states[index].hash = 0
      states[index].position = 0
      states[index].length = 0
      states[index].history = 0
    }
  }

  /// Heads count on from page to page; before they get too large the tables are emptied.
  private mutating func makeRoom(for count: Int) {
    guard base + seen.count + count > Int(Int32.max) else { return }
    precondition(seen.count + count < Int(Int32.max), "pages are read up to 2 GB")
    for index in states.indices {
      for slot in states[index].heads.indices {
        states[index].heads[slot] = Int32(max(0, Int(states[index].heads[slot]) - base))
      }
    }
    base = 0
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
    unsafe bytes.withUnsafeBufferPointer { unsafe read($0, into: &result) }
    return result
  }

  /// The same into arrays that keep their memory.
  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, into result: inout MatchPredictions) {
    let count = bytes.count
    makeRoom(for: count)
    result.clear(count: count, pointers: Self.pointers)
    for step in 0..<count {
      let byte = unsafe bytes[step]
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
    // A polynomial in `factor` of the last bytes: the oldest one's term goes, the new one's comes.
    var hash = (states[which].hash &+ UInt64(byte) &+ 1) &* Self.factor
    if end > minimum { hash &-= (UInt64(seen[end - 1 - minimum]) &+ 1) &* Self.oldest[which] }
    states[which].hash = hash
    guard end >= minimum else { return }
    let slot = Int(hash >> (64 - UInt64(Self.hashBits)))
    if states[which].length == 0 {
      let candidate = Int(states[which].heads[slot]) - base
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
    states[which].heads[slot] = Int32(base + end)
  }
}
