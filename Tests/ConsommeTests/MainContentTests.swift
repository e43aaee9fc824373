import Documents
import Foundation
import PageTags
import Testing

@testable import Consomme

/// Which text is kept, and where it is said to come from.
@Suite struct MainContentTests {
  /// A page of blocks of `length` bytes with the given P(main).
  private func page(_ rows: [(text: String, probability: Double)]) throws -> TaggedPage {
    let html = rows.map { "<p>\($0.text)</p>" }.joined()
    var page = try taught(html)
    for row in rows { set(row.text, row.probability, &page) }
    return page
  }

  private func set(_ text: String, _ probability: Double, _ page: inout TaggedPage) {
    let wanted = Array(text.utf8)
    for start in page.bytes.indices where page.bytes[start...].starts(with: wanted) {
      for index in start..<start + wanted.count { page.mainProbability[index] = UInt8(255 * probability) }
    }
  }

  private func text(_ page: TaggedPage, _ favor: ReadingOptions.Favor = .balanced, wholePage: Bool = false) -> String {
    var options = ReadingOptions()
    options.favor = favor
    options.wholePage = wholePage
    return TextWriter.write(DocumentDecoder.decode(page, options: options).document)
  }

  private static let body = String(repeating: "the body of the page ", count: 6)
  private static let menu = String(repeating: "menus and the like, ", count: 6)

  @Test func asideIsLeftOutUnlessTheWholePageIsWanted() throws {
    let page = try page([(Self.menu, 0), (Self.body, 1)])
    #expect(text(page).contains("body") && !text(page).contains("menus"))
    #expect(text(page, wholePage: true).contains("menus"))
  }

