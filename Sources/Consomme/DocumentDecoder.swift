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
        segment.codeLanguage = segmented.codeLanguage(of: index, inlines)
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

extension BlockKind {
  var isTabular: Bool { self == .cell || self == .headerCell || self == .caption }
}
