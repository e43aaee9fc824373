import ByteModel
import CDefaultModel
import Testing

@testable import Consomme

@Suite struct EmbeddedModelTests {
  /// Reading does not compute the digest of the model inside the program; this does, once.
  @Test func embeddedModelIsWhole() throws {
    let count = consomme_default_model_size()
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: consomme_default_model(), count: count))
    let verified = try Model(bytes, file: "models/default.consomme", verifying: true)
    #expect(verified.digest == (try Model.embedded()).digest)
    #expect(verified.digest.count == 64)
  }

  @Test func theModelForJSONIsWhole() throws {
    let count = consomme_json_model_size()
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: consomme_json_model(), count: count))
    let verified = try Model(bytes, file: "models/json.consomme", verifying: true)
    #expect(verified.digest == (try Model.embeddedJSON()).digest)
    #expect(verified.digest != (try Model.embedded()).digest)
  }

  @Test func itReadsALink() throws {
    let page = Array(
      "<!DOCTYPE html><html><head><title>t</title></head><body><p>See <a href=\"/about.html\">about us</a> for more.</p></body></html>"
        .utf8)
    let reader = PageReader(model: try Model.embedded())
    let links = LinkDecoder.links(in: try reader.read(page))
    #expect(links.map(\.href) == ["/about.html"])
    #expect(links.map(\.text) == ["about us"])
    let start = try #require(links.first?.start)
    #expect(page[start..<start + 11].elementsEqual("/about.html".utf8))
  }
}