  @Test func nothingIsKeptOfAPageWithoutMainText() throws {
    let page = try page([(Self.menu, 0.01), (Self.body, 0.02)])
    for favor in ReadingOptions.Favor.allCases { #expect(text(page, favor).isEmpty) }
  }

  /// More is kept from precision to recall, and never less.
  @Test func favorIsMonotonous() throws {
    var rows: [(text: String, probability: Double)] = []
    for step in 0...10 {
      rows.append((String(repeating: "step \(step) of these ", count: 8), Double(step) / 10))
    }
    let page = try page(rows)
    let counts = [ReadingOptions.Favor.precision, .balanced, .recall].map { favor in
      text(page, favor).split(separator: "\n").count
    }
    #expect(counts == counts.sorted())
    #expect(counts[0] < counts[2])
    #expect(counts[0] > 0)
  }

  /// A word or two cannot be judged by themselves.
  @Test func shortTextGoesWithWhatIsAround() throws {
    let page = try page([(Self.body, 1), ("no", 0.45), (Self.body.uppercased(), 1)])
    #expect(text(page).contains("no\n"))
    let other = try self.page([(Self.body, 1), (Self.menu, 0), ("no", 0.45), (Self.menu.uppercased(), 0)])
    #expect(!text(other).contains("no\n"))
  }

  @Test func theTitleGoesWithTheTextBehindIt() throws {
    func read(_ html: String, mainBehind: Double) throws -> String {
      var page = try taught(html)
      for text in ["A title of soup", "Another title", "today"] { set(text, 0, &page) }
      set(Self.menu, 0, &page)
      set(Self.body, mainBehind, &page)
      return text(page)
    }
    let page =
      "<p>\(Self.menu)</p><h1>A title of soup</h1><p>today</p><p>\(Self.body)</p><p>\(Self.menu)</p><h1>Another title</h1>"
    let whole = try read(page, mainBehind: 1)
    #expect(whole.contains("A title of soup") && whole.contains("body") && !whole.contains("Another title"))
    #expect(try !read(page, mainBehind: 0).contains("title"))
    // Far from what is kept it is something else's title.
    let far = "<h1>A title of soup</h1>" + String(repeating: "<p>\(Self.menu)</p>", count: 3) + "<p>\(Self.body)</p>"
    #expect(try !read(far, mainBehind: 1).contains("A title of soup"))
  }

  @Test func tablesStandOrFallWhole() throws {
    let cells = (0..<6).map { "cell number \($0) with some text" }
    let table =
      "<table><tr><th>\(cells[0])<th>\(cells[1])</tr><tr><td>\(cells[2])<td>\(cells[3])</tr>"
      + "<tr><td>\(cells[4])<td>\(cells[5])</tr></table>"
    func cellsKept(_ probabilities: [Double]) throws -> Int {
      var page = try taught("<p>\(Self.body)</p>\(table)<p>\(Self.body)</p>")
      for (cell, probability) in zip(cells, probabilities) { set(cell, probability, &page) }
      let text = text(page)
      return cells.count { text.contains($0) }
    }
    #expect(try cellsKept([1, 1, 1, 1, 0.1, 1]) == 6)
    #expect(try cellsKept([0, 0, 0, 0, 0.9, 0]) == 0)
  }

  @Test func picturesGoWithTheTextAround() throws {
    let menus = "<p>\(Self.menu)</p><img src=/m.png><p>\(Self.menu)</p>"
    let bodies = "<p>\(Self.body)</p><img src=/b.png><p>\(Self.body)</p>"
    var page = try taught(menus + bodies)
    set(Self.menu, 0, &page)
    let markdown = MarkdownWriter.write(DocumentDecoder.decode(page).document)
    #expect(markdown.contains("/b.png") && !markdown.contains("/m.png"))
  }

  @Test func expectedF1() throws {
    #expect(DocumentDecoder.decode(try page([(Self.body, 1)])).confidence == 1)
    #expect(DocumentDecoder.decode(try taught("<p></p>")).confidence == 1)
    // Kept: n bytes that are right with p, of which p·n are gold: F1 = 2p/(1 + p).
    let half = DocumentDecoder.decode(try page([(Self.body, 0.5)])).confidence
    #expect(abs(half - 2 * 0.498 / 1.498) < 0.01)
    let unsure = DocumentDecoder.decode(try page([(Self.body, 1), (Self.menu, 0.2)])).confidence
    #expect(unsure < 1 && unsure > 0.85)
  }

  // MARK: Spans

  @Test func spansAreSlicesOfTheInput() throws {
    let html = """
      <h2>Title</h2><p>One <a href="/x">two <b>three</b></a> four</p>\n\n\n\n<ul><li>item</li></ul>
      <pre>a\n        b</pre><blockquote>said</blockquote><table><tr><th>k<th>l</tr><tr><td>1<td>2</tr></table>
      """
    let spans = DocumentDecoder.decode(try taught(html)).spans
    #expect(
      spans.map(\.tag) == [
        "heading2", "paragraph", "link", "item", "code", "quote", "header_cell", "header_cell", "cell", "cell",
      ])
    let bytes = Array(html.utf8)
    let slices = spans.map { String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) }
    #expect(
      slices == [
        "Title", #"One <a href="/x">two <b>three</b></a> four"#, "two <b>three", "item", "a\n        b", "said", "k",
        "l", "1", "2",
      ])
    #expect(spans.allSatisfy { $0.confidence == 1 })
  }

  @Test func spansCountBytesOfAnOldEncoding() throws {
    // "Grüße – Höfer" in windows-1252.
    let text: [UInt8] = [0x47, 0x72, 0xFC, 0xDF, 0x65, 0x20, 0x96, 0x20, 0x48, 0xF6, 0x66, 0x65, 0x72]
    let head = Array("<meta charset=windows-1252><script>/* gone */</script><p>".utf8)
    let input = head + text + Array("</p>".utf8)
    let decoded = DocumentDecoder.decode(try FixtureDecodingTests.perfect(input))
    #expect(decoded.document.blocks == [.paragraph([.text("Grüße – Höfer")])])
    #expect(decoded.spans.map { Array(input[$0.start..<$0.end]) } == [text])
  }

  /// Spans ascend and stay within the page, and there is one for every block of text.
  @Test(arguments: FixtureDecodingTests.slugs) func spansOfFixtures(_ slug: String) throws {
    let folder = FixtureDecodingTests.fixtures.appendingPathComponent(slug)
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent("page.html")))
    let gold = try String(contentsOf: folder.appendingPathComponent("text.txt"), encoding: .utf8)
    let spans = DocumentDecoder.decode(try FixtureDecodingTests.perfect(bytes, mainText: gold)).spans
    #expect(spans.isEmpty == gold.isEmpty)
    #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.start <= $1.start })
    #expect(spans.allSatisfy { 0 <= $0.start && $0.start < $0.end && $0.end <= bytes.count })
  }
}
