import PageTags
import Testing

@testable import TeachingData

@Suite struct MarkupTeacherRobustnessTests {
  /// Each is quadratic, or too deep, for a reader that looks through its stack or calls itself.
  @Test(arguments: [
    "<div>", "<b>", "<a href=x>", "<ul><li>", "<table>", "<table><tr><td>", "<template>", "<svg>", "<!--", "<script>",
    "<script><!--", "<title>", "<", "</", "<a ", "<a b='", "<button>", "<select>", "<dl><dd>", "<b><p>", " <b> </b>",
    "x <b> ", "<table><b>", "<object></b>", "<div></li></dd></td></p>", "<form><kbd></form>", "<svg></p><math>",
    "<math><mi><svg>", "<div class=language-x>", "\0<p\0 \0=\0>",
  ])
  func deepAndLongPagesAreRead(part: String) {
    let bytes = Array(String(repeating: part, count: 20_000).utf8)
    #expect(MarkupTeacher.tag(bytes).count == bytes.count)
  }

  @Test func endTagsWithoutAnythingOpenAreHarmless() {
    for element in HTMLElement.allCases {
      let html = "<div>a</\(element.name)>b<\(element.name)>c</div></\(element.name)>"
      #expect(MarkupTeacher.tag(Array(html.utf8)).count == html.utf8.count)
    }
  }

  @Test func everyCutOfAPageIsRead() {
    let page = Array(
      """
      <!doctype html><title>t</title><p class="a b">x <a href='y' title=z>l</a><img src=i><!-- c --><ul><li>m
      <svg><path d="1"/>
      </svg></ul><table><tr><th>h<td colspan=2>d</table><script>s</script><math><mi>n</mi></math>
      """.utf8)
    for count in 0...page.count {
      #expect(MarkupTeacher.tag(Array(page.prefix(count))).count == count)
      #expect(MarkupTeacher.tag(Array(page.suffix(count))).count == count)
    }
  }

  @Test func bytesThatAreNoTextAreRead() {
    var state: UInt64 = 1
    let alphabet = Array("<>/!-='\" abpliutdr\0\u{e9}&;".utf8) + [0xff, 0xc3]
    for _ in 0..<200 {
      let bytes = (0..<400).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return alphabet[Int(state >> 33) % alphabet.count]
      }
      let tags = MarkupTeacher.tag(bytes)
      #expect(tags.count == bytes.count)
      #expect(tags.allSatisfy { $0.content == .markup || $0.content == .unjudged })
    }
  }

  @Test func textHasABlockAndMarkupHasNoMarks() {
    for (_, tag) in zip(0..., Taught("<p>a<b> b </b><ul><li>c<table><tr><td>d<th>e</table>f").tags) {
      #expect((tag.content == .unjudged) == (tag.block != .none) || tag.boundary != .none)
      #expect(tag.content == .unjudged || tag.marks.isEmpty)
    }
  }
}
