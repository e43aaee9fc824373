import PageTags

/// Says where each block of extracted text, and each link within, stands in the input.
enum SpanDecoder {
  /// Spans in the order of their first bytes; a link follows the block it is in.
  static func spans(
    of page: TaggedPage, _ segmented: SegmentedPage, kept: [Bool], _ options: ReadingOptions
  ) -> [TextSpan] {
    var spans: [TextSpan] = []
    for (index, segment) in segmented.segments.enumerated() where kept[index] && segment.length > 0 {
      let confidence = options.wholePage ? segment.confidence : segment.probability
      func add(_ range: Range<Int>, _ tag: String) {
        let input = page.inputRange(range)
        spans.append(TextSpan(start: input.lowerBound, end: input.upperBound, tag: tag, confidence: confidence))
      }
      add(segment.range, segment.spanName)
      var link: (anchor: Int, range: Range<Int>)?
      for piece in segment.pieces {
        guard case .text(let run) = piece else { continue }
        if let open = link, open.anchor == run.anchor {
          link = (open.anchor, open.range.lowerBound..<run.range.upperBound)
          continue
        }
        if let open = link { add(open.range, "link") }
        link = run.anchor.map { ($0, run.range) }
      }
      if let open = link { add(open.range, "link") }
    }
    return spans
  }
}

extension Segment {
  fileprivate var spanName: String {
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
