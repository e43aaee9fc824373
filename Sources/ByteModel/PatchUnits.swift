import Tensors

/// What the hidden units of the tag heads get from every patch of a page, before the byte's own part and the rectifier: the input of
/// what decides by block and page.
public struct PatchUnits: Sendable {
  /// Hidden units.
  public let columns: Int
  /// [P,columns] in bfloat16, row by row.
  public private(set) var rows: [UInt16] = []
  /// Where each patch ends, in bytes of the page.
  public private(set) var ends: [Int32] = []

  public init(columns: Int) { self.columns = columns }

  /// - Parameters:
  ///   - units: [P,columns], ends: the last byte of each of the P patches, counted from the byte that the window begins with.
  ///   - start: the byte of the window that the first patch begins with.
  mutating func append(_ units: Matrix, ends last: UnsafePointer<Int32>, from start: Int) {
    let before = Int(ends.last ?? 0) - start
    for row in 0..<units.rows {
      let values = unsafe UnsafeBufferPointer(start: units.base + row * units.stride, count: columns)
      unsafe rows.append(contentsOf: values.lazy.map { UInt16(truncatingIfNeeded: ($0.bitPattern &+ 0x8000) >> 16) })
      unsafe ends.append(Int32(before + Int(last[row]) + 1))
    }
  }

  /// The mean of the patches that have bytes in `ranges` (ascending), [columns].
  public func mean(over ranges: [Range<Int>]) -> [Float] {
    var sum = [Float](repeating: 0, count: columns)
    var count = 0
    var next = 0
    for range in ranges where !range.isEmpty {
      next = max(next, firstPatch(endingBehind: range.lowerBound))
      while next < ends.count, next == 0 || Int(ends[next - 1]) < range.upperBound {
        for column in 0..<columns { sum[column] += Float(bitPattern: UInt32(rows[next * columns + column]) << 16) }
        count += 1
        next += 1
      }
    }
    if count > 0 { for column in 0..<columns { sum[column] /= Float(count) } }
    return sum
  }

  /// The patch that holds byte `offset`; as many as there are patches behind the last.
  public func firstPatch(endingBehind offset: Int) -> Int {
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(ends[middle]) > offset { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
