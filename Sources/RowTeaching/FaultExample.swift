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

  /// What there is to learn from a line of a corpus, broken anew with every seed; nothing where the page is too broken or too large.
  public static func examples(
    _ row: CorpusPage, seed: UInt64, reader: PageReader, byteLimit: Int = 100_000
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
    let count = faultCount(random.nextUniform(), random.nextUniform())
    if count > 0 {
      var corrupter = Corrupter(seed: random.next())
      page = isJSON ? corrupter.corruptJSON(page, count: count) : corrupter.corrupt(page, count: count)
    }
    page = CondensingTeacher.condense(page)
    guard (100...byteLimit).contains(page.bytes.count) else { return [] }
    return examples(page, reader: reader)
  }

  /// A quarter of the pages stay as they are, half have one fault, the others two to five.
  private static func faultCount(_ draw: Float, _ more: Float) -> Int {
    draw < 0.25 ? 0 : draw < 0.75 ? 1 : 2 + Int(4 * more)
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

/// The loss of a stretch: cross-entropy over its patches, summed, so that the answers are odds; and, where faults are, what it costs to
/// point at them among all patches, so that the first guess is right.
enum FaultLoss {
  static let weightOfPointing: Float = 0.5
  /// Keeps gradients of pages of many patches in the range that the optimiser is set for.
  static let scale: Float = 1 / 3

  static func of(_ logits: [Float], labels: [Float?]) -> (loss: Float, slopes: [Float]) {
    var loss: Float = 0
    var slopes = [Float](repeating: 0, count: logits.count)
    var faults: Float = 0
    var largest = -Float.infinity
    for (index, label) in labels.enumerated() {
      guard let label else { continue }
      let logit = logits[index]
      let p = 1 / (1 + exp(-logit))
      // log(1 + e^x) − label · x
      loss += max(logit, 0) + log(1 + exp(-abs(logit))) - label * logit
      slopes[index] = p - label
      faults += label
      largest = max(largest, logit)
    }
    if faults > 0 {
      var sum: Float = 0
      for (index, label) in labels.enumerated() where label != nil { sum += exp(logits[index] - largest) }
      for (index, label) in labels.enumerated() {
        guard let label else { continue }
        loss += weightOfPointing * label * (largest + log(sum) - logits[index])
        slopes[index] += weightOfPointing * (faults * exp(logits[index] - largest) / sum - label)
      }
    }
    return (loss * scale, slopes.map { $0 * scale })
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
