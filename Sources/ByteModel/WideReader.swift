import Tensors

/// Reads a page forward with the byte layer and the wide layers, patch by patch, and keeps 8-bit states of the patches and bytes of
/// a window. `TagReader` and `NextByteReader` go on from there.
///
/// All memory is taken once. Work goes in tiles of patches whose intermediates stay in the second-level cache.
@safe final class WideReader {
  let weights: InferenceWeights
  private let kernels: Kernels
  private let shape: ModelShape

  /// What may be held at a time, in bytes of page; as many patches at most.
  let capacity: Int
  private(set) var byteCount = 0
  private(set) var patchCount = 0

  /// [T,Hb] states of the byte layer.
  let byteStates: QuantisedRows
  /// The same in float32, where asked for.
  let byteFloats: Matrix?
  /// The last byte of each patch held.
  let ends: UnsafeMutablePointer<Int32>
  /// The patch of each byte held.
  let patches: UnsafeMutablePointer<Int32>
  /// For each byte held how many of the patches held are finished with it.
  let finished: UnsafeMutablePointer<Int32>
  /// [P,Hw] outputs of the wide layers, normalised.
  let states: QuantisedRows
  /// The bytes held, with `margin` more before them; `text[margin]` is the first.
  let text: UnsafeMutablePointer<UInt8>
  let margin: Int

  private let byteCarry: Matrix
  private let carries: [Matrix]
  private var rule: PatchRule

  static let tile = 96
  private let products: IntegerMatrix
  private let input: QuantisedRows
  private let stream: Matrix
  /// One row more: the patch before the tile.
  private let normed: Matrix
  private let single: QuantisedRows
  private let double: QuantisedRows

  init(weights: InferenceWeights, capacity: Int, keepsFloats: Bool, arena: Arena) {
    self.weights = weights
    kernels = weights.kernels
    shape = weights.shape
    self.capacity = capacity
    margin = shape.bytesKept
    byteStates = arena.quantisedRows(capacity, shape.byteChannels)
    byteFloats = keepsFloats ? arena.matrix(capacity, shape.byteChannels) : nil
    unsafe ends = arena.array(capacity, of: Int32.self)
    unsafe patches = arena.array(capacity, of: Int32.self)
    unsafe finished = arena.array(capacity, of: Int32.self)
    states = arena.quantisedRows(capacity, shape.wideChannels)
    unsafe text = arena.array(margin + capacity + shape.tagReach, of: UInt8.self)
    byteCarry = arena.matrix(1, shape.byteChannels)
    carries = (0..<shape.wideLayers).map { [shape] _ in arena.matrix(1, shape.wideChannels) }
    rule = PatchRule(shape)
    products = arena.integers(Self.tile, 3 * shape.wideChannels)
    input = arena.quantisedRows(Self.tile, shape.byteChannels)
    stream = arena.matrix(Self.tile, shape.wideChannels)
    normed = arena.matrix(Self.tile + 1, shape.wideChannels)
    single = arena.quantisedRows(Self.tile, shape.wideChannels)
    double = arena.quantisedRows(Self.tile, 2 * shape.wideChannels)
  }

  /// What is remembered of the page behind the last byte held.
  struct State: Sendable {
    fileprivate var carries: [[Float]]
    fileprivate var window: [Float]
    fileprivate var rule: PatchRule
    fileprivate var before: [UInt8]
  }

  /// Of a page of which nothing is held any more.
  var state: State {
    get {
      precondition(byteCount == 0)
      return State(
        carries: ([byteCarry] + carries).map(\.values), window: normed.rows(0..<1).values, rule: rule,
        before: unsafe Array(UnsafeBufferPointer(start: text, count: margin)))
    }
    set {
      byteCount = 0
      patchCount = 0
      for (carry, values) in zip([byteCarry] + carries, newValue.carries) { carry.copy(from: values) }
      normed.rows(0..<1).copy(from: newValue.window)
      rule = newValue.rule
      for (index, byte) in newValue.before.enumerated() { unsafe text[index] = byte }
    }
  }

  /// Stands before the first byte of a page.
  func begin() {
    byteCount = 0
    patchCount = 0
    byteCarry.fill(0)
    for carry in carries { carry.fill(0) }
    normed.rows(0..<1).fill(0)
    rule = PatchRule(shape)
    unsafe text.update(repeating: 0, count: margin)
  }

