/// The scan behind `Condenser`: finds what goes, and in the end knows the runs that stay.
///
/// Searches ahead (for an end tag, for `>`) remember what they found, so that no byte is searched twice for the same
/// thing however often a start is repeated.
@unsafe
struct CondenserScan {
  typealias Gap = CondensedPage.Gap

  let bytes: UnsafeBufferPointer<UInt8>
  private(set) var map = OffsetMap()
  private(set) var gaps: [Gap] = []

  /// Everything before this offset is in `map` or in a gap.
  private var settled = 0
  /// The next body to drop, known since its start was seen.
  private var body: Body?
  /// What the last search of each kind found; `bytes.count` when it found nothing.
  private var found: [Int] = Array(repeating: -1, count: Search.allCases.count)
  /// Up to here an outer `svg` was searched for its end in vain.
  private var svgSearchedTo = 0

  private struct Body {
    var range: Range<Int>
    var kind: Gap.Kind
  }

  private enum Search: Int, CaseIterable { case scriptEnd, styleEnd, svgEnd, commentEnd, greater }

  init(bytes: UnsafeBufferPointer<UInt8>) { unsafe self.bytes = bytes }

  mutating func run() {
    let count = unsafe bytes.count
    var i = 0
    while i < count {
      let stop = unsafe body?.range.lowerBound ?? count
      unsafe i = firstSpecial(from: i, to: stop)
      if i == stop {
        guard let dropped = unsafe body else { break }
        unsafe drop(dropped.range, dropped.kind)
        unsafe body = nil
        i = dropped.range.upperBound
        continue
      }
      switch unsafe bytes[i] {
      case UInt8(ascii: "<"):
        // Inside a start tag whose body is already announced, nothing begins.
        if unsafe body == nil { unsafe announceBody(at: i) }
        i += 1
      case UInt8(ascii: ","): unsafe i = afterBase64(from: i)
      default: unsafe i = afterWhitespace(from: i)
      }
    }
    if unsafe settled < count { unsafe map.append(source: settled, count: count - settled) }
    unsafe map.finish(sourceCount: count)
  }

  /// The first offset in `start..<end` whose byte may begin something to drop, else `end`.
  @inline(__always)
  private func firstSpecial(from start: Int, to end: Int) -> Int {
    var i = start
    while i < end {
      let byte = unsafe bytes[i]
      if byte <= 0x3C, byte == UInt8(ascii: "<") || byte == UInt8(ascii: ",") || byte.isASCIIWhitespace { return i }
      i += 1
    }
    return end
  }

  private mutating func drop(_ range: Range<Int>, _ kind: Gap.Kind) {
    let kept = unsafe range.lowerBound - settled
    if kept > 0 { unsafe map.append(source: settled, count: kept) }
    unsafe gaps.append(Gap(offset: map.outputCount, source: range, kind: kind))
    unsafe settled = range.upperBound
  }
}

// MARK: White space and base64

extension CondenserScan {
  @inline(__always)
  private mutating func afterWhitespace(from start: Int) -> Int {
    var end = start + 1
    while unsafe end < bytes.count && bytes[end].isASCIIWhitespace { end += 1 }
    if end - start > 2 { unsafe drop(start + 2..<end, .whitespace) }
    return end
  }

  private mutating func afterBase64(from comma: Int) -> Int {
    guard unsafe isDataURL(before: comma) else { return comma + 1 }
    let start = comma + 1
    var end = start
    while unsafe end < bytes.count && bytes[end].isBase64 { end += 1 }
    if end - start > 32 { unsafe drop(start + 8..<end, .base64) }
    return end
  }

  /// Whether `data:…;base64` ends at `comma`, its media type at most 128 bytes long.
  private func isDataURL(before comma: Int) -> Bool {
    guard comma >= 12, unsafe bytes[comma - 1] == UInt8(ascii: "4"), unsafe matches(";base64", at: comma - 7) else {
      return false
    }
    var i = comma - 8
    let limit = max(4, i - 128)
    while i >= limit {
      let byte = unsafe bytes[i]
      if byte == UInt8(ascii: ":") { return unsafe matches("data", at: i - 4) }
      if byte.isASCIIWhitespace || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") { return false }
      i -= 1
    }
    return false
  }
}

// MARK: Bodies

