import PageTags

/// A run of text bytes without markup between them. What the model says of its bytes one by one is settled by majority: marks, links
/// and blocks can change only where there is markup.
struct TextRun {
  var range: Range<Int>
  var marks: InlineMarks
  /// Index into `TagScan.anchors`.
  var anchor: Int?
}

/// A picture, with indices into `TagScan.values`.
struct ImageMark {
  var source: Int?
  var alternative: Int?
  var title: Int?
  var anchor: Int?
  /// Where its tag ends.
  var offset: Int
}

enum InlinePiece {
  case text(TextRun)
  case image(ImageMark)
  case lineBreak
}

/// The text between two boundaries: the least that is main or aside as a whole.
struct Segment {
  var pieces: [InlinePiece] = []
  var block = BlockKind.none
  var list = ListNesting.none
  var isQuoted = false
  /// Text bytes, white space included.
  var length = 0
  /// Mean P(main | text) over its bytes, before and after looking at the neighbours.
  var probability = 0.0
  var decided = 0.0
  /// Mean confidence of its bytes, 0…1.
  var confidence = 0.0
  var range = 0..<0
  var codeLanguage: Int?
}

/// What happens between segments.
enum PageEvent {
  case segment(Int)
  case boundary(Boundary, block: BlockKind, list: ListNesting, value: Int?)
}

/// A page cut into segments and the boundaries between them, in page order.
struct SegmentedPage {
  /// How many bytes of its own weigh as much as its neighbours do.
  private static let leaning = 24.0

  private(set) var segments: [Segment] = []
  private(set) var events: [PageEvent] = []
  let scan: TagScan

  init(_ page: TaggedPage) {
    scan = TagScan(page)
    var builder = SegmentBuilder(page: page, scan: scan)
    builder.run()
    segments = builder.segments
    events = builder.events
    smooth()
  }

  /// Short segments lean on their neighbours: the fewer bytes of its own, the more a segment is what stands around it.
  private mutating func smooth() {
    let leaning = Self.leaning
    for index in segments.indices {
      var weight = 0.0
      var sum = 0.0
      for distance in 1...2 {
        for neighbour in [index - distance, index + distance] where segments.indices.contains(neighbour) {
          let share = min(Double(segments[neighbour].length), 120) / Double(distance)
          weight += share
          sum += share * segments[neighbour].probability
        }
      }
      let around = weight > 0 ? sum / weight : segments[index].probability
      let own = Double(segments[index].length)
      segments[index].decided = (own * segments[index].probability + leaning * around) / (own + leaning)
    }
  }
}

/// Walks over the bytes once.
private struct SegmentBuilder {
  let page: TaggedPage
  let scan: TagScan
  var segments: [Segment] = []
  var events: [PageEvent] = []
  private var current = Segment()
  private var blockVotes = [Int](repeating: 0, count: 16)
  private var listVotes = [Int](repeating: 0, count: 16)
  private var quoteVotes = 0
  private var probabilitySum = 0
  private var confidenceSum = 0
  private var nextValue = 0
  private var nextAnchor = 0
  private var image = ImageMark(offset: 0)
  private var language: Int?
  private var listStart: Int?
  private var columnSpan: Int?

  init(page: TaggedPage, scan: TagScan) {
    self.page = page
    self.scan = scan
  }

  mutating func run() {
    let tags = page.tags
    var at = 0
    while at < tags.count {
      takeValues(upTo: at)
      // What was said of the anchor is not said of a picture inside.
      if tags[at].anchor == .open { image = ImageMark(offset: 0) }
      if tags[at].content == .markup {
        if tags[at].boundary != .none {
          boundary(tags[at])
          if tags[at].boundary == .image { endImage(at) }
        }
        at += 1
        continue
      }
      var end = at + 1
      while end < tags.count, tags[end].content != .markup, anchor(at: end) == anchor(at: at) { end += 1 }
      text(at..<end)
      at = end
    }
    endSegment()
  }

