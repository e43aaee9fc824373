import Testing

@testable import TeachingData

@Suite struct SoundnessCheckTests {
  private func faults(_ page: String) -> [Int] { SoundnessCheck.faults(in: Array(page.utf8)) }

  @Test func soundPagesHaveNoFaults() {
    for page in [
      "", "plain text & more",
      "<!doctype html><html><head><title>a < b</title></head><body><p>one<p>two<br/></body></html>",
      "<ul><li>a<li>b<ul><li>c</ul></ul><dl><dt>a<dd>b<dt>c</dl>",
      "<table><tr><td>a<td>b<tr><th>c</table><table><thead><tr><th>a</th></tr></thead><tbody></tbody></table>",
      "<select><option>a<option>b</select><p>one<div>two</div><img src=a.png alt='x'><a href=\"b\" id=c>c</a>",
      "<svg><path d=\"M0\"/></svg><my-card><b>x</b></my-card><script>if (a < b) '</p>'</script><!-- < -->",
      "<A HREF=\"x\">y</a><body>",
    ] { #expect(faults(page) == [], "\(page)") }
  }

  @Test func faultsAreFoundWhereTheyShow() {
    for (page, offset) in [
      ("a < b", 2), ("<p>a</b></p>", 4), ("<b><i>a</b></i>", 7), ("<div><span>a</div>", 12), ("<p a=1 a=2>", 7),
      ("<p a=\"1\"b=2>", 8), ("<p a=b\"c>", 5), ("<p a\"=1>", 3), ("<div>a", 6), ("<p>a<div>b</div></p>", 16),
      ("<a href=x>a<a href=y>b</a>", 11), ("<div/>a</div>", 0), ("a<?php ?>", 1), ("<p>a</p", 4),
      ("<nonsuch>a</nonsuhc>", 10),
    ] { #expect(faults(page).first == offset, "\(page)") }
  }

  @Test func stopsAtTheLimit() {
    let page = Array(String(repeating: "</b>", count: 1000).utf8)
    #expect(SoundnessCheck.faults(in: page, limit: 5).count == 5)
  }

  @Test func deepPagesTakeNoTime() {
    let page = Array(String(repeating: "<div><b>", count: 100_000).utf8)
    #expect(SoundnessCheck.faults(in: page) == [page.count])
  }
}
