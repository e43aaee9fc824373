import Tensors

/// The next-byte layers behind `WideReader`: what each byte of a page costs.
final class NextByteReader {
  private let weights: InferenceWeights
  private let kernels: Kernels
  private let wide: WideReader
  private let window: Int
  private var matches = MatchPointer()
  private var found = MatchPredictions()

  private let carry: Matrix
  private let patchProducts: IntegerMatrix
  /// What patches say of the gates; row 0 is the one before the tile.
  private let perPatch: Matrix
  private let gateProducts: IntegerMatrix
  private let outputProducts: IntegerMatrix
  private let normed: QuantisedRows
  private let logits: Matrix
  private let losses: Matrix
  private let entropies: Matrix
  /// Bytes at a time.
  private static let tile = 256

  /// - Parameter wide: who reads, float32 states kept; nil: a reader of its own.
  init(weights: InferenceWeights, window: Int, wide: WideReader? = nil, arena: Arena) {
    self.weights = weights
    kernels = weights.kernels
    self.window = window
    let channels = weights.shape.byteChannels
    self.wide = wide ?? WideReader(weights: weights, capacity: window + 64, keepsFloats: true, arena: arena)
    carry = arena.matrix(1, channels)
    patchProducts = arena.integers(Self.tile, 3 * channels)
    perPatch = arena.matrix(Self.tile + 1, 3 * channels)
    gateProducts = arena.integers(Self.tile, 3 * channels)
    outputProducts = arena.integers(Self.tile, 256)
    normed = arena.quantisedRows(Self.tile, channels)
    logits = arena.matrix(Self.tile, 256)
    losses = arena.matrix(Self.tile, 1)
    entropies = arena.matrix(Self.tile, 1)
  }

  /// Reads `page` tile by tile. `visit` is given where the tile begins in the page, where it begins in `found`, and its length; the
  /// inputs of the output matrix are then in `normed`.
  private func read(_ page: UnsafeBufferPointer<UInt8>, visit: (_ place: Int, _ offset: Int, _ count: Int) -> Void) {
    wide.begin()
    begin()
    var position = 0
    while position < page.count {
      unsafe wide.read(page, from: position, to: min(page.count, position + window))
      unsafe readHeld(UnsafeBufferPointer(rebasing: page[position..<position + wide.byteCount])) { start, count in
        visit(position + start, start, count)
      }
      position += wide.byteCount
      wide.dropFirst(patches: wide.patchCount, bytes: wide.byteCount)
    }
  }

  /// Reads what the wide reader holds from patch `held` on: `bytes`.
  private func readHeld(
    _ bytes: UnsafeBufferPointer<UInt8>, from held: Int = 0, visit: (_ offset: Int, _ count: Int) -> Void
  ) {
    unsafe matches.read(bytes, into: &found)
    let begin = wide.start(ofPatch: held)
    var first = held
    while first < wide.patchCount {
      let start = wide.start(ofPatch: first)
      var last = first
      while last + 1 < wide.patchCount, unsafe Int(wide.ends[last + 1]) < start + Self.tile { last += 1 }
      let end = wide.start(ofPatch: last + 1)
      nextLayer(patches: first..<last + 1, bytes: start..<end, begin: begin)
      visit(start - begin, end - start)
      first = last + 1
    }
  }

  /// What is remembered of the page behind the last byte read.
  struct State: Sendable {
    fileprivate var carry: [Float]
    fileprivate var patch: [Float]
    fileprivate var matches: MatchPointer
  }

  var state: State {
    get { State(carry: carry.values, patch: perPatch.rows(0..<1).values, matches: matches) }
    set {
      carry.copy(from: newValue.carry)
      perPatch.rows(0..<1).copy(from: newValue.patch)
      matches = newValue.matches
    }
  }

  func begin() {
    matches.reset()
    carry.fill(0)
    // No patch is finished: nothing is said.
    perPatch.rows(0..<1).fill(0)
  }

