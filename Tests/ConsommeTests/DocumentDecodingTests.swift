import Documents
import PageTags
import Pages
import Testing

@testable import Consomme

@Suite struct DocumentDecodingTests {
  private func markdown(_ html: String) throws -> String {
    var options = ReadingOptions()
    options.wholePage = true
    let page = try FixtureDecodingTests.perfect(Array(html.utf8))
    return MarkdownWriter.write(DocumentDecoder.decode(page, options: options).document)
  }

  @Test(arguments: [
    // Marks and links nest as they reach.
    ("<p><b>See <a href=/a>this</a> now</b>", "**See [this](/a) now**\n"),
    ("<p><a href=/a>one <b>two</b> three</a>", "[one **two** three](/a)\n"),
    ("<p><a href=/a>one<br>two</a>", "[one two](/a)\n"), ("<p><a href=/a><code>x</code></a>", "[`x`](/a)\n"),
    // What points at the text itself goes.
    ("<h2>Title<a href=#title>\u{B6}</a></h2>", "## Title\n"), ("<h2><a href=#title>Title</a></h2>", "## Title\n"),
    ("<p>Note.<a href=#r1>\u{21A9}</a>", "Note.\n"), ("<p>See <a href=#more>more</a>", "See [more](#more)\n"),
    // Lists.
    ("<ul><li>a<li>b<ol start=7><li>c</ol></ul>", "- a\n\n- b\n\n  7. c\n"),
    ("<ul><li>a</ul><ul><li>b</ul>", "- a\n\n+ b\n"), ("<ul><li>a</ul><p>b", "- a\n\nb\n"),
    ("<ul><li>a<table><tr><th>x<th>y<tr><td>1<td>2</table></ul>", "- a\n\n  | x | y |\n  | --- | --- |\n  | 1 | 2 |\n"),
    ("<ul><li><p>a<p><img src=i alt=j><p>b</ul>", "- a\n\n  ![j](i)\n\n  b\n"),
    ("<ul><li><input type=checkbox checked>done<li><input type=checkbox>open</ul>", "- [x] done\n- [ ] open\n"),
    // Quotes side by side are two.
    ("<blockquote><p>a</p><p>b</p></blockquote><blockquote><p>c</p></blockquote>", "> a\n>\n> b\n\n> c\n"),
    // Code as it is in the source, without the numbers of its lines.
    ("<pre>a\n      b\n\n\n\n  c  \n</pre>", "```\na\n      b\n\n\n\n  c\n```\n"),
    ("<pre>\n   a\n  b</pre>", "```\n   a\n  b\n```\n"),
    ("<pre>1\n2\n</pre><pre>x = 1\ny = 2</pre>", "```\nx = 1\ny = 2\n```\n"),
    ("<pre>if a &lt; <b>b</b></pre>", "```\nif a < b\n```\n"),
    // Tables.
    (
      "<table><tr><th>a<th>b<tr><td><img src=i alt=j><td><h3>c</h3></table>",
      "| a | b |\n| --- | --- |\n| ![j](i) | c |\n"
    ),
    ("<p>a<hr><p>b", "a\n\n---\n\nb\n"),
  ])
  func wholePage(_ html: String, _ wanted: String) throws {
    #expect(try markdown("<body>\(html)") == wanted)
  }

