import CKernels

/// Rows of 8-bit activations: value = (byte − zero) × the row's scale. A view, like `Matrix`.
@safe public struct QuantisedRows: @unchecked Sendable {
  // Unchecked: as `Matrix`.
  public let base: UnsafeMutablePointer<UInt8>
  public let scales: UnsafeMutablePointer<Float>
  public let rows: Int
  public let columns: Int

  init(base: UnsafeMutablePointer<UInt8>, scales: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    unsafe self.base = unsafe base
    unsafe self.scales = unsafe scales
    self.rows = rows
    self.columns = columns
  }

  public func rows(_ range: Range<Int>) -> QuantisedRows {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    return unsafe QuantisedRows(
      base: base + range.lowerBound * columns, scales: scales + range.lowerBound, rows: range.count, columns: columns)
  }

  /// Copies row `row` of `other` to row `target`.
  public func copyRow(_ row: Int, of other: QuantisedRows, to target: Int) {
    precondition(row >= 0 && row < other.rows && target >= 0 && target < rows && columns == other.columns)
    unsafe (base + target * columns).update(from: other.base + row * columns, count: columns)
    unsafe scales[target] = other.scales[row]
  }

  /// Moves `range` to the front.
  public func moveToFront(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows)
    unsafe base.update(from: base + range.lowerBound * columns, count: range.count * columns)
    unsafe scales.update(from: scales + range.lowerBound, count: range.count)
  }
}

/// Exact sums of products of bytes, [rows][columns] without gaps. A view, like `Matrix`.
@safe public struct IntegerMatrix: @unchecked Sendable {
  // Unchecked: as `Matrix`.
  public let base: UnsafeMutablePointer<Int32>
  public let rows: Int
  public let columns: Int

  init(base: UnsafeMutablePointer<Int32>, rows: Int, columns: Int) {
    unsafe self.base = unsafe base
    self.rows = rows
    self.columns = columns
  }

  /// The same memory in another shape.
  public func shaped(_ rows: Int, _ columns: Int) -> IntegerMatrix {
    precondition(rows * columns <= self.rows * self.columns)
    return unsafe IntegerMatrix(base: base, rows: rows, columns: columns)
  }
}

extension Arena {
  /// Contents are undefined until written, as everywhere here.
  public func quantisedRows(_ rows: Int, _ columns: Int) -> QuantisedRows {
    let bytes = unsafe take(rows * columns).bindMemory(to: UInt8.self, capacity: rows * columns)
    // Kernels read scales in whole vectors.
    let scales = unsafe take((rows + 64) * 4).bindMemory(to: Float.self, capacity: rows + 64)
    return unsafe QuantisedRows(base: bytes, scales: scales, rows: rows, columns: columns)
  }

  public func integers(_ rows: Int, _ columns: Int) -> IntegerMatrix {
    let base = unsafe take(rows * columns * 4).bindMemory(to: Int32.self, capacity: rows * columns)
    return unsafe IntegerMatrix(base: base, rows: rows, columns: columns)
  }

  public func array<Element: BitwiseCopyable>(_ count: Int, of type: Element.Type) -> UnsafeMutablePointer<Element> {
    unsafe take(max(1, count) * MemoryLayout<Element>.stride).bindMemory(to: type, capacity: count)
  }
}

/// A table or matrix in bfloat16 as it stands in a model file. A view: whoever holds the file's bytes lives longer.
@safe public struct HalfTable: @unchecked Sendable {
  // Unchecked: constant.
  public let base: UnsafePointer<UInt16>
  public let rows: Int
  public let columns: Int

  public init(base: UnsafePointer<UInt16>, rows: Int, columns: Int) {
    unsafe self.base = unsafe base
    self.rows = rows
    self.columns = columns
  }

  /// The values in float32, row by row.
  public var values: [Float] { (0..<rows * columns).map { unsafe Float(bitPattern: UInt32(base[$0]) << 16) } }
}

/// A weight matrix [K,N] in 8 bits with a scale a column, packed for one kernel level.
@safe public final class QuantisedMatrix: @unchecked Sendable {
  // Unchecked: written only by init.
  let words: UnsafeMutablePointer<UInt32>
  /// What takes the zero of the activations out of the products.
  let initial: UnsafeMutablePointer<Int32>
  public let columnScales: [Float]
  public let inner: Int
  public let columns: Int

  public init(_ matrix: HalfTable, kernels: Kernels) {
    inner = matrix.rows
    columns = matrix.columns
    let table = unsafe kernels.table
    let width = (columns + kernels.panel - 1) / kernels.panel * kernels.panel
    var scales = [Float](repeating: 0, count: columns)
    precondition(inner % 4 == 0 && columns % 16 == 0 && columns <= 8192)
    unsafe words = .allocate(capacity: inner / 4 * width)
    unsafe initial = .allocate(capacity: width)
    unsafe initial.initialize(repeating: 0, count: width)
    let bytes = UnsafeMutablePointer<Int8>.allocate(capacity: inner * columns)
    defer { unsafe bytes.deallocate() }
    unsafe table.pointee.quantise_weights(matrix.base, inner, columns, bytes, &scales, initial)
    unsafe table.pointee.pack_i8(bytes, columns, 1, inner, columns, words)
    columnScales = scales
  }

  deinit {
    unsafe words.deallocate()
    unsafe initial.deallocate()
  }
}

/// The same for the left side of a product whose right side is activations: rows are the outputs, [N][K].
public struct QuantisedColumns: Sendable {
  let words: [UInt32]
  public let columnScales: [Float]
  public let inner: Int
  public let columns: Int

  public init(_ matrix: HalfTable, columns: Int, kernels: Kernels) {
    inner = matrix.rows
    self.columns = columns
    precondition(inner % 4 == 0 && columns <= matrix.columns)
    var bytes = [Int8](repeating: 0, count: inner * matrix.columns)
    var scales = [Float](repeating: 0, count: matrix.columns)
    var initial = [Int32](repeating: 0, count: matrix.columns)
    unsafe kernels.table.pointee.quantise_weights(matrix.base, inner, matrix.columns, &bytes, &scales, &initial)
    var words = [UInt32](repeating: 0, count: columns * inner / 4)
    for column in 0..<columns {
      for k in 0..<inner {
        let byte = UInt32(UInt8(bitPattern: bytes[k * matrix.columns + column]))
        words[(column * inner + k) / 4] |= byte << UInt32(8 * (k % 4))
      }
    }
    self.words = words
    columnScales = scales
  }
}

/// Scales and biases of a recurrent layer's gates, in the units that the kernel's exponential works in.
public struct QuantisedGates: Sendable {
  let scales: [Float]
  let bias: [Float]
  let channels: Int

  /// - Parameter scales: of the product's columns; none for a layer whose gates come from tables.
  public init(scales: [Float], bias: HalfTable) {
    let channels = bias.columns / 3
    let perLog2: Float = 1.442_695_04
    func factor(_ column: Int) -> Float { [-2 * perLog2, perLog2, -perLog2][column / channels] }
    self.channels = channels
    self.scales = scales.enumerated().map { $1 * factor($0) }
    self.bias = bias.values.enumerated().map { $1 * factor($0) }
  }

  func withNative<Result>(_ body: (UnsafePointer<ck_quantised_gates>) -> Result) -> Result {
    unsafe scales.withUnsafeBufferPointer { scales in
      unsafe bias.withUnsafeBufferPointer { bias in
        var native = unsafe ck_quantised_gates(
          column_scales: scales.baseAddress, bias: bias.baseAddress, channels: channels)
        return unsafe body(&native)
      }
    }
  }
}
