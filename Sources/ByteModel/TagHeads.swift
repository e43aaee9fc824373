public import PageTags
public import Tensors

/// The columns of the tag logits: one segment a head.
public enum TagHeads: Int, CaseIterable, Sendable {
  case content = 0
  case attribute = 1
  case anchor = 2
  case block = 3
  case list = 4
  case boundary = 5
  case marks = 6
  case fault = 7

  /// K: all columns, rounded up to whole vectors. The last ones are unused.
  public static let columns = 128

  /// Classes, or bits for `marks`.
  public var count: Int {
    switch self {
    case .content: 3
    case .attribute: AttributeTag.allCases.count
    case .anchor: AnchorTag.allCases.count
    case .block: BlockKind.allCases.count
    case .list: ListNesting.allCases.count
    case .boundary: Boundary.allCases.count
    case .marks: 8
    case .fault: FaultKind.allCases.count
    }
  }

  /// First column.
  public var start: Int { TagHeads.allCases.prefix(rawValue).reduce(0) { $0 + $1.count } }

  /// Every bit by itself instead of one class of many.
  public var isSigmoid: Bool { self == .marks }

  public static let segments = allCases.map { LogitSegment(start: $0.start, count: $0.count, isSigmoid: $0.isSigmoid) }

  /// The labels of one byte, one a head. `.unjudged` content becomes 255: "text, nobody knows whose".
  public static func labels(of tags: ByteTags, fault: FaultKind) -> [UInt8] {
    [
      tags.content == .unjudged ? 255 : tags.content.rawValue, tags.attribute.rawValue, tags.anchor.rawValue,
      tags.block.rawValue,
      tags.list.rawValue, tags.boundary.rawValue, tags.marks.rawValue, fault.rawValue,
    ]
  }
}
