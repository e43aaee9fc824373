import PageTags

/// What mends a planted fault: at `offset` of the broken page, delete `delete` bytes and insert `insert`.
public struct PlantedRepair: Hashable, Sendable {
  public var offset: Int
  public var delete: Int
  public var insert: [UInt8]

  public init(offset: Int, delete: Int, insert: [UInt8]) {
    self.offset = offset
    self.delete = delete
    self.insert = insert
  }
}

/// Breaks taught pages in known ways, labels following, so that a reader learns to read through faults and to see them.
///
/// Deterministic: the seed and the pages corrupted so far decide everything.
public struct Corrupter: Sendable {
  /// Two faults are at least this many bytes apart.
  public static let spacing = 60

  private var random: CorrupterRandom

  public init(seed: UInt64) { random = CorrupterRandom(state: seed) }

  /// `page` with `count` more faults, fewer if there is no place for them. Kinds are chosen uniformly among those that find
  /// a place, places uniformly within a kind.
  public mutating func corrupt(_ page: TaughtPage, count: Int) -> TaughtPage {
    corruptWithRepairs(page, count: count).page
  }

  /// As `corrupt`, with what mends each planted fault, ascending by offset. Applied from the last to the first, the repairs
  /// give the bytes of `page` again.
  public mutating func corruptWithRepairs(_ page: TaughtPage, count: Int) -> (
    page: TaughtPage, repairs: [PlantedRepair]
  ) {
    corruptWithRepairs(page, count: count, kinds: FaultKind.markup)
  }

  /// `document`, which is JSON, with `count` more faults.
  public mutating func corruptJSON(_ document: TaughtPage, count: Int) -> TaughtPage {
    corruptWithRepairs(document, count: count, kinds: FaultKind.json).page
  }

  /// As above, with the kinds to choose from.
  mutating func corruptWithRepairs(_ page: TaughtPage, count: Int, kinds: [FaultKind]) -> (
    page: TaughtPage, repairs: [PlantedRepair]
  ) {
    let planner = CorruptionPlanner(page: page, random: random)
    var kinds = kinds
    while planner.edits.count < count, !kinds.isEmpty {
      let choice = planner.random.below(kinds.count)
      // Places only become fewer, so a kind that found none is done; a page is cut off only once.
      if !planner.plant(kinds[choice]) || kinds[choice].isFinal { kinds.remove(at: choice) }
    }
    random = planner.random
    return planner.finish()
  }
}

extension FaultKind {
  /// Planted once at most: nothing comes behind it.
  var isFinal: Bool { self == .truncatedPage || self == .truncatedDocument }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct CorrupterRandom: RandomNumberGenerator, Sendable {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// 0..<`bound`, which must be positive.
  mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// True once in `count`.
  mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  mutating func pick<C: RandomAccessCollection>(_ choices: C) -> C.Element {
    choices[choices.index(choices.startIndex, offsetBy: below(choices.count))]
  }
}

/// One change of the bytes, in offsets of the page before any change.
struct CorruptionEdit {
  enum Labels {
    /// Inserted bytes are markup that means nothing; what surrounds them (anchor, list …) goes on.
    case markup
    /// Inserted bytes are text like their neighbours.
    case text
    /// As many as inserted bytes.
    case given([ByteTags])
  }

  var offset: Int
  var delete = 0
  var insert: [UInt8] = []
  var labels = Labels.markup
  /// From the edit's place in the broken page to the fault's.
  var faultShift = 0
  /// Whether labels that say where something opens move to a neighbour when their byte is deleted.
  var carriesOpenings = true
  /// Whether an element's boundary does so.
  var carriesBoundaries = true

  var range: Range<Int> { offset..<offset + delete }
}