extension CondenserScan {
  /// Sets `body` when the `<` at `start` begins a comment or an element whose body goes and has an end.
  private mutating func announceBody(at start: Int) {
    guard unsafe start + 3 < bytes.count else { return }
    switch unsafe bytes[start + 1] | 0x20 {
    case UInt8(ascii: "s"):
      if unsafe isTag("<script", at: start) {
        unsafe announceElement(.script, ending: .scriptEnd, nameEnd: start + 7)
      } else if unsafe isTag("<style", at: start) {
        unsafe announceElement(.style, ending: .styleEnd, nameEnd: start + 6)
      } else if unsafe isTag("<svg", at: start) {
        unsafe announceElement(.svg, ending: .svgEnd, nameEnd: start + 4)
      }
    case UInt8(ascii: "!"):
      // `<!-->` is a whole comment, hence the search from its first dash on.
      guard unsafe matches("<!--", at: start) else { return }
      unsafe announce(start + 4, end: next(.commentEnd, from: start + 2), .comment)
    default: break
    }
  }

  private mutating func announceElement(_ kind: Gap.Kind, ending search: Search, nameEnd: Int) {
    let tagEnd = unsafe tagEnd(from: nameEnd)
    guard unsafe tagEnd < bytes.count else { return }
    if search == .svgEnd {
      if unsafe bytes[tagEnd - 1] == UInt8(ascii: "/") { return }
      unsafe announce(tagEnd + 1, end: svgEnd(from: tagEnd + 1), kind)
    } else {
      unsafe announce(tagEnd + 1, end: next(search, from: tagEnd + 1), kind)
    }
  }

  private mutating func announce(_ start: Int, end: Int, _ kind: Gap.Kind) {
    if unsafe end > start && end < bytes.count { unsafe body = Body(range: start..<end, kind: kind) }
  }

  /// The offset of the `>` that ends the start tag, or `bytes.count`.
  ///
  /// A quoted value may hold `>`. A `<` before the end says that a quote is missing, and quotes no longer count.
  private mutating func tagEnd(from nameEnd: Int) -> Int {
    var i = nameEnd
    var quote: UInt8 = 0
    var lastVisible: UInt8 = 0
    scan: while unsafe i < bytes.count {
      let byte = unsafe bytes[i]
      switch byte {
      case UInt8(ascii: "<"): break scan
      case UInt8(ascii: ">") where quote == 0: return i
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        if quote == 0 && lastVisible == UInt8(ascii: "=") {
          quote = byte
        } else if byte == quote {
          quote = 0
        }
      default: break
      }
      if !byte.isASCIIWhitespace { lastVisible = byte }
      i += 1
    }
    return unsafe next(.greater, from: nameEnd)
  }

  /// The offset of the `</svg` that matches, or `bytes.count`. An HTML element before it (outside `foreignObject`
  /// it would end the drawing in a browser) says that the end tag is missing or that there is text to keep.
  private mutating func svgEnd(from start: Int) -> Int {
    if unsafe start < svgSearchedTo {
      // Inside an outer one without end: no nesting is left to trust, and no HTML element is before that point.
      let end = unsafe next(.svgEnd, from: start)
      return unsafe end < svgSearchedTo ? end : bytes.count
    }
    var depth = 1
    var greater = -1
    var i = unsafe index(of: UInt8(ascii: "<"), from: start)
    while unsafe i < bytes.count {
      if unsafe isTag("</svg", at: i) {
        depth -= 1
        if depth == 0 { return i }
      } else if unsafe isTag("<svg", at: i) {
        if greater < i { unsafe greater = index(of: UInt8(ascii: ">"), from: i) }
        if unsafe greater < bytes.count && bytes[greater - 1] != UInt8(ascii: "/") { depth += 1 }
      } else if unsafe isHTMLElement(at: i) {
        break
      }
      unsafe i = index(of: UInt8(ascii: "<"), from: i + 1)
    }
    unsafe svgSearchedTo = i
    return unsafe bytes.count
  }

