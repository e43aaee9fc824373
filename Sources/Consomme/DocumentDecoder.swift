public import Documents
import PageTags

/// What was read of a page.
public struct DecodedDocument: Sendable {
  public var document: Document
  /// The word F1 that the model expects of its choice of text, 0…1.
  public var confidence: Double
  /// One span a block of text, in reading order.
  public var spans: [TextSpan]
}

/// Turns tags into a document. Time is linear in the page.
public enum DocumentDecoder {
  public static func decode(_ page: TaggedPage, options: ReadingOptions = .init()) -> DecodedDocument {
    let page = page.smoothed()
    let segmented = SegmentedPage(page)
    let kept = segmented.kept(options)
    let inlines = InlineBuilder(page: page, scan: segmented.scan)
    var assembler = DocumentAssembler(page: page, segmented: segmented)
    for event in segmented.events {
      switch event {
      case .segment(let index):
        var segment = segmented.segments[index]
        if kept[index] { segment.dropPermalinks(inlines) }
        if kept[index] && !segment.pieces.isEmpty && !segmented.isGutter(index, inlines) {
          assembler.add(segment)
        } else {
          assembler.skip(segment)
        }
      case .boundary(let kind, let block, let list, let value):
        assembler.boundary(kind, block: block, list: list, value: value)
      }
    }
    return DecodedDocument(
      document: Document(blocks: assembler.finish()), confidence: segmented.expectedF1(kept),
      spans: SpanDecoder.spans(of: page, segmented, kept: kept, options))
  }
}

extension SegmentedPage {
  /// Which segments are read.
  ///
  /// Tables stand or fall whole; pictures go with the text around them.
  func kept(_ options: ReadingOptions) -> [Bool] {
    if options.wholePage { return segments.map { _ in true } }
    let threshold = threshold(options.favor)
    var kept = segments.map { $0.decided >= threshold }
    for table in tables {
      let length = table.reduce(0) { $0 + segments[$1].length }
      guard length > 0 else { continue }
      let mean = table.reduce(0) { $0 + segments[$1].probability * Double(segments[$1].length) } / Double(length)
      for index in table { kept[index] = mean >= threshold }
    }
    // The nearer text decides where text of the main content ends or begins.
    let texts = segments.indices.filter { segments[$0].length > 0 }
    var next = 0
    for index in segments.indices where segments[index].length == 0 {
      while next < texts.count, texts[next] < index { next += 1 }
      let before = next > 0 ? segments[index].range.lowerBound - segments[texts[next - 1]].range.upperBound : Int.max
      let after =
        next < texts.count ? segments[texts[next]].range.lowerBound - segments[index].range.upperBound : Int.max
      let nearest = before <= after ? next - 1 : next
      kept[index] = texts.indices.contains(nearest) && kept[texts[nearest]]
    }
    return kept
  }

  /// P(main | text) from which on segments of this page are kept.
  func threshold(_ favor: ReadingOptions.Favor) -> Double {
    // A short block may be sure by accident.
    let long = segments.filter { $0.length >= 60 }
    let surest = (long.isEmpty ? segments : long).map(\.decided).max() ?? 0
    return max(favor.threshold.floor, favor.threshold.share * surest)
  }

  /// Segments of each table: those in cells and captions between two `.table` boundaries or other text.
  private var tables: [[Int]] {
    var result: [[Int]] = []
    var open: [Int] = []
    for event in events {
      switch event {
      case .boundary(.table, _, _, _):
        if !open.isEmpty { result.append(open) }
        open = []
      case .segment(let index):
        if segments[index].block.isTabular {
          open.append(index)
        } else if segments[index].length > 0 {
          if !open.isEmpty { result.append(open) }
          open = []
        }
      default: break
      }
    }
    return open.isEmpty ? result : result + [open]
  }

  /// 2·E[right] / (chosen + E[gold]) over text bytes.
  func expectedF1(_ kept: [Bool]) -> Double {
    var right = 0.0
    var chosen = 0.0
    var gold = 0.0
    for (index, segment) in segments.enumerated() {
      let length = Double(segment.length)
      gold += segment.probability * length
      if kept[index] {
        chosen += length
        right += segment.probability * length
      }
    }
    return chosen + gold > 0 ? 2 * right / (chosen + gold) : 1
  }
}

extension BlockKind {
  var isTabular: Bool { self == .cell || self == .headerCell || self == .caption }
}
