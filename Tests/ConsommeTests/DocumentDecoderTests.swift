import Documents
import PageTags
import Testing

@testable import Consomme

/// Blocks, from the teacher's tags on small pages.
@Suite struct DocumentDecoderTests {
  @Test func headingsAndParagraphs() throws {
    #expect(
      try blocks("<h1>One &amp; only</h1><div>bare text</div><p>a<p>b<h6>six</h6>")
        == [
          .heading(level: 1, [.text("One & only")]), .paragraph([.text("bare text")]), .paragraph([.text("a")]),
          .paragraph([.text("b")]), .heading(level: 6, [.text("six")]),
        ])
    #expect(try blocks("").isEmpty)
  }

  // MARK: Lists

  @Test func nestedLists() throws {
    let html = "<ul><li>a<ul><li>b<ol><li>c<li>d</ol></ul><li>e</ul><p>after"
    #expect(
      try markdown(html) == """
        - a
          - b
            1. c
            2. d
        - e

        after

        """)
  }

  @Test func depthGoesBackByMoreThanOne() throws {
    #expect(
      try markdown("<ul><li>a<ul><li>b<ul><li>c</ul></ul><li>d</ul>") == """
        - a
          - b
            - c
        - d

        """)
  }

  @Test func listsInARowStayApart() throws {
    let list = Block.list(List(start: 1, items: [List.Item(blocks: [.paragraph([.text("a")])])]))
    #expect(try blocks("<ol><li>a</ol><ol><li>a</ol>") == [list, list])
    guard case .list(let bullets)? = try blocks("<ul><li>a</ul><ol><li>a</ol>").first else {
      Issue.record("no list")
      return
    }
    #expect(bullets.start == nil && bullets.items.count == 1)
  }

  @Test(arguments: [("5", 5), ("0", 0), ("-3", 0), ("x", 1), ("99999999999999999999", 1)])
  func startNumbers(_ start: String, _ first: Int) throws {
    guard case .list(let list)? = try blocks("<ol start=\"\(start)\"><li>a</ol>").first else {
      Issue.record("no list")
      return
    }
    #expect(list.start == first)
  }

  @Test func itemsOfSeveralBlocks() throws {
    let html = "<ul><li><p>one</p><p>two</p><pre>code</pre></li><li>three</li></ul>"
    guard case .list(let list)? = try blocks(html).first else {
      Issue.record("no list")
      return
    }
    #expect(list.items.map(\.blocks.count) == [3, 1])
    #expect(list.items[0].blocks[2] == .code(language: nil, text: "code"))
  }

  @Test func anItemWithNothingButAList() throws {
    guard case .list(let list)? = try blocks("<ul><li>x</li><li><ul><li>y</li></ul></li></ul>").first else {
      Issue.record("no list")
      return
    }
    #expect(list.items.count == 2)
    #expect(list.items[1].blocks == [.list(List(items: [List.Item(blocks: [.paragraph([.text("y")])])]))])
  }

  @Test func tasks() throws {
    #expect(
      try markdown("<ul><li><input type=checkbox checked> done<li><input type=checkbox> open<li>neither</ul>") == """
        - [x] done
        - [ ] open
        - neither

        """)
  }

  // MARK: Tables

  @Test func tables() throws {
    let html = """
      <table><caption>The <b>caption</b></caption><tr><th>k<th align=right>v<th style="text-align: center">w</tr>
      <tr><td>1<td><td>3</tr><tr><td colspan=2>wide<td>a<br>b</tr></table>
      """
    guard case .table(let table)? = try blocks(html).first else {
      Issue.record("no table")
      return
    }
    #expect(table.caption == [.text("The "), .strong([.text("caption")])])
    #expect(table.rows.map(\.count) == [3, 3, 2])
    #expect(table.rows[0].map(\.alignment) == [.none, .right, .centre])
    #expect(table.rows.map { $0.map(\.isHeader) } == [[true, true, true], [false, false, false], [false, false]])
    #expect(table.rows[1].map(\.content) == [[.text("1")], [], [.text("3")]])
    #expect(table.rows[2].map(\.columnSpan) == [2, 1])
    #expect(table.rows[2][1].content == [.text("a"), .lineBreak, .text("b")])
  }

  @Test func blocksInCellsAreLines() throws {
    let html = "<table><tr><th>a<th>b</tr><tr><td><p>x</p><p>y</p><td><ul><li>z</ul></tr></table><p>after"
    let blocks = try blocks(html)
    guard case .table(let table)? = blocks.first else {
      Issue.record("no table")
      return
    }
    #expect(table.rows[1].map(\.content) == [[.text("x"), .lineBreak, .text("y")], [.text("z")]])
    #expect(blocks.last == .paragraph([.text("after")]))
  }

  @Test func tablesInARowAndTablesInItems() throws {
    let table = "<table><tr><th>a<th>b</tr><tr><td>1<td>2</tr></table>"
    let two = try blocks(table + table)
    #expect(two.count == 2)
    guard case .list(let list)? = try blocks("<ul><li>x\(table)</li><li>y</li></ul>").first else {
      Issue.record("no list")
      return
    }
    #expect(list.items.count == 2)
    guard list.items[0].blocks.count == 2, case .table = list.items[0].blocks[1] else {
      Issue.record("no table in the item")
      return
    }
  }

  @Test func layoutTablesAreNoTables() throws {
    #expect(
      try blocks("<table role=presentation><tr><td><p>left</p><td><p>right</p></tr></table>")
        == [.paragraph([.text("left")]), .paragraph([.text("right")])])
  }

  // MARK: Quotes, code, definitions, rules

  @Test func quotes() throws {
    let paragraphs: [Block] = [.paragraph([.text("a")]), .paragraph([.text("b")])]
    #expect(
      try blocks("<p>x<blockquote><p>a</p><p>b</p></blockquote><p>y")
        == [.paragraph([.text("x")]), .quote(paragraphs), .paragraph([.text("y")])])
    #expect(try markdown("<blockquote>q<ul><li>i</ul></blockquote>") == "> q\n>\n> - i\n")
  }

  @Test func codeKeepsWhatCondensingDrops() throws {
    let html =
      "<pre><code class=\"language-swift\">\n\n  func f() {\n            g(&lt;T&gt;)\n\n\n\n  }\n</code></pre>"
    #expect(
      try blocks(html) == [.code(language: "swift", text: "  func f() {\n            g(<T>)\n\n\n\n  }")])
  }

  @Test func coloursOfCodeAreNoMarks() throws {
    #expect(
      try blocks("<pre><b>let</b> <span class=n>x</span> = <a href='/y'>y</a></pre>")
        == [.code(language: nil, text: "let x = y")])
  }

  @Test func aLanguageHoldsForItsBlockOnly() throws {
    let html = "<pre class='lang-js'>a</pre><p>between</p><pre>b</pre>"
    #expect(
      try blocks(html) == [
        .code(language: "js", text: "a"), .paragraph([.text("between")]), .code(language: nil, text: "b"),
      ])
  }

  /// Where highlighters write the language.
  @Test(arguments: [
    "<pre><code class='hljs css language-javascript'>x</code></pre>",
    "<pre><code class='hljs javascript'>x</code></pre>", "<pre><code data-lang=javascript>x</code></pre>",
    "<pre class='prism-code language-javascript'><code>x</code></pre>",
    "<div class='language-javascript highlighter-rouge'><div class=highlight><pre class=highlight>x</pre></div></div>",
    "<div class='highlight-javascript notranslate'><div class=highlight><pre>x</pre></div></div>",
    "<div class='highlight highlight-source-javascript'><pre>x</pre></div>",
    "<figure class='highlight javascript'><table><tr><td><pre>1</pre><td><pre>x</pre></table></figure>",
  ])
  func languages(_ html: String) throws {
    #expect(try blocks(html) == [.code(language: "javascript", text: "x")])
  }

  @Test func numbersOfLinesAreNoCode() throws {
    let html = "<pre>1\n2\n3</pre><pre>a\nb\nc</pre><p>x</p><pre>1\n2</pre>"
    #expect(
      try blocks(html) == [
        .code(language: nil, text: "a\nb\nc"), .paragraph([.text("x")]), .code(language: nil, text: "1\n2"),
      ])
  }

  @Test func definitions() throws {
    #expect(
      try blocks("<dl><dt>t<dd>d<dt>u</dl><p>x")
        == [
          .definitions([
            Definition(isTerm: true, content: [.paragraph([.text("t")])]),
            Definition(isTerm: false, content: [.paragraph([.text("d")])]),
            Definition(isTerm: true, content: [.paragraph([.text("u")])]),
          ]), .paragraph([.text("x")]),
        ])
  }

  @Test func rulesStandBetweenText() throws {
    #expect(try blocks("<hr><p>a<hr><hr><p>b<hr>") == [.paragraph([.text("a")]), .rule, .paragraph([.text("b")])])
  }

  // MARK: Hostile pages

  @Test(arguments: ["<ul><li>", "<div>", "<b>", "<blockquote>", "<table><tr><td>", "<a href=x>", "<dl><dd>", "<pre>"])
  func deepNesting(_ tag: String) throws {
    let html = String(repeating: tag, count: 4_000) + "text"
    #expect(TextWriter.write(Document(blocks: try blocks(html))).contains("text"))
  }

  /// No tags can make the decoder trap, not even tags that no page has.
  @Test func nonsense() {
    var random = FixedNumbers(state: 7)
    let html = String(repeating: #"<li><a href="/x">y &amp; z</a><td colspan="3">é</td>"#, count: 12)
    for _ in 0..<60 {
      var page = labelled(html) { hand in
        for index in hand.tags.indices {
          hand.tags[index] = ByteTags(packed: UInt32.random(in: 0..<1 << 28, using: &random))
        }
      }
      for index in page.tags.indices {
        page.mainProbability[index] = UInt8.random(in: 0...255, using: &random)
        page.confidence[index] = UInt8.random(in: 0...255, using: &random)
      }
      let decoded = DocumentDecoder.decode(page)
      #expect((0...1).contains(decoded.confidence))
      _ = MarkdownWriter.write(decoded.document)
      _ = LinkDecoder.links(in: page, includeResources: true)
    }
  }
}
