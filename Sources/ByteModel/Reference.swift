public import Tensors

/// The network of `Network`, said once more in Double and plain loops, to be read and to be tested against. Never used for reading.
///
/// Letters as in `ModelShape`; the shape of every value stands beside it.
public struct ReferenceNetwork: Sendable {
  public let shape: ModelShape
  /// Every tensor of the model by name.
  public var parameters: [String: DoubleMatrix] = [:]

  public init(_ parameters: Parameters) {
    shape = parameters.shape
    for name in parameters.names { self.parameters[name] = DoubleMatrix(parameters[name]) }
  }

  subscript(name: String) -> DoubleMatrix {
    guard let matrix = parameters[name] else { preconditionFailure("the model has no tensor named \(name)") }
    return matrix
  }

  /// Reads `stretch` from `state` on and moves the state behind it. Next-byte logits are computed where the stretch brings match
  /// predictions, tag logits where `tags` is true.
  public func forward(_ stretch: Stretch, state: inout ReferenceState, tags wantsTags: Bool) -> ReferenceActivations {
    let ends = stretch.plan.ends.map { Int($0) }

    // Byte layer. A byte's gates are the sum of one table row for each of the last W bytes.
    let history = state.lastBytes + stretch.bytes
    let tapIndex = (0..<shape.byteTaps).map { tap in
      stretch.bytes.indices.map { t in Int(history[state.lastBytes.count + t - tap]) }
    }
    var byteGates = DoubleMatrix(stretch.bytes.count, 3 * shape.byteChannels)  // [T,3Hb]
    for (tap, index) in tapIndex.enumerated() {
      byteGates += self["byte.tap\(tap)"].lookUp(index)  // [256,3Hb] → [T,3Hb]
    }
    let byteLayer = ReferenceRecurrence(gates: byteGates, bias: self["byte.bias"], first: state.byteCarry)
    state.byteCarry = byteLayer.last

    // Wide layers, one step a patch, residual.
    let patchInput = byteLayer.output.lookUp(ends)  // [P,Hb]
    var stream = patchInput * self["wide.input"]  // [P,Hb] · [Hb,Hw] = [P,Hw]
    var wide: [ReferenceActivations.WideLayer] = []
    for layer in 0..<shape.wideLayers {
      let norm = ReferenceNorm(stream, gain: self["wide.\(layer).gain"])  // [P,Hw]
      var gateInput = norm.output
      if layer == 0 {
        // The first layer sees each patch beside the one before it.
        let shifted = norm.output.below(state.wideWindow)  // [P+1,Hw]
        gateInput = shifted.rows(0..<ends.count).beside(norm.output)  // [P,2Hw]
        state.wideWindow = shifted.row(ends.count)
      }
      let gates = gateInput * self["wide.\(layer).weights"]  // [P,Hw or 2Hw] · [.., 3Hw] = [P,3Hw]
      let recurrent = ReferenceRecurrence(gates: gates, bias: self["wide.\(layer).bias"], first: state.wideCarry[layer])
      state.wideCarry[layer] = recurrent.last
      stream += recurrent.output  // [P,Hw]
      wide.append(.init(norm: norm, gateInput: gateInput, recurrent: recurrent))
    }
    let wideNorm = ReferenceNorm(stream, gain: self["wide.gain"])  // [P,Hw]
    // Row 0 is the last patch of the stretch before.
    let finishedStates = wideNorm.output.below(state.wideOutput)  // [P+1,Hw]
    state.wideOutput = finishedStates.row(ends.count)

    var result = ReferenceActivations(
      stretch: stretch, tapIndex: tapIndex, byteLayer: byteLayer, patchInput: patchInput, wide: wide,
      wideNorm: wideNorm,
      finishedStates: finishedStates)
    if let matches = stretch.matches { result.next = nextByte(result, matches, state: &state) }
    if wantsTags { result.tags = tagLayers(result, state: &state) }
    state.lastBytes = Array(history.suffix(state.lastBytes.count))
    return result
  }

  private func nextByte(
    _ a: ReferenceActivations, _ matches: MatchPredictions, state: inout ReferenceState
  ) -> ReferenceActivations.NextByte {
    let finished = a.finishedStates.lookUp(a.stretch.plan.finished.map { Int($0) })  // [T,Hw]
    var gates = finished * self["next.wide"]  // [T,Hw] · [Hw,3Hb] = [T,3Hb]
    gates += self["next.byte"].lookUp(a.tapIndex[0])  // [256,3Hb] → [T,3Hb]
    gates += self["next.match"].lookUp(matches.rows.map { Int($0) })  // [257,3Hb] → [T,3Hb]
    gates += a.byteLayer.output * self["next.local"]  // [T,Hb] · [Hb,3Hb] = [T,3Hb]
    let recurrent = ReferenceRecurrence(gates: gates, bias: self["next.bias"], first: state.nextCarry)
    state.nextCarry = recurrent.last
    var mixed = recurrent.output  // [T,Hb]
    mixed += a.byteLayer.output
    let norm = ReferenceNorm(mixed, gain: self["next.gain"])  // [T,Hb]
    let logits = norm.output * self["next.output"]  // [T,Hb] · [Hb,256] = [T,256]
    return .init(finished: finished, recurrent: recurrent, norm: norm, logits: logits)
  }

