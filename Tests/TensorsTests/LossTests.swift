import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct LossTests {
  private static let segments = [
    LogitSegment(start: 0, count: 3, isSigmoid: false), LogitSegment(start: 3, count: 8, isSigmoid: true),
    LogitSegment(start: 11, count: 7, isSigmoid: false),
  ]

  @Test(arguments: levels) func crossEntropy(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(1)
    let (count, classes, scale) = (5, 256, Float(0.25))
    let logits = numbers.matrix(arena, count, classes, bound: 6)
    logits[1, 7] = 300  // far above the rest
    for v in 0..<classes { logits[2, v] -= 1000 }
    let bias = numbers.matrix(arena, 1, 256, bound: 3)
    let dBias = arena.matrix(1, 256)
    dBias.fill(0.5)
    let targets = (0..<count).map { _ in UInt8(numbers.next() & 255) }
    let weights: [Float] = [1, 0.5, 2, 0, 0.75]
    // Row 0 has no pointer, row 1 the long one, row 2 both on the same byte, row 3 the short one, row 4 both, one on the target.
    let predicted = [9, 7, 40, 3, targets[4]] + [9, 0, 40, 200, 17]
    let buckets: [UInt8] = [0, 1, 5, 0, 255] + [0, 0, 97, 100, 1]
    var want = logits.values.map { Double($0) }
    var wantBias = [Double](repeating: 0.5, count: 256)
    var wantSum = 0.0
    var wantLosses: [Double] = []
    var wantEntropies: [Double] = []
    for t in 0..<count {
      let pointers = [t, count + t].filter { buckets[$0] > 0 }
      for p in pointers { want[t * classes + Int(predicted[p])] += Double(bias[0, Int(buckets[p])]) }
      let row = Array(want[t * classes..<(t + 1) * classes])
      let highest = row.max()!
      let total = highest + log(row.reduce(0) { $0 + exp($1 - highest) })
      wantLosses.append(total - row[Int(targets[t])])
      wantEntropies.append(row.reduce(0) { $0 + exp($1 - total) * (total - $1) })
      wantSum += wantLosses[t] * Double(weights[t])
      for v in 0..<classes {
        want[t * classes + v] = Double(scale * weights[t]) * (exp(row[v] - total) - (v == Int(targets[t]) ? 1 : 0))
      }
      for p in pointers { wantBias[Int(buckets[p])] += want[t * classes + Int(predicted[p])] }
    }
    let losses = arena.matrix(count, 1)
    let entropies = arena.matrix(count, 1)
    let pointers = PointerBias(pointers: 2, predicted: predicted, buckets: buckets, bias: bias, biasGradient: dBias)
    let sum = kernels.crossEntropy(
      logits, targets: targets, weights: weights, pointers: pointers, scale: scale, losses: losses, entropies: entropies
    )
    #expect(abs(sum - wantSum) < 1e-4 * wantSum)
    #expect(worst(losses.values, wantLosses) < 2e-4)
    #expect(worst(entropies.values, wantEntropies) < 1e-4)
    #expect(worst(logits.values, want) < 3e-6)
    #expect(worst(dBias.values, wantBias) < 3e-6)
  }

  @Test(arguments: levels) func tagSegments(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(2)
    let (count, columns) = (4, 32)
    let logits = numbers.matrix(arena, count, columns, bound: 4)
    logits[3, 1] = 90
    logits[3, 5] = -120
    let before = logits.values.map { Double($0) }
    let labels: [UInt8] = [0, 0b1010_0101, 6] + [255, 0, 0] + [2, 255, 255] + [1, 0, 3]
    let weights: [Float] = [1, 0.5, 2] + [0.75, 1, 0] + [0, 1, 1] + [1, 1, 1]
    var want = [Double](repeating: 0, count: count * columns)
    var shares = want
    var sums = [Double](repeating: 0, count: 3)
    for t in 0..<count {
      for (number, segment) in Self.segments.enumerated() {
        let weight = Double(weights[t * 3 + number])
        let label = Int(labels[t * 3 + number])
        let base = t * columns + segment.start
        let x = (0..<segment.count).map { before[base + $0] }
        if segment.isSigmoid {
          for (bit, value) in x.enumerated() {
            let p = 1 / (1 + exp(-value))
            let isSet = label >> bit & 1 == 1
            shares[base + bit] = p
            sums[number] -= weight * log(isSet ? p : 1 - p)
            want[base + bit] = weight * (p - (isSet ? 1 : 0))
          }
        } else {
          let highest = x.max()!
          let total = x.reduce(0) { $0 + exp($1 - highest) }
          let p = x.map { exp($0 - highest) / total }
          let right = label == 255 ? p[1...].reduce(0, +) : p[label]
          sums[number] -= weight * log(right)
          for (index, value) in p.enumerated() {
            shares[base + index] = value
            let isRight = label == 255 ? index > 0 : index == label
            want[base + index] = weight * (value - (isRight ? value / right : 0))
          }
        }
      }
    }
    let copy = arena.matrix(count, columns)
    copy.copy(from: logits)
    let got = kernels.segmentLoss(logits, segments: Self.segments, labels: labels, weights: weights)
    #expect(worst(logits.values, want) < 5e-6)
    for number in 0..<3 { #expect(abs(got[number] - sums[number]) < 2e-5 * (1 + sums[number])) }

    kernels.segmentSoftmax(copy, segments: Self.segments)
    let used = 18
    for t in 0..<count {
      let row = Array(copy.values[t * columns..<t * columns + used])
      #expect(worst(row, Array(shares[t * columns..<t * columns + used])) < 3e-6)
    }
  }

  @Test(arguments: levels) func hopelessLabelsStayFinite(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    let logits = arena.zeros(2, 32)
    logits[0, 0] = 1e4
    logits[0, 3] = -1e4
    logits[1, 0] = 1e4
    let got = kernels.segmentLoss(
      logits, segments: Self.segments, labels: [1, 1, 0] + [255, 0, 0], weights: [Float](repeating: 1, count: 6))
    #expect(got.allSatisfy { $0.isFinite })
    #expect(logits.values.allSatisfy { $0.isFinite })
  }

  @Test(arguments: levels) func adamW(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(3)
    for count in [1, 5, 37] {
      let weights = numbers.matrix(arena, 1, count)
      let gradient = numbers.matrix(arena, 1, count)
      let first = numbers.matrix(arena, 1, count)
      let second = numbers.matrix(arena, 1, count)
      for i in 0..<count { second[0, i] = abs(second[0, i]) }
      let (scale, rate, beta1, beta2, epsilon, decay) = (0.5, 0.01, 0.9, 0.99, 1e-8, 0.1)
      let (correction1, correction2) = (1 / (1 - 0.9 * 0.9), 1 / (1 - 0.99 * 0.99))
      var (w, m, v): ([Double], [Double], [Double]) = ([], [], [])
      for i in 0..<count {
        let g = Double(gradient[0, i]) * scale
        m.append(beta1 * Double(first[0, i]) + (1 - beta1) * g)
        v.append(beta2 * Double(second[0, i]) + (1 - beta2) * g * g)
        let x = Double(weights[0, i])
        w.append(x - rate * (m[i] * correction1 / ((v[i] * correction2).squareRoot() + epsilon) + decay * x))
      }
      kernels.adamW(
        weights, gradient: gradient, first: first, second: second, gradientScale: Float(scale), rate: Float(rate),
        beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon), decay: Float(decay),
        correction1: Float(correction1), correction2: Float(correction2))
      #expect(worst(first.values, m) < 1e-6)
      #expect(worst(second.values, v) < 1e-6)
      #expect(worst(weights.values, w) < 3e-6)
    }
  }

  @Test(arguments: levels) func sumsAndAverages(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(4)
    for count in [1, 19, 1023, 1024, 2500] {
      let x = numbers.matrix(arena, 1, count)
      let want = x.values.reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect(abs(kernels.sumOfSquares(x) - want) < 1e-5 * want)
    }
    let average = numbers.matrix(arena, 1, 21)
    let values = numbers.matrix(arena, 1, 21)
    let want = zip(average.values, values.values).map { Double($0) + (Double($1) - Double($0)) * 0.25 }
    kernels.average(average, towards: values, decay: 0.75)
    #expect(worst(average.values, want) < 1e-6)
  }
}
