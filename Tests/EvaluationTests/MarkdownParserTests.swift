import Testing

@testable import Evaluation

struct MarkdownParserTests {
  private func blocks(_ text: String) -> [BlockEvent] { BlockParser.parse(Array(text.utf8)).events }
  private func paragraph(_ text: String) -> BlockEvent { .paragraph(text: Array(text.utf8)) }
  private func tokens(_ text: String, definitions: String = "") -> [InlineToken] {
    InlineParser.parse(
      Array(text.utf8), definitions: BlockParser.parse(Array(definitions.utf8)).definitions)
  }
  private func text(_ text: String) -> InlineToken { .text(Array(text.utf8)) }

  @Test func headingsAndRules() {
    #expect(
      blocks("# A #\nB\nC\n===\n***\n#no\n####### no") == [
        .heading(level: 1, text: Array("A".utf8)), .heading(level: 1, text: Array("B\nC".utf8)), .rule,
        paragraph("#no\n####### no"),
      ])
    #expect(blocks("---\n- - -\na\n---") == [.rule, .rule, .heading(level: 2, text: Array("a".utf8))])
  }

  @Test func listsNest() {
    let item = { (events: [BlockEvent]) in [.openItem] + events + [.closeItem] }
    #expect(
      blocks("- a\n  1. b\n\n     c\n- d\n\nend")
        == [.openList(isOrdered: false), .openItem, paragraph("a"), .openList(isOrdered: true)]
        + item([paragraph("b"), paragraph("c")]) + [.closeList, .closeItem] + item([paragraph("d")]) + [.closeList]
        + [paragraph("end")])
    // A paragraph is only interrupted by a list that begins with 1 and is not empty.
    #expect(blocks("a\n2. b\n-") == [.heading(level: 2, text: Array("a\n2. b".utf8))])
    #expect(
      blocks("-\n\n  a") == [.openList(isOrdered: false), .openItem, .closeItem, .closeList, paragraph("a")])
  }

  @Test func quotesTakeLazyLines() {
    #expect(
      blocks("> a\nb\n> > c\n\n    code\n")
        == [.openQuote, paragraph("a\nb"), .openQuote, paragraph("c"), .closeQuote, .closeQuote]
        + [.code(info: nil, text: Array("code\n".utf8))])
    #expect(blocks("> ```\nx") == [.openQuote, .code(info: [], text: []), .closeQuote, paragraph("x")])
  }

  @Test func codeKeepsItsLines() {
    #expect(blocks("  ~~~ js x\n   a\n\n  ~~~~\n") == [.code(info: Array("js x".utf8), text: Array(" a\n\n".utf8))])
    #expect(blocks("\ta\n\n\t\tb") == [.code(info: nil, text: Array("a\n\n\tb\n".utf8))])
    // A tab that a list's indentation uses in part.
    #expect(
      blocks("-\t\ta") == [.openList(isOrdered: false), .openItem, .code(info: nil, text: Array("  a\n".utf8))]
        + [.closeItem, .closeList])
  }

  @Test func tablesNeedAsManyDashesAsHeaders() {
    func cell(_ text: String, _ isHeader: Bool = false) -> BlockEvent {
      .cell(isHeader: isHeader, text: Array(text.utf8))
    }
    #expect(
      blocks("p\n| a | b\\|c |\n|:-:|---|\n| 1 |\n2|3|4\n> q")
        == [paragraph("p"), cell("a", true), cell("b|c", true), cell("1"), cell(""), cell("2"), cell("3")]
        + [.openQuote, paragraph("q"), .closeQuote])
    #expect(blocks("| a | b |\n|---|") == [paragraph("| a | b |\n|---|")])
  }

  @Test func htmlBlocksEndWhereTheirKindSays() {
    #expect(blocks("<div>\n*a*\n\nb") == [.html(Array("<div>\n*a*\n".utf8)), paragraph("b")])
    #expect(blocks("<!-- a\n\nb -->\nc") == [.html(Array("<!-- a\n\nb -->\n".utf8)), paragraph("c")])
    #expect(blocks("a\n<i>\n\n<i class='x'>\n") == [paragraph("a\n<i>"), .html(Array("<i class='x'>\n".utf8))])
  }

  @Test func emphasisFollowsTheFlankRules() {
    #expect(tokens("*a*") == [.open(.emphasis), text("a"), .close(.emphasis)])
    #expect(
      tokens("***a** b*") == [
        .open(.emphasis), .open(.strong), text("a"), .close(.strong), text(" b"), .close(.emphasis),
      ])
    #expect(
      tokens("a_b_ * c*") == [text("a"), text("_"), text("b"), text("_"), text(" "), text("*"), text(" c"), text("*")])
    #expect(tokens("~~a~~ ~b~").prefix(3) == [.open(.deleted), text("a"), .close(.deleted)])
    #expect(tokens("**a*").first == text("*"))
  }

  @Test func linksAndImages() {
    func link(_ destination: String, _ inside: [InlineToken]) -> [InlineToken] {
      [.openLink(destination: Array(destination.utf8))] + inside + [.closeLink]
    }
    #expect(tokens("[a](<b c> 'd')") == link("b c", [text("a")]))
    #expect(tokens("[a][R] [r][] [r] [q]", definitions: "[r]: /x\n \"t\"").filter { $0 == .closeLink }.count == 3)
    #expect(
      tokens("[a [b](c) d](e)") == [text("["), text("a ")] + link("c", [text("b")]) + [
        text(" d"), text("]"), text("(e)"),
      ])
    #expect(tokens("![a *b* \\[c](d)") == [.image(source: Array("d".utf8), alternative: Array("a  b  [c".utf8))])
    #expect(tokens("<https://e.org/%C3%A9>") == link("https://e.org/%C3%A9", [text("https://e.org/é")]))
    #expect(tokens("<a@e.org>") == link("mailto:a@e.org", [text("a@e.org")]))
    #expect(tokens("[a](javascript:x)").contains(.closeLink) == false)
  }

  @Test func codeEscapesReferencesAndBreaks() {
    #expect(
      tokens("`` a`b ``\\*&copy;&nope;") == [
        .code(Array("a`b".utf8)), .special([0x2A]), .special(Array("©".utf8)), text("&"), text("nope;"),
      ])
    #expect(
      tokens("a  \n b\\\nc\nd") == [text("a"), .hardBreak, text("b"), .hardBreak, text("c"), .softBreak, text("d")])
    #expect(
      tokens("<b title=\"x>y\"> < c") == [.html(Array("<b title=\"x>y\">".utf8)), text(" "), text("<"), text(" c")])
  }

  /// Each would take minutes, or all of the stack, if time were quadratic or depth unbounded.
  @Test(arguments: [
    ">", "- ", "[", "![", "[a](", "**a", "*a ", "~~", "<", "<b ", "<!-- ", "`a``", "[^", "{{< ", "<div>",
    "| a |\n|---|\n", "[a]: b \"c\n",
  ])
  func hostileInputIsReadInLinearTime(_ piece: String) {
    let items = MarkdownItems(markdown: String(repeating: piece, count: 10_000))
    #expect(items.passages.count <= 20_000)
  }

  @Test func rawHTMLCountsAsWhatItStandsFor() {
    let items = MarkdownItems(
      markdown: """
        <h2>A <b>b</b></h2><ul><li>One<ol><li>Two &amp; <i>three</i></li></ol></li></ul>
        <table><tr><th>h</th><td>c</td></tr></table><script>var x</script>
        <pre><code>let a</code></pre>

        Press <code>x</code> or <a href="/y/">go</a><br>now
        """)
    #expect(items[.heading] == [.init(attribute: .level(2), text: "A b")])
    #expect(items[.listItem].map(\.text) == ["One", "Two & three"])
    #expect(items[.listItem].last?.attribute == .list(depth: 2, isOrdered: true))
    #expect(items[.tableCell] == [.init(attribute: .flag(true), text: "h"), .init(attribute: .flag(false), text: "c")])
    #expect(items[.codeBlock].map(\.text) == ["let a"])
    #expect(items[.inlineCode].map(\.text) == ["x"])
    #expect(items[.link].map(\.text) == ["go"])
    #expect(items[.strong].map(\.text) == ["b"] && items[.emphasis].map(\.text) == ["three"])
    #expect(items[.hardBreak].count == 1)
    #expect(items[.paragraph].map(\.text) == ["Press x or go now"])
  }
}