  private func tagLayers(_ a: ReferenceActivations, state: inout ReferenceState) -> ReferenceActivations.Tags {
    let wide = a.wideNorm.output  // [P,Hw]
    /// One layer each way over `input`; the backward direction starts afresh at the end of the stretch.
    func layer(_ number: Int, _ input: DoubleMatrix, _ carry: inout [Double]) -> ReferenceActivations.BothWays {
      let forward = ReferenceRecurrence(
        gates: input * self["tags.forward\(number).weights"],  // [P,..] · [..,3Ht] = [P,3Ht]
        bias: self["tags.forward\(number).bias"], first: carry)
      carry = forward.last
      let backward = ReferenceRecurrence(
        gates: input * self["tags.backward\(number).weights"], bias: self["tags.backward\(number).bias"],
        first: [Double](repeating: 0, count: shape.tagChannels), reversed: true)
      return .init(input: input, forward: forward, backward: backward, output: forward.output.beside(backward.output))
    }
    let layer1 = layer(1, wide, &state.tagCarry1)  // output [P,2Ht]
    let layer2 = layer(2, layer1.output, &state.tagCarry2)

    var perPatch = wide * self["tags.wide"]  // [P,Hw] · [Hw,D] = [P,D]
    perPatch += layer1.output * self["tags.layer1"]  // [P,2Ht] · [2Ht,D]
    perPatch += layer2.output * self["tags.layer2"]
    var hidden = perPatch.lookUp(a.stretch.plan.patch.map { Int($0) })  // [T,D]
    hidden += a.byteLayer.output * self["tags.local"]  // [T,Hb] · [Hb,D]
    let neighbours = neighbourIndex(a.stretch, before: state.lastBytes)
    for (offset, index) in neighbours { hidden += self["tags.byte\(offset)"].lookUp(index) }  // [256,D] → [T,D]
    hidden.addToEveryRow(self["tags.bias"])
    for index in hidden.values.indices { hidden.values[index] = max(0, hidden.values[index]) }
    var logits = hidden * self["tags.output"]  // [T,D] · [D,K] = [T,K]
    logits.addToEveryRow(self["tags.outputBias"])
    return .init(layer1: layer1, layer2: layer2, neighbours: neighbours, hidden: hidden, logits: logits)
  }

  /// For each offset −reach…reach the byte that far from each byte of the stretch; 0 beyond the page.
  private func neighbourIndex(_ stretch: Stretch, before: [UInt8]) -> [(offset: Int, index: [Int])] {
    (-shape.tagReach...shape.tagReach).map { offset in
      let index = stretch.bytes.indices.map { t in
        switch t + offset {
        case let position where position < -before.count: 0
        case let position where position < 0: Int(before[before.count + position])
        case let position where position < stretch.bytes.count: Int(stretch.bytes[position])
        case let position where position - stretch.bytes.count < stretch.following.count:
          Int(stretch.following[position - stretch.bytes.count])
        default: 0
        }
      }
      return (offset, index)
    }
  }
}

/// `NetworkState` in Double.
public struct ReferenceState: Sendable {
  public var lastBytes: [UInt8]
  public var byteCarry: [Double]
  public var wideCarry: [[Double]]
  public var wideWindow: [Double]
  public var wideOutput: [Double]
  public var nextCarry: [Double]
  public var tagCarry1: [Double]
  public var tagCarry2: [Double]

  /// Before the first byte of a page.
  public init(_ shape: ModelShape) {
    lastBytes = [UInt8](repeating: 0, count: shape.bytesKept)
    byteCarry = [Double](repeating: 0, count: shape.byteChannels)
    wideWindow = [Double](repeating: 0, count: shape.wideChannels)
    wideCarry = [[Double]](repeating: wideWindow, count: shape.wideLayers)
    wideOutput = wideWindow
    nextCarry = byteCarry
    tagCarry1 = [Double](repeating: 0, count: shape.tagChannels)
    tagCarry2 = tagCarry1
  }
}

/// Everything a reference forward pass computed.
public struct ReferenceActivations: Sendable {
  public struct WideLayer: Sendable {
    /// [P,Hw]
    public var norm: ReferenceNorm
    /// [P,Hw], or [P,2Hw] where the layer sees two patches.
    public var gateInput: DoubleMatrix
    public var recurrent: ReferenceRecurrence
  }
  public struct NextByte: Sendable {
    /// [T,Hw]: the state of the last finished patch.
    public var finished: DoubleMatrix
    public var recurrent: ReferenceRecurrence
    /// [T,Hb]
    public var norm: ReferenceNorm
    /// [T,256]
    public var logits: DoubleMatrix
  }
  public struct BothWays: Sendable {
    public var input: DoubleMatrix
    public var forward: ReferenceRecurrence
    public var backward: ReferenceRecurrence
    /// [P,2Ht]
    public var output: DoubleMatrix
  }
  public struct Tags: Sendable {
    public var layer1: BothWays
    public var layer2: BothWays
    public var neighbours: [(offset: Int, index: [Int])]
    /// [T,D] after the rectifier.
    public var hidden: DoubleMatrix
    /// [T,K]
    public var logits: DoubleMatrix
  }

  public var stretch: Stretch
  /// One row a tap: the byte that far back.
  public var tapIndex: [[Int]]
  /// [T,Hb]
  public var byteLayer: ReferenceRecurrence
  /// [P,Hb]: the byte layer at the end of each patch.
  public var patchInput: DoubleMatrix
  public var wide: [WideLayer]
  /// [P,Hw]
  public var wideNorm: ReferenceNorm
  /// [P+1,Hw]: normalised wide states, after the one of the stretch before.
  public var finishedStates: DoubleMatrix
  public var next: NextByte?
  public var tags: Tags?
}

extension DoubleMatrix {
  public init(_ matrix: Matrix) { self.init(matrix.rows, matrix.columns, matrix.values.map { Double($0) }) }
}
