import FieldHeads

/// Gradients and moments of a small network, and the steps that move it.
struct NetworkTrainer {
  private(set) var network: SmallNetwork
  private var gradient: SmallNetwork
  private var first: SmallNetwork
  private var second: SmallNetwork
  private var step = 0
  private let decay: Float
  private var random: SplitMix
  /// Shares of hashed features and of whole dense inputs left out while training.
  private let hashDropout: Float
  private let denseDropout: Float

  /// What the forward pass over some items left for the backward one.
  struct Pass {
    /// [N,lanes]
    fileprivate var hidden: [Lane] = []
    fileprivate var seesDense: [Bool] = []
    /// One flag a hashed feature of the table.
    fileprivate var sees: [Bool] = []
    /// [N,outputs]
    var scores: [Float] = []
  }

  init(_ network: SmallNetwork, decay: Float, hashDropout: Float, denseDropout: Float, seed: UInt64) {
    self.network = network
    gradient = SmallNetwork(zeros: network.shape)
    first = gradient
    second = gradient
    self.decay = decay
    self.hashDropout = hashDropout
    self.denseDropout = denseDropout
    random = SplitMix(seed: seed)
  }

  /// Scores of all items of a table, with a random part of their inputs left out.
  mutating func forward(_ table: FeatureTable) -> Pass {
    let shape = network.shape
    let lanes = shape.lanes
    var pass = Pass()
    pass.hidden = Array(repeating: .zero, count: table.count * lanes)
    pass.scores.reserveCapacity(table.count * shape.outputs)
    // A page is left without its dense inputs, or without the words around, as a whole.
    let seesDense = unit() >= denseDropout
    pass.seesDense = Array(repeating: seesDense, count: table.count)
    let threshold = UInt32(hashDropout * 65_536)
    pass.sees = Array(repeating: true, count: table.hashes.count)
    if threshold > 0 {
      for index in 0..<table.hashes.count where UInt32(truncatingIfNeeded: random.next() >> 40) & 0xffff < threshold {
        pass.sees[index] = false
      }
    }
    var sum = [Lane](repeating: .zero, count: lanes)
    for item in 0..<table.count {
      accumulate(table, item, pass, seesDense, &sum)
      for lane in 0..<lanes {
        let value = sum[lane].replacing(with: 0, where: sum[lane] .< 0)
        sum[lane] = value
        pass.hidden[item * lanes + lane] = value
      }
      for output in 0..<shape.outputs { pass.scores.append(network.output(sum, output)) }
    }
    return pass
  }

  private mutating func unit() -> Float { (random.symmetric() + 1) / 2 }

  private func accumulate(_ table: FeatureTable, _ item: Int, _ pass: Pass, _ seesDense: Bool, _ sum: inout [Lane]) {
    let shape = network.shape
    let lanes = shape.lanes
    for lane in 0..<lanes { sum[lane] = network.numbers[shape.numbers * lanes + lane] }
    if seesDense {
      for index in 0..<shape.dense {
        let value = Float(bitPattern: UInt32(table.dense[item * shape.dense + index]) << 16)
        for lane in 0..<lanes { sum[lane] += value * network.dense[index * lanes + lane] }
      }
    }
    for index in 0..<shape.numbers {
      let value = table.numbers[item * shape.numbers + index]
      for lane in 0..<lanes { sum[lane] += value * network.numbers[index * lanes + lane] }
    }
    let range = table.hashStarts[item]..<table.hashStarts[item + 1]
    let scale = SmallNetwork.hashScale(range.count)
    for index in range where pass.sees[index] {
      let row = Int(table.hashes[index]) & (shape.buckets - 1)
      for lane in 0..<lanes { sum[lane] += scale * network.table[row * lanes + lane] }
    }
  }

