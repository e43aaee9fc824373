/// Inputs of many items for a small network: what the trunk knows (dense), what stands around (hashed), and a few measures.
package struct FeatureTable: Sendable {
  /// Columns of `dense` and `numbers`.
  package let denseColumns: Int
  package let numberColumns: Int
  package private(set) var count = 0
  /// [N,dense] as bfloat16.
  package private(set) var dense: [UInt16] = []
  /// [N,numbers]
  package private(set) var numbers: [Float] = []
  /// Hashed features of item i: `hashes[hashStarts[i]..<hashStarts[i + 1]]`.
  package private(set) var hashes: [UInt32] = []
  package private(set) var hashStarts: [Int] = [0]

  package init(denseColumns: Int, numberColumns: Int) {
    self.denseColumns = denseColumns
    self.numberColumns = numberColumns
  }

  package mutating func append(dense: [UInt16], numbers: [Float], hashes: [UInt32]) {
    precondition(dense.count == denseColumns && numbers.count == numberColumns)
    self.dense += dense
    self.numbers += numbers
    self.hashes += hashes
    hashStarts.append(self.hashes.count)
    count += 1
  }

  package mutating func append(_ item: Int, of other: FeatureTable) {
    append(
      dense: Array(other.dense[item * denseColumns..<(item + 1) * denseColumns]),
      numbers: Array(other.numbers[item * numberColumns..<(item + 1) * numberColumns]),
      hashes: Array(other.hashes[other.hashStarts[item]..<other.hashStarts[item + 1]]))
  }
}

/// FNV-1a over bytes, begun with a salt that tells apart what is hashed.
struct FeatureHash {
  private(set) var value: UInt32

  init(_ salt: UInt32) { value = (0x811c_9dc5 ^ salt) &* 0x0100_0193 }

  mutating func add(_ byte: UInt8) { value = (value ^ UInt32(byte)) &* 0x0100_0193 }
  mutating func add(_ bytes: some Sequence<UInt8>) { for byte in bytes { add(byte) } }

  /// Mixed, so that low bits depend on all of the input.
  var mixed: UInt32 {
    var x = value
    x ^= x >> 16
    x = x &* 0x7feb_352d
    x ^= x >> 15
    x = x &* 0x846c_a68b
    return x ^ (x >> 16)
  }
}

package typealias Lane = SIMD16<Float>

/// One hidden layer with a rectifier, over dense, hashed and measured inputs; weights in lanes of 16.
package struct SmallNetwork: Sendable {
  package struct Shape: Hashable, Sendable {
    package var dense: Int
    /// A power of two.
    package var buckets: Int
    package var numbers: Int
    /// A multiple of 16.
    package var hidden: Int
    package var outputs: Int
    package var lanes: Int { hidden / 16 }

    package init(dense: Int, buckets: Int, numbers: Int, hidden: Int, outputs: Int) {
      (self.dense, self.buckets, self.numbers, self.hidden, self.outputs) = (dense, buckets, numbers, hidden, outputs)
    }
  }
  package let shape: Shape
  /// [dense,hidden], [buckets,hidden], [numbers + 1,hidden] (the last row is the bias), [outputs,hidden], [outputs].
  package var dense: [Lane]
  package var table: [Lane]
  package var numbers: [Lane]
  package var outputs: [Lane]
  package var outputBias: [Float]

  package init(zeros shape: Shape) {
    self.shape = shape
    dense = Array(repeating: .zero, count: shape.dense * shape.lanes)
    table = Array(repeating: .zero, count: shape.buckets * shape.lanes)
    numbers = Array(repeating: .zero, count: (shape.numbers + 1) * shape.lanes)
    outputs = Array(repeating: .zero, count: shape.outputs * shape.lanes)
    outputBias = Array(repeating: 0, count: shape.outputs)
  }

  package init(_ shape: Shape, seed: UInt64) {
    self.init(zeros: shape)
    var random = SplitMix(seed: seed)
    func fill(_ lanes: inout [Lane], _ scale: Float) {
      for index in lanes.indices { for lane in 0..<16 { lanes[index][lane] = scale * random.symmetric() } }
    }
    fill(&dense, 1 / Float(max(1, shape.dense)).squareRoot())
    fill(&table, 0.05)
    fill(&numbers, 0.3 / Float(max(1, shape.numbers)).squareRoot())
    fill(&outputs, 1 / Float(shape.hidden).squareRoot())
  }

  /// Hidden units of an item, rectified, into `hidden`.
  package func hidden(_ features: FeatureTable, _ item: Int, into hidden: inout [Lane]) {
    let lanes = shape.lanes
    for lane in 0..<lanes { hidden[lane] = numbers[shape.numbers * lanes + lane] }
    for index in 0..<shape.dense {
      let value = Float(bitPattern: UInt32(features.dense[item * shape.dense + index]) << 16)
      if value == 0 { continue }
      for lane in 0..<lanes { hidden[lane] += value * dense[index * lanes + lane] }
    }
    for index in 0..<shape.numbers {
      let value = features.numbers[item * shape.numbers + index]
      for lane in 0..<lanes { hidden[lane] += value * numbers[index * lanes + lane] }
    }
    let range = features.hashStarts[item]..<features.hashStarts[item + 1]
    let scale = Self.hashScale(range.count)
    let mask = shape.buckets - 1
    for index in range {
      let row = Int(features.hashes[index]) & mask
      for lane in 0..<lanes { hidden[lane] += scale * table[row * lanes + lane] }
    }
    for lane in 0..<lanes { hidden[lane].replace(with: 0, where: hidden[lane] .< 0) }
  }

  package static func hashScale(_ count: Int) -> Float { count == 0 ? 0 : 4 / Float(count).squareRoot() }

  package func output(_ hidden: [Lane], _ output: Int) -> Float {
    var sum = outputBias[output]
    for lane in 0..<shape.lanes { sum += (hidden[lane] * outputs[output * shape.lanes + lane]).sum() }
    return sum
  }

  /// [N,outputs], item by item.
  package func scores(_ features: FeatureTable) -> [Float] {
    var hidden = [Lane](repeating: .zero, count: shape.lanes)
    var result: [Float] = []
    result.reserveCapacity(features.count * shape.outputs)
    for item in 0..<features.count {
      self.hidden(features, item, into: &hidden)
      for output in 0..<shape.outputs { result.append(self.output(hidden, output)) }
    }
    return result
  }

  package var tensorPaths: [(name: String, path: any WritableKeyPath<SmallNetwork, [Lane]> & Sendable, rows: Int)] {
    [
      ("dense", \.dense, shape.dense), ("table", \.table, shape.buckets), ("numbers", \.numbers, shape.numbers + 1),
      ("outputs", \.outputs, shape.outputs),
    ]
  }
}

/// SplitMix64: small, seedable, the same everywhere.
package struct SplitMix: Sendable {
  private var state: UInt64
  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
  /// −1 up to 1.
  package mutating func symmetric() -> Float {
    Float(Int32(truncatingIfNeeded: next() >> 33) - (1 << 30)) / Float(1 << 30)
  }
  package mutating func below(_ limit: Int) -> Int { Int(next() >> 33) % max(1, limit) }

  package mutating func shuffle<Element>(_ array: inout [Element]) {
    for index in stride(from: array.count - 1, to: 0, by: -1) { array.swapAt(index, below(index + 1)) }
  }
}
