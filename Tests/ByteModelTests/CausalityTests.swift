import PageTags
import Tensors
import Testing

@testable import ByteModel

@Suite struct CausalityTests {
  /// Everything that next-byte distributions are made of, a row a byte: logits, predicted bytes and buckets.
  private func distributions(_ page: [UInt8], _ network: Network, _ shape: ModelShape) -> [[Float]] {
    var state = NetworkState(shape)
    let stretch = cut(page, behindPatches: [], shape: shape)[0]
    let activations = network.forward(stretch, state: &state, tags: false)
    let (logits, matches) = (activations.next!.logits, stretch.matches!)
    let count = page.count
    return (0..<count).map { t in
      logits.rows(t..<t + 1).values
        + [t, count + t].flatMap { [Float(matches.predicted[$0]), Float(matches.buckets[$0])] }
    }
  }

  /// Whatever follows byte t, the distributions up to t stay as they are, bit for bit.
  @Test func laterBytesChangeNothing() {
    let shape = ModelShape.small
    let network = Network(weights: PackedParameters(.random(shape)), arena: Arena())
    let page = samplePage
    let before = distributions(page, network, shape)
    for t in stride(from: 0, to: page.count - 1, by: 17) + [page.count - 2] {
      for replacement in [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "x"), 0xc3]
      where page[t + 1] != replacement {
        var changed = page
        changed[t + 1] = replacement
        let after = distributions(changed, network, shape)
        #expect(firstDifference(after[...t], before[...t]) == nil, "byte \(t + 1) moves what comes before it")
        // And the byte itself does count: the test sees something.
        #expect(after[t + 1] != before[t + 1])
      }
    }
    // A page that ends after t looks the same up to t.
    for t in [0, 9, 50] {
      let short = distributions(Array(page[...t]), network, shape)
      // The last byte of a page ends its patch whatever it is; only the distribution behind it, which nobody needs, may differ.
      #expect(firstDifference(short[..<t], before[..<t]) == nil)
    }
  }

  @Test(arguments: levels) func anyCutAtPatchEndsIsTheSame(_ level: String) {
    let shape = ModelShape.small
    let network = Network(weights: PackedParameters(.random(shape), kernels: kernels(level)), arena: Arena())
    func logits(_ cuts: [Int]) -> [Float] {
      var state = NetworkState(shape)
      return cut(samplePage, behindPatches: cuts, shape: shape).flatMap { stretch in
        network.forward(stretch, state: &state, tags: true).next!.logits.values
      }
    }
    let whole = logits([])
    #expect(whole.count == samplePage.count * 256)
    #expect(firstDifference(logits(Array(0..<24)), whole) == nil)
    for cuts in [[0], [1], [2], [6, 7], [3, 13, 29], [5, 17, 18, 19, 33]] {
      #expect(firstDifference(logits(cuts), whole) == nil, "cut at \(cuts)")
    }
  }

  /// Forward tag layers carry over too: with nothing but the look-back the first stretch's cells continue in the second.
  @Test func tagCarriesContinue() {
    let shape = ModelShape.small
    let network = Network(weights: PackedParameters(.random(shape)), arena: Arena())
    func cells(_ cuts: [Int]) -> [Float] {
      var state = NetworkState(shape)
      return cut(samplePage, behindPatches: cuts, shape: shape, matches: false).flatMap { stretch in
        network.forward(stretch, state: &state, tags: true).tags!.forward1.cells.values
      }
    }
    #expect(firstDifference(cells([4, 11]), cells([])) == nil)
  }

  @Test func stateBehindAPatchIsTheStateOfAShorterStretch() {
    let shape = ModelShape.small
    let network = Network(weights: PackedParameters(.random(shape)), arena: Arena())
    for patch in [0, 1, 9, 20] {
      let parts = cut(samplePage, behindPatches: [3, 4 + patch], shape: shape, matches: false)
      var state = NetworkState(shape)
      _ = network.forward(parts[0], state: &state, tags: true)
      let before = state
      // Backward layers see what lies ahead, but nothing of them is carried; the second forward layer sees the first backward
      // one, so that only a look without tags can be compared in full.
      _ = network.forward(parts[1], state: &state, tags: false)
      let long = cut(samplePage, behindPatches: [3], shape: shape, matches: false)[1]
      var running = before
      let activations = network.forward(long, state: &running, tags: false)
      let behind = activations.state(behind: patch, before: before, shape: shape)
      #expect(firstDifference(behind.snapshot.bytes, state.snapshot.bytes) == nil)
      #expect(firstDifference(behind.snapshot.floats, state.snapshot.floats) == nil)
      #expect(firstDifference(behind.snapshot.halves, state.snapshot.halves) == nil)
      var (a, b) = (behind.patchRule, PatchRule(shape, after: parts[1].bytes.last))
      #expect(firstDifference(samplePage.map { a.endsPatch($0) }, samplePage.map { b.endsPatch($0) }) == nil)
    }
  }

  @Test func snapshotGivesTheStateBack() throws {
    let shape = ModelShape.small
    let network = Network(weights: PackedParameters(.random(shape)), arena: Arena())
    let parts = cut(samplePage, behindPatches: [15], shape: shape)
    var state = NetworkState(shape)
    _ = network.forward(parts[0], state: &state, tags: true)
    let numbers = state.snapshot
    var copy = try #require(NetworkState(shape, bytes: numbers.bytes, floats: numbers.floats, halves: numbers.halves))
    let first = network.forward(parts[1], state: &state, tags: true)
    let second = network.forward(parts[1], state: &copy, tags: true)
    #expect(firstDifference(first.next!.logits.values, second.next!.logits.values) == nil)
    #expect(firstDifference(first.tags!.logits.values, second.tags!.logits.values) == nil)
    #expect(NetworkState(shape, bytes: [], floats: numbers.floats, halves: numbers.halves) == nil)
    #expect(NetworkState(shape, bytes: numbers.bytes, floats: [], halves: numbers.halves) == nil)
    #expect(NetworkState(shape, bytes: numbers.bytes, floats: numbers.floats, halves: []) == nil)
  }

  @Test func windowsDoNotShow() {
    let model = Model(parameters: .random(.small))
    let whole = PageTagger(model: model)
    let surprise = whole.surprise(of: samplePage)
    let tags = whole.tags(of: samplePage, faults: true)
    #expect(surprise.bits.count == samplePage.count)
    #expect(surprise.entropy.allSatisfy { $0 >= 0 && $0 <= 8.001 })
    #expect(tags.tags.count == samplePage.count)
    for window in [16, 31, 100] {
      let narrow = PageTagger(model: model, window: window, lookAhead: 1000)
      let again = narrow.surprise(of: samplePage)
      #expect(firstDifference(again.bits, surprise.bits) == nil)
      #expect(firstDifference(again.entropy, surprise.entropy) == nil)
      let tagsAgain = narrow.tags(of: samplePage, faults: true)
      #expect(firstDifference(tagsAgain.tags, tags.tags) == nil)
      #expect(firstDifference(tagsAgain.faultProbability, tags.faultProbability) == nil)
    }
    // Windows narrower than a patch still read every byte.
    let tiny = PageTagger(model: model, window: 1, lookAhead: 0)
    #expect(tiny.tags(of: samplePage).tags.count == samplePage.count)
    #expect(tiny.surprise(of: samplePage).bits.count == samplePage.count)
    #expect(whole.tags(of: []).tags.isEmpty)
    #expect(whole.surprise(of: []).bits.isEmpty)
    #expect(whole.tags(of: [0x3c]).tags.count == 1)
    #expect(whole.surprise(of: [0x3c]).bits == [8])
  }
}
