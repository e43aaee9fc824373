import ByteModel
import PageTags
public import Pages

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds where a page's markup is malformed and proposes how to mend it.
///
/// The fault head says where and of what kind; the next-byte model weighs the edits that would mend it: a repair pays when it makes the
/// stretch around it cheaper by more bits than it costs to describe.
public struct FaultFinder {
  public struct Options: Sendable {
    /// Diagnostics with less evidence are left out, bits; nil: 0, an even chance, where the model has a network over patches, and 3
    /// where its fault head has to do alone. models/README.md says what that lets through.
    public var leastScore: Double?
    /// At most so many a page.
    public var limit = 20
    /// Repairs are sought for so many of them.
    public var repairLimit = 6

    public init() {}
  }

  private let reader: PageReader
  private let options: Options

  /// Bytes before a fault that edits may touch, and bytes behind it that are read again to weigh one.
  private static let before = 48
  private static let after = 224
  /// Two diagnostics are at least this far apart.
  private static let spacing = 24
  /// Places less likely than that are not looked at.
  private static let leastProbability = 0.002
  /// Bytes over which the head's probability for one fault is spread.
  private static let spread = 6

  public init(reader: PageReader, options: Options = .init()) {
    self.reader = reader
    self.options = options
  }

  private var leastScore: Double { options.leastScore ?? (reader.decidesFaults ? 0 : 3) }

  /// What speaks for a fault at one place, in bits.
  struct Evidence {
    /// Log odds of the fault head.
    var odds: Double
    /// How much cheaper the stretch becomes when it is mended, less the description of the edit.
    var saved = 0.0

    /// Fitted on corrupted and sound pages of the train split, see models/EXPERIMENTS.md: relief picks the repair, but does not tell
    /// faulty places from sound ones.
    var score: Double { odds + FaultFinder.creditOfSaving * min(FaultFinder.largestSaving, max(0, saved)) }
  }
  static let creditOfSaving = 0.2
  /// How edits for one place are weighed against each other.
  static let weightOfSaving = 0.4
  static let largestSaving = 40.0
  static let weightOfRelief = 0.5

  /// Diagnostics of a page, the likeliest first.
  public func diagnostics(of decoded: DecodedPage) -> [Diagnostic] {
    let condensed = Condenser.condense(decoded.utf8)
    let bytes = condensed.bytes
    guard !bytes.isEmpty else { return [] }
    let map = condensed.map.composed(with: decoded.map)
    let (found, peaks) = peaks(in: bytes)
    var repairs = repairs(for: peaks, kinds: found.faultKind, in: bytes)
    var result: [Diagnostic] = []
    for peak in peaks {
      let repair = repairs.removeValue(forKey: peak.offset)
      let evidence = Evidence(
        odds: Self.logOdds(peak.probability),
        saved: repair?.saved ?? 0)
      let kind = found.faultKind[peak.offset]
      result.append(
        Diagnostic(
          offset: map.source(of: peak.offset), length: Self.length(of: kind), rule: kind.rule, score: evidence.score,
          message: Self.message(kind), repair: repair.map { Self.repair($0.edit, bytes: bytes, map: map) }))
    }
    return result.filter { $0.score >= leastScore }.sorted { $0.score > $1.score }
  }

  /// An edit, and what speaks for it.
  struct WeighedEdit {
    var edit: Edit
    var saved: Double
    var relieved: Double
    var gain: Double {
      FaultFinder.weightOfSaving * min(FaultFinder.largestSaving, saved) + FaultFinder.weightOfRelief * relieved
    }
  }

  /// The best edits for the likeliest of `peaks`, by their offsets.
  func repairs(for peaks: [Peak], kinds: [FaultKind], in bytes: [UInt8]) -> [Int: WeighedEdit] {
    // What a repair of the usual gain would not lift above the threshold is not worth one.
    let worthy = peaks.prefix(options.repairLimit).map {
      (offset: $0.offset, odds: Self.logOdds($0.probability))
    }.filter { $0.odds + Self.usualGain >= leastScore }.map(\.offset).sorted()
    guard !worthy.isEmpty else { return [:] }
    let candidates = RepairCandidates(bytes)
    let points = reader.tagger.points(before: worthy, margin: Self.before, in: bytes)
    var result: [Int: WeighedEdit] = [:]
    for (offset, point) in zip(worthy, points) {
      result[offset] = bestEdit(candidates, kinds[offset], at: offset, in: bytes, from: point)
    }
    return result
  }

  /// Bits that an edit of the model's own must save beyond one that the kind of fault calls for.
  private static let costOfProposal = 10.0
  /// Bits that an edit of the model's own must save for every byte of the page it takes away.
  private static let costOfLoss = 5.0
  private static let usualGain = creditOfSaving * largestSaving / 2

