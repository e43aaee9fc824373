import Foundation
import PageTags
import Pages
import Testing

@testable import Consomme

@Suite("A page in a few lines") struct PageTests {
  private static let markup = """
    <!DOCTYPE html><html lang="en"><head><title>Soup</title></head><body><nav><a href="/">Home</a></nav><article>
    <h1>How broth becomes clear</h1>
    <p>Egg white is whisked into cold stock and the pot is heated slowly, until a raft of foam has gathered every cloudy particle. \
    What stays below is clear, as <a href="/notes?page=2">the notes on stock</a> explain at length.</p>
    <p>Strain it through a cloth without pressing, season it at the very end and serve it hot, in cups that were warmed.</p>
    </article></body></html>
    """

  private static func fixture(_ path: String) throws -> [UInt8] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: root.appendingPathComponent("fixtures/\(path)")))
  }

  @Test("Links have their address, their text and their place in the caller's bytes")
  func links() throws {
    let bytes = Array(Self.markup.utf8)
    let page = try Page(bytes, url: "https://soup.example/kitchen/")
    let link = try #require(page.links.first { $0.href == "/notes?page=2" })
    #expect(link.url == "https://soup.example/notes?page=2")
    #expect(link.text == "the notes on stock")
    #expect(String(decoding: page.bytes[link.range], as: UTF8.self) == link.href)
    #expect(page.bytes == bytes)
  }

  @Test("Without an address relative links stay unresolved; <base href> makes up for it")
  func base() throws {
    #expect(try Page(Array(Self.markup.utf8)).links.allSatisfy { $0.url == nil })
    // Labelled by hand: whether the model sees a base is the model's affair.
    let markup = "<base href=\"https://base.example/b/\"><p>See <a href=\"notes\">the notes</a>"
    let read = try Page(Array(markup.utf8), url: "https://soup.example/")
    var tagged = read.tagged
    tagged.tags = .init(repeating: .init(), count: markup.utf8.count)
    for (value, opening) in [("https://base.example/b/", AttributeTag.baseOpen), ("notes", .anchorOpen)] {
      let start = try #require(tagged.bytes.firstRange(of: Array(value.utf8))).lowerBound
      tagged.tags[start - 1].attribute = opening
      for index in start..<start + value.utf8.count { tagged.tags[index].attribute = .value }
    }
    let page = Page(bytes: read.bytes, url: read.url, decoded: read.decoded, tagged: tagged, reader: read.reader)
    #expect(page.links.map(\.url) == ["https://base.example/b/notes"])
  }

  @Test("Text and Markdown hold the article and not its navigation")
  func content() throws {
    let page = try Page(Array(Self.markup.utf8))
    #expect(page.text.contains("Strain it through a cloth without pressing"))
    #expect(page.markdown.contains("[the notes on stock](/notes?page=2)"))
    #expect(!page.text.contains("Home"))
  }

  @Test("Faults are the ones the engine finds, in the caller's bytes")
  func faults() throws {
    let bytes = try Self.fixture("recipe/faulty/broken-comment.html")
    let page = try Page(bytes)
    let reader = PageReader(model: try .embedded())
    #expect(!page.faults.isEmpty)
    #expect(page.faults == FaultFinder(reader: reader).diagnostics(of: try CharsetDecoder.decode(bytes)))
    #expect(page.faults.allSatisfy { bytes.indices.contains($0.offset) })
    var strict = FaultFinder.Options()
    strict.leastScore = 1000
    #expect(page.faults(strict).isEmpty)
  }

  @Test("An unknown charset is an error of a known type, with its remedy")
  func unknownCharset() throws {
    #expect {
      try Page([0x61], declaredCharset: "klingon")
    } throws: { error in
      guard case PageError.charset(let charset) = error else { return false }
      return charset.label == "klingon" && "\(error)".contains("WHATWG")
    }
  }

  @Test("An empty page has nothing on it")
  func empty() throws {
    let page = try Page([])
    #expect(page.links.isEmpty && page.text.isEmpty && page.markdown.isEmpty && page.faults.isEmpty)
  }

  @Test("Tasks share one reader and read the same")
  func together() async throws {
    let reader = try SharedReader.embedded()
    let alone = try Page(Array(Self.markup.utf8), reader: reader)
    await withTaskGroup(of: Page?.self) { group in
      for _ in 0..<4 { group.addTask { try? Page(Array(Self.markup.utf8), reader: reader) } }
      for await page in group { #expect(page?.links == alone.links && page?.text == alone.text) }
    }
  }
}
