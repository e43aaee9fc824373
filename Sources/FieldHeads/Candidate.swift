import PageTags

/// A stretch of page that may be a field's value, or hold one.
public struct Candidate: Hashable, Sendable {
  public enum Kind: UInt8, CaseIterable, Sendable {
    /// Text between two boundaries, with the markup inside it.
    case block
    /// Text without markup inside.
    case text
    /// Bytes of markup between quotation marks.
    case quoted
    /// Bytes of markup between `=` and white space or `>`.
    case bare
    /// What the model took for markup, between `>` and `<`: the head of the page, above all its `<title>`.
    case between
  }
  public var kind: Kind
  /// Bytes of the condensed page, white space at its ends left out.
  public var range: Range<Int>
  /// The pieces of `range` that are not markup; one unless it is a block.
  public var pieces: [Range<Int>]

  init(_ kind: Kind, _ pieces: [Range<Int>]) {
    self.kind = kind
    self.pieces = pieces
    range = pieces[0].lowerBound..<pieces[pieces.count - 1].upperBound
  }
}

/// Finds candidates: from the model's tags in text, from quotation marks and brackets in what the model calls markup.
///
/// No element or attribute is known here. Wherever a value can begin or end is proposed; the head learns what is one.
struct CandidateFinder {
  private let bytes: [UInt8]
  private let tags: [ByteTags]
  private(set) var found: [Candidate] = []
  private var seen: Set<Range<Int>> = []

  /// A value in markup is at most this long: an unclosed quotation mark costs no more than that.
  private static let longestValue = 2_000

  static func candidates(_ bytes: [UInt8], _ tags: [ByteTags]) -> [Candidate] {
    var finder = CandidateFinder(bytes: bytes, tags: tags)
    finder.texts()
    finder.markup()
    return finder.found.sorted {
      ($0.range.lowerBound, $0.range.upperBound, $0.kind.rawValue)
        < ($1.range.lowerBound, $1.range.upperBound, $1.kind.rawValue)
    }
  }

  private init(bytes: [UInt8], tags: [ByteTags]) {
    self.bytes = bytes
    self.tags = tags
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }

  private func trimmed(_ range: Range<Int>) -> Range<Int>? {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, isSpace(bytes[start]) { start += 1 }
    while start < end, isSpace(bytes[end - 1]) { end -= 1 }
    return start < end ? start..<end : nil
  }

  private mutating func add(_ kind: Candidate.Kind, _ pieces: [Range<Int>]) {
    guard !pieces.isEmpty else { return }
    let candidate = Candidate(kind, pieces)
    if seen.insert(candidate.range).inserted { found.append(candidate) }
  }

  /// Runs of text, and the blocks they make up.
  private mutating func texts() {
    var runs: [Range<Int>] = []
    var at = 0
    while at < bytes.count {
      switch tags[at].boundary {
      case .none, .image, .line: break
      default:
        add(.block, runs)
        runs.removeAll(keepingCapacity: true)
      }
      guard tags[at].content != .markup else {
        at += 1
        continue
      }
      var end = at + 1
      while end < bytes.count, tags[end].content != .markup { end += 1 }
      if let run = trimmed(at..<end) {
        runs.append(run)
        add(.text, [run])
      }
      at = end
    }
    add(.block, runs)
  }

  /// Values between quotation marks or behind `=`, and what stands between `>` and `<`.
  private mutating func markup() {
    let (quote, apostrophe, equals, colon) = (UInt8(0x22), UInt8(0x27), UInt8(0x3d), UInt8(0x3a))
    var at = 0
    var open: Int?
    while at < bytes.count {
      guard tags[at].content == .markup else {
        open = nil
        at += 1
        continue
      }
      let byte = bytes[at]
      switch byte {
      case quote, apostrophe:
        let before = lastByte(before: at)
        if before == equals || before == colon, let end = closing(byte, from: at + 1) {
          if let value = trimmed(at + 1..<end) { add(.quoted, [value]) }
          at = end
        }
      case equals:
        if let next = at + 1 < bytes.count ? bytes[at + 1] : nil, !isSpace(next), next != quote, next != apostrophe {
          var end = at + 1
          while end < bytes.count, end - at < 200, !isSpace(bytes[end]), bytes[end] != 0x3e { end += 1 }
          if let value = trimmed(at + 1..<end) { add(.bare, [value]) }
        }
      case 0x3e: open = at + 1
      case 0x3c:
        if let start = open, at - start <= Self.longestValue, let value = trimmed(start..<at) {
          add(.between, [value])
        }
        open = nil
      default: break
      }
      at += 1
    }
  }

  private func lastByte(before offset: Int) -> UInt8? {
    var at = offset - 1
    while at >= max(0, offset - 4), isSpace(bytes[at]) { at -= 1 }
    return at >= 0 ? bytes[at] : nil
  }

  private func closing(_ quote: UInt8, from start: Int) -> Int? {
    var at = start
    let limit = min(bytes.count, start + Self.longestValue)
    while at < limit {
      if bytes[at] == quote { return at }
      at += 1
    }
    return nil
  }
}
