import ByteModel
import PageTags
public import Pages

/// Finds where a page's markup is malformed and proposes how to mend it.
///
/// The fault head says where and of what kind; the next-byte model weighs the edits that would mend it: a repair pays when it makes the
/// stretch around it cheaper by more bits than it costs to describe.
public struct FaultFinder {
  public struct Options: Sendable {
    /// Diagnostics with less evidence are left out, bits. models/README.md says what the default lets through.
    public var leastScore = 2.5
    /// At most so many a page.
    public var limit = 20
    /// Repairs are sought for so many of them.
    public var repairLimit = 6

    public init() {}
  }

  private let reader: PageReader
  private let options: Options

  /// Bytes before and after a fault that are read again to weigh a repair.
  private static let before = 640
  private static let after = 256
  /// Two diagnostics are at least this far apart.
  private static let spacing = 24
  /// Bytes over which the head's probability for one fault is spread.
  private static let spread = 6

  public init(reader: PageReader, options: Options = .init()) {
    self.reader = reader
    self.options = options
  }

  /// What speaks for a fault at one place, in bits.
  struct Evidence {
    /// Log odds of the fault head.
    var odds: Double
    /// How much cheaper the stretch becomes when it is mended, less the description of the edit.
    var saved = 0.0
    /// How far the head's log odds fall around the place when it is mended.
    var relieved = 0.0

    /// Weights fitted on corrupted pages of the train split, see models/EXPERIMENTS.md.
    var score: Double {
      odds + FaultFinder.weightOfSaving * min(FaultFinder.largestSaving, saved)
        + FaultFinder.weightOfRelief * min(FaultFinder.largestRelief, max(0, relieved))
    }
  }
  static let weightOfSaving = 0.4
  static let largestSaving = 40.0
  static let weightOfRelief = 0.5
  static let largestRelief = 12.0

  /// Diagnostics of a page, the likeliest first.
  public func diagnostics(of decoded: DecodedPage) -> [Diagnostic] {
    let condensed = Condenser.condense(decoded.utf8)
    let bytes = condensed.bytes
    guard !bytes.isEmpty else { return [] }
    let map = condensed.map.composed(with: decoded.map)
    let found = reader.tagger.tags(of: bytes, faults: true)
    let peaks = Self.peaks(found.faultProbability, limit: options.limit)
    let candidates = peaks.isEmpty ? nil : RepairCandidates(bytes)
    var result: [Diagnostic] = []
    for (rank, peak) in peaks.enumerated() {
      var evidence = Evidence(odds: Self.logOdds(peak.probability))
      let kind = found.faultKind[peak.offset]
      var repair: Edit?
      // What no repair could lift above the threshold is not worth one.
      if rank < options.repairLimit, evidence.odds + Self.largestGain >= options.leastScore, let candidates,
        let best = bestEdit(candidates, kind, at: peak.offset, in: bytes)
      {
        repair = best.edit
        evidence.saved = best.saved
        evidence.relieved = best.relieved
      }
      result.append(
        Diagnostic(
          offset: map.source(of: peak.offset), length: Self.length(of: kind), rule: kind.rule, score: evidence.score,
          message: Self.message(kind), repair: repair.map { Self.repair($0, bytes: bytes, map: map) }))
    }
    return result.filter { $0.score >= options.leastScore }.sorted { $0.score > $1.score }
  }

  private static let largestGain = weightOfSaving * largestSaving + weightOfRelief * largestRelief

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

  /// The places of highest probability, each with what its neighbours add, spaced apart.
  static func peaks(_ probabilities: [Float], limit: Int) -> [Peak] {
    let order = probabilities.indices.filter { probabilities[$0] > 0.002 }.sorted {
      probabilities[$0] > probabilities[$1]
    }
    var taken: [Peak] = []
    for index in order {
      if taken.count >= limit { break }
      if taken.contains(where: { abs($0.offset - index) < spacing }) { continue }
      taken.append(Peak(offset: index, probability: Self.probability(near: index, in: probabilities)))
    }
    return taken.sorted { $0.probability > $1.probability }
  }