  /// Adds the gradient of a loss whose derivatives by the scores are `slopes`, [N,outputs].
  mutating func backward(_ table: FeatureTable, _ pass: Pass, slopes: [Float]) {
    let shape = network.shape
    let lanes = shape.lanes
    var slope = [Lane](repeating: .zero, count: lanes)
    for item in 0..<table.count {
      let own = slopes[item * shape.outputs..<(item + 1) * shape.outputs]
      // Most candidates are rightly unlikely: nothing is learned from them.
      if own.allSatisfy({ abs($0) < 1e-4 }) { continue }
      for lane in 0..<lanes { slope[lane] = .zero }
      for (output, value) in own.enumerated() where value != 0 {
        gradient.outputBias[output] += value
        for lane in 0..<lanes {
          gradient.outputs[output * lanes + lane] += value * pass.hidden[item * lanes + lane]
          slope[lane] += value * network.outputs[output * lanes + lane]
        }
      }
      for lane in 0..<lanes {
        slope[lane].replace(with: 0, where: pass.hidden[item * lanes + lane] .<= 0)
      }
      spread(table, item, pass, slope)
    }
  }

  private mutating func spread(_ table: FeatureTable, _ item: Int, _ pass: Pass, _ slope: [Lane]) {
    let shape = network.shape
    let lanes = shape.lanes
    for lane in 0..<lanes { gradient.numbers[shape.numbers * lanes + lane] += slope[lane] }
    if pass.seesDense[item] {
      for index in 0..<shape.dense {
        let value = Float(bitPattern: UInt32(table.dense[item * shape.dense + index]) << 16)
        for lane in 0..<lanes { gradient.dense[index * lanes + lane] += value * slope[lane] }
      }
    }
    for index in 0..<shape.numbers {
      let value = table.numbers[item * shape.numbers + index]
      for lane in 0..<lanes { gradient.numbers[index * lanes + lane] += value * slope[lane] }
    }
    let range = table.hashStarts[item]..<table.hashStarts[item + 1]
    let scale = SmallNetwork.hashScale(range.count)
    for index in range where pass.sees[index] {
      let row = Int(table.hashes[index]) & (shape.buckets - 1)
      for lane in 0..<lanes { gradient.table[row * lanes + lane] += scale * slope[lane] }
    }
  }

  /// One step of AdamW with the gradient gathered so far, which is emptied.
  mutating func move(rate: Float) {
    step += 1
    let (beta1, beta2) = (Float(0.9), Float(0.99))
    let correction1 = 1 / (1 - power(beta1, step))
    let correction2 = 1 / (1 - power(beta2, step))
    for tensor in network.tensorPaths {
      let decay = tensor.name == "numbers" ? 0 : rate * self.decay
      update(
        &network[keyPath: tensor.path], &gradient[keyPath: tensor.path], &first[keyPath: tensor.path],
        &second[keyPath: tensor.path], rate * correction1, correction2, decay)
    }
    for index in network.outputBias.indices {
      let g = gradient.outputBias[index]
      first.outputBias[index] = beta1 * first.outputBias[index] + (1 - beta1) * g
      second.outputBias[index] = beta2 * second.outputBias[index] + (1 - beta2) * g * g
      network.outputBias[index] -=
        rate * correction1 * first.outputBias[index] / ((second.outputBias[index] * correction2).squareRoot() + 1e-8)
      gradient.outputBias[index] = 0
    }
  }

  private func update(
    _ values: inout [Lane], _ gradient: inout [Lane], _ first: inout [Lane], _ second: inout [Lane], _ rate: Float,
    _ correction2: Float, _ decay: Float
  ) {
    for index in values.indices {
      let g = gradient[index]
      let m = 0.9 * first[index] + 0.1 * g
      let v = 0.99 * second[index] + 0.01 * g * g
      first[index] = m
      second[index] = v
      values[index] -= rate * m / ((v * correction2).squareRoot() + 1e-8) + decay * values[index]
      gradient[index] = .zero
    }
  }

  private func power(_ base: Float, _ exponent: Int) -> Float {
    var result: Float = 1
    for _ in 0..<min(exponent, 4_000) { result *= base }
    return result
  }
}
