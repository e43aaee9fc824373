import PageTags
import Tensors

/// The both-way tag layers behind `WideReader`, and the decisions on every byte.
///
/// Forward layers go on from window to window; what they computed for the look-ahead is kept. The backward ones begin afresh at the
/// end of every look-ahead.
final class TagReader {
  private let weights: InferenceWeights
  private let kernels: Kernels
  private let shape: ModelShape
  private let wide: WideReader
  private let window: Int
  private let lookAhead: Int

  private let carry1: Matrix
  private let carry2: Matrix
  private let backwardCarry: Matrix
  /// [P,2Ht] outputs of the first and the second both-way layer.
  private let outputs1: HalfMatrix
  private let outputs2: HalfMatrix
  private let states1: QuantisedRows
  /// How many patches the first forward layer has read.
  private var forwardCount = 0

  private let products: IntegerMatrix
  private let tile2: QuantisedRows
  private let perPatch: Matrix
  private let space: TagWorkspace
  private static let tile = WideReader.tile
  /// Bytes decided at a time.
  private static let byteTile = 512

  /// - Parameter wide: who reads; nil: a reader of its own.
  init(weights: InferenceWeights, window: Int, lookAhead: Int, wide: WideReader? = nil, arena: Arena) {
    self.weights = weights
    kernels = weights.kernels
    shape = weights.shape
    self.window = window
    self.lookAhead = lookAhead
    let capacity = wide?.capacity ?? window + lookAhead + 64
    self.wide = wide ?? WideReader(weights: weights, capacity: capacity, keepsFloats: false, arena: arena)
    let channels = shape.tagChannels
    carry1 = arena.matrix(1, channels)
    carry2 = arena.matrix(1, channels)
    backwardCarry = arena.matrix(1, channels)
    outputs1 = arena.halfMatrix(capacity, 2 * channels)
    outputs2 = arena.halfMatrix(capacity, 2 * channels)
    states1 = arena.quantisedRows(capacity, 2 * channels)
    products = arena.integers(Self.tile, max(3 * channels, shape.tagHidden))
    tile2 = arena.quantisedRows(Self.tile, 2 * channels)
    perPatch = arena.matrix(Self.byteTile, shape.tagHidden)
    space = TagWorkspace(rows: Self.byteTile, output: weights.tagOutput, arena: arena)
  }

  /// The forward layers behind the last patch decided.
  var state: [[Float]] {
    get { [carry1.values, carry2.values] }
    set {
      carry1.copy(from: newValue[0])
      carry2.copy(from: newValue[1])
      forwardCount = 0
    }
  }

  /// Runs over all that the wide reader holds, as if the page ended there; decides it where `result` is wanted. The wide reader is
  /// to let go of it.
  func finishHeld(faults: Bool, into result: inout TagPredictions?) {
    bothWays(core: wide.patchCount)
    if var predictions = result {
      decide(patches: wide.patchCount, faults: faults, into: &predictions)
      result = predictions
    }
    forwardCount = 0
  }

  func begin() {
    carry1.fill(0)
    carry2.fill(0)
    forwardCount = 0
  }

  /// - Parameter onRead: told when the wide reader has read on, with the byte of the page and the patch held that it went on from.
  func tags(
    of page: UnsafeBufferPointer<UInt8>, faults: Bool, patches keepsPatches: Bool = false,
    onRead: (_ place: Int, _ held: Int) -> Void = { _, _ in }
  ) -> TagPredictions {
    var result = TagPredictions()
    if keepsPatches { result.patches = PatchUnits(columns: shape.tagHidden) }
    result.tags.reserveCapacity(page.count)
    result.mainProbability.reserveCapacity(page.count)
    result.confidence.reserveCapacity(page.count)
    wide.begin()
    begin()
    var position = 0
    while position < page.count {
      let held = (patches: wide.patchCount, bytes: wide.byteCount)
      unsafe wide.read(page, from: position, to: min(page.count, position + window + lookAhead))
      onRead(position + held.bytes, held.patches)
      let (patches, bytes) = core(isLast: position + wide.byteCount == page.count)
      bothWays(core: patches)
      decide(patches: patches, faults: faults, into: &result)
      position += bytes
      outputs1.moveToFront(patches..<wide.patchCount)
      forwardCount -= patches
      wide.dropFirst(patches: patches, bytes: bytes)
    }
    return result
  }

  /// What may be decided now.
  private func core(isLast: Bool) -> (patches: Int, bytes: Int) {
    if isLast && wide.byteCount <= window + lookAhead { return (wide.patchCount, wide.byteCount) }
    var core = wide.patchCount
    while core > 1, unsafe wide.ends[core - 1] >= window { core -= 1 }
    return (core, unsafe Int(wide.ends[core - 1]) + 1)
  }

