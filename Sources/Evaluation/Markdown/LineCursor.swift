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
  /// Of the next byte that is no blank.
  private var nextPosition = 0
  private var nextColumn = 0

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
    findNext()
  }

  /// Where the next byte that is no blank stands, and how many columns of blanks come before it.
  var next: (position: Int, indent: Int) { (nextPosition, nextColumn - column) }

  private mutating func findNext() {
    nextPosition = position
    nextColumn = column
    while nextPosition < end {
      if bytes[nextPosition] == UInt8(ascii: " ") {
        nextColumn += 1
      } else if bytes[nextPosition] == UInt8(ascii: "\t") {
        nextColumn += 4 - nextColumn % 4
      } else {
        break
      }
      nextPosition += 1
    }
  }

  var isBlank: Bool { next.position == end }

  /// Passes over at most `columns` columns of blanks.
  mutating func skipBlanks(_ columns: Int) {
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
  }

  /// Passes over all blanks and `count` bytes after them.
  mutating func skip(past count: Int) {
    position = nextPosition + count
    column = nextColumn + count
    isInsideTab = false
    findNext()
  }

  /// What is left of the line; the rest of a tab used in part as spaces.
  var rest: [UInt8] {
    guard isInsideTab, position < end else { return Array(bytes[position..<end]) }
    return Array(repeating: UInt8(ascii: " "), count: 4 - column % 4) + bytes[(position + 1)..<end]
  }
}