  /// Reads what the wide reader holds, `bytes`, and takes no notice of what is predicted.
  func passHeld(_ bytes: UnsafeBufferPointer<UInt8>) { unsafe readHeld(bytes) { _, _ in } }

  /// Reads what the wide reader holds, `bytes`: the bits each of them cost but the first, and what is likeliest behind some of them.
  func costHeld(_ bytes: UnsafeBufferPointer<UInt8>, likeliestBehind rows: Range<Int>, count wanted: Int) -> (
    bits: [Float], likeliest: [[UInt8]]
  ) {
    var bits: [Float] = []
    var likeliest = [[UInt8]](repeating: [], count: rows.count)
    unsafe readHeld(bytes) { offset, count in
      unsafe costs(bytes, at: offset, offset: offset, count: min(count, bytes.count - 1 - offset)) { cost, _ in
        bits.append(cost)
      }
      for row in rows.clamped(to: offset..<offset + count) {
        let scores = logits(of: row - offset, offset: row)
        let order = (0..<256).sorted { scores[$0] > scores[$1] }
        likeliest[row - rows.lowerBound] = order.prefix(wanted).map { UInt8($0) }
      }
    }
    return (bits, likeliest)
  }

  /// The logits behind row `row` of `normed`, match pointers included.
  private func logits(of row: Int, offset: Int) -> [Float] {
    var result = computeLogits(row..<row + 1).values
    for pointer in 0..<MatchPointer.pointers {
      let index = pointer * found.rows.count + offset
      let bucket = Int(found.buckets[index])
      if bucket > 0 { result[Int(found.predicted[index])] += weights.matchBias[bucket] }
    }
    return result
  }

  /// - Parameter begin: the byte held that `found` begins with.
  private func nextLayer(patches: Range<Int>, bytes: Range<Int>, begin: Int) {
    let states = wide.states.rows(patches)
    let products = patchProducts.shaped(patches.count, perPatch.columns)
    kernels.multiply(states, weights.nextWide, into: products)
    let rows = perPatch.rows(1..<patches.count + 1)
    rows.fill(0)
    kernels.dequantise(products, of: states, weights.nextWide, bias: nil, into: rows)
    let input = wide.byteStates.rows(bytes)
    let gates = gateProducts.shaped(bytes.count, perPatch.columns)
    kernels.multiply(input, weights.next.local, into: gates)
    unsafe found.rows.withUnsafeBufferPointer { matches in
      unsafe kernels.nextLayer(
        gates, of: input, weights.next, patches: perPatch.rows(0..<patches.count + 1),
        finished: wide.finished + bytes.lowerBound, base: patches.lowerBound,
        bytes: wide.text + wide.margin + bytes.lowerBound, matches: matches.baseAddress! + bytes.lowerBound - begin,
        states: wide.byteFloats!.rows(bytes), carry: carry, into: normed.rows(0..<bytes.count))
    }
    perPatch.rows(0..<1).copy(from: perPatch.rows(patches.count..<patches.count + 1))
  }

  /// Logits of the rows of `normed`, without what the match pointers add.
  private func computeLogits(_ range: Range<Int>) -> Matrix {
    let input = normed.rows(range)
    let products = outputProducts.shaped(range.count, 256)
    let result = logits.rows(0..<range.count)
    kernels.multiply(input, weights.next.output, into: products)
    result.fill(0)
    kernels.dequantise(products, of: input, weights.next.output, bias: nil, into: result)
    return result
  }

