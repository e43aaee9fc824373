import PageTags
import Tensors
import Testing

@testable import ByteModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reading in 8 bits against the reference network in Double.
@Suite struct TagReaderTests {
  /// Weights of a column round to 1/254 of its highest, activations of a row to 1/254 of theirs, or 1/126 where the kernels have 7
  /// bits for them. Logits of the small random network spread over about ±3.
  private func tolerance(_ level: String) -> Double { ["avx2", "neon"].contains(level) ? 0.06 : 0.04 }

  private func softmax(_ logits: ArraySlice<Double>) -> [Double] {
    let top = logits.max() ?? 0
    let sum = logits.reduce(0) { $0 + exp($1 - top) }
    return logits.map { exp($0 - top) / sum }
  }

  private func bytesOfLife(_ count: Int) -> [UInt8] {
    var page: [UInt8] = []
    while page.count < count { page += samplePage + Array("<p>\(page.count) Erbsen, Möhren</p>\n".utf8) }
    return Array(page.prefix(count))
  }

  @Test(arguments: levels) func decisionsAreTheReferences(_ level: String) throws {
    for shape in [ModelShape.small, .odd] {
      let parameters = Parameters.random(shape, seed: 5)
      let model = Model(parameters: parameters, kernels: kernels(level))
      let page = bytesOfLife(700)
      let got = PageTagger(model: model).tags(of: page, faults: true)
      var state = ReferenceState(shape)
      let stretch = cut(page, behindPatches: [], shape: shape, matches: false)[0]
      let reference = ReferenceNetwork(model.values.parameters())
      let logits = try #require(reference.forward(stretch, state: &state, tags: true).tags).logits
      var wrong = 0
      for t in page.indices {
        func head(_ head: TagHeads) -> ArraySlice<Double> {
          logits.row(t)[head.start..<head.start + head.count]
        }
        let content = softmax(head(.content))
        let main = 255 * content[2] / (content[1] + content[2])
        #expect(abs(Double(got.mainProbability[t]) - main) < 255 * tolerance(level))
        #expect(abs(Double(got.faultProbability[t]) - (1 - softmax(head(.fault))[0])) < tolerance(level))
        /// Whether `label` is the likeliest but for what rounding may turn around.
        func isBest(_ label: UInt8, _ which: TagHeads, from first: Int = 0) -> Bool {
          let probabilities = softmax(head(which))
          return probabilities[Int(label)] > (probabilities[first...].max() ?? 1) - 2 * tolerance(level)
        }
        let tags = got.tags[t]
        let isText = tags.content != .markup
        #expect(abs(content[0] - 0.5) < tolerance(level) || isText == (content[0] < 0.5))
        #expect(isBest(tags.attribute.rawValue, .attribute) && isBest(tags.anchor.rawValue, .anchor))
        #expect(isBest(tags.boundary.rawValue, .boundary) && isBest(got.faultKind[t].rawValue, .fault, from: 1))
        var confidence = max(content[0], 1 - content[0])
        for which in [TagHeads.attribute, .anchor, .boundary] {
          confidence = min(confidence, softmax(head(which)).max()!)
        }
        if isText || tags.boundary != .none {
          #expect(isBest(tags.block.rawValue, .block) && isBest(tags.list.rawValue, .list))
          for which in [TagHeads.block, .list] { confidence = min(confidence, softmax(head(which)).max()!) }
        } else {
          #expect(tags.block == .none && tags.list == .none)
        }
        #expect(abs(Double(got.confidence[t]) - 255 * confidence) < 255 * tolerance(level))
        for (bit, logit) in head(.marks).enumerated() {
          let isSet = tags.marks.rawValue & (1 << UInt8(bit)) != 0
          if isText, abs(logit) > 4 * tolerance(level), isSet != (logit > 0) { wrong += 1 }
          if !isText, isSet { wrong += 1 }
        }
      }
      #expect(wrong == 0)
    }
  }

  /// Quantised row by row, nothing depends on windows, tiles, or the page read before.
  @Test(arguments: levels) func windowsTilesAndHistoryDoNotShow(_ level: String) {
    let model = Model(parameters: .random(.small), kernels: kernels(level))
    let page = bytesOfLife(5000)
    let whole = PageTagger(model: model)
    let want = whole.tags(of: page, faults: true)
    _ = whole.tags(of: Array(page.reversed()))
    for tagger in [
      whole, PageTagger(model: model, window: 1500, lookAhead: 5000),
      PageTagger(model: model, window: 96, lookAhead: 5000),
    ] {
      let got = tagger.tags(of: page, faults: true)
      #expect(firstDifference(got.tags, want.tags) == nil)
      #expect(firstDifference(got.mainProbability, want.mainProbability) == nil)
      #expect(firstDifference(got.confidence, want.confidence) == nil)
      #expect(firstDifference(got.faultProbability, want.faultProbability) == nil)
      #expect(firstDifference(got.faultKind, want.faultKind) == nil)
    }
    #expect(firstDifference(whole.tags(of: page).tags, want.tags) == nil)
    // Pages of other sizes, and such whose every byte may end a patch.
    for count in [0, 1, 2, 63, 64, 65, 513] { #expect(whole.tags(of: Array(page.prefix(count))).tags.count == count) }
    let brackets = [UInt8](repeating: 0x3e, count: 3000)
    #expect(whole.tags(of: brackets).tags.count == 3000)
  }

  /// What lies further ahead than the look-ahead does not count: the windows begin their backward layers afresh.
  @Test func lookAheadIsKept() {
    let model = Model(parameters: .random(.small))
    let page = bytesOfLife(3000)
    let narrow = PageTagger(model: model, window: 500, lookAhead: 100)
    let got = narrow.tags(of: page)
    var changed = page
    for index in 1200..<changed.count { changed[index] = UInt8(ascii: "x") }
    let again = narrow.tags(of: changed)
    #expect(firstDifference(got.tags[..<500], again.tags[..<500]) == nil)
    #expect(firstDifference(got.mainProbability[..<500], again.mainProbability[..<500]) == nil)
  }

  @Test func noMemoryIsTakenPageByPage() {
    let arena = Arena()
    let model = Model(parameters: .random(.small))
    let reader = TagReader(weights: model.inference, window: 1000, lookAhead: 200, arena: arena)
    let before = arena.bytesTaken
    #expect(before > 0)
    for count in [10, 4000, 900] {
      unsafe bytesOfLife(count).withUnsafeBufferPointer { page in
        _ = unsafe reader.tags(of: page, faults: true)
      }
    }
    #expect(arena.bytesTaken == before)
  }
}

extension ModelShape {
  /// Sizes that fill no panel of any level.
  static var odd: ModelShape {
    var shape = ModelShape.small
    shape.byteTaps = 2
    shape.byteChannels = 32
    shape.wideChannels = 80
    shape.wideLayers = 1
    shape.tagChannels = 16
    shape.tagHidden = 48
    shape.tagReach = 0
    shape.patchMinimum = 4
    return shape
  }
}
