import PageTags
import Testing

@testable import TeachingData

@Suite struct MarkupTeacherTableTests {
  @Test func dataTablesHaveRowsAndCells() {
    let page = Taught(
      "<table><caption>c</caption><tr><th>a<th align=center>b<tr><td style='text-align: right'>1<td colspan=2>2</table>"
    )
    #expect(page.blocks == ["c:caption", "a:headerCell", "b:headerCell", "1:cell", "2:cell"])
    #expect(page.values(.columnSpanOpen) == ["2"])
    #expect(
      page.boundaries.map { $0.split(separator: " ").last } == [
        "table", "block", "block", "row", "cell", "centredCell", "row", "rightCell", "cell", "block",
      ])
    #expect(
      page.tags.filter { $0.boundary == .cell || $0.boundary == .rightCell }.map(\.block) == [
        .headerCell, .cell, .cell,
      ])
  }

  @Test func allTextOfACellIsTheCells() {
    let page = Taught("<table><tr><th>x<td><p>a</p><ul><li>b</ul><pre>c</pre><h2>d</h2></table>")
    #expect(page.blocks.allSatisfy { $0.hasSuffix("ell") })
    #expect(!page.boundaries.contains { $0.hasSuffix("item") || $0.hasSuffix("list") })
  }

  @Test(arguments: [
    "<table><tr><td>a<table><tr><th>h<td>x</table><tr><td>b<td>c</table>",
    "<table role=presentation><tr><th>a<td>b<tr><th>c<td>d</table>",
    "<table><tr><td>a</table>",
    "<table><tr><td><p>a<p>b<p>c<td>d<tr><td><div>e</div><ul><li>f</ul><td>g</table>",
  ])
  func layoutTablesAreNoTables(html: String) {
    let page = Taught(html)
    #expect(page.blocks.first == "a:paragraph")
    #expect(page.boundaries.first?.hasSuffix(" block") == true)
  }

  @Test func textBetweenCellsStandsOutside() {
    #expect(
      Taught("<ul><li><table>a<tr>b<th>c<td>d</table>e</ul>").blocks == [
        "a:paragraph", "b:paragraph", "c:headerCell", "d:cell", "e:paragraph",
      ])
  }

  @Test func tableTagsOutsideOfTablesSeparate() {
    #expect(Taught("a<td>b</td>c<tr>d").blocks == ["a:paragraph", "b:paragraph", "c:paragraph", "d:paragraph"])
  }

  @Test func endTagsDoNotReachOutOfCells() {
    let page = Taught("<h1><table><tr><td>a</h1>b<th>c</table>d</h1>e")
    #expect(page.blocks == ["a:cell", "b:cell", "c:headerCell", "d:heading1", "e:paragraph"])
    #expect(Taught("<ul><li>a<table><tr><td>b</li></ul>c</table>d</ul>e").lists.last == "e:none")
  }

  @Test func selectsEndWithTheirCell() {
    let page = Taught("<table><tr><th><select><option>a<b><option>b<td><a href=1>c</a></table>")
    #expect(page.blocks == ["a:headerCell", "b:headerCell", "c:cell"])
    #expect(page.anchors == ["c"])
    #expect(page.marked(.strong).isEmpty)
  }
}
