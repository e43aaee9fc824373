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
  /// Mean P(main | text) over its bytes.
  var probability = 0.0
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
  private(set) var segments: [Segment] = []
  private(set) var events: [PageEvent] = []
  let scan: TagScan

  init(_ page: TaggedPage) {
    scan = TagScan(page)
    var builder = SegmentBuilder(page: page, scan: scan)
    builder.run()
    segments = builder.segments
    events = builder.events
    placeImages()
  }

  /// Lists and quotes are said of text: a picture alone is in those that the text before and behind it is in.
  private mutating func placeImages() {
    var before: Int?
    var images: [Int] = []
    for index in segments.indices {
      guard segments[index].length > 0 else {
        images.append(index)
        continue
      }
      if let before {
        let lists = (segments[before].list, segments[index].list)
        for image in images {
          segments[image].list = lists.0.depth <= lists.1.depth ? lists.0 : lists.1
          segments[image].isQuoted = segments[before].isQuoted && segments[index].isQuoted
        }
      }
      images.removeAll()
      before = index
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
  /// A value since the last tag of which nobody knows what it is.
  private var unknown: Int?
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
      if tags[at].anchor == .open {
        image = ImageMark(offset: 0)
        unknown = nil
      }
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
      case .imageOpen:
        endUnfinishedImage()
        image.source = nextValue
      case .alternativeOpen: image.alternative = nextValue
      case .titleOpen: image.title = nextValue
      case .codeLanguageOpen: language = nextValue
      case .listStartOpen: listStart = nextValue
      case .columnSpanOpen: columnSpan = nextValue
      case .anchorOpen, .areaOpen:
        endUnfinishedImage()
        image = ImageMark(offset: 0)
        unknown = nil
      case .value: unknown = nextValue
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
    endUnfinishedImage()
    unknown = nil
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

  /// A picture whose tag's end the model did not see ends when something else comes.
  private mutating func endUnfinishedImage() {
    guard let source = image.source else { return }
    let value = scan.values[source]
    if value.confidence >= 128 && value.range.count > 2 {
      endImage(value.range.upperBound)
    } else {
      image.source = nil
    }
  }

  private mutating func endImage(_ offset: Int) {
    // A tag that is a picture's and has one value of which nobody knows what it is.
    if image.source == nil { image.source = unknown }
    unknown = nil
    image.offset = offset
    image.anchor = anchor(at: offset)
    if image.source != nil {
      current.pieces.append(.image(image))
      if current.length == 0 {
        current.range = (current.range.isEmpty ? offset : current.range.lowerBound)..<offset + 1
      }
    }
    image = ImageMark(offset: 0)
  }

  private mutating func boundary(_ tag: ByteTags) {
    if tag.boundary != .image {
      endUnfinishedImage()
      unknown = nil
    }
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
