import Baselines
import Pages
import Testing

private func links(_ html: String, resources: Bool = false) -> [ExtractedLink] {
  LibXML2Reader().links(in: Array(html.utf8), includeResources: resources)
}

@Suite("Links by libxml2")
struct LibXML2LinkTests {
  @Test("reads addresses, text and alternative text")
  func basics() {
    let found = links(
      """
      <p><a href=" /a?x=1&amp;y ">One <b>two</b>
        three</a> <a name=here>none</a><a href=/b><img src=i alt=" An  image "></a>
      <map><area href=/c alt=Area></map>
      """)
    #expect(found.map(\.href) == ["/a?x=1&y", "/b", "/c"])
    #expect(found.map(\.text) == ["One two three", "", ""])
    #expect(found.map(\.alternative) == [nil, "An image", "Area"])
    #expect(found.map(\.kind) == ["a", "a", "area"])
    #expect(found.allSatisfy { $0.start == nil && $0.confidence == 1 })
  }

  @Test("reads on behind the end of the page, and past bytes libxml2 stops at")
  func readsOn() {
    #expect(links("<body><a href=/a>A</a></body></html><a href=/b>B</a>").map(\.href) == ["/a", "/b"])
    #expect(links("<a href=/a>A</a>\0<a href=/b>B</a>").map(\.href) == ["/a", "/b"])
  }

  @Test("templates and scripts hold no links; noscript does")
  func invisible() {
    let html = """
      <template><a href=/no>x</a></template><script>"<a href=/no>"</script><noscript><a href=/yes>x</a></noscript>
      """
    #expect(links(html).map(\.href) == ["/yes"])
  }

  @Test("one anchor ends where the next begins")
  func nested() {
    let found = links("<div><a href=/a>A<span><a href=/b>B</a></span></div>")
    #expect(found.map(\.href) == ["/a", "/b"])
    #expect(found.map(\.text) == ["A", "B"])
  }

  @Test("lists what a page loads on request")
  func resources() {
    let html = "<link rel=stylesheet href=s.css><script src=x.js></script><img src=i.png alt=I><iframe src=f></iframe>"
    #expect(links(html).isEmpty)
    #expect(links(html, resources: true).map(\.kind) == ["link", "script", "img", "iframe"])
    #expect(links(html, resources: true).map(\.href) == ["s.css", "x.js", "i.png", "f"])
  }

  @Test("empty and broken pages")
  func degenerate() {
    for html in ["", " ", "<", "<a", "<a href", "<a href=", "<a href=\"", "</", "<!--", "\0", "<a href=x"] {
      _ = links(html)
      _ = LibXML2Reader().text(in: Array(html.utf8), scope: .mainContent)
      _ = LibXML2Reader().diagnostics(in: Array(html.utf8))
    }
  }
}

@Suite("Hostile pages")
struct HostilePageTests {
  private static let count = 100_000

  @Test(
    "deep nesting and many attributes take no stack and little time",
    arguments: [
      ("<div>", "</div>"), ("<b>", ""), ("<b><a href=x>", ""), ("<ul><li>", ""), ("<blockquote>", ""),
      ("<table><tr><td>", ""),
      ("<div>", "</span>"), ("<dl><dd>", ""), ("<h1><div>", ""), ("<a ", ""), ("<", ""), ("&", ""), ("<p>", "</p>"),
    ])
  func deep(open: String, close: String) {
    func page(_ depth: Int) -> [UInt8] {
      Array((String(repeating: open, count: depth) + "text" + String(repeating: close, count: depth)).utf8)
    }
    let bytes = page(Self.count / 10)
    let time = ContinuousClock().measure {
      _ = LibXML2Reader().links(in: page(Self.count))
      _ = LibXML2Reader().document(in: bytes, scope: .mainContent)
      _ = LibXML2Reader().text(in: bytes, scope: .wholePage)
      _ = LibXML2Reader().diagnostics(in: bytes)
    }
    #expect(time < .seconds(20))
  }

  @Test("many attributes in one tag")
  func attributes() {
    let names = (0..<Self.count).map { "a\($0)=1" }.joined(separator: " ")
    let bytes = Array("<a href=/x \(names)>x</a><a href=/y>y</a>".utf8)
    let time = ContinuousClock().measure {
      #expect(LibXML2Reader().links(in: bytes).map(\.href) == ["/x", "/y"])
    }
    #expect(time < .seconds(5))
  }

  @Test("a monstrous span is one cell")
  func spans() {
    let html = "<table><tr><th colspan=9007199254740991 rowspan=99999>a<th>b<tr><td>c<td>d</table>"
    let text = LibXML2Reader().text(in: Array(html.utf8), scope: .wholePage)
    #expect(text.contains("a\tb"))
    #expect(text.utf8.count < 10_000)
  }
}