  /// The cost of every byte in bits; with `mixer`, by its distribution in place of the network's. The entropy is the network's.
  func surprise(of page: UnsafeBufferPointer<UInt8>, mixer: ContextMixer? = nil) -> Surprise {
    var result = Surprise()
    guard !page.isEmpty else { return result }
    mixer?.begin()
    result.bits.reserveCapacity(page.count)
    result.entropy.reserveCapacity(page.count)
    result.appendFirst()
    unsafe read(page) { place, offset, count in
      // Behind the last byte there is nothing to be predicted.
      unsafe costs(page, at: place, offset: offset, count: min(count, page.count - 1 - place), mixer: mixer) {
        cost, entropy in
        result.bits.append(cost)
        result.entropy.append(entropy)
      }
    }
    return result
  }

  /// Goes on to what the wide reader holds from patch `held` on, whose first byte is `page[place]`.
  func append(
    _ page: UnsafeBufferPointer<UInt8>, at place: Int, from held: Int, to surprise: inout Surprise
  ) {
    let bytes = wide.byteCount - wide.start(ofPatch: held)
    if place == 0 { surprise.appendFirst() }
    unsafe readHeld(UnsafeBufferPointer(rebasing: page[place..<place + bytes]), from: held) { offset, count in
      let at = place + offset
      unsafe costs(page, at: at, offset: offset, count: min(count, page.count - 1 - at)) { cost, entropy in
        surprise.bits.append(cost)
        surprise.entropy.append(entropy)
      }
    }
  }

  /// Bits and expected bits of the bytes of `page` behind `place` and the next `count` - 1, whose layer is in `normed`.
  private func costs(
    _ page: UnsafeBufferPointer<UInt8>, at place: Int, offset: Int, count: Int, mixer: ContextMixer? = nil,
    use: (Float, Float) -> Void
  ) {
    guard count > 0 else { return }
    let perNat = Float(1.442_695_04)
    let logits = computeLogits(0..<count)
    var mixedBits: [Float] = []
    if let mixer {
      for row in 0..<count {
        unsafe mixedBits.append(mixed(mixer, logits.rows(row..<row + 1), page, place + row + 1, offset + row))
      }
    }
    let losses = losses.rows(0..<count)
    let entropies = entropies.rows(0..<count)
    unsafe found.predicted.withUnsafeBufferPointer { predicted in
      unsafe found.buckets.withUnsafeBufferPointer { buckets in
        unsafe kernels.crossEntropy(
          logits, targets: page.baseAddress! + place + 1, pointers: MatchPointer.pointers,
          predicted: predicted.baseAddress! + offset, buckets: buckets.baseAddress! + offset,
          stride: found.rows.count, bias: weights.matchBias, losses: losses, entropies: entropies)
      }
    }
    for row in 0..<count { use(mixer == nil ? losses[row, 0] * perNat : mixedBits[row], entropies[row, 0] * perNat) }
  }

  /// The mixer's cost of `page[place]`; `step` is where `found` speaks of it.
  private func mixed(
    _ mixer: ContextMixer, _ logits: Matrix, _ page: UnsafeBufferPointer<UInt8>, _ place: Int, _ step: Int
  ) -> Float {
    let short = found.rows.count + step
    let predicted = (found.predicted[step], found.predicted[short])
    let buckets = (found.buckets[step], found.buckets[short])
    // Lent to the logits for the mixer and taken back: cross-entropy adds them by itself.
    let before = (logits[0, Int(predicted.0)], logits[0, Int(predicted.1)])
    if buckets.0 > 0 { logits[0, Int(predicted.0)] += weights.matchBias[Int(buckets.0)] }
    if buckets.1 > 0 { logits[0, Int(predicted.1)] += weights.matchBias[Int(buckets.1)] }
    let bits = unsafe mixer.bits(
      of: page[place], in: page.baseAddress!, at: place, logits: logits, predicted: predicted, buckets: buckets,
      learns: true)
    logits[0, Int(predicted.0)] = before.0
    logits[0, Int(predicted.1)] = before.1
    return bits
  }
}

extension Surprise {
  /// The model predicts from what it has seen; of the first byte it has seen nothing.
  fileprivate mutating func appendFirst() {
    bits.append(8)
    entropy.append(8)
  }
}
