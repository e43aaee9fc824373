import CKernels

// Products beside the bfloat16 one that the network lives on: float32 for what needs the digits, int8 for what needs the speed.
extension Kernels {
  /// `output` [T,N] (+)= `input` [T,K] · `weights` [K,N], all in float32. Packs `weights` anew on every call.
  ///
  /// - Parameter transposed: `input` is [K,T] and read as its transpose.
  public func multiplyFloat(
    _ input: Matrix, transposed: Bool = false, _ weights: Matrix, into output: Matrix, accumulate: Bool = false,
    arena: Arena
  ) {
    let (rows, inner) = transposed ? (input.columns, input.rows) : (input.rows, input.columns)
    precondition(inner == weights.rows && output.rows == rows && output.columns == weights.columns)
    let width = (weights.columns + panel - 1) / panel * panel
    let packed = arena.matrix(inner, width)
    unsafe table.pointee.pack_f32(weights.base, weights.stride, 1, inner, weights.columns, packed.base)
    unsafe table.pointee.gemm_f32(
      rows, weights.columns, inner, input.base, transposed ? 1 : input.stride, transposed ? input.stride : 1,
      packed.base,
      output.base, output.stride, accumulate ? 1 : 0)
  }

  /// `input` [T,K] · `weights` [K,N] in exact integers, row by row: [T,N].
  ///
  /// - Parameters:
  ///   - input: T × K values of 7 bits, 0…127: more could overflow the pair sums of AVX2.
  ///   - weights: K × N values, −127…127 for the same reason.
  public func multiplyInt8(_ input: [UInt8], _ weights: [Int8], rows: Int, inner: Int, columns: Int) -> [Int32] {
    precondition(rows >= 0 && inner > 0 && columns > 0)
    precondition(input.count == rows * inner && weights.count == inner * columns)
    assert(input.allSatisfy { $0 <= 127 } && weights.allSatisfy { $0 > -128 })
    let quads = (inner + 3) / 4
    // Four bytes a word, the first in the lowest.
    var left = [UInt32](repeating: 0, count: rows * quads)
    for row in 0..<rows {
      for k in 0..<inner { left[row * quads + k / 4] |= UInt32(input[row * inner + k]) << (8 * (k % 4)) }
    }
    let width = (columns + panel - 1) / panel * panel
    var right = [UInt32](repeating: 0, count: quads * width)
    unsafe table.pointee.pack_i8(weights, columns, 1, inner, columns, &right)
    var output = [Int32](repeating: 0, count: rows * columns)
    unsafe table.pointee.gemm_i8(rows, columns, quads, left, quads, right, nil, &output, columns)
    return output
  }
}
