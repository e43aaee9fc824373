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

/// Turns tags into a document.
public enum DocumentDecoder {
  public static func decode(_ page: TaggedPage, options: ReadingOptions = .init()) -> DecodedDocument {
    let segmented = SegmentedPage(page)
    let kept = segmented.kept(options)
    var assembler = DocumentAssembler(page: page, segmented: segmented)
    for event in segmented.events {
      switch event {
      case .segment(let index): if kept[index] { assembler.add(segmented.segments[index]) } else { assembler.skip() }
      case .boundary(let kind, let block, let list, let value):
        assembler.boundary(kind, block: block, list: list, value: value)
      }
    }
    let spans = segmented.segments.indices.filter { kept[$0] && segmented.segments[$0].length > 0 }.map { index in
      let segment = segmented.segments[index]
      let range = page.inputRange(segment.range)
      return TextSpan(
        start: range.lowerBound, end: range.upperBound, tag: segment.spanName,
        confidence: options.wholePage ? segment.confidence : segment.decided)
    }
    return DecodedDocument(
      document: Document(blocks: assembler.finish()), confidence: segmented.expectedF1(kept), spans: spans)
  }
}

extension SegmentedPage {
  /// Which segments are read.
  ///
  /// Tables stand or fall whole; pictures go with the text around them.
  func kept(_ options: ReadingOptions) -> [Bool] {
    if options.wholePage { return segments.map { _ in true } }
    let threshold = options.favor.threshold
    var kept = segments.map { $0.decided >= threshold }
    for table in tables {
      let length = table.reduce(0) { $0 + segments[$1].length }
      guard length > 0 else { continue }
      let mean = table.reduce(0) { $0 + segments[$1].probability * Double(segments[$1].length) } / Double(length)
      for index in table { kept[index] = mean >= threshold }
    }
    let texts = segments.indices.filter { segments[$0].length > 0 }
    var next = 0
    for index in segments.indices where segments[index].length == 0 {
      while next < texts.count, texts[next] < index { next += 1 }
      let before = next > 0 ? kept[texts[next - 1]] : false
      let after = next < texts.count ? kept[texts[next]] : false
      kept[index] = before && after
    }
    return kept
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

extension Segment {
  var spanName: String {
    if let level = block.headingLevel { return "heading\(level)" }
    return switch block {
    case .code: "code"
    case .headerCell: "header_cell"
    case .cell: "cell"
    case .caption: "caption"
    case .term: "term"
    case .description: "description"
    default: isQuoted ? "quote" : (list == .none ? "paragraph" : "item")
    }
  }
}
