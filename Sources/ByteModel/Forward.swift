public import Tensors

/// One stretch of a page, cut at patch ends, as the network reads it.
public struct Stretch: Sendable {
  public var bytes: [UInt8]
  public var plan: PatchPlan
  /// Bytes of the page after the stretch, as many as the tag layer looks ahead; shorter at the end of the page.
  public var following: [UInt8]
  /// nil where no next-byte distribution is wanted.
  public var matches: MatchPredictions?

  public init(bytes: [UInt8], plan: PatchPlan, following: [UInt8] = [], matches: MatchPredictions? = nil) {
    precondition(plan.patch.count == bytes.count && (bytes.isEmpty || plan.isClosed), "a stretch ends with a patch")
    self.bytes = bytes
    self.plan = plan
    self.following = following
    self.matches = matches
  }
}

/// One QRNN's tensors of a forward pass: gates [T,3H] after activation, cells [T,H], the state before [1,H].
public struct RecurrentActivations {
  public var gates: Matrix
  public var cells: Matrix
  public var first: Matrix
}

/// Everything a forward pass computed; the backward pass reads it. Valid until the arena is reset.
public struct Activations {
  public struct WideLayer {
    /// [P,Hw] before normalisation, [P,1] inverse norms, [P,Hw] normalised (with one more row before the first where the layer
    /// sees two patches).
    public var input: Matrix
    public var inverse: Matrix
    public var normed: HalfMatrix
    public var recurrent: RecurrentActivations
  }
  public struct NextByte {
    public var recurrent: RecurrentActivations
    /// [T,Hb] recurrent output plus the byte layer's.
    public var mixed: Matrix
    public var inverse: Matrix
    public var normed: HalfMatrix
    /// [T,256]
    public var logits: Matrix
  }
  public struct Tags {
    public var forward1: RecurrentActivations
    public var backward1: RecurrentActivations
    public var forward2: RecurrentActivations
    public var backward2: RecurrentActivations
    /// [P,2Ht] forward and backward outputs side by side, bfloat16.
    public var layer1: HalfMatrix
    public var layer2: HalfMatrix
    /// [T,D] after the rectifier, and the same in bfloat16.
    public var hidden: Matrix
    public var hiddenHalf: HalfMatrix
    /// [T,K]
    public var logits: Matrix
  }

  public var stretch: Stretch
  /// One index row a tap: byte t − tap.
  public var tapIndex: [[UInt16]] = []
  /// One index row an offset of the tag layer's direct view.
  public var tagIndex: [(offset: Int, index: [UInt16])] = []
  public var byteLayer: RecurrentActivations
  /// [T,Hb], and in bfloat16.
  public var byteOutput: Matrix
  public var byteHalf: HalfMatrix
  /// [P,Hb]: the byte layer's state at the end of each patch.
  public var patchInput: HalfMatrix
  public var wide: [WideLayer] = []
  /// [P,Hw] after the last wide layer, before and after normalisation; the latter has one more row: the patch before the first.
  public var wideOutput: Matrix
  public var wideInverse: Matrix
  public var wideNormed: HalfMatrix
  public var next: NextByte?
  public var tags: Tags?

  public var byteCount: Int { stretch.bytes.count }
  public var patchCount: Int { stretch.plan.ends.count }
}

/// The forward pass of the two-rate QRNN over one stretch. `ReferenceNetwork` says the same in plain loops.
public struct Network {
  public let weights: PackedParameters
  private let arena: Arena
  private var kernels: Kernels { weights.kernels }
  private var parameters: Parameters { weights.parameters }
  private var shape: ModelShape { weights.parameters.shape }

  public init(weights: PackedParameters, arena: Arena) {
    self.weights = weights
    self.arena = arena
  }

  /// Reads `stretch` from `state` on and moves the state behind it. Next-byte logits are computed where the stretch brings match
  /// predictions, tag logits where `tags` is true.
  public func forward(_ stretch: Stretch, state: inout NetworkState, tags wantsTags: Bool) -> Activations {
    var result = byteLayer(stretch, state: &state)
    wideLayers(&result, state: &state)
    if let matches = stretch.matches { nextByte(&result, matches, state: &state) }
    if wantsTags { tagLayers(&result, state: &state) }
    let keep = state.lastBytes.count
    state.lastBytes = Array((state.lastBytes + stretch.bytes.suffix(keep)).suffix(keep))
    return result
  }

  private func carryIn(_ values: [Float]) -> (first: Matrix, carry: Matrix) {
    let first = arena.matrix(1, values.count)
    first.copy(from: values)
    let carry = arena.matrix(1, values.count)
    carry.copy(from: values)
    return (first, carry)
  }

  /// Gates in, activations out: runs the recurrence and leaves the new state in `carry`.
  private func recur(
    _ gates: Matrix, bias: String, state: inout [Float], residual: Matrix? = nil, output: Matrix, reversed: Bool = false
  ) -> RecurrentActivations {
    let (first, carry) = carryIn(state)
    let cells = arena.matrix(gates.rows, carry.columns)
    kernels.qrnn(
      gates: gates, bias: parameters[bias], cells: cells, carry: carry, residual: residual, output: output,
      reversed: reversed)
    state = carry.values
    return RecurrentActivations(gates: gates, cells: cells, first: first)
  }

