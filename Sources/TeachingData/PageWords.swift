import PageTags
import Pages

/// A word of a text: a run of letters, digits and `_`, lower-cased; a character of a script without spaces is a word by itself.
struct Word: Sendable {
  var hash: UInt64
  /// Bytes of the page, character references included.
  var range: Range<Int>
  /// Words with the same number stand in the same block (or line of a gold text).
  var block: Int
  /// One character of a script without spaces, split from its neighbours.
  var standsAlone = false
}

/// Splits texts into words.
struct WordSplitter {
  private(set) var words: [Word] = []
  private var hash: UInt64 = 0
  private var start = -1
  private var end = 0
  /// The last character was a digit.
  private var endsInDigit = false
  var block = 0
  /// A tag that ends no block came since the last character.
  var hasCrossedTag = false

  private static let seed: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ scalar: Unicode.Scalar, at range: Range<Int>) {
    if hasCrossedTag {
      hasCrossedTag = false
      // `<span>Price</span><span>12</span>` is shown apart, `<b>C</b>ut` is one word: what follows the tag tells.
      let value = scalar.value
      let isDigit = value &- 48 < 10
      let isUpper = value < 128 ? value &- 65 < 26 : scalar.properties.isUppercase
      if isUpper || isDigit && !endsInDigit { endWord() }
    }
    if Self.standsAlone(scalar) {
      endWord()
      words.append(Word(hash: Self.mix(Self.seed, scalar.value), range: range, block: block, standsAlone: true))
      return
    }
    guard Self.isWord(scalar) else { return endWord() }
    if start < 0 {
      start = range.lowerBound
      hash = Self.seed
    }
    end = range.upperBound
    endsInDigit = scalar.value &- 48 < 10
    if scalar.value < 128 {
      let value = scalar.value
      hash = Self.mix(hash, value >= 65 && value <= 90 ? value + 32 : value)
    } else {
      for lower in scalar.properties.lowercaseMapping.unicodeScalars { hash = Self.mix(hash, lower.value) }
    }
  }

  mutating func endWord() {
    if start >= 0 { words.append(Word(hash: hash, range: start..<end, block: block)) }
    start = -1
  }

  private static func mix(_ hash: UInt64, _ value: UInt32) -> UInt64 { (hash ^ UInt64(value)) &* 0x100_0000_01b3 }

  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 128 {
      return (value >= 48 && value <= 57) || (value >= 65 && value <= 90) || (value >= 97 && value <= 122)
        || value == 95
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      return true
    default: return false
    }
  }

  /// Han, kana, Thai: written without spaces between words.
  static func standsAlone(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3040...0x30ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xf900...0xfaff, 0x20000...0x323af, 0x0e00...0x0e7f: true
    default: false
    }
  }

  /// The words of a plain text; each line is a block.
  static func words(of text: String) -> [Word] {
    var splitter = WordSplitter()
    var position = 0
    for scalar in text.unicodeScalars {
      if scalar == "\n" {
        splitter.endWord()
        splitter.block += 1
      } else {
        splitter.add(scalar, at: position..<position + 1)
      }
      position += 1
    }
    splitter.endWord()
    return splitter.words
  }

  /// The words of the visible text of a page.
  static func words(of utf8: [UInt8], tags: [ByteTags]) -> [Word] {
    var splitter = WordSplitter()
    var at = 0
    while at < utf8.count {
      if tags[at].content == .markup {
        if tags[at].boundary != .none, tags[at].boundary != .image {
          splitter.endWord()
          splitter.block += 1
        }
        splitter.hasCrossedTag = true
        at += 1
        continue
      }
      let byte = utf8[at]
      if byte < 0x80 && byte != 0x26 {
        splitter.add(Unicode.Scalar(byte), at: at..<at + 1)
        at += 1
      } else if byte == 0x26 {
        var end = at + 1
        while end < utf8.count, end - at < 12, utf8[end] != 0x3b, utf8[end] != 0x20, utf8[end] != 0x3c,
          utf8[end] != 0x26
        { end += 1 }
        if end < utf8.count, utf8[end] == 0x3b {
          let range = at..<end + 1
          for scalar in CharacterReferences.decode(utf8[range], inAttribute: false).unicodeScalars {
            splitter.add(scalar, at: range)
          }
          at = end + 1
        } else {
          splitter.endWord()
          at += 1
        }
      } else {
        let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
        let end = min(utf8.count, at + length)
        let scalar = String(decoding: utf8[at..<end], as: UTF8.self).unicodeScalars.first ?? "\u{fffd}"
        splitter.add(scalar, at: at..<end)
        at = end
      }
    }
    splitter.endWord()
    return splitter.words
  }
}
