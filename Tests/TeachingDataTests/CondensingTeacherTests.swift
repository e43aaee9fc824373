import PageTags
import Testing

@testable import TeachingData

@Suite struct CondensingTeacherTests {
  private func taught(_ html: String, faultsAt needles: [String] = []) -> TaughtPage {
    let bytes = Array(html.utf8)
    let faults = needles.map { needle in
      Fault(offset: bytes.indices.first { bytes[$0...].starts(with: needle.utf8) } ?? 0, kind: .rawLessThan)
    }
    return TaughtPage(bytes: bytes, tags: MarkupTeacher.tag(bytes), faults: faults)
  }

  private func text(_ page: TaughtPage) -> String { String(decoding: page.bytes, as: UTF8.self) }

  @Test func labelsKeepToTheirBytes() {
    let page = taught("<p>one</p>\n\n\n\n   <script>let a = 1</script><p><a href=\"/x\">two</a></p>")
    let condensed = CondensingTeacher.condense(page)
    #expect(text(condensed) == "<p>one</p>\n\n<script></script><p><a href=\"/x\">two</a></p>")
    #expect(condensed.tags.count == condensed.bytes.count)
    let visible = zip(condensed.bytes, condensed.tags).filter { $1.content != .markup && $0 > 0x20 }.map(\.0)
    #expect(String(decoding: visible, as: UTF8.self) == "onetwo")
    let address = zip(condensed.bytes, condensed.tags).filter { $1.attribute == .value }.map(\.0)
    #expect(String(decoding: address, as: UTF8.self) == "/x")
  }

  @Test func faultsMoveToTheNextByteThatStays() {
    let page = taught(
      "<p>one<script>let a = 1 < 2</script>two < three</p><!-- four -->", faultsAt: ["one", "< 2", "< three", "four"])
    let condensed = CondensingTeacher.condense(page)
    #expect(text(condensed) == "<p>one<script></script>two < three</p><!---->")
    let following = condensed.faults.map { String(decoding: condensed.bytes[$0.offset...].prefix(5), as: UTF8.self) }
    #expect(following == ["one<s", "</scr", "< thr", "-->"])
  }

  @Test func aFaultAfterTheLastKeptByteStandsOnIt() {
    let page = taught("one   \n\n\n\n")
    let moved = CondensingTeacher.condense(
      TaughtPage(bytes: page.bytes, tags: page.tags, faults: [Fault(offset: 9, kind: .truncatedPage)]))
    #expect(moved.faults == [Fault(offset: moved.bytes.count - 1, kind: .truncatedPage)])
    #expect(CondensingTeacher.condense(TaughtPage(bytes: [], tags: [])).bytes.isEmpty)
  }

  @Test func strippingTakesWholeElements() {
    let page = taught(
      "<p>a</p><!-- x --><SCRIPT src=\"/s\">b</SCRIPT><style>c</style ><noscript>d</noscript><p>e</p>",
      faultsAt: ["x -", "e</p>"])
    let stripped = CondensingTeacher.strip(page)
    #expect(text(stripped) == "<p>a</p><p>e</p>")
    #expect(stripped.faults.map(\.offset) == [8, 11])
    #expect(stripped.tags.count == stripped.bytes.count)
  }

  @Test func strippingKeepsMainContentAndWhatHasNoEnd() {
    var page = taught("<noscript>post</noscript><script>never ends <!-- nor this")
    for index in 10..<14 { page.tags[index].content = .main }
    #expect(text(CondensingTeacher.strip(page)) == text(page))
  }
}
