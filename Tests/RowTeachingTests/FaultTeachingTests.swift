import Inputs
import PageTags
import TeachingData
import Tensors
import Testing

@testable import ByteModel
@testable import Consomme
@testable import RowTeaching

@Suite struct FaultTeachingTests {
  static let model: Model = {
    var shape = ModelShape()
    (shape.byteChannels, shape.wideChannels, shape.tagChannels, shape.tagHidden) = (32, 32, 32, 16)
    shape.wideLayers = 1
    return Model(parameters: Parameters(shape: shape, seed: 7))
  }()

  @Test func slopesOfTheLossAreItsDerivatives() {
    let labels: [Float?] = [0, 1, nil, 0, 0, 1]
    let logits: [Float] = [-1.5, 0.4, 3, -4, 0.2, -2]
    expectDerivatives(at: logits, unjudged: 2) { FaultLoss.of($0, labels: labels) }
  }

  /// The fault's patch is marked, what the page got wrong by itself is not judged, all the rest is sound.
  @Test func marksThePatchThatAFaultBeginsIn() throws {
    let text = String(repeating: "<p class=\"a\">Some words of a paragraph.</p>\n", count: 60)
    var page = TaughtPage(
      bytes: Array(text.utf8), tags: [ByteTags](repeating: ByteTags(), count: text.utf8.count),
      faults: [Fault(offset: 100, kind: .missingSlash), Fault(offset: 1_500, kind: .none)])
    page = CondensingTeacher.condense(page)
    let reader = PageReader(model: Self.model)
    let examples = FaultExample.examples(page, reader: reader)
    let patches = FaultPatches(reading: page.bytes, with: reader.tagger)
    let example = try #require(examples.first)
    #expect(examples.count == 1 && example.labels.count == patches.count)
    let faulty = try #require(page.faults.first { $0.kind == .missingSlash })
    #expect(example.labels.firstIndex(of: 1) == patches.patch(of: faulty.offset))
    let own = try #require(page.faults.first { $0.kind == .none })
    let doubtful = example.labels.indices.filter { example.labels[$0] == nil }
    #expect(doubtful.contains(patches.patch(of: own.offset)) && doubtful.count <= 25)
    #expect(example.page.inputs.count == patches.count * (16 + RowNetwork.Role.fault.measures))
  }

  @Test func longPagesComeInStretches() {
    let text = String(repeating: "<li>one and two</li>\n", count: 3_000)
    let page = TaughtPage(
      bytes: Array(text.utf8), tags: [ByteTags](repeating: ByteTags(), count: text.utf8.count))
    let reader = PageReader(model: Self.model)
    let examples = FaultExample.examples(page, reader: reader)
    let patches = FaultPatches(reading: page.bytes, with: reader.tagger)
    #expect(examples.count > 1)
    #expect(examples.reduce(0) { $0 + $1.labels.count } == patches.count)
  }

  /// Same seed, same pages, whatever comes before; and pages full of faults of their own teach nothing.
  @Test func breaksPagesBySeed() throws {
    func row(_ html: String) throws -> CorpusPage {
      try CorpusPage(line: Array(#"{"id":"a","html":"\#(html)"}"#.utf8))
    }
    let sound = try row(String(repeating: "<p>A paragraph of <b>words</b> and more.</p>", count: 30))
    let reader = PageReader(model: Self.model)
    func labels(_ seed: UInt64) -> [[Float?]] {
      FaultExample.examples(sound, seed: seed, reader: reader).map(\.labels)
    }
    #expect(labels(3) == labels(3))
    #expect((0..<8).contains { labels($0) != labels($0 + 8) })
    let broken = try row(String(repeating: "<p>One</b> two</i></p>", count: 30))
    #expect(FaultExample.examples(broken, seed: 1, reader: reader).isEmpty)
  }

  /// A patch is faulty where its neighbour before says so: the network learns to point at it.
  @Test func learnsToPoint() {
    let shape = Self.model.shape
    let columns = shape.tagHidden + RowNetwork.Role.fault.measures
    func example(_ seed: UInt64) -> FaultExample {
      var random = SplitMix64(seed: seed)
      let fault = 5 + Int(random.next() % 30)
      var page = RowNetwork.Page()
      for row in 0..<40 {
        var inputs = (0..<columns).map { _ in 0.2 * (random.nextUniform() - 0.5) }
        inputs[3] = row == fault - 1 ? 1 : 0
        page.inputs += inputs
        page.weights.append(1)
      }
      return FaultExample(page: page, labels: (0..<40).map { $0 == fault ? 1 : 0 })
    }
    var options = RowTrainingOptions()
    (options.channels, options.rate, options.inputDropout) = (32, 5e-3, 0)
    let trainer = RowTrainer(.fault, trunk: shape, options: options)
    let learned = trainer.train(parts: 40) { part in (0..<16).map { example(UInt64(part * 16 + $0)) } }
    let network = RowNetwork(
      .fault, weights: PackedParameters(learned, matrices: RowNetwork.Role.fault.matrices), arena: Arena())
    let right = (5_000..<5_020).filter { seed in
      let unseen = example(UInt64(seed))
      let logits = network.forward(unseen.page).logits
      return logits.indices.max { logits[$0] < logits[$1] } == unseen.labels.firstIndex(of: 1)
    }
    #expect(right.count >= 17, "\(right.count) of 20")
  }

  @Test func peaksKeepTheirDistance() {
    let places = [0, 10, 20, 60, 100]
    let peaks = FaultFinder.peaks([-1, 3, 2, 1, -9], at: places, limit: 5)
    #expect(peaks.map(\.offset) == [10, 60])
    #expect(peaks[0].probability > 0.95)
    #expect(FaultFinder.peaks([1, 2, 3, 4, 5], at: [0, 100, 200, 300, 400], limit: 2).map(\.offset) == [400, 300])
  }
}
