import Documents
import Foundation
import Testing

@testable import Reports

struct ComparisonReportTests {
  private let source = PageSource(name: "page", utf8: Array("<p>x".utf8), bits: [1, 1, 1, 1], faults: [])

  private func reader(_ name: String, links: [String], blocks: [Block]?) -> ComparisonReport.Reader {
    .init(
      name: name, links: links, missed: 0, document: blocks.map { Document(blocks: $0) }, words: blocks.map { _ in 3 },
      elements: nil, milliseconds: 1.25, faults: nil)
  }

  @Test func linksOnWhichReadersDifferAreShown() {
    let html = ComparisonReport.section(
      source,
      readers: [
        reader("neural", links: ["/a", "/b", "/b"], blocks: []), reader("regex", links: ["/a", "/b"], blocks: nil),
      ])
    #expect(html.contains("1 of 2 addresses were found by all readers"))
    #expect(
      html.contains("<th scope=row>/b</th><td>2</td><td class=only>1</td>") && !html.contains("<th scope=row>/a<"))
  }

  @Test func blocksOfOneReaderArePointedOut() {
    let html = ComparisonReport.section(
      source,
      readers: [
        reader("neural", links: [], blocks: [.paragraph([.text("Both  of us")]), .paragraph([.text("Mine")])]),
        reader("libxml2", links: [], blocks: [.paragraph([.strong([.text("Both")]), .text(" of us")])]),
      ])
    #expect(html.contains("<p>Both  of us</p>"))
    #expect(html.contains("<p class=mine><span class=hidden>only here: </span>Mine</p>"))
    #expect(html.components(separatedBy: "class=mine").count == 2)
    #expect(html.contains("All readers found the same 0 addresses"))
  }

  @Test func nothingOfAPageIsMarkup() {
    let evil = "\"><script>alert(1)</script><img src=x onerror=alert(1)>"
    let blocks: [Block] = [
      .heading(level: 1, [.text(evil)]), .code(language: evil, text: evil),
      .paragraph([
        .link(destination: "javascript:alert(1)", title: evil, [.text(evil)]),
        .link(destination: evil, title: nil, [.code(evil)]),
        .image(source: evil, alternative: evil, title: evil),
      ]),
      .table(.init(caption: [.text(evil)], rows: [[.init(columnSpan: .max, content: [.text(evil)])]])),
      .definitions([.init(isTerm: true, content: [.paragraph([.text(evil)])])]),
    ]
    let html = ComparisonReport.section(
      source, readers: [reader(evil, links: [evil, "javascript:alert(1)"], blocks: blocks)])
    #expect(!html.contains("<script") && !html.contains("<img") && !html.contains("href=\"javascript"))
    #expect(html.contains("colspan=1000"))
  }

  @Test func nestingIsNotRecursion() {
    var block = Block.paragraph([.text("deep")])
    for _ in 0..<2_000 { block = .quote([block]) }
    let html = DocumentRendering(shared: nil).html(Document(blocks: [block]))
    #expect(html.components(separatedBy: "<blockquote>").count == 9 && html.contains("deep"))
    #expect(html.components(separatedBy: "</blockquote>").count == 9)
  }

  @Test func summaryRowsAreEscapedAndSortable() {
    var table = SummaryTable(columns: ["n", "m"], caption: "c")
    table.rows = [
      .init(name: "<a>", href: SummaryTable.href(file: "a b/javascript:x.html"), cells: [.count(1200), .none]),
      .init(name: "b", href: nil, cells: [], problem: "gone <b>"),
    ]
    let html = table.html()
    #expect(html.contains("href=\"a%20b/javascript%3Ax.html\">&lt;a&gt;</a>") && html.contains("data-v=\"1200.0\""))
    #expect(html.contains("<td role=cell class=problem colspan=2>gone &lt;b&gt;</td>"))
  }
}
