import PageTags
import Testing

@testable import TeachingData

@Suite struct MarkupTeacherLinkTests {
  @Test func valuesStandBehindTheirOpeningByte() throws {
    let page = Taught("<a href=\"/x\" title='t'>y</a>")
    let open = try #require(page.tags.firstIndex { $0.attribute == .anchorOpen })
    #expect(page.bytes[open] == UInt8(ascii: "\""))
    #expect(page.values(.anchorOpen) == ["/x"])
    #expect(page.values(.titleOpen) == ["t"])
    #expect(page.string { $0.attribute == .value } == "/xt")
  }

  @Test(arguments: [
    ("<a href>y</a>", "f"), ("<a href=>y</a>", "="), ("<a href=''>y</a>", "'"), ("<a href=/>y</a>", "="),
  ])
  func emptyAndBareValuesAreSaid(html: String, opening: Character) throws {
    let page = Taught(html)
    let open = try #require(page.tags.firstIndex { $0.attribute == .anchorOpen })
    #expect(Character(Unicode.Scalar(page.bytes[open])) == opening)
    #expect(page.anchors == ["y"])
  }

  @Test func theFirstAttributeOfANameCounts() {
    #expect(Taught("<a HREF=1 href=2>y</a>").values(.anchorOpen) == ["1"])
  }

  @Test func otherAddressesHaveTheirOwnTags() {
    let page = Taught(
      """
      <base href=b><link href=l><script src=s></script>
      <map><area href=r alt=q></map><iframe src=i></iframe>
      <object data=o></object><video src=v><source src=w></video><input type=image src=p>
      """)
    #expect(page.values(.baseOpen) == ["b"])
    #expect(page.values(.linkOpen) == ["l"])
    #expect(page.values(.scriptOpen) == ["s"])
    #expect(page.values(.areaOpen) == ["r"])
    #expect(page.values(.alternativeOpen) == ["q"])
    #expect(page.values(.resourceOpen) == ["i", "o", "v", "w", "p"])
  }

  @Test func whatIsNoMarkupHasNoLinks() {
    let page = Taught(
      """
      <!-- <a href=1> --><script>"<a href=2>"</script>
      <textarea><a href=3></textarea><template><a href=4>4</a></template>
      <a name=5>5</a><svg><a href=6>6</a></svg><noscript><a href=7>7</a></noscript><title><a href=8></title>
      """)
    #expect(page.values(.anchorOpen) == ["7"])
  }

  @Test func anchorsHoldTheirContentWithMarkup() {
    let page = Taught("<p><a href=1>x <b>y</b></a> z</p>")
    #expect(page.anchors == ["x <b>y</b>"])
    #expect(page.text == "x y z")
  }

  @Test func anchorsEndWithTheNextOne() {
    #expect(Taught("<a href=1>x<a href=2>y</a>z").anchors == ["x", "y"])
    #expect(Taught("<a href=1>x<a name=2>y</a>z").anchors == ["x"])
  }

  @Test func unclosedAnchorsOutliveBlocksButNotCells() {
    #expect(Taught("<p><a href=1>x</p><p>y</a>z").anchors == ["x</p><p>y"])
    #expect(Taught("<table><tr><td><a href=1>x<td>y</a></table>z").anchors == ["x"])
    #expect(Taught("<div><p><a href=1>x</p><table><tr><td>y</table></div>").anchors == ["x</p>"])
  }

  @Test func anchorsReachIntoTablesButEndTagsDoNotReachOut() {
    #expect(
      Taught("<a href=1><table><tr><td>x</a>y</table></a>z").anchors == ["<table><tr><td>x</a>y</table>"])
    #expect(Taught("<a href=1><button>x</button></a>").anchors == ["<button>x</button>"])
    #expect(Taught("<table><tr><a href=1><td>x</td></a></table>").anchors == [""])
  }

  @Test func imagesNameTheirSource() {
    #expect(Taught("<img src=a alt=b title=c>").values(.imageOpen) == ["a"])
    #expect(Taught("<img src='' data-src=a>").values(.imageOpen) == ["a"])
    #expect(Taught("<img src='data:image/gif;base64,R0' data-original=a>").values(.imageOpen) == ["a"])
    #expect(Taught("<img src=/i/spacer.gif data-lazy-src=a>").values(.imageOpen) == ["a"])
    #expect(Taught("<img src=/i/cat.jpg data-src=a>").values(.imageOpen) == ["/i/cat.jpg"])
    #expect(Taught("<img src='data:x'>").values(.imageOpen) == ["data:x"])
    #expect(Taught("a<img src=a>b").boundaries == ["<img src=a> image"])
  }
}
