public import ByteModel
import PageTags

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The text blocks of a page as the network over blocks sees them.
public struct ContentBlocks: Sendable {
  /// Blocks count by the root of their length.
  public private(set) var page = RowNetwork.Page()
  /// The text bytes of each block, ascending.
  public private(set) var ranges: [[Range<Int>]] = []

  /// Bytes in front of a block, at most, that count as its markup.
  private static let reach = 400

  /// - Parameters:
  ///   - units: of the same page.
  ///   - views: as in `ModelShape.contentViews`.
  public init(_ page: TaggedPage, units: PatchUnits, views: Int) {
    let segments = SegmentedPage(page.smoothed()).segments.filter { $0.length > 0 }
    let view = PageView(segments)
    var before = 0
    var end = 0
    for (index, segment) in segments.enumerated() {
      var ranges: [Range<Int>] = []
      var linked = 0
      for case .text(let run) in segment.pieces {
        ranges.append(run.range)
        if run.anchor != nil { linked += run.range.count }
      }
      self.page.inputs += units.mean(over: ranges)
      let start = ranges.first?.lowerBound ?? end
      if views == 2 { self.page.inputs += units.mean(over: [max(end, start - Self.reach)..<max(end, start)]) }
      end = max(end, ranges.last?.upperBound ?? end)
      self.page.inputs += view.measures(of: segment, index: index, linked: linked, before: before)
      self.page.weights.append(Float(segment.length).squareRoot())
      self.ranges.append(ranges)
      before += segment.length
    }
  }

  /// Sets P(main content) of the bytes of each block.
  ///
  /// - Parameter logits: log odds, one a block.
  func settle(_ logits: [Float], in probability: inout [UInt8]) {
    for (logit, ranges) in zip(logits, ranges) {
      let value = UInt8(255 / (1 + exp(-Double(logit))) + 0.5)
      for range in ranges { for byte in range { probability[byte] = value } }
    }
  }
}

/// What is known of the page as a whole.
private struct PageView {
  let count: Int
  /// Text bytes, and their mean P(main).
  let length: Int
  let mean: Double
  let surest: Double

  init(_ segments: [Segment]) {
    count = segments.count
    length = segments.reduce(0) { $0 + $1.length }
    mean = segments.reduce(0) { $0 + $1.probability * Double($1.length) } / Double(max(1, length))
    surest = segments.map(\.probability).max() ?? 0
  }

  /// `RowNetwork.Role.content.measures` numbers: what the tag heads say of the block, and where it stands.
  func measures(of segment: Segment, index: Int, linked: Int, before: Int) -> [Float] {
    let probability = min(max(segment.probability, 0.01), 0.99)
    var result = [
      log(probability / (1 - probability)), log(Double(segment.length)), Double(linked) / Double(segment.length),
      segment.confidence, segment.isQuoted ? 1 : 0, Double(segment.list.depth), Double(index) / Double(count),
      Double(before) / Double(length), log(Double(count)), log(Double(length)), mean, surest,
      segment.probability / max(surest, 0.01),
    ].map(Float.init)
    for kind in BlockKind.allCases { result.append(segment.block == kind ? 1 : 0) }
    precondition(result.count <= RowNetwork.Role.content.measures)
    return result + [Float](repeating: 0, count: RowNetwork.Role.content.measures - result.count)
  }
}