  /// Reads on in `page`, whose first byte held is at `start`, up to the last patch that ends before `target`, but one patch at least.
  ///
  /// - Parameter wholePatches: rather none than one that reaches beyond `target`.
  func read(_ page: UnsafeBufferPointer<UInt8>, from start: Int, to target: Int, wholePatches: Bool = false) {
    let firstByte = byteCount
    let firstPatch = patchCount
    unsafe cut(page, start, target, wholePatches)
    guard byteCount > firstByte else { return }
    let bytes = unsafe text + margin
    // What follows is seen by the tag layer; zeros beyond the page.
    for index in 0..<shape.tagReach {
      let place = start + byteCount + index
      unsafe bytes[byteCount + index] = place < page.count ? page[place] : 0
    }
    let read = firstByte..<byteCount
    unsafe kernels.byteLayer(
      UnsafePointer(bytes + firstByte), taps: weights.taps, gates: weights.byteGates, carry: byteCarry,
      into: byteStates.rows(read),
      floats: byteFloats?.rows(read))
    for first in stride(from: firstPatch, to: patchCount, by: Self.tile) {
      wideLayers(first..<min(patchCount, first + Self.tile))
    }
  }

  /// The first byte held of a patch held; behind the last patch, the number of bytes held.
  func start(ofPatch patch: Int) -> Int { patch == 0 ? 0 : unsafe Int(ends[patch - 1]) + 1 }

  /// Says what comes behind the bytes held where the page read does not tell.
  func follow(with bytes: ArraySlice<UInt8>) {
    for (index, byte) in bytes.prefix(shape.tagReach).enumerated() { unsafe text[margin + byteCount + index] = byte }
  }

  /// Cuts patches and copies their bytes.
  private func cut(_ page: UnsafeBufferPointer<UInt8>, _ start: Int, _ target: Int, _ wholePatches: Bool) {
    var at = byteCount
    var running = rule
    let limit = min(page.count - start, capacity)
    let bytes = unsafe text + margin
    while at < limit {
      if start + at >= target, patchCount > 0 || wholePatches { break }
      let byte = unsafe page[start + at]
      unsafe bytes[at] = byte
      unsafe patches[at] = Int32(patchCount)
      var isEnd = running.endsPatch(byte)
      if !isEnd, !wholePatches, start + at == page.count - 1 || at == capacity - 1 {
        running.forceEnd()
        isEnd = true
      }
      if isEnd {
        unsafe ends[patchCount] = Int32(at)
        patchCount += 1
        rule = running
        byteCount = at + 1
      }
      unsafe finished[at] = Int32(patchCount)
      at += 1
    }
  }

  private func wideLayers(_ range: Range<Int>) {
    let count = range.count
    let tile = 0..<count
    let width = shape.wideChannels
    let input = input.rows(tile)
    for (row, patch) in range.enumerated() { unsafe input.copyRow(Int(ends[patch]), of: byteStates, to: row) }
    let projected = products.shaped(count, width)
    kernels.multiply(input, weights.wideInput, into: projected)
    let stream = stream.rows(tile)
    stream.fill(0)
    kernels.dequantise(projected, of: input, weights.wideInput, bias: nil, into: stream)
    let gates = products.shaped(count, 3 * width)
    for (index, layer) in weights.wide.enumerated() {
      let rows: QuantisedRows
      if index == 0 {
        rows = double.rows(tile)
        kernels.norm(stream, gain: weights.wideGains[0], into: normed.rows(1..<count + 1))
        kernels.quantise(normed.rows(0..<count + 1), into: rows)
        normed.rows(0..<1).copy(from: normed.rows(count..<count + 1))
      } else {
        rows = single.rows(tile)
        kernels.norm(stream, gain: weights.wideGains[index], into: rows)
      }
      kernels.multiply(rows, layer.weights, into: gates)
      kernels.qrnn(gates, of: rows, gates: layer.gates, carry: carries[index], stream: stream)
    }
    kernels.norm(stream, gain: weights.outputGain, into: states.rows(range))
  }

  /// Lets go of the first `patch` patches and the `byte` bytes they have.
  func dropFirst(patches patch: Int, bytes byte: Int) {
    unsafe text.update(from: text + byte, count: margin + byteCount - byte)
    byteStates.moveToFront(byte..<byteCount)
    if let byteFloats {
      unsafe byteFloats.base.update(
        from: byteFloats.base + byte * byteFloats.stride, count: (byteCount - byte) * byteFloats.stride)
    }
    states.moveToFront(patch..<patchCount)
    for index in patch..<patchCount { unsafe ends[index - patch] = ends[index] - Int32(byte) }
    for index in byte..<byteCount {
      unsafe patches[index - byte] = patches[index] - Int32(patch)
      unsafe finished[index - byte] = finished[index] - Int32(patch)
    }
    patchCount -= patch
    byteCount -= byte
  }
}
