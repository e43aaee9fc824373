import Documents
import Foundation
import PageTags
import Pages
import TeachingData
import Testing

@testable import Consomme

/// Decoding by itself: the teacher's exact tags in the network's place.
@Suite struct FixtureDecodingTests {
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("fixtures")

  static let slugs: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: fixtures.path)) ?? []
    return names.filter { FileManager.default.fileExists(atPath: fixtures.path + "/\($0)/page.html") }.sorted()
  }()

  /// A page as a perfect model would read it; `mainText` says what is main content.
  static func perfect(_ bytes: [UInt8], mainText: String? = nil) throws -> TaggedPage {
    let decoded = try CharsetDecoder.decode(bytes)
    var tags = MarkupTeacher.tag(decoded.utf8)
    if let mainText { _ = GoldAligner.align(mainText: mainText, in: decoded.utf8, tags: &tags) }
    let condensed = Condenser.condense(decoded.utf8)
    let kept = condensed.bytes.indices.map { index in
      var tag = tags[condensed.map.source(of: index)]
      if tag.content == .unjudged { tag.content = .main }
      return tag
    }
    return TaggedPage(
      bytes: condensed.bytes, tags: kept, mainProbability: kept.map { $0.content == .main ? 255 : 0 },
      confidence: kept.map { _ in 255 }, map: condensed.map.composed(with: decoded.map), source: decoded.utf8,
      condensedMap: condensed.map)
  }

  struct GoldLink: Decodable {
    var href: String
    var text: String
    var kind: String
  }

  @Test func thereAreFixtures() { #expect(Self.slugs.count >= 8) }

  @Test(arguments: slugs) func linksAreThoseOfABrowser(_ slug: String) throws {
    let folder = Self.fixtures.appendingPathComponent(slug)
    let page = [UInt8](try Data(contentsOf: folder.appendingPathComponent("page.html")))
    let gold = try String(contentsOf: folder.appendingPathComponent("links.jsonl"), encoding: .utf8)
      .split(separator: "\n").map { try JSONDecoder().decode(GoldLink.self, from: Data($0.utf8)) }
    let links = LinkDecoder.links(in: try Self.perfect(page))
    #expect(links.map(\.href) == gold.map(\.href))
    #expect(links.map(\.kind) == gold.map(\.kind))
    let same = zip(links, gold).count { $0.text == $1.text }
    #expect(same * 100 >= gold.count * 97, "texts")
    for link in links where !link.href.isEmpty && !link.href.contains(where: { !$0.isASCII }) {
      let start = try #require(link.start)
      let end = try #require(link.end)
      let slice = String(decoding: page[start..<end], as: UTF8.self)
      #expect(CharacterReferences.decode(Array(slice.utf8), inAttribute: true).contains(link.href), "offsets")
    }
  }

  @Test(arguments: slugs) func mainTextIsTheGold(_ slug: String) throws {
    let folder = Self.fixtures.appendingPathComponent(slug)
    let page = [UInt8](try Data(contentsOf: folder.appendingPathComponent("page.html")))
    let gold = try String(contentsOf: folder.appendingPathComponent("text.txt"), encoding: .utf8)
    let decoded = DocumentDecoder.decode(try Self.perfect(page, mainText: gold))
    func words(_ text: String) -> [Substring] { text.lowercased().split { !$0.isLetter && !$0.isNumber } }
    let wanted = words(gold)
    var left: [Substring: Int] = [:]
    for word in wanted { left[word, default: 0] += 1 }
    let found = words(TextWriter.write(decoded.document))
    var common = 0
    for word in found where left[word, default: 0] > 0 {
      left[word]! -= 1
      common += 1
    }
    if wanted.isEmpty {
      #expect(found.isEmpty)
    } else {
      #expect(Double(2 * common) / Double(wanted.count + found.count) > 0.95)
    }
  }

  @Test func structureOfAHandWrittenPage() throws {
    let html = """
      <!DOCTYPE html><title>x</title><body><h2>Title &amp; more</h2><p>One <b>bold</b> <a href="/a">link</a>.<br>Next</p>
      <ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol start="3"><li>three</li></ol>
      <pre><code class="language-swift">let x = 1
              let y = 2</code></pre>
      <table><tr><th>k</th><th align="right">v</th></tr><tr><td>1</td><td>2</td></tr></table><blockquote><p>said</p></blockquote>
      """
    var options = ReadingOptions()
    options.wholePage = true
    let page = try Self.perfect(Array(html.utf8))
    let markdown = MarkdownWriter.write(DocumentDecoder.decode(page, options: options).document)
    #expect(
      markdown == """
        ## Title & more

        One **bold** [link](/a).\\
        Next

        - a
          - b
        - c

        3. three

        ```swift
        let x = 1
                let y = 2
        ```

        | k | v |
        | --- | ---: |
        | 1 | 2 |

        > said

        """)
  }

  /// The threshold follows the page's surest block.
  @Test func favorMovesTheThreshold() throws {
    let html =
      "<body><p>\(String(repeating: "sure text here ", count: 9))</p><p>\(String(repeating: "half sure words ", count: 9))</p>"
    var page = try Self.perfect(Array(html.utf8))
    let middle = html.utf8.count / 2
    for index in page.mainProbability.indices { page.mainProbability[index] = index < middle ? 120 : 60 }
    func text(_ favor: ReadingOptions.Favor) -> String {
      var options = ReadingOptions()
      options.favor = favor
      return TextWriter.write(DocumentDecoder.decode(page, options: options).document)
    }
    #expect(text(.recall).contains("half") && text(.recall).contains("sure text"))
    #expect(!text(.precision).contains("half") && text(.balanced).contains("sure text"))
  }
}
