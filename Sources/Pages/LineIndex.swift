/// Finds lines and columns in a page, as editors count them.
public struct LineIndex: Sendable {
  private let bytes: [UInt8]
  /// Where each line begins; the first is 0.
  private var starts: [Int] = [0]
  /// UTF-16 units before each block of `blockSize` bytes, so that a column in a page of one line is found quickly.
  private var unitsBefore: [Int] = []

  private static let blockSize = 1024

  /// Indexes a page in UTF-8. A line ends with CR LF, LF or CR.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    unitsBefore.reserveCapacity(bytes.count / Self.blockSize + 1)
    var units = 0
    var block = 0
    while block < bytes.count {
      unitsBefore.append(units)
      let end = min(block + Self.blockSize, bytes.count)
      for offset in block..<end {
        let byte = bytes[offset]
        units += byte.utf16Units
        if byte == 0x0A || (byte == 0x0D && !(offset + 1 < bytes.count && bytes[offset + 1] == 0x0A)) {
          starts.append(offset + 1)
        }
      }
      block = end
    }
  }

  /// How many lines there are; at least 1, and one more than line ends.
  public var lineCount: Int { starts.count }

  /// The line and column of the byte at `offset`, both from 1, the column in UTF-16 units. An offset inside a character
  /// is that character's; one past the end is the end's.
  public func position(of offset: Int) -> (line: Int, column: Int) {
    var at = max(0, min(offset, bytes.count))
    var steps = 0
    while at > 0, at < bytes.count, bytes[at] & 0xC0 == 0x80, steps < 3 {
      at -= 1
      steps += 1
    }
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= at { low = middle + 1 } else { high = middle }
    }
    return (low, units(before: at) - units(before: starts[low - 1]) + 1)
  }

  /// The bytes of line `line` (from 1) without its line end; empty at the page's end for a line there is not.
  public func lineRange(_ line: Int) -> Range<Int> {
    guard line >= 1, line <= starts.count else { return bytes.count..<bytes.count }
    let start = starts[line - 1]
    var end = line < starts.count ? starts[line] : bytes.count
    if line < starts.count {
      end -= 1
      if end > start, bytes[end] == 0x0A, bytes[end - 1] == 0x0D { end -= 1 }
    }
    return start..<end
  }

  private func units(before offset: Int) -> Int {
    guard !unitsBefore.isEmpty else { return 0 }
    let block = min(offset / Self.blockSize, unitsBefore.count - 1)
    var units = unitsBefore[block]
    for index in block * Self.blockSize..<offset { units += bytes[index].utf16Units }
    return units
  }
}

extension UInt8 {
  /// The UTF-16 units of the character that this byte of UTF-8 begins; 0 for a byte that begins none.
  fileprivate var utf16Units: Int { self & 0xC0 == 0x80 ? 0 : (self >= 0xF0 ? 2 : 1) }
}
