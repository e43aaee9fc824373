import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

@Suite struct RecurrenceTests {
  @Test(arguments: levels) func rmsNorm(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(1)
    for (rows, channels) in [(1, 16), (5, 48), (3, 112)] {
      let input = numbers.matrix(arena, rows, channels, gap: 3, bound: 4)
      if rows > 1 { for h in 0..<channels { input[1, h] *= 1e-3 } }  // so small that the epsilon counts
      let gain = numbers.matrix(arena, 1, channels)
      let output = arena.halfMatrix(rows, channels)
      let inverse = arena.matrix(rows, 1)
      kernels.rmsNorm(input, gain: gain, into: output, inverse: inverse)
      let dOutput = numbers.matrix(arena, rows, channels, gap: 1)
      let dInput = numbers.matrix(arena, rows, channels, gap: 2)
      let dGain = numbers.matrix(arena, 1, channels)
      let before = dInput.values
      var wantGain = dGain.values.map { Double($0) }
      kernels.rmsNormBackward(
        input, gain: gain, inverse: inverse, outputGradient: dOutput, inputGradient: dInput, gainGradient: dGain)
      for t in 0..<rows {
        let x = (0..<channels).map { Double(input[t, $0]) }
        let scale = 1 / (x.reduce(0) { $0 + $1 * $1 } / Double(channels) + 1e-5).squareRoot()
        #expect(abs(Double(inverse[t, 0]) / scale - 1) < 1e-6)
        let dy = (0..<channels).map { Double(dOutput[t, $0]) * Double(gain[0, $0]) }
        let mean = zip(dy, x).reduce(0) { $0 + $1.0 * $1.1 * scale } / Double(channels)
        for h in 0..<channels {
          let y = x[h] * scale * Double(gain[0, h])
          #expect(abs(Double(widened(output.values[t * channels + h])) - y) <= abs(y) / 250)
          wantGain[h] += Double(dOutput[t, h]) * x[h] * scale
          let want = scale * (dy[h] - mean * x[h] * scale) + Double(before[t * channels + h])
          #expect(abs(Double(dInput[t, h]) - want) < 1e-5 * (1 + scale))
        }
      }
      #expect(worst(dGain.values, wantGain) < 1e-5)
    }
  }

  /// A recurrence in Double, forward and backward; what it computes is written in CKernels.h.
  private struct Plain {
    var activations: [Double] = []
    var cells: [Double] = []
    var output: [Double] = []
    var carry: [Double] = []
    var dGates: [Double] = []
    var dBias: [Double] = []

    init(gates: Matrix, bias: Matrix, first: Matrix, residual: Matrix?, dOutput: Matrix, reversed: Bool) {
      let (count, channels) = (gates.rows, first.columns)
      activations = [Double](repeating: 0, count: count * 3 * channels)
      dGates = activations
      cells = [Double](repeating: 0, count: count * channels)
      output = cells
      dBias = [Double](repeating: 0, count: 3 * channels)
      carry = (0..<channels).map { Double(first[0, $0]) }
      let order = reversed ? Array((0..<count).reversed()) : Array(0..<count)
      for t in order {
        for h in 0..<channels {
          let g = (0..<3).map { Double(gates[t, $0 * channels + h]) + Double(bias[0, $0 * channels + h]) }
          let (z, keep, out) = (tanh(g[0]), sigmoid(g[1]), sigmoid(g[2]))
          carry[h] = keep * carry[h] + (1 - keep) * z
          for (part, value) in [z, keep, out].enumerated() { activations[(t * 3 + part) * channels + h] = value }
          cells[t * channels + h] = carry[h]
          output[t * channels + h] = out * carry[h] + (residual.map { Double($0[t, h]) } ?? 0)
        }
      }
      for h in 0..<channels {
        var flow = 0.0
        for (step, t) in order.enumerated().reversed() {
          let (z, keep, out) = (
            activations[t * 3 * channels + h], activations[(t * 3 + 1) * channels + h],
            activations[(t * 3 + 2) * channels + h]
          )
          let previous = step == 0 ? Double(first[0, h]) : cells[order[step - 1] * channels + h]
          let up = Double(dOutput[t, h])
          let dCell = up * out + flow
          flow = dCell * keep
          let parts = [
            dCell * (1 - keep) * (1 - z * z), dCell * (previous - z) * keep * (1 - keep),
            up * cells[t * channels + h] * out * (1 - out),
          ]
          for (part, value) in parts.enumerated() {
            dGates[(t * 3 + part) * channels + h] = value
            dBias[part * channels + h] += value
          }
        }
      }
    }
  }

  @Test(arguments: levels) func qrnn(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(2)
    for (count, channels, reversed, hasResidual) in [
      (1, 16, false, false), (7, 48, false, true), (7, 48, true, false), (30, 16, true, true), (1, 32, true, true),
    ] {
      let gates = numbers.matrix(arena, count, 3 * channels, bound: 3)
      let bias = numbers.matrix(arena, 1, 3 * channels)
      let first = numbers.matrix(arena, 1, channels)
      let residual = hasResidual ? numbers.matrix(arena, count, channels, gap: 2) : nil
      let dOutput = numbers.matrix(arena, count, channels, gap: 16)
      gates[0, 0] = 60  // saturated
      gates[0, 1] = -200
      gates[0, channels] = 100
      gates[0, channels + 1] = -100
      let plain = Plain(
        gates: gates, bias: bias, first: first, residual: residual, dOutput: dOutput, reversed: reversed)
      let carry = arena.matrix(1, channels)
      carry.copy(from: first)
      let cells = arena.matrix(count, channels)
      let output = arena.matrix(count, channels + 16).columns(16..<channels + 16)
      kernels.qrnn(
        gates: gates, bias: bias, cells: cells, carry: carry, residual: residual, output: output, reversed: reversed)
      #expect(worst(gates.values, plain.activations) < 2e-6)
      #expect(worst(cells.values, plain.cells) < 2e-6)
      #expect(worst(carry.values, plain.carry) < 2e-6)
      #expect(worst(output.values, plain.output) < 3e-6)

      let dGates = arena.matrix(count, 3 * channels)
      let dBias = arena.matrix(1, 3 * channels)
      dBias.fill(0.5)
      kernels.qrnnBackward(
        gates: gates, cells: cells, first: first, outputGradient: dOutput, gateGradient: dGates, biasGradient: dBias,
        reversed: reversed)
      #expect(worst(dGates.values, plain.dGates) < 5e-6)
      #expect(worst(dBias.values, plain.dBias.map { $0 + 0.5 }) < 2e-5)
    }
  }
}