  private static func logOdds(_ probability: Double) -> Double {
    // Shifted so that 0 bits is an even chance that the page has a fault here.
    let p = min(max(probability, 1e-9), 1 - 1e-9)
    return (p / (1 - p)).log2
  }

  private static func length(of kind: FaultKind) -> Int {
    switch kind {
    case .swappedBytes: 2
    case .rawLessThan, .strayQuote, .bareAmpersand, .extraComma, .invalidEscape: 1
    default: 0
    }
  }

  struct Peak {
    var offset: Int
    var probability: Double
  }

  /// What the heads say, and the likeliest places: by the network over patches, where the model has one, else by the fault head alone.
  private func peaks(in bytes: [UInt8]) -> (found: TagPredictions, peaks: [Peak]) {
    guard reader.decidesFaults else {
      let found = reader.tagger.tags(of: bytes, faults: true)
      return (found, Self.peaks(found.faultProbability, limit: options.limit))
    }
    let (found, surprise) = reader.tagger.tagsAndSurprise(of: bytes)
    let patches = FaultPatches(found, surprise)
    return (found, Self.peaks(reader.faultLogits(patches) ?? [], at: patches.places, limit: options.limit))
  }

  /// The patches of highest probability, each with what its neighbours add, their places spaced apart.
  static func peaks(_ logits: [Float], at places: [Int], limit: Int) -> [Peak] {
    let probabilities = logits.map { 1 / (1 + exp(-Double($0))) }
    return peaks(probabilities, limit: limit) {
      places[$0]
    } near: { index in
      probabilities[max(0, index - 1)...min(probabilities.count - 1, index + 1)].reduce(0, +)
    }
  }

  /// The places of highest probability, each with what its neighbours add, spaced apart.
  static func peaks(_ probabilities: [Float], limit: Int) -> [Peak] {
    peaks(probabilities.map(Double.init), limit: limit) {
      $0
    } near: {
      probability(near: $0, in: probabilities)
    }
  }

  /// - Parameters:
  ///   - place: the byte that an index of `probabilities` stands for.
  ///   - near: what an index and its neighbours make together.
  private static func peaks(
    _ probabilities: [Double], limit: Int, at place: (Int) -> Int, near: (Int) -> Double
  ) -> [Peak] {
    let order = probabilities.indices.filter { probabilities[$0] > leastProbability }.sorted {
      probabilities[$0] > probabilities[$1]
    }
    var taken: [Peak] = []
    for index in order {
      if taken.count >= limit { break }
      if taken.contains(where: { abs($0.offset - place(index)) < spacing }) { continue }
      taken.append(Peak(offset: place(index), probability: min(0.999_999, near(index))))
    }
    return taken.sorted { $0.probability > $1.probability }
  }

  /// That a fault begins within `spread` bytes of `index`.
  private static func probability(near index: Int, in probabilities: [Float]) -> Double {
    let range = max(0, index - spread)...min(probabilities.count - 1, index + spread)
    return min(0.999_999, range.reduce(0.0) { $0 + Double(probabilities[$1]) })
  }

  /// The edit that gains most: in bits saved, net of its description, and in how sound the fault head finds the place afterwards.
  private func bestEdit(
    _ candidates: RepairCandidates, _ kind: FaultKind, at offset: Int, in bytes: [UInt8], from point: ReadingPoint
  ) -> WeighedEdit? {
    let start = point.offset
    let end = min(bytes.count, offset + Self.after)
    guard start < end else { return nil }
    let window = Array(bytes[start..<end])
    let rest = bytes[end...]
    let place = offset - start
    let known = candidates.edits(for: kind, at: offset)
    let unchanged = reader.tagger.reread(
      window, from: point, following: rest, likeliestBehind: place - 2..<place + 1, count: known.isEmpty ? 5 : 2)
    let cost = Self.total(unchanged.bits)
    let odds = Self.worstOdds(around: place, in: unchanged.faultProbability)
    var best: WeighedEdit?
    var seen: Set<Edit> = []
    let edits = known + proposals(unchanged.likeliest, at: place, in: window, start)
    for (rank, edit) in edits.enumerated() where seen.insert(edit).inserted {
      let local = Edit(offset: edit.offset - start, delete: edit.delete, insert: edit.insert)
      guard local.offset >= 0, local.offset + local.delete <= window.count else { continue }
      let mended = reader.tagger.reread(local.applied(to: window[...]), from: point, following: rest)
      // Deleting is described by its length, inserting by the bytes, which the cost of the new stretch includes already.
      // What the kind of fault does not call for has to be worth more; where no kind says anything, what takes bytes of the page away.
      let isProposal = rank >= known.count
      let surprise = isProposal ? (known.isEmpty ? Double(edit.delete) * Self.costOfLoss : Self.costOfProposal) : 0
      let description = 2 + 1.5 * Double(edit.insert.isEmpty ? 1 : 0) + surprise
      let weighed = WeighedEdit(
        edit: edit, saved: cost - Self.total(mended.bits) - description,
        relieved: odds - Self.worstOdds(around: place, in: mended.faultProbability))
      if best.map({ weighed.gain > $0.gain }) ?? true { best = weighed }
    }
    return best
  }