  private func tiles(_ range: Range<Int>) -> some Sequence<Range<Int>> {
    stride(from: range.lowerBound, to: range.upperBound, by: Self.tile).lazy.map {
      $0..<min(range.upperBound, $0 + Self.tile)
    }
  }

  /// The same from the back.
  private func tilesFromTheEnd(_ range: Range<Int>) -> some Sequence<Range<Int>> {
    stride(from: range.upperBound, to: range.lowerBound, by: -Self.tile).lazy.map {
      max(range.lowerBound, $0 - Self.tile)..<$0
    }
  }

  private func run(
    _ layer: InferenceWeights.Layer, _ input: QuantisedRows, carry: Matrix, into output: HalfMatrix,
    reversed: Bool = false
  ) {
    let gates = products.shaped(input.rows, 3 * shape.tagChannels)
    kernels.multiply(input, layer.weights, into: gates)
    kernels.qrnn(gates, of: input, gates: layer.gates, carry: carry, half: output, reversed: reversed)
  }

  private func bothWays(core: Int) {
    let all = wide.patchCount
    let (forward, backward) = (0..<shape.tagChannels, shape.tagChannels..<2 * shape.tagChannels)
    for tile in tiles(forwardCount..<all) {
      run(weights.forward1, wide.states.rows(tile), carry: carry1, into: outputs1.rows(tile).columns(forward))
    }
    forwardCount = all
    backwardCarry.fill(0)
    for tile in tilesFromTheEnd(0..<all) {
      run(
        weights.backward1, wide.states.rows(tile), carry: backwardCarry,
        into: outputs1.rows(tile).columns(backward), reversed: true)
      kernels.quantise(outputs1.rows(tile), into: states1.rows(tile))
    }
    backwardCarry.fill(0)
    for tile in tilesFromTheEnd(0..<all) {
      run(
        weights.backward2, states1.rows(tile), carry: backwardCarry, into: outputs2.rows(tile).columns(backward),
        reversed: true)
    }
    for tile in tiles(0..<core) {
      run(weights.forward2, states1.rows(tile), carry: carry2, into: outputs2.rows(tile).columns(forward))
    }
  }

  /// What `range` adds to the hidden units of its bytes.
  private func features(_ range: Range<Int>, into output: Matrix) {
    var done = 0
    for tile in tiles(range) {
      let rows = output.rows(done..<done + tile.count)
      let products = products.shaped(tile.count, shape.tagHidden)
      let second = tile2.rows(0..<tile.count)
      kernels.quantise(outputs2.rows(tile), into: second)
      func add(_ input: QuantisedRows, _ matrix: QuantisedMatrix, _ bias: [Float]?) {
        kernels.multiply(input, matrix, into: products)
        kernels.dequantise(products, of: input, matrix, bias: bias, into: rows)
      }
      add(wide.states.rows(tile), weights.tagsWide, weights.tagsBias)
      add(states1.rows(tile), weights.tagsLayer1, nil)
      add(second, weights.tagsLayer2, nil)
      done += tile.count
    }
  }

  private func decide(patches: Int, faults: Bool, into result: inout TagPredictions) {
    var first = 0
    while first < patches {
      // Whole patches, as many as fit; none is longer than the tile.
      let start = first == 0 ? 0 : unsafe Int(wide.ends[first - 1]) + 1
      var last = first
      while last + 1 < patches, unsafe Int(wide.ends[last + 1]) < start + Self.byteTile { last += 1 }
      let bytes = start..<(unsafe Int(wide.ends[last]) + 1)
      let features = perPatch.rows(0..<last + 1 - first)
      self.features(first..<last + 1, into: features)
      unsafe result.patches?.append(features, ends: wide.ends + first, from: start)
      unsafe kernels.decide(
        wide.byteStates.rows(bytes), patches: features, patch: wide.patches + start, patchBase: first,
        bytes: wide.text + wide.margin + start, output: weights.tagOutput, faults: faults, in: space)
      result.append(space.decisions, count: bytes.count, faults: faults)
      first = last + 1
    }
  }
}

extension TagPredictions {
  fileprivate mutating func append(_ rows: DecisionRows, count: Int, faults: Bool) {
    precondition(count <= rows.rows)
    for index in 0..<count { unsafe tags.append(ByteTags(packed: rows.tags[index])) }
    unsafe mainProbability.append(contentsOf: UnsafeBufferPointer(start: rows.mainProbability, count: count))
    unsafe confidence.append(contentsOf: UnsafeBufferPointer(start: rows.confidence, count: count))
    guard faults else { return }
    unsafe faultProbability.append(contentsOf: UnsafeBufferPointer(start: rows.faultProbability, count: count))
    for index in 0..<count { faultKind.append(FaultKind(rawValue: unsafe rows.faultKind[index]) ?? .none) }
  }
}
