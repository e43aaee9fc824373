/// A page's bytes in runs of one heat class.
///
/// A class belongs to a whole token (a word, white space, or one other character), because the first letter of a rare word
/// carries its surprise. Where that makes more runs than a browser likes, tokens are taken together in longer stretches.
struct HeatRuns {
  /// The least bits a byte of each class; the class below the first, 0, has no colour.
  static let classes: [Double] = [0.5, 1, 2, 4, 6, 9]

  struct Run: Equatable {
    var start: Int
    var level: Int
  }

  /// In order, neighbours of different class; the first begins at 0.
  private(set) var runs: [Run] = []
  /// Tokens were gathered until they had this many bytes; 1 where each stands for itself.
  private(set) var grain = 1

  /// - Parameter limit: the most runs.
  init(_ source: PageSource, limit: Int = 20_000) {
    repeat {
      runs = Self.runs(of: source, grain: grain, limit: limit)
      if runs.count <= limit { break }
      grain = grain == 1 ? 8 : grain * 2
    } while true
  }

  /// Runs of stretches of at least `grain` bytes; stops soon after `limit`.
  private static func runs(of source: PageSource, grain: Int, limit: Int) -> [Run] {
    let utf8 = source.utf8
    var runs: [Run] = []
    var index = 0
    while index < utf8.count, runs.count <= limit {
      let start = index
      repeat { index = tokenEnd(utf8, index) } while index < utf8.count && index - start < grain
      let level = level(source.bits(start..<index) / Double(index - start))
      if runs.last?.level != level { runs.append(Run(start: start, level: level)) }
    }
    return runs
  }

  static func level(_ bitsPerByte: Double) -> Int { classes.firstIndex { bitsPerByte < $0 } ?? classes.count }

  private enum Kind { case word, space, other }

  private static func kind(_ byte: UInt8) -> Kind {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F, 0x80...0xFF: .word
    case 0x20, 0x09...0x0D: .space
    default: .other
    }
  }

  private static func tokenEnd(_ utf8: [UInt8], _ start: Int) -> Int {
    let first = kind(utf8[start])
    var end = start + 1
    if first == .other { return end }
    while end < utf8.count, kind(utf8[end]) == first { end += 1 }
    return end
  }
}