  private func isHTMLElement(at start: Int) -> Bool {
    guard unsafe start + 2 < bytes.count else { return false }
    switch unsafe bytes[start + 1] | 0x20 {
    case UInt8(ascii: "p"): return unsafe isTag("<p", at: start) || isTag("<pre", at: start)
    case UInt8(ascii: "d"): return unsafe isTag("<div", at: start)
    case UInt8(ascii: "s"): return unsafe isTag("<span", at: start) || isTag("<strong", at: start)
    case UInt8(ascii: "l"): return unsafe isTag("<li", at: start)
    case UInt8(ascii: "u"): return unsafe isTag("<ul", at: start)
    case UInt8(ascii: "o"): return unsafe isTag("<ol", at: start)
    case UInt8(ascii: "t"): return unsafe isTag("<table", at: start)
    case UInt8(ascii: "b"): return unsafe isTag("<br", at: start) || isTag("<body", at: start)
    case UInt8(ascii: "i"): return unsafe isTag("<img", at: start)
    case UInt8(ascii: "h"): return unsafe bytes[start + 2].isASCIIDigit
    default: return false
    }
  }
}

// MARK: Searching

extension CondenserScan {
  /// The first hit at or after `start`, or `bytes.count`. Calls of one kind come with ascending `start`.
  private mutating func next(_ search: Search, from start: Int) -> Int {
    let known = unsafe found[search.rawValue]
    if known >= start { return known }
    let result: Int
    switch search {
    case .scriptEnd: result = unsafe firstTag("</script", from: start)
    case .styleEnd: result = unsafe firstTag("</style", from: start)
    case .svgEnd: result = unsafe firstTag("</svg", from: start)
    case .greater: result = unsafe index(of: UInt8(ascii: ">"), from: start)
    case .commentEnd: result = unsafe firstCommentEnd(from: start)
    }
    unsafe found[search.rawValue] = result
    return result
  }

  private func firstTag(_ tag: StaticString, from start: Int) -> Int {
    var i = unsafe index(of: UInt8(ascii: "<"), from: start)
    while unsafe i < bytes.count {
      if unsafe isTag(tag, at: i) { return i }
      unsafe i = index(of: UInt8(ascii: "<"), from: i + 1)
    }
    return i
  }

  /// `-->` or `--!>`, both of which end a comment.
  private func firstCommentEnd(from start: Int) -> Int {
    var i = unsafe index(of: UInt8(ascii: ">"), from: start + 2)
    while unsafe i < bytes.count {
      let dashes = unsafe bytes[i - 1] == UInt8(ascii: "!") ? i - 3 : i - 2
      if dashes >= start, unsafe bytes[dashes] == UInt8(ascii: "-") && bytes[dashes + 1] == UInt8(ascii: "-") {
        return dashes
      }
      unsafe i = index(of: UInt8(ascii: ">"), from: i + 1)
    }
    return i
  }

  /// The first `byte` at or after `start`, or `bytes.count`.
  private func index(of byte: UInt8, from start: Int) -> Int {
    let count = unsafe bytes.count
    var i = start
    if let base = unsafe bytes.baseAddress {
      let wanted = SIMD32<UInt8>(repeating: byte)
      let raw = unsafe UnsafeRawPointer(base)
      while i + 32 <= count {
        let block = unsafe raw.loadUnaligned(fromByteOffset: i, as: SIMD32<UInt8>.self)
        if any(block .== wanted) { break }
        i += 32
      }
    }
    while unsafe i < count && bytes[i] != byte { i += 1 }
    return min(i, count)
  }

  /// Whether `tag` (ASCII, lower case) stands at `start`, in any case, and the name ends there.
  private func isTag(_ tag: StaticString, at start: Int) -> Bool {
    guard unsafe matches(tag, at: start) else { return false }
    let end = start + tag.utf8CodeUnitCount
    if unsafe end == bytes.count { return true }
    let byte = unsafe bytes[end]
    return byte.isASCIIWhitespace || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/")
  }

  /// Whether `text` (ASCII, lower case) stands at `start`, in any case.
  @inline(__always)
  private func matches(_ text: StaticString, at start: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard start >= 0, unsafe start + count <= bytes.count else { return false }
    for offset in 0..<count where unsafe bytes[start + offset].asciiLowercased != text.utf8Start[offset] {
      return false
    }
    return true
  }
}

extension UInt8 {
  /// A letter or digit of base64, its padding, or `%`, which begins an escaped one in a URL.
  @inline(__always)
  fileprivate var isBase64: Bool {
    isASCIIAlphanumeric || self == UInt8(ascii: "+") || self == UInt8(ascii: "/") || self == UInt8(ascii: "=")
      || self == UInt8(ascii: "%")
  }
}