  /// That a fault begins within `spread` bytes of `index`.
  private static func probability(near index: Int, in probabilities: [Float]) -> Double {
    let range = max(0, index - spread)...min(probabilities.count - 1, index + spread)
    return min(0.999_999, range.reduce(0.0) { $0 + Double(probabilities[$1]) })
  }

  /// Of the edits that save most bits net of their description, the one that leaves the place looking soundest.
  func bestEdit(
    _ candidates: RepairCandidates, _ kind: FaultKind, at offset: Int, in bytes: [UInt8]
  ) -> (edit: Edit, saved: Double, relieved: Double)? {
    let start = max(0, offset - Self.before)
    let end = min(bytes.count, offset + Self.after)
    let window = Array(bytes[start..<end])
    let edits = candidates.edits(for: kind, at: offset) + proposals(at: offset - start, in: window, start: start)
    guard !edits.isEmpty else { return nil }
    let unchanged = cost(window)
    var tried: [(edit: Edit, local: Edit, saved: Double)] = []
    var seen: Set<Edit> = []
    for edit in edits where seen.insert(edit).inserted {
      let local = Edit(offset: edit.offset - start, delete: edit.delete, insert: edit.insert)
      guard local.offset >= 0, local.offset + local.delete <= window.count else { continue }
      // Deleting is described by its length, inserting by the bytes, which the cost of the new stretch includes already.
      let description = 2 + 1.5 * Double(edit.insert.isEmpty ? 1 : 0)
      tried.append((edit, local, unchanged - cost(local.applied(to: window[...])) - description))
    }
    tried.sort { $0.saved > $1.saved }
    let odds = worstOdds(around: offset - start, in: window)
    var best: (edit: Edit, saved: Double, relieved: Double)?
    for (edit, local, saved) in tried.prefix(Self.verified) {
      let relieved = odds - worstOdds(around: offset - start, in: local.applied(to: window[...]))
      func gain(_ saved: Double, _ relieved: Double) -> Double {
        Self.weightOfSaving * saved + Self.weightOfRelief * relieved
      }
      if best.map({ gain(saved, relieved) > gain($0.saved, $0.relieved) }) ?? true { best = (edit, saved, relieved) }
    }
    if let found = best, found.saved < 0 { best = (found.edit, 0, found.relieved) }
    return best
  }

  /// How many edits the fault head looks at.
  private static let verified = 4

  /// The head's log odds of the likeliest fault within 40 bytes of `offset`.
  private func worstOdds(around offset: Int, in window: [UInt8]) -> Double {
    let probabilities = reader.tagger.tags(of: window, faults: true).faultProbability
    guard !probabilities.isEmpty else { return 0 }
    let range = max(0, min(probabilities.count - 1, offset) - 40)...min(probabilities.count - 1, offset + 40)
    let worst = range.max { probabilities[$0] < probabilities[$1] } ?? offset
    return Self.logOdds(Self.probability(near: worst, in: probabilities))
  }

  /// Edits that the next-byte model itself has in mind: at and next to the place, its likeliest bytes put in or put in place of what
  /// is there, and what is there left out.
  private func proposals(at offset: Int, in window: [UInt8], start: Int) -> [Edit] {
    var result: [Edit] = []
    for at in [offset, offset + 1, offset - 1] where at >= 1 && at <= window.count {
      for byte in reader.tagger.likeliestBytes(after: Array(window[..<at]), count: 2) where byte < 0x80 {
        result.append(Edit(offset: start + at, delete: 0, insert: [byte]))
        if at < window.count, window[at] != byte, window[at] < 0x80 {
          result.append(Edit(offset: start + at, delete: 1, insert: [byte]))
        }
      }
      if at < window.count, window[at] < 0x80 { result.append(Edit(offset: start + at, delete: 1, insert: [])) }
    }
    return result
  }

  private func cost(_ bytes: [UInt8]) -> Double {
    reader.tagger.surprise(of: bytes).bits.reduce(0) { $0 + Double($1) }
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
