import Pages
import Tensors
import Testing

@testable import ByteModel
@testable import Consomme
@testable import RowTeaching

@Suite struct ContentCorrectionTests {
  static let html = """
    <!DOCTYPE html><html><body><div class="nav"><ul><li><a href="/">Home</a></li><li><a href="/shop">Shop</a></li></ul></div>
    <div class="story"><h1>Museum of clocks</h1>
    <p>The museum keeps clocks of five centuries, and every one of them runs.</p>
    <p>Visitors hear them strike at noon, one after the other, for a quarter of an hour.</p></div>
    <div class="side"><h3>Opening hours</h3><p>Tuesday to Sunday, ten to five</p>
    <h3>Newsletter</h3><p>Leave your address and we write once a month.</p></div></body></html>
    """

  private static func page(_ html: String) throws -> DecodedPage {
    try CharsetDecoder.decode(Array(html.utf8), declared: "utf-8")
  }

  @Test func labelsTheBlocksThatAreWanted() throws {
    let reader = PageReader(model: try .embedded())
    let wanted =
      "Museum of clocks\nThe museum keeps clocks of five centuries, and every one of them runs.\nOpening hours"
    let lesson = try #require(ContentLesson(wanted: wanted, page: Self.page(Self.html), reader: reader))
    let blocks = ContentBlocks(
      lesson.settled, units: try #require(reader.tagger.tags(of: lesson.settled.bytes, patches: true).patches),
      views: reader.model.shape.contentViews)
    let main = zip(lesson.example.labels, blocks.ranges).filter { ($0.0 ?? 0) > 0.5 }
      .map { String(decoding: lesson.settled.bytes[$0.1[0]], as: UTF8.self) }
    #expect(main.count == 3 && main[0] == "Museum of clocks" && main[2] == "Opening hours")
  }

  /// What the model says of a page becomes its labels: there is nothing to learn from it.
  @Test func keepingIsWhatTheModelSays() throws {
    let reader = PageReader(model: try .embedded())
    let lesson = try #require(ContentLesson(keeping: Self.page(Self.html), reader: reader))
    let network = RowNetwork(.content, weights: try #require(reader.model.rowNetworks[.content]), arena: Arena())
    let logits = network.forward(lesson.example.page).logits
    let (_, slopes) = ContentLoss.keeping(logits, labels: lesson.example.labels, weights: lesson.example.page.weights)
    #expect(slopes.allSatisfy { abs($0) < 1e-6 })
  }

  @Test func slopesOfKeepingAreItsDerivatives() {
    let labels: [Float?] = [0.9, 0.1, nil, 0.4]
    let weights: [Float] = [3, 8, 5, 2]
    let logits: [Float] = [0.3, -1.2, 2, 0.1]
    expectDerivatives(at: logits, unjudged: 2) { ContentLoss.keeping($0, labels: labels, weights: weights) }
  }

  /// Learns what is wanted, touches nothing but the network over blocks, and leaves the model it came from alone.
  @Test func learnsFromTheWeightsItHas() throws {
    let model = try Model.embedded()
    let reader = PageReader(model: model)
    let page = try Self.page(Self.html)
    let now = reader.read(page)
    let wanted = "Opening hours\nTuesday to Sunday, ten to five\nLeave your address and we write once a month."
    let lesson = try #require(ContentLesson(wanted: wanted, page: page, reader: reader))
    let before = model.values.parameters()
    func text(_ model: Model) -> [UInt8] { PageReader(model: model).read(page).mainProbability }
    var seen = 0
    let learned = try #require(
      ContentCorrection(model: model).learn([lesson.example], rehearsal: []) { candidate in
        seen += 1
        let found = PageReader(model: candidate).read(page)
        return DocumentDecoder.decode(found).document == DocumentDecoder.decode(lesson.settled).document
      })
    #expect(seen > 1 && learned.steps > 2)
    let after = learned.parameters
    for tensor in before.tensors where !tensor.name.hasPrefix("content.") {
      let isSame = tensor.values.values == after[tensor.name].values
      #expect(isSame, "\(tensor.name)")
    }
    let stays = PageReader(model: model).read(page).mainProbability == now.mainProbability
    let moves = text(Model(parameters: after)) != now.mainProbability
    #expect(stays && moves)
  }

  @Test func givesUpInTime() throws {
    let model = try Model.embedded()
    let lesson = try #require(
      ContentLesson(wanted: "Opening hours", page: Self.page(Self.html), reader: PageReader(model: model)))
    var options = ContentCorrection.Options()
    options.steps = 5
    let learned = ContentCorrection(model: model, options: options).learn([lesson.example], rehearsal: []) { _ in false
    }
    #expect(learned == nil)
  }

  @Test func modelsWithoutTheNetworkHaveNoLesson() throws {
    let reader = PageReader(model: FaultTeachingTests.model)
    let lesson = ContentLesson(keeping: try Self.page(Self.html), reader: reader)
    #expect(lesson == nil)
  }
}
