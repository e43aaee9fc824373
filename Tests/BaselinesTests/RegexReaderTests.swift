import Baselines
import Pages
import Testing

private func links(_ html: String, _ pattern: RegexReader.Pattern) -> [ExtractedLink] {
  RegexReader.links(in: Array(html.utf8), pattern: pattern)
}

@Suite("Links by pattern")
struct RegexReaderTests {
  /// Each page, and what Python's `re.findall(r'<a href="([^"]+)">([^<]+)</a>', page)` gives for it.
  @Test(
    "the naive pattern finds what Python's re finds",
    arguments: [
      (#"<a href="/a">A</a><a href="/b">B</a>"#, ["/a|A", "/b|B"]),
      (#"<A href="/a">A</A> <a class="x" href="/b">B</a>"#, []),
      (#"<a href="/a"><b>A</b></a> <a href="">B</a> <a href="/c"></a>"#, []),
      (#"<a href="/a<a href="/b">B</a>"#, ["/b|B"]),
      (#"<a href="<a href="/b">B</a>"#, ["/b|B"]),
      (#"<a href="/a">A<a href="/b">B</a>"#, ["/b|B"]),
      (#"<!-- <a href="/a">A</a> -->"#, ["/a|A"]),
      ("<a href=\"/a\nb\">A\nB</a>", ["/a\nb|A B"]),
      (#"<a href="/a">A</a"#, []),
      (#"<a href="/a"#, []),
      ("", []),
    ])
  func naive(html: String, expected: [String]) {
    #expect(links(html, .naive).map { "\($0.href)|\($0.text)" } == expected)
  }

  @Test("addresses are decoded and say where they stand")
  func offsets() {
    let html = #"é<a href=" /x?a=1&amp;b ">T &amp; U</a>"#
    for pattern in [RegexReader.Pattern.naive, .tolerant] {
      let link = links(html, pattern).first
      #expect(link?.href == "/x?a=1&b")
      #expect(link?.text == "T & U")
      #expect(link?.start == 11)
      #expect(link?.end == 25)
    }
  }

  @Test("the tolerant pattern takes any quoting, order and case")
  func tolerant() {
    let found = links(
      """
      <A CLASS=x HREF='/a'>A <b>bold</b></A><a href = /b>B</a><area alt="Map" href="/c">
      <a name=n>none</a><a href=/d title='a>b'>D<a href=/e>E</a><a href>F</a><a data-href=/g>G</a>
      """, .tolerant)
    #expect(found.map(\.href) == ["/a", "/b", "/c", "/d", "/e"])
    #expect(found.map(\.text) == ["A bold", "B", "", "D", "E"])
    #expect(found[2].kind == "area" && found[2].alternative == "Map")
  }

  @Test("the tolerant pattern skips comments, scripts and styles")
  func skips() {
    let found = links(
      """
      <!-- <a href=/no>no</a> --><script>x = "<a href=/no>no</a>"</script><STYLE><a href=/no></STYLE>
      <a href=/yes>yes<!-- not --><script>not()</script> and <img alt="pic"></a>
      """, .tolerant)
    #expect(found.map(\.href) == ["/yes"])
    #expect(found[0].text == "yes and")
    #expect(found[0].alternative == "pic")
  }

  @Test(
    "no page makes the patterns slow",
    arguments: ["<a href=\"", "<a ", "<a b='", "<!--", "<a href=x", "</a", "<script>", "<a href=\"x\">"])
  func linear(unit: String) {
    let bytes = Array(String(repeating: unit, count: 100_000).utf8)
    let clock = ContinuousClock()
    for pattern in [RegexReader.Pattern.naive, .tolerant] {
      let time = clock.measure { _ = RegexReader.links(in: bytes, pattern: pattern) }
      #expect(time < .seconds(5))
    }
  }
}