  private static func total(_ bits: [Float]) -> Double { bits.reduce(0) { $0 + Double($1) } }

  /// The head's log odds of the likeliest fault within 40 bytes of `offset`.
  private static func worstOdds(around offset: Int, in probabilities: [Float]) -> Double {
    guard !probabilities.isEmpty else { return 0 }
    let last = probabilities.count - 1
    let range = max(0, min(last, offset) - 40)...min(last, offset + 40)
    let worst = range.max { probabilities[$0] < probabilities[$1] } ?? 0
    return logOdds(probability(near: worst, in: probabilities))
  }

  /// Edits that the next-byte model itself has in mind: at and next to the place, its likeliest bytes put in or put in place of what
  /// is there, and what is there left out.
  ///
  /// - Parameter likeliest: behind the two bytes before `place`, and behind the byte there.
  private func proposals(_ likeliest: [[UInt8]], at place: Int, in window: [UInt8], _ start: Int) -> [Edit] {
    var result: [Edit] = []
    for (index, bytes) in likeliest.enumerated() {
      let at = place - 1 + index
      guard at >= 1, at <= window.count else { continue }
      let old = at < window.count && window[at] < 0x80 ? window[at] : nil
      for byte in bytes where byte < 0x80 {
        result.append(Edit(offset: start + at, delete: 0, insert: [byte]))
        if let old, old != byte { result.append(Edit(offset: start + at, delete: 1, insert: [byte])) }
      }
      if old != nil { result.append(Edit(offset: start + at, delete: 1, insert: [])) }
    }
    return result
  }

  private static func repair(_ edit: Edit, bytes: [UInt8], map: OffsetMap) -> Diagnostic.Repair {
    let start = map.source(of: edit.offset)
    let end = edit.delete == 0 ? start : map.source(of: edit.offset..<edit.offset + edit.delete).upperBound
    return .init(offset: start, delete: end - start, insert: String(decoding: edit.insert, as: UTF8.self))
  }

  private static func message(_ kind: FaultKind) -> String {
    switch kind {
    case .none: "something is odd here"
    case .missingOpeningQuote: "the value has no opening quote"
    case .missingClosingQuote: "the value has no closing quote"
    case .missingEquals: "an equals sign is missing between an attribute and its value"
    case .missingAttributeSpace: "there is no space between two attributes"
    case .duplicateAttribute: "the attribute stands twice in this tag"
    case .misspeltAttribute: "the attribute's name looks misspelt"
    case .missingTagClose: "the tag is not closed with >"
    case .missingTagOpen: "a tag begins without <"
    case .missingSlash: "an end tag lacks its slash"
    case .missingEndTag: "an end tag is missing"
    case .missingStartTag: "a start tag is missing"
    case .strayEndTag: "this end tag closes nothing"
    case .misspeltTag: "the tag's name looks misspelt"
    case .swappedBytes: "two characters look swapped"
    case .missingSemicolon: "the character reference lacks its semicolon"
    case .bareAmpersand: "an ampersand is not escaped"
    case .misspeltEntity: "there is no character reference of this name"
    case .rawLessThan: "a < in the text is not escaped"
    case .brokenComment: "the comment's delimiter is broken"
    case .misnestedTags: "these tags are closed in the wrong order"
    case .blockInParagraph: "a block stands inside a paragraph"
    case .truncatedPage: "the page ends inside a tag"
    case .strayQuote: "a quote too many"
    case .missingStringQuote: "a string lacks a quote"
    case .missingComma: "a comma is missing"
    case .extraComma: "a comma too many"
    case .missingColon: "a colon is missing"
    case .missingOpeningBracket: "an opening bracket is missing"
    case .missingClosingBracket: "a closing bracket is missing"
    case .invalidEscape: "no escape of this kind exists"
    case .truncatedDocument: "the document ends too early"
    }
  }
}

extension Double {
  /// Binary logarithm, from the exponent and a short series; the reading path links no math library.
  var log2: Double {
    guard self > 0, isFinite else { return self > 0 ? .infinity : -.infinity }
    // significand in [1, 2): ln(m) = 2 artanh((m − 1)/(m + 1))
    let ratio = (significand - 1) / (significand + 1)
    let square = ratio * ratio
    var term = ratio
    var sum = 0.0
    for power in stride(from: 1.0, through: 31, by: 2) {
      sum += term / power
      term *= square
    }
    return Double(exponent) + 2 * sum * 1.442_695_040_888_963_4
  }
}
