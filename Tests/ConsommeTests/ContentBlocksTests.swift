import ByteModel
import Pages
import Tensors
import Testing

@testable import Consomme

@Suite struct ContentBlocksTests {
  private static let page = Array(
    "<html><body><nav><a href=/>Home</a></nav><h1>Leek soup</h1><p>Wash the <b>leek</b> well.</p><ul><li>leek</ul>".utf8
  )

  /// A model that reads like the shipped one but decides by blocks with random weights.
  private static func model(outputBias: Float = 0, views: Int = 1) throws -> Model {
    let parameters = try Model.embedded().values.parameters()
    var shape = parameters.shape
    (shape.contentChannels, shape.contentViews) = (32, views)
    let whole = Parameters(shape: shape, seed: 3)
    for tensor in whole.tensors where !tensor.name.hasPrefix("content.") {
      tensor.values.copy(from: parameters[tensor.name])
    }
    whole["content.outputBias"][0, 0] = outputBias
    return withExtendedLifetime(parameters) { Model(parameters: whole) }
  }

  @Test func blocksAreDecidedAsAWhole() throws {
    let reader = PageReader(model: try Self.model())
    let decoded = try CharsetDecoder.decode(Self.page)
    let plain = reader.read(decoded, decidesContent: false)
    let decided = reader.read(decoded)
    #expect(plain.tags == decided.tags && plain.mainProbability != decided.mainProbability)
    let units = try #require(reader.tagger.tags(of: plain.bytes, patches: true).patches)
    let blocks = ContentBlocks(plain, units: units, views: 1)
    #expect(blocks.ranges.count >= 3 && blocks.page.weights.count == blocks.ranges.count)
    #expect(
      blocks.page.inputs.count
        == blocks.ranges.count * (reader.model.shape.tagHidden + RowNetwork.Role.content.measures))
    for ranges in blocks.ranges {
      let values = Set(ranges.flatMap { $0.map { decided.mainProbability[$0] } })
      #expect(values.count == 1)
    }
  }

  /// With two views, a block's inputs hold the mean over the markup in front of it between those of its text and the measures.
  @Test func secondViewIsOfTheMarkupInFront() throws {
    let reader = PageReader(model: try Self.model(views: 2))
    let decoded = try CharsetDecoder.decode(Self.page)
    let plain = reader.read(decoded, decidesContent: false)
    #expect(reader.read(decoded).mainProbability != plain.mainProbability)
    let units = try #require(reader.tagger.tags(of: plain.bytes, patches: true).patches)
    let one = ContentBlocks(plain, units: units, views: 1)
    let two = ContentBlocks(plain, units: units, views: 2)
    let columns = reader.model.shape.tagHidden
    let rows = (one: columns + RowNetwork.Role.content.measures, two: 2 * columns + RowNetwork.Role.content.measures)
    #expect(two.page.inputs.count == two.ranges.count * rows.two && two.ranges == one.ranges)
    var end = 0
    for (index, ranges) in two.ranges.enumerated() {
      let (whole, part) = (two.page.inputs[(index * rows.two)...], one.page.inputs[(index * rows.one)...])
      #expect(whole.prefix(columns).elementsEqual(part.prefix(columns)))
      let markup = units.mean(over: [end..<ranges[0].lowerBound])
      #expect(whole.dropFirst(columns).prefix(columns).elementsEqual(markup))
      #expect(
        whole.dropFirst(2 * columns).prefix(RowNetwork.Role.content.measures).elementsEqual(
          part.dropFirst(columns).prefix(RowNetwork.Role.content.measures)))
      end = ranges.last!.upperBound
    }
  }

  @Test func whatItSaysIsWhatIsRead() throws {
    let decoded = try CharsetDecoder.decode(Self.page)
    for (bias, isMain) in [(Float(40), true), (-40, false)] {
      let page = PageReader(model: try Self.model(outputBias: bias)).read(decoded)
      let text = page.tags.indices.filter { page.tags[$0].content != .markup }
      let sure = text.filter { (page.mainProbability[$0] > 200) == isMain }
      #expect(Double(sure.count) > 0.9 * Double(text.count))
    }
  }

  @Test func pagesWithoutTextHaveNoBlocks() throws {
    let reader = PageReader(model: try Self.model())
    for page in ["", "<br>", "<html></html>"] { _ = reader.read(try CharsetDecoder.decode(Array(page.utf8))) }
    #expect(reader.read(try CharsetDecoder.decode([])).bytes.isEmpty)
  }
}