  private mutating func takeValues(upTo offset: Int) {
    while nextValue < scan.values.count, scan.values[nextValue].range.lowerBound <= offset {
      switch scan.values[nextValue].tag {
      case .imageOpen: image.source = nextValue
      case .alternativeOpen: image.alternative = nextValue
      case .titleOpen: image.title = nextValue
      case .codeLanguageOpen: language = nextValue
      case .listStartOpen: listStart = nextValue
      case .columnSpanOpen: columnSpan = nextValue
      case .anchorOpen, .areaOpen: image = ImageMark(offset: 0)
      default: break
      }
      nextValue += 1
    }
  }

  /// The anchor around a byte.
  private mutating func anchor(at offset: Int) -> Int? {
    while nextAnchor < scan.anchors.count, scan.anchors[nextAnchor].content.upperBound <= offset { nextAnchor += 1 }
    guard nextAnchor < scan.anchors.count, scan.anchors[nextAnchor].content.contains(offset) else { return nil }
    return nextAnchor
  }

  private mutating func text(_ range: Range<Int>) {
    var marks = [Int](repeating: 0, count: 8)
    var spaces = 0
    for index in range {
      let tag = page.tags[index]
      blockVotes[Int(tag.block.rawValue)] += 1
      listVotes[Int(tag.list.rawValue)] += 1
      if tag.marks.contains(.quote) { quoteVotes += 1 }
      probabilitySum += Int(page.mainProbability[index])
      confidenceSum += Int(page.confidence[index])
      if page.bytes[index] <= 0x20 { spaces += 1 }
      for bit in 0..<8 where tag.marks.rawValue & (1 << UInt8(bit)) != 0 { marks[bit] += 1 }
    }
    var majority: UInt8 = 0
    for bit in 0..<8 where 2 * marks[bit] > range.count { majority |= 1 << UInt8(bit) }
    let run = TextRun(
      range: range, marks: InlineMarks(rawValue: majority).subtracting(.quote), anchor: anchor(at: range.lowerBound))
    current.pieces.append(.text(run))
    if current.length == 0 {
      current.range = range
    } else {
      current.range = current.range.lowerBound..<range.upperBound
    }
    current.length += range.count
  }

  private mutating func endImage(_ offset: Int) {
    image.offset = offset
    image.anchor = anchor(at: offset)
    if image.source != nil {
      current.pieces.append(.image(image))
      if current.length == 0 { current.range = offset..<offset + 1 }
    }
    image = ImageMark(offset: 0)
  }

  private mutating func boundary(_ tag: ByteTags) {
    switch tag.boundary {
    case .none, .image: return
    case .line:
      if !current.pieces.isEmpty { current.pieces.append(.lineBreak) }
      return
    case .uncheckedTask, .checkedTask: break
    default: endSegment()
    }
    var value: Int?
    switch tag.boundary {
    case .list: (value, listStart) = (listStart, nil)
    case .cell, .centredCell, .rightCell: (value, columnSpan) = (columnSpan, nil)
    default: break
    }
    events.append(.boundary(tag.boundary, block: tag.block, list: tag.list, value: value))
  }

  private mutating func endSegment() {
    defer {
      current = Segment()
      for index in blockVotes.indices { (blockVotes[index], listVotes[index]) = (0, 0) }
      (quoteVotes, probabilitySum, confidenceSum) = (0, 0, 0)
    }
    while case .lineBreak? = current.pieces.last { current.pieces.removeLast() }
    guard !current.pieces.isEmpty else { return }
    func winner(_ votes: [Int]) -> Int { votes.indices.max { votes[$0] < votes[$1] } ?? 0 }
    if current.length > 0 {
      // "No block" is no answer for text.
      blockVotes[0] = 0
      current.block = BlockKind(rawValue: UInt8(winner(blockVotes))) ?? .paragraph
      current.list = ListNesting(rawValue: UInt8(winner(listVotes))) ?? .none
      current.isQuoted = 2 * quoteVotes > current.length
      current.probability = Double(probabilitySum) / Double(255 * current.length)
      current.confidence = Double(confidenceSum) / Double(255 * current.length)
    } else {
      current.block = .paragraph
    }
    if current.block == .none { current.block = .paragraph }
    if current.block == .code {
      current.codeLanguage = language
      language = nil
    } else if current.length > 0 {
      language = nil
    }
    events.append(.segment(segments.count))
    segments.append(current)
  }
}
