/// A view of float32 values, row-major: `rows` × `columns`, rows `stride` elements apart. It does not own its memory: an `Arena` or
/// a `Parameters` object does, and has to live longer.
@safe public struct Matrix: @unchecked Sendable {
  // Unchecked: a view may be handed to another thread; who writes when is the owner's business, as with any buffer.
  public let base: UnsafeMutablePointer<Float>
  public let rows: Int
  public let columns: Int
  public let stride: Int

  public init(base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
    unsafe self.base = unsafe base
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      return unsafe base[row * stride + column]
    }
    nonmutating set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      unsafe base[row * stride + column] = newValue
    }
  }

  /// Rows `range`, sharing memory.
  public func rows(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    return unsafe Matrix(base: base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// Columns `range`, sharing memory.
  public func columns(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns)
    return unsafe Matrix(base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  public func fill(_ value: Float) {
    for row in 0..<rows { unsafe (base + row * stride).update(repeating: value, count: columns) }
  }

  public func copy(from other: Matrix) {
    precondition(rows == other.rows && columns == other.columns)
    for row in 0..<rows { unsafe (base + row * stride).update(from: other.base + row * other.stride, count: columns) }
  }

  public func copy(from values: [Float]) {
    precondition(values.count == rows * columns)
    for row in 0..<rows {
      for column in 0..<columns { unsafe base[row * stride + column] = values[row * columns + column] }
    }
  }

  /// The values, row by row.
  public var values: [Float] {
    var result: [Float] = []
    result.reserveCapacity(rows * columns)
    for row in 0..<rows { for column in 0..<columns { unsafe result.append(base[row * stride + column]) } }
    return result
  }

  var isContiguous: Bool { stride == columns || rows <= 1 }
}

/// The same for bfloat16: the upper halves of float32.
@safe public struct HalfMatrix: @unchecked Sendable {
  public let base: UnsafeMutablePointer<UInt16>
  public let rows: Int
  public let columns: Int
  public let stride: Int

  public init(base: UnsafeMutablePointer<UInt16>, rows: Int, columns: Int, stride: Int) {
    unsafe self.base = unsafe base
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  public func rows(_ range: Range<Int>) -> HalfMatrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    return unsafe HalfMatrix(
      base: base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// Columns `range`, sharing memory.
  public func columns(_ range: Range<Int>) -> HalfMatrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns)
    return unsafe HalfMatrix(base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// Moves the rows of `range` to the front.
  public func moveToFront(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows && stride == columns)
    unsafe base.update(from: base + range.lowerBound * stride, count: range.count * stride)
  }

  /// Each row together with the one after it, as one row of twice the width: the input of a window of 2. The views overlap.
  public var windowsOfTwo: HalfMatrix {
    precondition(stride == columns && rows >= 1)
    return unsafe HalfMatrix(base: base, rows: rows - 1, columns: 2 * columns, stride: stride)
  }

  public func fill(_ value: UInt16) {
    for row in 0..<rows { unsafe (base + row * stride).update(repeating: value, count: columns) }
  }

  public func copy(from values: [UInt16]) {
    precondition(values.count == rows * columns && stride == columns)
    for index in 0..<values.count { unsafe base[index] = values[index] }
  }

  public var values: [UInt16] {
    var result: [UInt16] = []
    for row in 0..<rows { for column in 0..<columns { unsafe result.append(base[row * stride + column]) } }
    return result
  }
}

/// A right-hand matrix, k × n, in the panel order of one kernel level, as pairs of bfloat16.
@safe public final class PackedMatrix: @unchecked Sendable {
  // Unchecked: written only by `pack`, while its owner holds it alone.
  let words: UnsafeMutablePointer<UInt32>
  public let inner: Int
  public let columns: Int
  let kernels: Kernels

  /// - Parameters: k inner size, n columns.
  public init(inner: Int, columns: Int, kernels: Kernels) {
    self.inner = inner
    self.columns = columns
    self.kernels = kernels
    let width = (columns + kernels.panel - 1) / kernels.panel * kernels.panel
    unsafe words = UnsafeMutableRawPointer.allocate(byteCount: max(64, (inner + 1) / 2 * width * 4), alignment: 64)
      .bindMemory(to: UInt32.self, capacity: (inner + 1) / 2 * width)
  }

  deinit { unsafe words.deallocate() }

  /// Packs `matrix` (k × n), or its transpose.
  public func pack(_ matrix: Matrix, transposed: Bool = false) {
    precondition(
      transposed ? matrix.columns == inner && matrix.rows == columns : matrix.rows == inner && matrix.columns == columns
    )
    if transposed {
      unsafe kernels.table.pointee.pack_bf16(matrix.base, 1, matrix.stride, inner, columns, words)
    } else {
      unsafe kernels.table.pointee.pack_bf16(matrix.base, matrix.stride, 1, inner, columns, words)
    }
  }
}
