import Documents
import PageTags
import Testing

@testable import Consomme

@Suite struct InlineDecodingTests {
  private func inlines(_ html: String) throws -> [Inline] {
    guard case .paragraph(let inlines)? = try blocks(html).first else { return [] }
    return inlines
  }

  @Test func marks() throws {
    #expect(
      try inlines("<p>a <b>b</b> <em>c</em> <del>d</del> x<sup>2</sup> h<sub>2</sub> <code>e &lt; f</code>")
        == [
          .text("a "), .strong([.text("b")]), .text(" "), .emphasis([.text("c")]), .text(" "), .deleted([.text("d")]),
          .text(" x"), .superscript([.text("2")]), .text(" h"), .subscript([.text("2")]), .text(" "), .code("e < f"),
        ])
  }

  @Test func whatReachesFarthestStandsOutside() throws {
    #expect(
      try inlines("<p><b>a <a href='/x'>b <i>c</i></a> d</b>")
        == [
          .strong([
            .text("a "), .link(destination: "/x", title: nil, [.text("b "), .emphasis([.text("c")])]), .text(" d"),
          ])
        ])
    #expect(
      try inlines("<p><a href='/x' title='T &amp; t'>a <b>b</b></a>")
        == [.link(destination: "/x", title: "T & t", [.text("a "), .strong([.text("b")])])])
  }

  @Test func codeInLinks() throws {
    #expect(
      try inlines("<p><a href='/x'><code>f()</code></a> and <code>g()</code>")
        == [.link(destination: "/x", title: nil, [.code("f()")]), .text(" and "), .code("g()")])
  }

  @Test func linksSideBySideStayApart() throws {
    #expect(
      try inlines("<p><a href='/x'>a</a><a href='/x'>b</a>")
        == [.link(destination: "/x", title: nil, [.text("a")]), .link(destination: "/x", title: nil, [.text("b")])])
  }

  @Test func images() throws {
    #expect(
      try inlines("<p>a <img alt='A &lt; B' src='/i.png' title=T> <a href='/x'><img src='/j.png'></a>")
        == [
          .text("a "), .image(source: "/i.png", alternative: "A < B", title: "T"), .text(" "),
          .link(destination: "/x", title: nil, [.image(source: "/j.png", alternative: "", title: nil)]),
        ])
  }

  @Test func breaks() throws {
    #expect(try inlines("<p><br>a<br>b<br></p>") == [.text("a"), .lineBreak, .text("b")])
    #expect(try markdown("<p>a<br><br>b</p>") == "a\n\nb\n")
    #expect(try markdown("<p>a<br>\n<br> \n<br>b</p>") == "a\n\nb\n")
  }

  /// White space that condensing and collapsing leave is one space, and none where blocks begin and end.
  @Test func whiteSpace() throws {
    #expect(try markdown("<p>\n   a\n\n\n     <b>  b </b>c&nbsp;d  </p>") == "a **b** c\u{a0}d\n")
  }

  @Test func permalinksGo() throws {
    #expect(try markdown("<h2>Title <a href='#title'>#</a></h2>") == "## Title\n")
    #expect(try markdown("<h2><a href='/page#title'>&para;</a>Title</h2>") == "## Title\n")
    #expect(try markdown("<h2><a href='#title'>Title</a></h2>") == "## Title\n")
    #expect(try markdown("<h2><a href='/other'>Title</a></h2>") == "## [Title](/other)\n")
    #expect(try markdown("<p>Said<sup><a href='#fn1'>1</a></sup>.") == "Said[<sup>1</sup>](#fn1).\n")
  }

  /// A run of text without markup has one set of marks: what most of its bytes say.
  @Test func theMajorityDecides() throws {
    let page = labelled("<p>plain <b>strongly</b> said</p>") { hand in
      hand.text("plain ")
      hand.text("strongly", marks: .strong)
      hand.text(" said")
      hand.tags[hand.range("strongly").lowerBound + 2].marks = []
      hand.tags[hand.range("strongly").lowerBound + 3].block = .heading2
      hand.tags[hand.range("plain").lowerBound + 1].marks = .emphasis
    }
    #expect(
      DocumentDecoder.decode(page).document.blocks
        == [.paragraph([.text("plain "), .strong([.text("strongly")]), .text(" said")])])
  }
}
