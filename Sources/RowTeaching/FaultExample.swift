public import ByteModel
public import Consomme
public import Inputs
import ModelTraining
import PageTags
public import TeachingData

/// A page with planted faults as the network over patches learns from it.
public struct FaultExample: Sendable {
  public var page: RowNetwork.Page
  /// For each patch whether a fault begins in it, 1 or 0; nil near places that are broken by themselves.
  public var labels: [Float?]

  public init(page: RowNetwork.Page, labels: [Float?]) {
    (self.page, self.labels) = (page, labels)
  }

  /// Patches before and behind a fault of the page's own that nothing is learned from.
  private static let doubt = (before: 20, behind: 5)

  /// Pages with more faults of their own are passed over.
  private static let mostOwnFaults = 3

  /// How many faults are planted in a page.
  public enum Density: Sendable {
    /// None in a quarter of the pages, one in half of them, two to five in the others: so that the answers are odds.
    case sparse
    /// One in every two thousand bytes: so that all kinds are seen often.
    case dense

    fileprivate func count(bytes: Int, _ random: inout SplitMix64) -> Int {
      let (draw, more) = (random.nextUniform(), random.nextUniform())
      return switch self {
      case .sparse: draw < 0.25 ? 0 : draw < 0.75 ? 1 : 2 + Int(4 * more)
      case .dense: min(40, 2 + bytes / 2_000)
      }
    }
  }

  /// What there is to learn from a line of a corpus, broken anew with every seed; nothing where the page is too broken or too large.
  public static func examples(
    _ row: CorpusPage, seed: UInt64, density: Density = .sparse, reader: PageReader, byteLimit: Int = 100_000
  ) -> [FaultExample] {
    let source = row.utf8
    guard (200...byteLimit * 3).contains(source.count) else { return [] }
    let isJSON = row.html == nil && row.servedHTML == nil
    let own = isJSON ? [] : SoundnessCheck.faults(in: source, limit: mostOwnFaults + 1)
    guard own.count <= mostOwnFaults else { return [] }
    var page = TaughtPage(
      bytes: source, tags: isJSON ? JSONTeacher.tag(source) : MarkupTeacher.tag(source),
      faults: own.map { Fault(offset: min($0, source.count - 1), kind: .none) })
    var random = SplitMix64(seed: seed)
    let count = density.count(bytes: source.count, &random)
    if count > 0 {
      var corrupter = Corrupter(seed: random.next())
      page = isJSON ? corrupter.corruptJSON(page, count: count) : corrupter.corrupt(page, count: count)
    }
    page = CondensingTeacher.condense(page)
    guard (100...byteLimit).contains(page.bytes.count) else { return [] }
    return examples(page, reader: reader)
  }

  /// Stretches of `page` as they are read by `FaultPatches`.
  ///
  /// - Parameter page: condensed; faults of kind `.none` are the page's own.
  public static func examples(_ page: TaughtPage, reader: PageReader) -> [FaultExample] {
    let patches = FaultPatches(reading: page.bytes, with: reader.tagger)
    var labels = [Float?](repeating: 0, count: patches.count)
    for fault in page.faults where fault.kind == .none {
      let patch = patches.patch(of: fault.offset)
      for near in max(0, patch - doubt.before)..<min(labels.count, patch + doubt.behind) { labels[near] = nil }
    }
    for fault in page.faults where fault.kind != .none { labels[patches.patch(of: fault.offset)] = 1 }
    return patches.stretches.map { FaultExample(page: patches.page($0), labels: Array(labels[$0])) }
  }
}
