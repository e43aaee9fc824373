/// Small questions about bytes that several files of this module ask.
extension UInt8 {
  @inline(__always)
  var isWhitespace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }

  @inline(__always)
  var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

  @inline(__always)
  var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}

/// Text with every run of white space as one space, none at its ends; no-break and wide spaces count as white space.
struct CollapsedText {
  private(set) var bytes: [UInt8] = []
  private var pendingSpace = false

  var string: String { String(decoding: bytes, as: UTF8.self) }

  mutating func append(_ text: some Collection<UInt8>) {
    var index = text.startIndex
    while index != text.endIndex {
      let byte = text[index]
      if byte < 0x80 {
        if byte.isWhitespace {
          pendingSpace = true
        } else {
          if pendingSpace, !bytes.isEmpty { bytes.append(0x20) }
          pendingSpace = false
          bytes.append(byte)
        }
        text.formIndex(after: &index)
        continue
      }
      // U+00A0, U+2000–U+200A, U+2028, U+2029, U+202F, U+205F, U+3000.
      let next = text.index(after: index)
      let second = next == text.endIndex ? 0 : text[next]
      if byte == 0xC2, second == 0xA0 {
        pendingSpace = true
        index = text.index(after: next)
        continue
      }
      if byte == 0xE2 || byte == 0xE3, next != text.endIndex {
        let afterNext = text.index(after: next)
        let third = afterNext == text.endIndex ? 0 : text[afterNext]
        let isSpace =
          byte == 0xE3
          ? second == 0x80 && third == 0x80
          : (second == 0x80 && ((third >= 0x80 && third <= 0x8A) || third == 0xA8 || third == 0xA9 || third == 0xAF))
            || (second == 0x81 && third == 0x9F)
        if isSpace {
          pendingSpace = true
          index = text.index(after: afterNext)
          continue
        }
      }
      if pendingSpace, !bytes.isEmpty { bytes.append(0x20) }
      pendingSpace = false
      bytes.append(byte)
      index = next
    }
  }
}

extension Collection<UInt8> {
  /// Without ASCII white space at either end.
  var trimmed: SubSequence {
    var start = startIndex
    while start != endIndex, self[start].isWhitespace { start = index(after: start) }
    var end = start
    var cursor = start
    while cursor != endIndex {
      let next = index(after: cursor)
      if !self[cursor].isWhitespace { end = next }
      cursor = next
    }
    return self[start..<end]
  }
}
