import Pages

/// The text of a stretch of page, character references decoded and white space collapsed, with the place of every byte of it.
public struct ValueText: Sendable {
  /// UTF-8.
  public private(set) var utf8: [UInt8] = []
  /// For each byte of `utf8` where what it stands for begins and ends on the page.
  private var starts: [Int] = []
  private var ends: [Int] = []

  public var string: String { String(decoding: utf8, as: UTF8.self) }

  /// - Parameter pieces: ascending ranges of `bytes`; between two of them markup was left out.
  public init(_ bytes: [UInt8], _ pieces: [Range<Int>], isAttribute: Bool = false) {
    utf8.reserveCapacity(pieces.reduce(0) { $0 + $1.count })
    var pendingSpace: Range<Int>?
    for piece in pieces {
      // White space at either end of what was left out separates words.
      if let last = ends.last, last < piece.lowerBound, pendingSpace == nil,
        bytes[last] <= 0x20 || bytes[piece.lowerBound - 1] <= 0x20
      {
        pendingSpace = last..<piece.lowerBound
      }
      var at = piece.lowerBound
      while at < piece.upperBound {
        let byte = bytes[at]
        var width = 1
        var decoded: [UInt8]?
        if byte == 0x26, let end = Self.reference(bytes, at, piece.upperBound) {
          decoded = Array(CharacterReferences.decode(bytes[at..<end], inAttribute: isAttribute).utf8)
          width = end - at
        } else if byte == 0xc2, at + 1 < piece.upperBound, bytes[at + 1] == 0xa0 {
          width = 2
          decoded = [0x20]
        }
        let isSpace = decoded.map { $0.allSatisfy { $0 <= 0x20 } || $0 == [0xc2, 0xa0] } ?? (byte <= 0x20)
        if isSpace {
          if !utf8.isEmpty, pendingSpace == nil { pendingSpace = at..<at + width }
        } else {
          if let space = pendingSpace { append(0x20, space) }
          pendingSpace = nil
          if let decoded {
            for byte in decoded { append(byte, at..<at + width) }
          } else {
            append(byte, at..<at + 1)
          }
        }
        at += width
      }
    }
  }

  private mutating func append(_ byte: UInt8, _ source: Range<Int>) {
    utf8.append(byte)
    starts.append(source.lowerBound)
    ends.append(source.upperBound)
  }

  /// Just behind the character reference at `start`, if there is one.
  private static func reference(_ bytes: [UInt8], _ start: Int, _ limit: Int) -> Int? {
    var at = start + 1
    while at < limit, at - start < 34 {
      let byte = bytes[at]
      if byte == 0x3b { return at + 1 }
      guard byte == 0x23 || (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) else { return nil }
      at += 1
    }
    return nil
  }

  /// The bytes of the page that a non-empty range of the text stands for.
  public func source(of range: Range<Int>) -> Range<Int> { starts[range.lowerBound]..<ends[range.upperBound - 1] }

  public func text(of range: Range<Int>) -> String { String(decoding: utf8[range], as: UTF8.self) }
}

/// What a cut of a text can be between: words, numbers, single signs.
public struct TextTokens {
  /// Ascending byte ranges of the text, spaces left out.
  public private(set) var ranges: [Range<Int>] = []

  public init(_ utf8: [UInt8], limit: Int = .max) {
    var at = 0
    while at < utf8.count, ranges.count < limit {
      let kind = Self.kind(utf8[at])
      var end = at + 1
      if kind != .sign, kind != .space {
        while end < utf8.count, Self.kind(utf8[end]) == kind { end += 1 }
      }
      if kind != .space { ranges.append(at..<end) }
      at = end
    }
  }

  public static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  enum Kind { case space, letter, digit, sign }

  static func kind(_ byte: UInt8) -> Kind {
    switch byte {
    case 0...0x20: .space
    case 0x30...0x39: .digit
    case 0x41...0x5a, 0x61...0x7a, 0x80...: .letter
    default: .sign
    }
  }
}
