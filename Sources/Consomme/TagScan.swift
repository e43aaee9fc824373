import ByteModel
import PageTags
import Pages

/// An attribute value that the model marked.
struct MarkedValue {
  /// Which attribute: the `…Open` case, or `.value` where it was missed.
  var tag: AttributeTag
  /// Bytes of the condensed page; may be empty.
  var range: Range<Int>
  var confidence: UInt8
}

/// The content of an anchor with an href.
struct MarkedAnchor {
  /// Index into `TagScan.values` of its href.
  var value: Int
  /// Bytes of the condensed page between its tags; empty where the anchor has no content.
  var content: Range<Int>
  /// Index of its title in `TagScan.values`.
  var title: Int?
}

/// Attribute values and anchors of a smoothed page, gathered from the tags in one pass.
struct TagScan {
  /// Ascending; those whose opening byte was missed have the tag `.value`: nobody knows what they are.
  private(set) var values: [MarkedValue] = []
  /// Ascending.
  private(set) var anchors: [MarkedAnchor] = []

  /// Two bytes of an anchor's content may lack their label.
  private static let slip = 2

  init(_ page: TaggedPage) {
    gatherValues(page)
    gatherAnchors(page.tags)
  }

  private mutating func gatherValues(_ page: TaggedPage) {
    let tags = page.tags
    var at = 0
    while at < tags.count {
      let tag = tags[at].attribute
      guard tag != .none else {
        at += 1
        continue
      }
      let start = tag == .value ? at : at + 1
      var end = start
      while end < tags.count, tags[end].attribute == .value { end += 1 }
      end = Self.endOfWord(page, behind: end, from: start)
      var confidence = page.confidence[at]
      if end > start { confidence = min(confidence, page.confidence[start]) }
      if tag != .value || end - start > 2 {
        values.append(MarkedValue(tag: tag, range: start..<end, confidence: confidence))
      }
      at = max(end, at + 1)
    }
  }

  /// A value does not end within a word (of the patch rule): behind one that was cut off there, the word goes on to its end.
  private static func endOfWord(_ page: TaggedPage, behind end: Int, from start: Int) -> Int {
    guard end > start, PatchRule.isWord[Int(page.bytes[end - 1])] else { return end }
    let limit = min(page.bytes.count, end + longestRest)
    let rest = page.bytes[end..<limit].prefix { PatchRule.isWord[Int($0)] }
    // What is longer than any word is none.
    return rest.count < longestRest ? end + rest.count : end
  }

  private static let longestRest = 48

  private mutating func gatherAnchors(_ tags: [ByteTags]) {
    var nextValue = 0
    var title: Int?
    var href: Int?
    var unknown: Int?
    // The last anchor, as long as it has no content and no other address came.
    var empty: Int?
    var at = 0
    func takeValues(upTo offset: Int) {
      while nextValue < values.count, values[nextValue].range.lowerBound <= offset {
        switch values[nextValue].tag {
        case .anchorOpen:
          // The one before had no content.
          if let href { anchors.append(MarkedAnchor(value: href, content: at..<at, title: title)) }
          href = nextValue
          title = nil
          unknown = nil
          empty = nil
        case .titleOpen: title = nextValue
        case .value: unknown = nextValue
        default: break
        }
        nextValue += 1
      }
    }
    while at < tags.count {
      takeValues(upTo: at)
      let tag = tags[at].anchor
      guard tag != .none else {
        at += 1
        continue
      }
      // Content begins behind the opening byte; where that was missed, with the first byte inside.
      let start = tag == .open ? at + 1 : at
      let end = Self.endOfContent(tags, from: start)
      // A lone byte without an opening one is a slip.
      if tag == .inside, end == start + 1 {
        at = end
        continue
      }
      if href == nil, tag == .open, let unknown {
        values[unknown].tag = .anchorOpen
        href = unknown
      }
      if let opened = href {
        empty = start == end ? anchors.count : nil
        anchors.append(MarkedAnchor(value: opened, content: start..<end, title: title))
        href = nil
      } else if let open = empty, start < end {
        // The empty one was a slip.
        anchors[open].content = start..<end
        empty = nil
      }
      title = nil
      unknown = nil
      at = max(end, at + 1)
    }
    takeValues(upTo: tags.count)
    if let href { anchors.append(MarkedAnchor(value: href, content: tags.count..<tags.count, title: title)) }
  }

  private static func endOfContent(_ tags: [ByteTags], from start: Int) -> Int {
    var end = start
    while end < tags.count {
      if tags[end].anchor == .inside {
        end += 1
        continue
      }
      var next = end
      while next < tags.count, next - end < slip, tags[next].anchor == .none, tags[next].attribute == .none {
        next += 1
      }
      guard next > end, end > start, next < tags.count, tags[next].anchor == .inside else { break }
      end = next
    }
    return end
  }
}

extension TaggedPage {
  /// The bytes of `source` that a range of the condensed page stands for; white space that condensing dropped inside is back.
  func sourceSlice(_ range: Range<Int>) -> ArraySlice<UInt8> { source[condensedMap.source(of: range)] }

  /// An attribute's value: character references decoded, outer white space stripped.
  func attributeText(_ range: Range<Int>) -> String {
    if range.isEmpty { return "" }
    var slice = sourceSlice(range)
    while let first = slice.first, first <= 0x20 { slice = slice.dropFirst() }
    while let last = slice.last, last <= 0x20 { slice = slice.dropLast() }
    return CharacterReferences.decode(slice, inAttribute: true)
  }

  /// A run of text: character references decoded, white space as it is.
  func visibleText(_ range: Range<Int>) -> String {
    CharacterReferences.decode(sourceSlice(range), inAttribute: false)
  }

  /// A range of the condensed page as offsets into the input as given.
  func inputRange(_ range: Range<Int>) -> Range<Int> { map.source(of: range) }
}

/// Runs of HTML white space become single spaces; none at the ends.
func collapsed(_ text: String) -> String {
  var result = ""
  result.reserveCapacity(text.utf8.count)
  var pending = false
  for scalar in text.unicodeScalars {
    switch scalar {
    case " ", "\n", "\t", "\r", "\u{c}": pending = !result.isEmpty
    default:
      if pending { result.unicodeScalars.append(" ") }
      pending = false
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}