  // Byte layer: the gates' pre-activations are sums of table rows, one table a tap (an embedding times a matrix is a table).
  private func byteLayer(_ stretch: Stretch, state: inout NetworkState) -> Activations {
    let count = stretch.bytes.count
    let history = state.lastBytes + stretch.bytes
    let gates = arena.matrix(count, 3 * shape.byteChannels)
    var tapIndex: [[UInt16]] = []
    for tap in 0..<shape.byteTaps {
      let index = (0..<count).map { UInt16(history[$0 + state.lastBytes.count - tap]) }
      kernels.gather(parameters["byte.tap\(tap)"], index, into: gates, accumulate: tap > 0)
      tapIndex.append(index)
    }
    let output = arena.matrix(count, shape.byteChannels)
    let recurrent = recur(gates, bias: "byte.bias", state: &state.byteCarry, output: output)
    let half = arena.halfMatrix(count, shape.byteChannels)
    kernels.convert(output, to: half)
    let empty = arena.matrix(0, 0)
    let emptyHalf = arena.halfMatrix(0, 0)
    return Activations(
      stretch: stretch, tapIndex: tapIndex, byteLayer: recurrent, byteOutput: output, byteHalf: half,
      patchInput: emptyHalf,
      wideOutput: empty, wideInverse: empty, wideNormed: emptyHalf)
  }

  private func wideLayers(_ result: inout Activations, state: inout NetworkState) {
    let patches = result.patchCount
    let width = shape.wideChannels
    let ends = arena.matrix(patches, shape.byteChannels)
    kernels.expand(result.byteOutput, result.stretch.plan.ends, into: ends, accumulate: false)
    result.patchInput = arena.halfMatrix(patches, shape.byteChannels)
    kernels.convert(ends, to: result.patchInput)
    var input = arena.matrix(patches, width)
    kernels.multiply(result.patchInput, weights["wide.input"], into: input)
    for layer in 0..<shape.wideLayers {
      let inverse = arena.matrix(patches, 1)
      let normed = arena.halfMatrix(patches + 1, width)
      let current = normed.rows(1..<patches + 1)
      kernels.rmsNorm(input, gain: parameters["wide.\(layer).gain"], into: current, inverse: inverse)
      if layer == 0 {
        normed.rows(0..<1).copy(from: state.wideWindow)
        state.wideWindow = normed.rows(patches..<patches + 1).values
      }
      let gates = arena.matrix(patches, 3 * width)
      kernels.multiply(layer == 0 ? normed.windowsOfTwo : current, weights["wide.\(layer).weights"], into: gates)
      let output = arena.matrix(patches, width)
      let recurrent = recur(
        gates, bias: "wide.\(layer).bias", state: &state.wideCarry[layer], residual: input, output: output)
      result.wide.append(
        .init(input: input, inverse: inverse, normed: layer == 0 ? normed : current, recurrent: recurrent))
      input = output
    }
    result.wideOutput = input
    result.wideInverse = arena.matrix(patches, 1)
    result.wideNormed = arena.halfMatrix(patches + 1, width)
    kernels.rmsNorm(
      input, gain: parameters["wide.gain"], into: result.wideNormed.rows(1..<patches + 1), inverse: result.wideInverse)
    result.wideNormed.rows(0..<1).copy(from: state.wideOutput)
    state.wideOutput = result.wideNormed.rows(patches..<patches + 1).values
  }

  private func nextByte(_ result: inout Activations, _ matches: MatchPredictions, state: inout NetworkState) {
    let count = result.byteCount
    let channels = shape.byteChannels
    // From each patch once, then spread over the bytes that follow its end.
    let perPatch = arena.matrix(result.patchCount + 1, 3 * channels)
    kernels.multiply(result.wideNormed, weights["next.wide"], into: perPatch)
    let gates = arena.matrix(count, 3 * channels)
    kernels.expand(perPatch, result.stretch.plan.finished, into: gates, accumulate: false)
    kernels.gather(parameters["next.byte"], result.tapIndex[0], into: gates, accumulate: true)
    kernels.gather(parameters["next.match"], matches.rows, into: gates, accumulate: true)
    kernels.multiply(result.byteHalf, weights["next.local"], into: gates, accumulate: true)
    let mixed = arena.matrix(count, channels)
    let recurrent = recur(gates, bias: "next.bias", state: &state.nextCarry, residual: result.byteOutput, output: mixed)
    let inverse = arena.matrix(count, 1)
    let normed = arena.halfMatrix(count, channels)
    kernels.rmsNorm(mixed, gain: parameters["next.gain"], into: normed, inverse: inverse)
    let logits = arena.matrix(count, 256)
    kernels.multiply(normed, weights["next.output"], into: logits)
    result.next = .init(recurrent: recurrent, mixed: mixed, inverse: inverse, normed: normed, logits: logits)
  }

