import PageTags
import Pages

/// An attribute value that the model marked.
struct MarkedValue {
  /// Which attribute: the `…Open` case.
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

/// Attribute values and anchors of a page, gathered from the tags in one pass.
///
/// A wrong label here and there does not tear a value or an anchor apart: gaps of up to `glitch` bytes are bridged.
struct TagScan {
  private(set) var values: [MarkedValue] = []
  private(set) var anchors: [MarkedAnchor] = []

  static let glitch = 2

  init(_ page: TaggedPage) {
    gatherValues(page)
    gatherAnchors(page)
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
      guard tag != .value else {
        // A value whose opening byte was missed: nobody knows what it is.
        at = Self.endOfValue(tags, from: at)
        continue
      }
      let end = Self.endOfValue(tags, from: at + 1)
      var confidence = page.confidence[at]
      if end > at + 1 { confidence = min(confidence, page.confidence[at + 1]) }
      values.append(MarkedValue(tag: tag, range: at + 1..<end, confidence: confidence))
      at = end
    }
  }

  /// Where the run of value bytes from `start` ends.
  private static func endOfValue(_ tags: [ByteTags], from start: Int) -> Int {
    var end = start
    while end < tags.count {
      if tags[end].attribute == .value {
        end += 1
        continue
      }
      // Bridge a glitch only where plenty of value follows and no other value opens.
      var next = end
      while next < tags.count, next - end < glitch, tags[next].attribute == .none { next += 1 }
      let resumes =
        next > end && next + 3 < tags.count && end > start && (0..<4).allSatisfy { tags[next + $0].attribute == .value }
      guard resumes else { break }
      end = next
    }
    return end
  }

  private mutating func gatherAnchors(_ page: TaggedPage) {
    let tags = page.tags
    var nextValue = 0
    var title: Int?
    var href: Int?
    var at = 0
    while at < tags.count {
      while nextValue < values.count, values[nextValue].range.lowerBound <= at {
        switch values[nextValue].tag {
        case .anchorOpen:
          if let href { anchors.append(MarkedAnchor(value: href, content: at..<at, title: title)) }
          href = nextValue
          title = nil
        case .titleOpen: title = nextValue
        default: break
        }
        nextValue += 1
      }
      let tag = tags[at].anchor
      guard tag != .none else {
        at += 1
        continue
      }
      // Content begins behind the opening byte; where that was missed, with the first byte inside.
      let start = tag == .open ? at + 1 : at
      var end = start
      while end < tags.count {
        if tags[end].anchor == .inside {
          end += 1
          continue
        }
        if tags[end].anchor == .open { break }
        var next = end
        while next < tags.count, next - end <= Self.glitch, tags[next].anchor == .none { next += 1 }
        guard next < tags.count, next - end <= Self.glitch, tags[next].anchor == .inside, end > start else { break }
        // An href in between belongs to the next anchor.
        if tags[end..<next].contains(where: { $0.attribute != .none }) { break }
        end = next
      }
      if let opened = href {
        anchors.append(MarkedAnchor(value: opened, content: start..<end, title: title))
        href = nil
        title = nil
      }
      at = max(end, at + 1)
    }
    if let href { anchors.append(MarkedAnchor(value: href, content: tags.count..<tags.count, title: title)) }
    while nextValue < values.count {
      if values[nextValue].tag == .anchorOpen {
        anchors.append(MarkedAnchor(value: nextValue, content: tags.count..<tags.count, title: nil))
      }
      nextValue += 1
    }
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
