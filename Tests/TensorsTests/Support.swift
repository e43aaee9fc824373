import Tensors

/// Numbers for tests: the same on every run and machine.
struct Numbers {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }

  /// In [−bound, bound).
  mutating func float(_ bound: Float = 1) -> Float { bound * (Float(next() & 0xffffff) / 8_388_608 - 1) }

  /// Filled at random, with rows `gap` elements further apart than they need be.
  mutating func matrix(_ arena: Arena, _ rows: Int, _ columns: Int, gap: Int = 0, bound: Float = 1) -> Matrix {
    let result = arena.matrix(rows, columns + gap).columns(0..<columns)
    for row in 0..<rows { for column in 0..<columns { result[row, column] = float(bound) } }
    return result
  }
}

/// Names of the kernel levels that this machine runs: test arguments.
let levels = Kernels.available.map(\.name)

func kernels(_ level: String) -> Kernels { Kernels.available.first { $0.name == level }! }

/// To the nearest bfloat16, ties to even.
func rounded(_ x: Float) -> UInt16 {
  let bits = x.bitPattern
  let low = bits & 0xffff
  let isOdd = bits >> 16 & 1 == 1
  let up = low > 0x8000 || (low == 0x8000 && isOdd)
  return UInt16(truncatingIfNeeded: bits >> 16) + (up ? 1 : 0)
}

func widened(_ half: UInt16) -> Float { Float(bitPattern: UInt32(half) << 16) }

func widened(_ matrix: HalfMatrix) -> [Float] { matrix.values.map { widened($0) } }

/// `matrix` in bfloat16, rounded by this file.
func half(_ matrix: Matrix, _ arena: Arena) -> HalfMatrix {
  let result = arena.halfMatrix(matrix.rows, matrix.columns)
  result.copy(from: matrix.values.map { rounded($0) })
  return result
}

/// [T,K] · [K,N], and the same sum over absolute values: the scale that rounding errors are measured by.
func product(_ left: [Float], _ right: [Float], _ rows: Int, _ inner: Int, _ columns: Int) -> (
  sum: [Double], scale: [Double]
) {
  var sum = [Double](repeating: 0, count: rows * columns)
  var scale = sum
  for t in 0..<rows {
    for k in 0..<inner {
      for n in 0..<columns {
        let term = Double(left[t * inner + k]) * Double(right[k * columns + n])
        sum[t * columns + n] += term
        scale[t * columns + n] += abs(term)
      }
    }
  }
  return (sum, scale)
}

/// The largest difference between `got` and `want`, each divided by its `scale` (1 where left out).
func worst(_ got: [Float], _ want: [Double], scale: [Double]? = nil) -> Double {
  guard got.count == want.count else { return .infinity }
  var result = 0.0
  for index in got.indices {
    let error = abs(Double(got[index]) - want[index]) / max(scale?[index] ?? 1, 1e-9)
    if error.isNaN { return .infinity }
    result = max(result, error)
  }
  return result
}

/// Where two lists part; nil where they are the same. `#expect(a == b)` would compare large lists in quadratic time to say how they
/// differ.
func firstDifference<Element: Equatable>(_ a: some Sequence<Element>, _ b: some Sequence<Element>) -> Int? {
  let (a, b) = (Array(a), Array(b))
  for (index, pair) in zip(a, b).enumerated() where pair.0 != pair.1 { return index }
  return a.count == b.count ? nil : min(a.count, b.count)
}
