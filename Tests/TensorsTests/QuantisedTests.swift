import Testing

@testable import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Kernels of reading in 8 bits, each against plain loops in Double over the same quantised numbers.
@Suite struct QuantisedTests {
  private func limit(_ kernels: Kernels) -> Int { unsafe kernels.table.pointee.i8_limit }
  private func zero(_ kernels: Kernels) -> Double { Double((limit(kernels) + 1) / 2) }

  /// What the bytes of `rows` stand for.
  private func values(_ rows: QuantisedRows, _ kernels: Kernels) -> [Double] {
    (0..<rows.rows * rows.columns).map { index in
      unsafe (Double(rows.base[index]) - zero(kernels)) * Double(rows.scales[index / rows.columns])
    }
  }

  /// A table of random bfloat16 numbers; the array has to be kept.
  private func table(_ numbers: inout Numbers, _ rows: Int, _ columns: Int, _ arena: Arena) -> HalfTable {
    let matrix = half(numbers.matrix(arena, rows, columns), arena)
    return unsafe HalfTable(base: matrix.base, rows: rows, columns: columns)
  }

  @Test(arguments: levels) func rowsKeepTheirValues(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(1)
    for (rows, columns) in [(1, 16), (7, 48), (5, 320)] {
      let input = numbers.matrix(arena, rows, columns, bound: 3)
      input.rows(0..<1).fill(0)
      let plain = arena.quantisedRows(rows, columns)
      kernels.quantise(input, into: plain)
      let halves = arena.quantisedRows(rows, columns)
      kernels.quantise(half(input, arena), into: halves)
      let pairs = arena.quantisedRows(rows - 1, 2 * columns)
      if rows > 1 { kernels.quantise(input, into: pairs) }
      let (gotPlain, gotHalves) = (values(plain, kernels), values(halves, kernels))
      for row in 0..<rows {
        // Half a unit at most, and a unit is the highest magnitude over the steps that a byte has.
        let top = (0..<columns).map { Double(abs(input[row, $0])) }.max() ?? 0
        let unit = top / (zero(kernels) - 1)
        for column in 0..<columns {
          let want = Double(input[row, column])
          #expect(abs(gotPlain[row * columns + column] - want) <= 0.501 * unit)
          #expect(abs(gotHalves[row * columns + column] - want) <= 0.501 * unit + abs(want) / 250)
        }
      }
      guard rows > 1 else { continue }
      let last = values(pairs.rows(rows - 2..<rows - 1), kernels)
      let want = input.rows(rows - 2..<rows).values
      #expect(zip(last, want).allSatisfy { abs($0 - Double($1)) < 3.1 / (zero(kernels) - 1) })
    }
  }

  @Test(arguments: levels) func normalisation(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(2)
    let input = numbers.matrix(arena, 5, 48, bound: 4)
    let gain = numbers.matrix(arena, 1, 48).values
    let floats = arena.matrix(5, 48)
    let bytes = arena.quantisedRows(5, 48)
    kernels.norm(input, gain: gain, into: floats)
    kernels.norm(input, gain: gain, into: bytes)
    for row in 0..<5 {
      let x = (0..<48).map { Double(input[row, $0]) }
      let inverse = 1 / (x.reduce(0) { $0 + $1 * $1 } / 48 + 1e-5).squareRoot()
      let want = zip(x, gain).map { $0 * inverse * Double($1) }
      #expect(worst(floats.rows(row..<row + 1).values, want) < 1e-5)
      let top = want.map(abs).max() ?? 0
      let got = values(bytes.rows(row..<row + 1), kernels)
      #expect(zip(got, want).allSatisfy { abs($0 - $1) <= 0.501 * top / (zero(kernels) - 1) })
    }
  }

