/// Walks through one line by columns: a tab reaches to the next multiple of four, and containers may use up part of one
/// (CommonMark, "Tabs").
struct LineCursor {
  let bytes: [UInt8]
  /// The line, its line break excluded.
  let end: Int
  private(set) var position: Int
  private(set) var column = 0
  /// Whether some columns of the tab at `position` are used up.
  private var isInsideTab = false

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// Where the next byte that is no blank stands, and how many columns of blanks come before it.
  var next: (position: Int, indent: Int) {
    var at = position
    var reached = column
    while at < end {
      if bytes[at] == UInt8(ascii: " ") {
        reached += 1
      } else if bytes[at] == UInt8(ascii: "\t") {
        reached += 4 - reached % 4
      } else {
        break
      }
      at += 1
    }
    return (at, reached - column)
  }

  var isBlank: Bool { next.position == end }

  /// Passes over at most `columns` columns of blanks; gives how many.
  @discardableResult
  mutating func skipBlanks(_ columns: Int) -> Int {
    var left = columns
    while left > 0, position < end {
      if bytes[position] == UInt8(ascii: " ") {
        position += 1
        column += 1
        left -= 1
      } else if bytes[position] == UInt8(ascii: "\t") {
        let width = 4 - column % 4
        if left >= width {
          position += 1
          column += width
          left -= width
          isInsideTab = false
        } else {
          column += left
          isInsideTab = true
          left = 0
        }
      } else {
        break
      }
    }
    return columns - left
  }

  /// Passes over all blanks and `count` bytes after them.
  mutating func skip(past count: Int) {
    skipBlanks(.max)
    position += count
    column += count
    isInsideTab = false
  }

  /// What is left of the line; the rest of a tab used in part as spaces.
  var rest: [UInt8] {
    guard isInsideTab, position < end else { return Array(bytes[position..<end]) }
    return Array(repeating: UInt8(ascii: " "), count: 4 - column % 4) + bytes[(position + 1)..<end]
  }
}
