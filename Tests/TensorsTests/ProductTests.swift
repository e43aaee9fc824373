import Tensors
import Testing

@Suite struct ProductTests {
  /// Odd sizes around the tiles (4 or 6 rows), the panels (8, 16 or 64 columns) and the blocks along k (512).
  static let sizes = [
    (1, 1, 1), (3, 8, 2), (5, 17, 7), (6, 64, 30), (7, 65, 33), (13, 31, 5), (2, 3, 513), (4, 9, 1030), (9, 130, 3),
  ]

  @Test(arguments: levels) func float32(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(1)
    for (rows, columns, inner) in Self.sizes {
      let weights = numbers.matrix(arena, inner, columns, gap: 3)
      for isTransposed in [false, true] {
        let input =
          isTransposed ? numbers.matrix(arena, inner, rows, gap: 1) : numbers.matrix(arena, rows, inner, gap: 2)
        let output = numbers.matrix(arena, rows, columns, gap: 5)
        let before = output.values
        let plain = isTransposed ? transpose(input.values, inner, rows) : input.values
        let (sum, scale) = product(plain, weights.values, rows, inner, columns)
        kernels.multiplyFloat(input, transposed: isTransposed, weights, into: output, accumulate: true, arena: arena)
        #expect(worst(output.values, zip(sum, before).map { $0 + Double($1) }, scale: scale.map { $0 + 1 }) < 3e-6)
        kernels.multiplyFloat(input, transposed: isTransposed, weights, into: output, arena: arena)
        #expect(worst(output.values, sum, scale: scale) < 3e-6, "\(rows) × \(inner) × \(columns)")
      }
    }
  }

