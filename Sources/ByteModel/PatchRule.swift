/// Where patches end. Decided from bytes already seen, so that the next-byte model stays causal.
///
/// A byte ends a patch of at least `minimum` bytes when it is neither letter, digit, `-`, `_` nor ≥ 0x80 and follows one that is, or
/// when it is `>`; and at the latest when the patch has grown to `limit` bytes. (DESIGN.md cuts at every `<` and `>` and knows no
/// minimum; fewer and longer patches where markup is dense cost the least and give the most speed, see models/EXPERIMENTS.md.)
public struct PatchRule: Sendable {
  let minimum: Int
  let limit: Int
  private var previousIsWord = false
  private var length = 0

  /// At the start of a page, or just behind a patch that ended with the byte `after`.
  public init(minimum: Int, limit: Int, after: UInt8? = nil) {
    self.minimum = minimum
    self.limit = limit
    if let after { previousIsWord = Self.isWord[Int(after)] }
  }

  /// The rule of a model.
  init(_ shape: ModelShape, after: UInt8? = nil) {
    self.init(minimum: shape.patchMinimum, limit: shape.patchLimit, after: after)
  }

  /// By byte, whether it is of a word.
  public static let isWord: [Bool] = (UInt8.min...UInt8.max).map { byte in
    switch byte {
    case 0x80..., 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: true
    default: false
    }
  }

  /// Whether this byte, the next of the page, ends a patch.
  public mutating func endsPatch(_ byte: UInt8) -> Bool {
    let isWord = Self.isWord[Int(byte)]
    length += 1
    let ends = length >= limit || (length >= minimum && ((!isWord && previousIsWord) || byte == 0x3e))
    previousIsWord = isWord
    if ends { length = 0 }
    return ends
  }

  /// Ends the patch behind the byte just read, although the rule would not.
  mutating func forceEnd() { length = 0 }
}

/// A stretch of page cut into patches.
public struct PatchPlan: Sendable {
  /// The last byte of each patch, ascending; P entries.
  public var ends: [Int32] = []
  /// For each byte the patch it is in; T entries.
  public var patch: [Int32] = []
  /// For each byte how many patches of this stretch are finished with it; T entries, 0…P.
  public var finished: [Int32] = []

  public init() {}

  /// - Parameter closed: the page ends here, or the caller wants a patch to end with the last byte in any case.
  public init(_ bytes: ArraySlice<UInt8>, rule: inout PatchRule, closed: Bool) {
    patch.reserveCapacity(bytes.count)
    finished.reserveCapacity(bytes.count)
    var current: Int32 = 0
    for (position, byte) in bytes.enumerated() {
      patch.append(current)
      var ends = rule.endsPatch(byte)
      if !ends, closed, position == bytes.count - 1 {
        rule.forceEnd()
        ends = true
      }
      if ends {
        self.ends.append(Int32(position))
        current += 1
      }
      finished.append(current)
    }
  }

  /// Whether the last byte ends a patch.
  public var isClosed: Bool { Int(ends.last ?? -1) == patch.count - 1 }
}
