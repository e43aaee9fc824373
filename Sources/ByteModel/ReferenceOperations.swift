// The arithmetic of the reference network: Double, plain loops, nothing clever. Every fast kernel is tested against it.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A matrix of Double, row-major, that owns its values.
public struct DoubleMatrix: Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  public var values: [Double]

  /// - Parameter values: row by row; all zero where left out.
  public init(_ rows: Int, _ columns: Int, _ values: [Double]? = nil) {
    precondition(values == nil || values!.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.values = values ?? [Double](repeating: 0, count: rows * columns)
  }

  public subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  public func row(_ row: Int) -> [Double] { Array(values[row * columns..<(row + 1) * columns]) }

  public func rows(_ range: Range<Int>) -> DoubleMatrix {
    DoubleMatrix(range.count, columns, Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  public func columns(_ range: Range<Int>) -> DoubleMatrix {
    var result = DoubleMatrix(rows, range.count)
    for row in 0..<rows { for (to, from) in range.enumerated() { result[row, to] = self[row, from] } }
    return result
  }

  /// `self` [T,A] and `other` [T,B] side by side: [T,A+B].
  public func beside(_ other: DoubleMatrix) -> DoubleMatrix {
    precondition(rows == other.rows)
    return DoubleMatrix(rows, columns + other.columns, (0..<rows).flatMap { row($0) + other.row($0) })
  }

  /// `self` below one more row.
  public func below(_ first: [Double]) -> DoubleMatrix { DoubleMatrix(rows + 1, columns, first + values) }

  /// Row t of the result is row `index`[t] of `self`: [T,N].
  public func lookUp(_ index: [Int]) -> DoubleMatrix { DoubleMatrix(index.count, columns, index.flatMap { row($0) }) }

  /// Row `index`[t] += row t of `rows`: the gradient of `lookUp`.
  public mutating func addRows(_ rows: DoubleMatrix, at index: [Int]) {
    precondition(rows.rows == index.count && rows.columns == columns)
    for (t, to) in index.enumerated() { for column in 0..<columns { self[to, column] += rows[t, column] } }
  }

  /// Adds `bias` [1,N] to every row.
  public mutating func addToEveryRow(_ bias: DoubleMatrix) {
    for t in 0..<rows { for column in 0..<columns { self[t, column] += bias[0, column] } }
  }

  /// The sum of every column: [1,N].
  public var columnSums: DoubleMatrix {
    var result = DoubleMatrix(1, columns)
    for t in 0..<rows { for column in 0..<columns { result[0, column] += self[t, column] } }
    return result
  }

  public static func += (left: inout DoubleMatrix, right: DoubleMatrix) {
    precondition(left.rows == right.rows && left.columns == right.columns)
    for index in left.values.indices { left.values[index] += right.values[index] }
  }

  /// [T,K] · [K,N] = [T,N].
  public static func * (left: DoubleMatrix, right: DoubleMatrix) -> DoubleMatrix {
    precondition(left.columns == right.rows)
    var result = DoubleMatrix(left.rows, right.columns)
    for t in 0..<left.rows {
      for k in 0..<left.columns {
        let x = left[t, k]
        for n in 0..<right.columns { result[t, n] += x * right[k, n] }
      }
    }
    return result
  }

  /// [T,N] → [N,T].
  public var transposed: DoubleMatrix {
    var result = DoubleMatrix(columns, rows)
    for t in 0..<rows { for n in 0..<columns { result[n, t] = self[t, n] } }
    return result
  }
}

/// Normalised rows with what the backward pass needs.
public struct ReferenceNorm: Sendable {
  /// [T,H] before normalisation.
  public var input: DoubleMatrix
  /// 1 / root of the mean square, one a row.
  public var inverse: [Double]
  /// [T,H]
  public var output: DoubleMatrix

  /// Root-mean-square normalisation (Zhang and Sennrich 2019, arXiv 1910.07467): `input` [T,H], `gain` [1,H].
  public init(_ input: DoubleMatrix, gain: DoubleMatrix) {
    self.input = input
    inverse = []
    output = input
    for t in 0..<input.rows {
      var squares = 0.0
      for x in input.row(t) { squares += x * x }
      let scale = 1 / (squares / Double(input.columns) + 1e-5).squareRoot()
      inverse.append(scale)
      for h in 0..<input.columns { output[t, h] = input[t, h] * scale * gain[0, h] }
    }
  }
}

/// One QRNN with fo-pooling (Bradbury et al. 2016, arXiv 1611.01576) run over a stretch.
public struct ReferenceRecurrence: Sendable {
  /// [T,H] each, after activation.
  public var z: DoubleMatrix
  public var keep: DoubleMatrix
  public var gate: DoubleMatrix
  /// [T,H]: c[t] = keep · c[t−1] + (1 − keep) · z.
  public var cells: DoubleMatrix
  /// [T,H]: gate · c.
  public var output: DoubleMatrix
  /// c before the first step and after the last: H values.
  public var first: [Double]
  public var last: [Double]
  public var isReversed: Bool

  /// - Parameter gates: [T,3H], before activation and bias, in the order z, keep, output.
  public init(gates: DoubleMatrix, bias: DoubleMatrix, first: [Double], reversed: Bool = false) {
    let count = gates.rows
    let channels = first.count
    z = DoubleMatrix(count, channels)
    keep = z
    gate = z
    cells = z
    output = z
    self.first = first
    last = first
    isReversed = reversed
    for step in 0..<count {
      let t = reversed ? count - 1 - step : step
      for h in 0..<channels {
        z[t, h] = tanh(gates[t, h] + bias[0, h])
        keep[t, h] = sigmoid(gates[t, channels + h] + bias[0, channels + h])
        gate[t, h] = sigmoid(gates[t, 2 * channels + h] + bias[0, 2 * channels + h])
        last[h] = keep[t, h] * last[h] + (1 - keep[t, h]) * z[t, h]
        cells[t, h] = last[h]
        output[t, h] = gate[t, h] * last[h]
      }
    }
  }
}

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// log Σ exp(x), safe for large x.
func logSumExp(_ values: some Collection<Double>) -> Double {
  let highest = values.max() ?? 0
  var sum = 0.0
  for x in values { sum += exp(x - highest) }
  return highest + log(sum)
}

/// Losses of the reference network with their gradients. Nats throughout.
public enum ReferenceLosses {
  /// Cross-entropy of `logits` [T,256] against the byte that came, where each match pointer first raises the logit of the byte it
  /// predicts by the bias of its bucket (`matchBias` is [1,buckets], bucket 0 says nothing).
  /// - Returns: the sum weighted by `weights`, and its gradient with respect to `logits` and `matchBias`.
  public static func nextByte(
    _ logits: DoubleMatrix, targets: [UInt8], weights: [Double], matches: MatchPredictions, matchBias: DoubleMatrix
  ) -> (sum: Double, logits: DoubleMatrix, matchBias: DoubleMatrix) {
    let count = logits.rows
    var sum = 0.0
    var dLogits = logits
    var dBias = DoubleMatrix(1, matchBias.columns)
    for t in 0..<count {
      var row = logits.row(t)
      let pointers = [t, count + t].filter { matches.buckets[$0] != 0 }
      for pointer in pointers { row[Int(matches.predicted[pointer])] += matchBias[0, Int(matches.buckets[pointer])] }
      let total = logSumExp(row)
      let target = Int(targets[t])
      sum += weights[t] * (total - row[target])
      for v in row.indices { dLogits[t, v] = weights[t] * (exp(row[v] - total) - (v == target ? 1 : 0)) }
      for pointer in pointers { dBias[0, Int(matches.buckets[pointer])] += dLogits[t, Int(matches.predicted[pointer])] }
    }
    return (sum, dLogits, dBias)
  }

  /// Cross-entropy of each head of `TagHeads`: `logits` [T,K]; `labels` and `weights` [T][heads]. Label 255 says "any class but 0".
  /// - Returns: one weighted sum a head, and the gradient of their total with respect to `logits`.
  public static func tags(
    _ logits: DoubleMatrix, labels: [UInt8], weights: [Double]
  ) -> (sums: [Double], logits: DoubleMatrix) {
    let heads = TagHeads.allCases
    var sums = [Double](repeating: 0, count: heads.count)
    var dLogits = DoubleMatrix(logits.rows, logits.columns)
    for t in 0..<logits.rows {
      for (number, head) in heads.enumerated() {
        let columns = head.start..<head.start + head.count
        let label = Int(labels[t * heads.count + number])
        let weight = weights[t * heads.count + number]
        if head.isSigmoid {
          for (bit, column) in columns.enumerated() {
            let isSet = (label >> bit) & 1 == 1
            let p = sigmoid(logits[t, column])
            sums[number] -= weight * log(isSet ? p : 1 - p)
            dLogits[t, column] = weight * (p - (isSet ? 1 : 0))
          }
          continue
        }
        let row = columns.map { logits[t, $0] }
        let total = logSumExp(row)
        // The classes that would be right, and their share of the probability.
        let right = label == 255 ? Array(1..<row.count) : [label]
        let share = logSumExp(right.map { row[$0] })
        sums[number] += weight * (total - share)
        for (index, column) in columns.enumerated() {
          let wanted = right.contains(index) ? exp(row[index] - share) : 0
          dLogits[t, column] = weight * (exp(row[index] - total) - wanted)
        }
      }
    }
    return (sums, dLogits)
  }
}