  /// Columns that fill panels and that do not, rows around the tile, halves of panels; all sums exact.
  @Test(arguments: levels) func products(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(3)
    for (rows, inner, columns) in [(1, 16, 16), (7, 48, 96), (6, 32, 64), (13, 64, 144), (5, 320, 48)] {
      // Whole numbers of which every column's highest is 127: the weights are kept as they are.
      let integers = arena.matrix(inner, columns)
      for row in 0..<inner {
        for column in 0..<columns { integers[row, column] = row == 0 ? 127 : Float(Int(numbers.next() % 255) - 127) }
      }
      let rounded = half(integers, arena)
      let weights = unsafe HalfTable(base: rounded.base, rows: inner, columns: columns)
      let packed = QuantisedMatrix(weights, kernels: kernels)
      let input = arena.quantisedRows(rows, inner)
      kernels.quantise(numbers.matrix(arena, rows, inner), into: input)
      let products = arena.integers(rows, columns)
      kernels.multiply(input, packed, into: products)
      let bias = numbers.matrix(arena, 1, columns).values
      let output = arena.matrix(rows, columns)
      kernels.dequantise(products, of: input, packed, bias: bias, into: output)
      let (sum, scale) = product(values(input, kernels).map { Float($0) }, weights.values, rows, inner, columns)
      let want = sum.enumerated().map { $1 + Double(bias[$0 % columns]) }
      #expect(worst(output.values, want, scale: scale.map { $0 + 1 }) < 1e-5, "\(rows) × \(inner) × \(columns)")
      kernels.dequantise(products, of: input, packed, bias: nil, into: output)
      let twice = zip(sum, want).map { $0 + $1 }
      #expect(worst(output.values, twice, scale: scale.map { $0 + 1 }) < 2e-5)
    }
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// Exponentials and reciprocals of the fused gates are good to 1e-4 (`vexp2`, reciprocal of 14 bits).
  @Test(arguments: levels) func gatesAndRecurrence(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(4)
    for (rows, channels) in [(1, 16), (9, 48)] {
      let weights = QuantisedMatrix(table(&numbers, 32, 3 * channels, arena), kernels: kernels)
      let bias = table(&numbers, 1, 3 * channels, arena)
      let gates = QuantisedGates(scales: weights.columnScales, bias: bias)
      let input = arena.quantisedRows(rows, 32)
      kernels.quantise(numbers.matrix(arena, rows, 32, bound: 9), into: input)
      let products = arena.integers(rows, 3 * channels)
      kernels.multiply(input, weights, into: products)
      let raw = arena.matrix(rows, 3 * channels)
      kernels.dequantise(products, of: input, weights, bias: bias.values, into: raw)
      for reversed in [false, true] {
        let carry = numbers.matrix(arena, 1, channels)
        var cell = carry.values.map { Double($0) }
        let stream = numbers.matrix(arena, rows, channels)
        let before = stream.values
        let halves = arena.halfMatrix(rows, 2 * channels)
        kernels.qrnn(
          products, of: input, gates: gates, carry: carry, stream: stream,
          half: halves.columns(channels..<2 * channels), reversed: reversed)
        for row in reversed ? (0..<rows).reversed() : Array(0..<rows) {
          for h in 0..<channels {
            let z = tanh(Double(raw[row, h]))
            let keep = sigmoid(Double(raw[row, channels + h]))
            cell[h] = keep * cell[h] + (1 - keep) * z
            let want = cell[h] * sigmoid(Double(raw[row, 2 * channels + h]))
            #expect(abs(Double(stream[row, h] - before[row * channels + h]) - want) < 1e-3)
            let half = widened(halves.rows(row..<row + 1))[channels + h]
            #expect(abs(Double(half) - want) < 1e-3 + abs(want) / 250)
          }
        }
        #expect(worst(carry.values, cell) < 1e-3)
      }
    }
  }

  @Test(arguments: levels) func byteLayer(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(5)
    let channels = 48
    for tapCount in [1, 3, 5] {
      let taps = (0..<tapCount).map { _ in table(&numbers, 256, 3 * channels, arena) }
      let tables = taps.map(\.values)
      let bias = table(&numbers, 1, 3 * channels, arena)
      let bytes = (0..<20).map { _ in UInt8(numbers.next() & 255) }
      let count = bytes.count - 7
      let carry = numbers.matrix(arena, 1, channels)
      var cell = carry.values.map { Double($0) }
      let output = arena.quantisedRows(count, channels)
      let floats = arena.matrix(count, channels)
      unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe kernels.byteLayer(
          bytes.baseAddress! + 7, taps: taps, gates: QuantisedGates(scales: [], bias: bias), carry: carry,
          into: output, floats: floats)
      }
      for t in 0..<count {
        var gates = bias.values.map { Double($0) }
        for (tap, rows) in tables.enumerated() {
          let row = rows[Int(bytes[7 + t - tap]) * 3 * channels..<(Int(bytes[7 + t - tap]) + 1) * 3 * channels]
          for (column, value) in row.enumerated() { gates[column] += Double(value) }
        }
        var want = [Double](repeating: 0, count: channels)
        for h in 0..<channels {
          let keep = sigmoid(gates[channels + h])
          cell[h] = keep * cell[h] + (1 - keep) * tanh(gates[h])
          want[h] = cell[h] * sigmoid(gates[2 * channels + h])
        }
        #expect(worst(floats.rows(t..<t + 1).values, want) < 1e-3)
        let top = want.map(abs).max() ?? 0
        let got = values(output.rows(t..<t + 1), kernels)
        #expect(zip(got, want).allSatisfy { abs($0 - $1) < 1e-3 + 0.501 * top / (zero(kernels) - 1) })
      }
    }
  }
}