  private func transpose(_ values: [Float], _ rows: Int, _ columns: Int) -> [Float] {
    (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
  }

  @Test(arguments: levels) func bfloat16(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(2)
    for (rows, columns, inner) in Self.sizes.map({ ($0.0, $0.1, $0.2 + $0.2 % 2) }) {
      let input = half(numbers.matrix(arena, rows, inner), arena)
      let output = numbers.matrix(arena, rows, columns, gap: 5)
      let packed = PackedMatrix(inner: inner, columns: columns, kernels: kernels)
      for isTransposed in [false, true] {
        let weights =
          isTransposed ? numbers.matrix(arena, columns, inner, gap: 3) : numbers.matrix(arena, inner, columns, gap: 3)
        packed.pack(weights, transposed: isTransposed)
        var plain = weights.values.map { widened(rounded($0)) }
        if isTransposed { plain = transpose(plain, columns, inner) }
        let (sum, scale) = product(widened(input), plain, rows, inner, columns)
        kernels.multiply(input, packed, into: output)
        #expect(worst(output.values, sum, scale: scale) < 3e-6, "\(rows) × \(inner) × \(columns)")
        kernels.multiply(input, packed, into: output, accumulate: true)
        #expect(worst(output.values, sum.map { 2 * $0 }, scale: scale) < 1e-5)
      }
    }
  }

  /// A weight gradient: the inner size is the number of rows, which may be odd, and long enough for two blocks.
  @Test(arguments: levels) func weightGradient(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(3)
    for (rows, inner, columns) in [(1, 16, 16), (7, 6, 65), (8, 6, 65), (33, 20, 9), (1101, 4, 3), (1, 2, 1)] {
      let input = half(numbers.matrix(arena, rows, inner), arena)
      let dOutput = numbers.matrix(arena, rows, columns, gap: 4)
      let gradient = numbers.matrix(arena, inner, columns)
      let before = gradient.values
      let (sum, scale) = product(
        transpose(widened(input), rows, inner), dOutput.values.map { widened(rounded($0)) }, inner, rows, columns)
      kernels.multiplyTransposed(input, dOutput, into: gradient, arena: arena)
      let want = zip(sum, before).map { $0 + Double($1) }
      #expect(worst(gradient.values, want, scale: scale.map { $0 + 1 }) < 5e-6, "\(rows) × \(inner) × \(columns)")
    }
  }

  @Test(arguments: levels) func windowsOfTwo(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(4)
    let input = half(numbers.matrix(arena, 6, 16), arena)
    let weights = numbers.matrix(arena, 32, 10)
    let packed = PackedMatrix(inner: 32, columns: 10, kernels: kernels)
    packed.pack(weights)
    let plain = widened(input)
    let windows = (0..<5).flatMap { row in plain[row * 16..<(row + 2) * 16] }
    let (sum, scale) = product(windows, weights.values.map { widened(rounded($0)) }, 5, 32, 10)
    let output = arena.matrix(5, 10)
    kernels.multiply(input.windowsOfTwo, packed, into: output)
    #expect(worst(output.values, sum, scale: scale) < 3e-6)

    let dOutput = numbers.matrix(arena, 5, 10)
    let gradient = arena.zeros(32, 10)
    kernels.multiplyTransposed(input.windowsOfTwo, dOutput, into: gradient, arena: arena)
    let (want, size) = product(transpose(windows, 5, 32), dOutput.values.map { widened(rounded($0)) }, 32, 5, 10)
    #expect(worst(gradient.values, want, scale: size) < 3e-6)
  }

  @Test(arguments: levels) func int8IsExact(_ level: String) {
    let kernels = kernels(level)
    var numbers = Numbers(5)
    for (rows, columns, inner) in Self.sizes {
      // The first and the last row hold the extremes, which is where sums of pairs would overflow.
      let input = (0..<rows * inner).map { $0 < inner ? UInt8(127) : UInt8(numbers.next() % 128) }
      let weights = (0..<inner * columns).map { _ in
        let pick = numbers.next() % 300
        return pick < 255 ? Int8(Int(pick) - 127) : (pick % 2 == 0 ? Int8(127) : Int8(-127))
      }
      let got = kernels.multiplyInt8(input, weights, rows: rows, inner: inner, columns: columns)
      let want = product(input.map { Float($0) }, weights.map { Float($0) }, rows, inner, columns).sum
      #expect(firstDifference(got.map { Double($0) }, want) == nil, "\(rows) × \(inner) × \(columns)")
    }
    let extremes = kernels.multiplyInt8(
      [UInt8](repeating: 127, count: 2 * 1030), [Int8](repeating: -127, count: 1030 * 3), rows: 2, inner: 1030,
      columns: 3)
    #expect(extremes == [Int32](repeating: -127 * 127 * 1030, count: 6))
  }

  @Test(arguments: levels) func conversion(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(6)
    for (rows, columns, gap) in [(1, 1, 0), (3, 7, 0), (5, 19, 0), (4, 33, 2)] {
      let input = numbers.matrix(arena, rows, columns, gap: gap, bound: 300)
      // A tie to the even below, a tie to the even above, a carry into the exponent, both zeros.
      let special: [UInt32] = [0x3f80_8000, 0x3f81_8000, 0x3fff_ffff, 0, 0x8000_0000, 0x0080_0001]
      for (column, bits) in special.prefix(columns).enumerated() { input[0, column] = Float(bitPattern: bits) }
      let output = arena.halfMatrix(rows, columns)
      kernels.convert(input, to: output)
      #expect(firstDifference(output.values, input.values.map { rounded($0) }) == nil)
    }
  }

  @Test(arguments: levels) func noInnerSize(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(7)
    let output = numbers.matrix(arena, 3, 5, gap: 2)
    let before = output.values
    kernels.multiplyFloat(arena.matrix(3, 0), arena.matrix(0, 5), into: output, accumulate: true, arena: arena)
    #expect(output.values == before)
    kernels.multiplyFloat(arena.matrix(3, 0), arena.matrix(0, 5), into: output, arena: arena)
    #expect(output.values == [Float](repeating: 0, count: 15))
  }
}
