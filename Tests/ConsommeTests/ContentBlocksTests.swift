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
  private static func model(outputBias: Float = 0) throws -> Model {
    let parameters = try Model.embedded().values.parameters()
    var shape = parameters.shape
    shape.contentChannels = 32
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
    let blocks = ContentBlocks(plain, units: units)
    #expect(blocks.ranges.count >= 3 && blocks.page.weights.count == blocks.ranges.count)
    #expect(
      blocks.page.inputs.count
        == blocks.ranges.count * (reader.model.shape.tagHidden + RowNetwork.Role.content.measures))
    for ranges in blocks.ranges {
      let values = Set(ranges.flatMap { $0.map { decided.mainProbability[$0] } })
      #expect(values.count == 1)
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
