import Documents
import Testing

private func markdown(_ blocks: Block...) -> String { MarkdownWriter.write(Document(blocks: blocks)) }
private func paragraph(_ text: String) -> Block { .paragraph([.text(text)]) }
private func items(_ texts: String...) -> [List.Item] { texts.map { List.Item(blocks: [paragraph($0)]) } }
private func cells(_ texts: String..., header: Bool = false) -> [Table.Cell] {
  texts.map { Table.Cell(isHeader: header, content: [.text($0)]) }
}

@Suite("Block Markdown")
struct MarkdownBlockTests {
  @Test("separates blocks by one blank line and leaves out empty ones")
  func separation() {
    #expect(markdown() == "")
    #expect(markdown(paragraph(" ")) == "")
    #expect(
      markdown(.heading(level: 2, [.text("A")]), paragraph(""), paragraph("b"), .rule, paragraph("c"))
        == "## A\n\nb\n\n---\n\nc\n")
  }

  @Test("keeps headings on one line and their closing marks")
  func headings() {
    #expect(markdown(.heading(level: 1, [.text("a"), .lineBreak, .text("b")])) == "# a b\n")
    #expect(markdown(.heading(level: 9, [.text("C #")])) == "###### C \\#\n")
    #expect(markdown(.heading(level: 3, [.text("C#")])) == "### C#\n")
  }

  @Test("writes tight lists, nested by the width of the marker")
  func lists() {
    let nested = List(start: nil, items: items("x", "y"))
    #expect(
      markdown(.list(List(start: nil, items: [List.Item(blocks: [paragraph("a"), .list(nested)]), items("b")[0]])))
        == "- a\n  - x\n  - y\n- b\n")
    #expect(
      markdown(.list(List(start: 9, items: items("a") + [List.Item(blocks: [paragraph("b"), .list(nested)])])))
        == "9. a\n10. b\n    - x\n    - y\n")
  }

  @Test("writes loose lists where items hold more than a paragraph")
  func looseLists() {
    let item = List.Item(blocks: [paragraph("a"), .code(language: nil, text: "x\n\ny")])
    #expect(
      markdown(.list(List(start: 1, items: [item] + items("b"))))
        == "1. a\n\n   ```\n   x\n\n   y\n   ```\n\n2. b\n")
  }

  @Test("a nested list that may not interrupt a paragraph gets a blank line")
  func interruption() {
    let nested = List(start: 4, items: items("x"))
    #expect(
      markdown(.list(List(start: nil, items: [List.Item(blocks: [paragraph("a"), .list(nested)])])))
        == "- a\n\n  4. x\n")
  }

  @Test("changes the marker between adjacent lists")
  func adjacentLists() {
    #expect(
      markdown(.list(List(items: items("a"))), .list(List(items: items("b"))), .list(List(items: items("c"))))
        == "- a\n\n+ b\n\n- c\n")
    #expect(
      markdown(.list(List(start: 1, items: items("a"))), .list(List(start: 1, items: items("b"))))
        == "1. a\n\n1) b\n")
  }

  @Test("writes task items and protects text that looks like one")
  func tasks() {
    let list = List(items: [
      List.Item(checked: true, blocks: [paragraph("done")]), List.Item(checked: false, blocks: [paragraph("open")]),
      List.Item(blocks: [paragraph("[x] text")]),
    ])
    #expect(markdown(.list(list)) == "- [x] done\n- [ ] open\n- \\[x] text\n")
  }

  @Test("items may begin with any block")
  func itemStarts() {
    let list = List(items: [
      List.Item(blocks: [.rule]), List.Item(blocks: [.quote([paragraph("q")])]),
      List.Item(blocks: [.list(List(start: 1, items: items("x")))]),
    ])
    #expect(markdown(.list(list)) == "- ***\n\n- > q\n\n- 1. x\n".replacing("\n\n", with: "\n"))
  }

  @Test("prefixes every line of a quote")
  func quotes() {
    #expect(
      markdown(.quote([paragraph("a"), .quote([paragraph("b")]), .code(language: nil, text: "c")]))
        == "> a\n>\n> > b\n>\n> ```\n> c\n> ```\n")
  }

  @Test("fences code with enough backticks")
  func code() {
    #expect(markdown(.code(language: "swift", text: "let a = 1\n")) == "```swift\nlet a = 1\n```\n")
    #expect(markdown(.code(language: "a b`c", text: "```\n  x\r\n```")) == "````abc\n```\n  x\n```\n````\n")
    #expect(markdown(.code(language: nil, text: "")) == "")
  }

  @Test("writes tables: header, alignment, spans, pipes, breaks, caption")
  func tables() {
    var table = Table(
      caption: [.text("Cap")], rows: [cells("a", "b", header: true), cells("1|2", "x")])
    table.rows[1][1].alignment = .right
    table.rows[1][0].content += [.lineBreak, .code("p|q")]
    #expect(markdown(.table(table)) == "Cap\n\n| a | b |\n| --- | ---: |\n| 1\\|2<br>`p\\|q` | x |\n")
    let spanned = Table(rows: [
      [Table.Cell(columnSpan: 2, content: [.text("wide")])], cells("1", "2"), cells("3"),
    ])
    #expect(markdown(.table(spanned)) == "| wide | |\n| --- | --- |\n| 1 | 2 |\n| 3 | |\n")
  }

  @Test("a monstrous span makes no monstrous table")
  func monstrousSpan() {
    let table = Table(rows: [[Table.Cell(columnSpan: .max, content: [.text("a")])], cells("b")])
    #expect(markdown(.table(table)).utf8.count < 20_000)
  }

  @Test("writes terms and descriptions as paragraphs")
  func definitions() {
    let list = [
      Definition(isTerm: true, content: [paragraph("t")]), Definition(isTerm: false, content: [paragraph("d")]),
    ]
    #expect(markdown(.definitions(list)) == "t\n\nd\n")
  }

  @Test("survives nesting far deeper than it writes")
  func depth() {
    var block = paragraph("deep")
    for _ in 0..<1_000 { block = .quote([.list(List(items: [List.Item(blocks: [block])]))]) }
    let text = markdown(block)
    #expect(text.contains("deep"))
    #expect(text.utf8.count < 2_000)
  }
}

@Suite("Plain text")
struct TextWriterTests {
  @Test("puts blocks on their own lines, cells between tabs, and adds nothing")
  func text() {
    let document = Document(blocks: [
      .heading(level: 1, [.text("A  title")]),
      .list(List(start: 1, items: [List.Item(blocks: [paragraph("one")]), List.Item(blocks: [paragraph("two")])])),
      .quote([.paragraph([.text("a "), .strong([.text("b ")]), .lineBreak, .code("c*")])]),
      .code(language: "c", text: "x\n  y"),
      .rule,
      .table(Table(caption: [.text("cap")], rows: [cells("1", "2"), cells("", "")])),
      .paragraph([.image(source: "i", alternative: "alt", title: nil)]),
    ])
    #expect(TextWriter.write(document) == "A title\none\ntwo\na b\nc*\nx\n  y\ncap\n1\t2\n")
  }

  @Test("an empty document is no text")
  func empty() { #expect(TextWriter.write(Document()) == "") }
}