  private func tagLayers(_ result: inout Activations, state: inout NetworkState) {
    let count = result.byteCount
    let patches = result.patchCount
    let channels = shape.tagChannels
    let wide = result.wideNormed.rows(1..<patches + 1)
    /// One layer in both directions; the backward one starts afresh at the end of the stretch.
    func layer(_ number: Int, _ input: HalfMatrix, _ carry: inout [Float]) -> (
      RecurrentActivations, RecurrentActivations, HalfMatrix
    ) {
      let both = arena.matrix(patches, 2 * channels)
      var recurrent: [RecurrentActivations] = []
      for (direction, name) in ["forward", "backward"].enumerated() {
        let gates = arena.matrix(patches, 3 * channels)
        kernels.multiply(input, weights["tags.\(name)\(number).weights"], into: gates)
        var start = direction == 0 ? carry : [Float](repeating: 0, count: channels)
        recurrent.append(
          recur(
            gates, bias: "tags.\(name)\(number).bias", state: &start,
            output: both.columns(direction * channels..<(direction + 1) * channels), reversed: direction == 1))
        if direction == 0 { carry = start }
      }
      let half = arena.halfMatrix(patches, 2 * channels)
      kernels.convert(both, to: half)
      return (recurrent[0], recurrent[1], half)
    }
    let (forward1, backward1, layer1) = layer(1, wide, &state.tagCarry1)
    let (forward2, backward2, layer2) = layer(2, layer1, &state.tagCarry2)

    let perPatch = arena.matrix(patches, shape.tagHidden)
    kernels.multiply(wide, weights["tags.wide"], into: perPatch)
    kernels.multiply(layer1, weights["tags.layer1"], into: perPatch, accumulate: true)
    kernels.multiply(layer2, weights["tags.layer2"], into: perPatch, accumulate: true)
    let hidden = arena.matrix(count, shape.tagHidden)
    kernels.expand(perPatch, result.stretch.plan.patch, into: hidden, accumulate: false)
    result.tagIndex = result.neighbourIndex(reach: shape.tagReach, before: state.lastBytes)
    for (offset, index) in result.tagIndex {
      kernels.gather(parameters["tags.byte\(offset)"], index, into: hidden, accumulate: true)
    }
    kernels.multiply(result.byteHalf, weights["tags.local"], into: hidden, accumulate: true)
    kernels.addBiasReLU(hidden, bias: parameters["tags.bias"])
    let hiddenHalf = arena.halfMatrix(count, shape.tagHidden)
    kernels.convert(hidden, to: hiddenHalf)
    let logits = arena.matrix(count, TagHeads.columns)
    kernels.expand(parameters["tags.outputBias"], [Int32](repeating: 0, count: count), into: logits, accumulate: false)
    kernels.multiply(hiddenHalf, weights["tags.output"], into: logits, accumulate: true)
    result.tags = .init(
      forward1: forward1, backward1: backward1, forward2: forward2, backward2: backward2, layer1: layer1,
      layer2: layer2,
      hidden: hidden, hiddenHalf: hiddenHalf, logits: logits)
  }
}

extension Activations {
  /// For each offset −reach…reach the byte that far from each byte of the stretch; 0 beyond the page.
  func neighbourIndex(reach: Int, before: [UInt8]) -> [(offset: Int, index: [UInt16])] {
    let all = before + stretch.bytes + stretch.following
    let count = byteCount
    return (-reach...reach).map { offset in
      (
        offset,
        (0..<count).map { t in
          let position = before.count + t + offset
          return position >= 0 && position < all.count ? UInt16(all[position]) : 0
        }
      )
    }
  }
}

extension Activations {
  /// The state just behind patch `patch` of this stretch, as if the stretch had ended there. `before` is the state it began with.
  /// Only for passes without next-byte logits: their carry is not looked up here.
  public func state(behind patch: Int, before: NetworkState, shape: ModelShape) -> NetworkState {
    var state = before
    let byte = Int(stretch.plan.ends[patch])
    let keep = state.lastBytes.count
    state.lastBytes = Array((before.lastBytes + stretch.bytes[...byte].suffix(keep)).suffix(keep))
    state.byteCarry = byteLayer.cells.rows(byte..<byte + 1).values
    for (index, layer) in wide.enumerated() {
      state.wideCarry[index] = layer.recurrent.cells.rows(patch..<patch + 1).values
    }
    state.wideWindow = wide[0].normed.rows(patch + 1..<patch + 2).values
    state.wideOutput = wideNormed.rows(patch + 1..<patch + 2).values
    if let tags {
      state.tagCarry1 = tags.forward1.cells.rows(patch..<patch + 1).values
      state.tagCarry2 = tags.forward2.cells.rows(patch..<patch + 1).values
    }
    state.patchRule = PatchRule(shape, after: stretch.bytes[byte])
    return state
  }
}
