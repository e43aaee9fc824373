public import ByteModel
import PageTags

/// The patches of a page as the network over patches sees them: what the tag heads make of each, and how surprised the next-byte
/// model is there.
public struct FaultPatches: Sendable {
  private let units: PatchUnits
  /// [P,measures], row by row.
  private let measures: [Float]
  /// For each patch the byte a fault in it would be said to begin at.
  let places: [Int]

  /// Patches read at once, and those beside a stretch that its answers may lean on.
  private static let stretch = 2_048
  private static let margin = 256

  /// - Parameter page: condensed UTF-8.
  public init(reading page: [UInt8], with tagger: PageTagger) {
    let (found, surprise) = tagger.tagsAndSurprise(of: page)
    self.init(found, surprise)
  }

  /// - Parameters:
  ///   - found: tags with faults and patches.
  ///   - surprise: of the same page.
  init(_ found: TagPredictions, _ surprise: Surprise) {
    units = found.patches ?? PatchUnits(columns: 0)
    var measures: [Float] = []
    var places: [Int] = []
    var start = 0
    for end in units.ends {
      let range = start..<max(start + 1, min(Int(end), surprise.bits.count))
      let (row, place) = Self.measures(of: range, found.faultProbability, surprise)
      measures += row
      places.append(place)
      start = range.upperBound
    }
    (self.measures, self.places) = (measures, places)
  }

  public var count: Int { places.count }

  /// The patch that holds byte `offset`; the last one for what is behind it.
  public func patch(of offset: Int) -> Int { min(units.firstPatch(endingBehind: offset), max(0, count - 1)) }

  /// Below these log odds the head's likeliest byte of a patch is as good as any.
  private static let silence: Float = -8

  /// Inputs of a patch, and where a fault in it would begin.
  private static func measures(of range: Range<Int>, _ faults: [Float], _ surprise: Surprise) -> ([Float], Int) {
    var sum: Float = 0
    var place = range.lowerBound
    var oddest = range.lowerBound
    var bits: Float = 0
    var most: Float = 0
    var expected: Float = 0
    var boldest: Float = 0
    for byte in range {
      sum += faults[byte]
      if faults[byte] > faults[place] { place = byte }
      bits += surprise.bits[byte]
      most = max(most, surprise.bits[byte])
      expected += surprise.entropy[byte]
      let excess = surprise.bits[byte] - surprise.entropy[byte]
      if excess > surprise.bits[oddest] - surprise.entropy[oddest] { oddest = byte }
      // How wrong the model was where it was sure.
      boldest = max(boldest, excess / (0.3 + surprise.entropy[byte].squareRoot()))
    }
    let length = Float(range.count)
    let head = odds(faults[place])
    var row: [Float] = [
      odds(sum), head, bits / 8, most / 4, (bits - expected) / 8,
      (surprise.bits[oddest] - surprise.entropy[oddest]) / 4, expected / length,
      surprise.bits[range.lowerBound] / 4, surprise.bits[range.upperBound - 1] / 4, length / 8,
      Float(place - range.lowerBound) / 8, Float(oddest - range.lowerBound) / 8,
      Float(Double(1 + boldest).log2), surprise.entropy[oddest],
    ]
    row += [Float](repeating: 0, count: RowNetwork.Role.fault.measures - row.count)
    return (row, head > silence ? place : range.lowerBound)
  }

  /// Binary log odds.
  private static func odds(_ probability: Float) -> Float {
    let p = Double(min(max(probability, 1e-7), 1 - 1e-6))
    return Float((p / (1 - p)).log2)
  }

  /// Patches of each stretch that the network reads at once; they do not overlap.
  public var stretches: [Range<Int>] {
    stride(from: 0, to: count, by: Self.stretch).map { $0..<min(count, $0 + Self.stretch) }
  }

  /// The inputs of a range of patches.
  public func page(_ range: Range<Int>) -> RowNetwork.Page {
    let columns = RowNetwork.Role.fault.measures
    var page = RowNetwork.Page()
    page.inputs.reserveCapacity(range.count * (units.columns + columns))
    for patch in range {
      for unit in units.rows[patch * units.columns..<(patch + 1) * units.columns] {
        page.inputs.append(Float(bitPattern: UInt32(unit) << 16))
      }
      page.inputs += measures[patch * columns..<(patch + 1) * columns]
    }
    page.weights = [Float](repeating: 1, count: range.count)
    return page
  }

  /// Log odds (natural) that a fault begins in each patch.
  ///
  /// - Parameter prepare: called before each stretch; what the network computed for the one before is not needed any more.
  func logits(_ network: RowNetwork, prepare: () -> Void) -> [Float] {
    var result: [Float] = []
    for stretch in stretches {
      let context = max(0, stretch.lowerBound - Self.margin)..<min(count, stretch.upperBound + Self.margin)
      prepare()
      let logits = network.forward(page(context)).logits
      result += logits[stretch.lowerBound - context.lowerBound..<stretch.upperBound - context.lowerBound]
    }
    return result
  }
}
