/// Where the tags, attributes, character references, comments and texts of a page stand: the places a fault can be planted.
///
/// One forward scan. What is already broken (a tag that never ends, a quote that is never closed) is no place.
struct MarkupSurvey {
  struct Tag {
    /// From `<` to just after `>`.
    var range: Range<Int>
    var nameRange: Range<Int>
    var name: ElementName
    var isEnd: Bool
  }

  struct Attribute {
    /// Where the white space before the name begins.
    var spaceStart: Int
    var nameRange: Range<Int>
    /// The value without its quotes; nil where there is no value.
    var valueRange: Range<Int>?
    /// The quote around the value; nil where there is none.
    var quote: UInt8?
    /// Whether what stands before the white space is the tag's name or a quote.
    var followsNameOrQuote: Bool
  }

  struct Text {
    var range: Range<Int>
    /// Directly in a `p`, as far as tags say.
    var isInParagraph: Bool
  }

  private(set) var tags: [Tag] = []
  private(set) var attributes: [Attribute] = []
  private(set) var texts: [Text] = []
  /// From `&` to just after `;`, in texts and attribute values.
  private(set) var references: [Range<Int>] = []
  /// From `<!--` to just after `-->`.
  private(set) var comments: [Range<Int>] = []

  private let bytes: [UInt8]
  private var textStart = 0
  private var isInParagraph = false
  /// Raw-text elements known to have no end tag from here on.
  private var endless: Set<ElementName> = []
  private var commentsEnd = true

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    scan()
  }

  private mutating func scan() {
    var i = 0
    while i < bytes.count {
      switch bytes[i] {
      case UInt8(ascii: "<"): i = scanMarkup(at: i)
      case UInt8(ascii: "&"): i = scanReference(at: i, end: bytes.count)
      default: i += 1
      }
    }
    endText(at: bytes.count)
  }

  private mutating func endText(at end: Int) {
    if end - textStart >= 8 { texts.append(Text(range: textStart..<end, isInParagraph: isInParagraph)) }
  }

  /// Reads what the `<` at `start` begins; returns where to go on.
  private mutating func scanMarkup(at start: Int) -> Int {
    guard start + 1 < bytes.count else { return start + 1 }
    let next = bytes[start + 1]
    if isLetter(next) { return scanTag(at: start, nameStart: start + 1, isEnd: false) }
    if next == UInt8(ascii: "/"), start + 2 < bytes.count, isLetter(bytes[start + 2]) {
      return scanTag(at: start, nameStart: start + 2, isEnd: true)
    }
    guard next == UInt8(ascii: "!") || next == UInt8(ascii: "?") else { return start + 1 }
    let end: Int
    if next == UInt8(ascii: "!"), start + 6 < bytes.count, bytes[start + 2] == UInt8(ascii: "-"),
      bytes[start + 3] == UInt8(ascii: "-")
    {
      guard commentsEnd else { return start + 4 }
      guard let found = commentEnd(from: start + 4) else {
        commentsEnd = false
        return start + 4
      }
      comments.append(start..<found)
      end = found
    } else {
      guard let found = bytes[start...].prefix(2_000).firstIndex(of: UInt8(ascii: ">")) else { return start + 1 }
      end = found + 1
    }
    endText(at: start)
    textStart = end
    return end
  }

  private func commentEnd(from start: Int) -> Int? {
    var i = start + 2
    while i < bytes.count {
      if bytes[i] == UInt8(ascii: ">"), bytes[i - 1] == UInt8(ascii: "-"), bytes[i - 2] == UInt8(ascii: "-") {
        return i + 1
      }
      i += 1
    }
    return nil
  }

  private mutating func scanTag(at start: Int, nameStart: Int, isEnd: Bool) -> Int {
    var i = nameStart
    while i < bytes.count, !isNameEnd(bytes[i]) { i += 1 }
    let nameRange = nameStart..<i
    let attributeCount = attributes.count
    let referenceCount = references.count
    guard let end = scanAttributes(from: i), nameRange.count <= 40 else {
      attributes.removeLast(attributes.count - attributeCount)
      references.removeLast(references.count - referenceCount)
      return nameRange.upperBound
    }
    let tag = Tag(range: start..<end, nameRange: nameRange, name: ElementName(bytes[nameRange]), isEnd: isEnd)
    tags.append(tag)
    endText(at: start)
    textStart = end
    if ElementName.blocks.contains(tag.name) { isInParagraph = !isEnd && tag.name == .paragraph }
    if !isEnd, ElementName.rawText.contains(tag.name), !endless.contains(tag.name) {
      guard let close = endTag(named: bytes[nameRange], from: end) else {
        endless.insert(tag.name)
        return end
      }
      textStart = close
      return close
    }
    return end
  }

  /// Reads attributes up to the tag's end; returns the offset just after `>`, nil where the tag is broken.
  private mutating func scanAttributes(from start: Int) -> Int? {
    var i = start
    var followsNameOrQuote = true
    while true {
      let spaceStart = i
      while i < bytes.count, isSpace(bytes[i]) { i += 1 }
      guard i < bytes.count else { return nil }
      switch bytes[i] {
      case UInt8(ascii: ">"): return i + 1
      case UInt8(ascii: "<"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "="): return nil
      case UInt8(ascii: "/"):
        i += 1
        followsNameOrQuote = false
        continue
      default: break
      }
      let nameStart = i
      while i < bytes.count, !isNameEnd(bytes[i]), bytes[i] != UInt8(ascii: "=") { i += 1 }
      var attribute = Attribute(
        spaceStart: spaceStart, nameRange: nameStart..<i, valueRange: nil, quote: nil,
        followsNameOrQuote: followsNameOrQuote)
      followsNameOrQuote = false
      var equals = i
      while equals < bytes.count, isSpace(bytes[equals]) { equals += 1 }
      if equals < bytes.count, bytes[equals] == UInt8(ascii: "=") {
        var valueStart = equals + 1
        while valueStart < bytes.count, isSpace(bytes[valueStart]) { valueStart += 1 }
        guard valueStart < bytes.count, let valueEnd = scanValue(from: &valueStart, attribute: &attribute) else {
          return nil
        }
        attribute.valueRange = valueStart..<valueEnd
        i = valueEnd
        if attribute.quote != nil {
          i += 1
          followsNameOrQuote = true
        }
      }
      attributes.append(attribute)
    }
  }

  /// Returns the value's end, and moves `start` past the opening quote; nil where a quote is never closed.
  private mutating func scanValue(from start: inout Int, attribute: inout Attribute) -> Int? {
    let first = bytes[start]
    var i = start
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      start += 1
      i = start
      attribute.quote = first
      while i < bytes.count, bytes[i] != first {
        if bytes[i] == UInt8(ascii: "&") { _ = scanReference(at: i, end: min(i + 40, bytes.count)) }
        i += 1
      }
      return i < bytes.count ? i : nil
    }
    while i < bytes.count, !isSpace(bytes[i]), bytes[i] != UInt8(ascii: ">"), bytes[i] != UInt8(ascii: "<") { i += 1 }
    return i
  }

  /// Keeps the reference whose `&` is at `start`, if it is complete; returns where to go on.
  private mutating func scanReference(at start: Int, end: Int) -> Int {
    var i = start + 1
    let limit = min(end, start + 34)
    if i < limit, bytes[i] == UInt8(ascii: "#") { i += 1 }
    let nameStart = i
    while i < limit, isLetter(bytes[i]) || bytes[i] &- 0x30 < 10 { i += 1 }
    guard i < limit, i > nameStart, bytes[i] == UInt8(ascii: ";") else { return start + 1 }
    references.append(start..<i + 1)
    return i + 1
  }

  private func endTag(named name: ArraySlice<UInt8>, from start: Int) -> Int? {
    var i = start
    while i + 2 + name.count <= bytes.count {
      if bytes[i] == UInt8(ascii: "<"), bytes[i + 1] == UInt8(ascii: "/") {
        let candidate = bytes[i + 2..<i + 2 + name.count]
        if zip(candidate, name).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) { return i }
      }
      i += 1
    }
    return nil
  }

  private func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  private func isSpace(_ byte: UInt8) -> Bool {
    byte <= 0x20 && (byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D || byte == 0x0C)
  }
  private func isNameEnd(_ byte: UInt8) -> Bool {
    isSpace(byte) || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "<")
  }
}