  /// Lists around the main content are not part of it.
  @Test func listsOfThePageDoNotIndent() throws {
    let html =
      "<body><ul><li><p>menu here</p><div><p>Main text with words</p><ul><li>one thing</li><li>another</li></ul></div></ul>"
    var page = try FixtureDecodingTests.perfect(Array(html.utf8))
    for index in page.bytes.indices.prefix(30) { page.mainProbability[index] = 0 }
    for index in page.tags.indices where page.tags[index].list == .bullet1 && page.tags[index].content != .markup {
      page.tags[index].list = .none
    }
    #expect(
      MarkdownWriter.write(DocumentDecoder.decode(page).document)
        == "Main text with words\n\n- one thing\n- another\n")
  }

  /// A doubtful short block between sure ones goes with them; a sure one stands for itself.
  @Test func mainContentHangsTogether() throws {
    let long = String(repeating: "words of the main text ", count: 12)
    let page = try FixtureDecodingTests.perfect(Array("<body><p>\(long)<p>short one<p>\(long)".utf8))
    let place = try #require(page.bytes.firstRange(of: Array("short one".utf8)))
    func text(_ probability: UInt8) -> String {
      var doubtful = page
      for index in place { doubtful.mainProbability[index] = probability }
      return TextWriter.write(DocumentDecoder.decode(doubtful).document)
    }
    #expect(text(110).contains("short"))
    #expect(!text(1).contains("short"))
  }

  @Test func picturesWithoutTheEndOfTheirTag() throws {
    var page = try FixtureDecodingTests.perfect(
      Array("<body><p>before</p><p><img src=\"/i.png\" alt=\"j\"></p><p>after</p>".utf8))
    let end = try #require(page.tags.firstIndex { $0.boundary == .image })
    page.tags[end].boundary = .none
    let document = DocumentDecoder.decode(page).document
    #expect(MarkdownWriter.write(document) == "before\n\n![j](/i.png)\n\nafter\n")
  }

  @Test func spansLieInTheInput() throws {
    let html = Array("<body><h1>Title</h1>       <p>Some <a href=/x>linked text</a> here</p>".utf8)
    let spans = DocumentDecoder.decode(try FixtureDecodingTests.perfect(html)).spans
    #expect(spans.map(\.tag) == ["heading1", "paragraph", "link"])
    #expect(
      spans.map { String(decoding: html[$0.start..<$0.end], as: UTF8.self) }
        == ["Title", "Some <a href=/x>linked text</a> here", "linked text"])
  }

  @Test func whatIsDecodedIsProven() throws {
    let html = """
      <body><h1>A &amp; B</h1><p>One <b>two</b> <code>a&lt;<i>b</i></code> <a href="?a&amp;b" title=t>x</a><br><img src=i alt="a  b"></p>
      <pre><code class=language-c>int  <b>x</b>;
          y</code></pre><ul><li>1<li>2</ul><table><tr><th>k<td>v</table>
      """
    let page = try FixtureDecodingTests.perfect(Array(html.utf8))
    var options = ReadingOptions()
    options.wholePage = true
    var document = DocumentDecoder.decode(page, options: options).document
    var verifier = PageVerifier(page)
    #expect(verifier.unproven(in: document) == [])
    document.blocks.append(.paragraph([.text("three"), .link(destination: "/else", title: nil, [.text("One")])]))
    #expect(verifier.unproven(in: document) == ["three", "/else"])
  }

  // MARK: Whatever comes

  @Test func deepNestingAndLongPages() throws {
    let deep = String(repeating: "<ul><li><blockquote><b>x", count: 20_000)
    #expect(try !markdown("<body>\(deep)").isEmpty)
    let flat = String(repeating: "<p><a href=#x>a</a><br><img src=y>", count: 20_000)
    #expect(try !markdown("<body>\(flat)").isEmpty)
  }

  /// Labels by chance: no crash, and nothing that is not on the page.
  @Test(arguments: 0..<20) func labelsByChance(_ seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func random() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    let bytes = (0..<3000).map { _ in UInt8(truncatingIfNeeded: 32 + random() % 95) }
    // Runs of one label, as a bad model would have them.
    var tags: [ByteTags] = []
    while tags.count < bytes.count {
      let tag = ByteTags(packed: UInt32(truncatingIfNeeded: random() >> 20) & 0x0FFF_FFFF)
      for _ in 0..<(1 + random() % 9) where tags.count < bytes.count { tags.append(tag) }
    }
    let page = TaggedPage(
      bytes: bytes, tags: tags, mainProbability: bytes.map { $0 &* 37 }, confidence: bytes.map { $0 &* 91 },
      map: OffsetMap(identity: bytes.count), source: bytes, condensedMap: OffsetMap(identity: bytes.count))
    var options = ReadingOptions()
    for whole in [true, false] {
      options.wholePage = whole
      let decoded = DocumentDecoder.decode(page, options: options)
      var verifier = PageVerifier(page)
      #expect(verifier.unproven(in: decoded.document) == [])
      _ = MarkdownWriter.write(decoded.document)
      for span in decoded.spans { #expect(0 <= span.start && span.start < span.end && span.end <= bytes.count) }
    }
    for link in LinkDecoder.links(in: page, includeResources: true) { #expect((link.end ?? 0) <= bytes.count) }
  }
}
