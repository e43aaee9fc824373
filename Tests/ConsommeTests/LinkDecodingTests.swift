import Foundation
import PageTags
import Pages
import Testing

@testable import Consomme

@Suite struct LinkDecodingTests {
  private func links(_ html: String, resources: Bool = false) throws -> [ExtractedLink] {
    LinkDecoder.links(in: try FixtureDecodingTests.perfect(Array(html.utf8)), includeResources: resources)
  }

  @Test(arguments: [
    ("<a href=x>one\n <b>two</b></a>", "one two"), ("<a href=x>one<br>two</a>", "onetwo"),
    ("<a href=x><div>one</div><div>two</div></a>", "onetwo"),
    ("<a href=x><div>one</div>\n<div>two</div></a>", "one two"), ("<a href=x><p> one </p></a>", "one"),
    ("<a href=x>&lt;1&gt;</a>", "<1>"), ("<a href=x><img src=i></a>", ""), ("<p>2 <a href=x>1</a> 3", "1"),
  ])
  func textIsThatOfADOM(_ html: String, _ text: String) throws {
    let links = try links("<body>\(html)")
    #expect(links.map(\.text) == [text])
    #expect(links.map(\.href) == ["x"])
  }

  @Test func anchorsWithoutAddressAreNone() throws {
    #expect(try links("<body><a name=x>one</a><a href>two</a><a href=''>three</a>").map(\.text) == ["two", "three"])
  }

  @Test func kindsAndAlternatives() throws {
    let html = """
      <link rel=icon href=/i.png><base href="/b/"><body><a href=1><img alt="first &amp; best" src=2></a>
      <map><area alt=field href=3></map><iframe src=4></iframe><script src=5></script>
      """
    let page = try FixtureDecodingTests.perfect(Array(html.utf8))
    let some = LinkDecoder.links(in: page)
    #expect(some.map(\.kind) == ["a", "area"])
    #expect(some.map(\.alternative) == ["first & best", "field"])
    #expect(LinkDecoder.links(in: page, includeResources: true).map(\.href) == ["/i.png", "1", "2", "3", "4", "5"])
    #expect(LinkDecoder.baseHref(in: page) == "/b/")
  }

  @Test func offsetsCountTheInputAsGiven() throws {
    let html = Array("<body>\u{FC}      <!-- out --><p>     <a href='/\u{E4}b'>x</a>".utf8)
    let link = try #require(LinkDecoder.links(in: try FixtureDecodingTests.perfect(html)).first)
    let range = try #require(link.start)..<(try #require(link.end))
    #expect(String(decoding: html[range], as: UTF8.self) == "/\u{E4}b")
  }

  /// What is labelled wrong at one byte is mended nearly everywhere.
  @Test func oneWrongLabelDoesNoHarm() throws {
    let html =
      "<body><ul><li><a href=\"/first/page\" class=\"c\">First</a></li><li><a href='/second'>Second one</a></li></ul>"
    let page = try FixtureDecodingTests.perfect(Array(html.utf8))
    let expected = LinkDecoder.links(in: page).map { [$0.href, $0.text] }
    #expect(expected == [["/first/page", "First"], ["/second", "Second one"]])
    var trials = 0
    var right = 0
    for index in page.tags.indices {
      let wrong: [(inout ByteTags) -> Void] = [
        { $0.content = $0.content == .markup ? .main : .markup },
        { $0.attribute = $0.attribute == .none ? .value : .none },
        { $0.attribute = .imageOpen }, { $0.anchor = $0.anchor == .inside ? .none : .inside }, { $0.anchor = .open },
        { $0.boundary = .block },
      ]
      for change in wrong {
        var glitched = page
        change(&glitched.tags[index])
        glitched.confidence[index] = 120
        trials += 1
        if LinkDecoder.links(in: glitched).map({ [$0.href, $0.text] }) == expected { right += 1 }
      }
    }
    #expect(Double(right) > 0.9 * Double(trials), "\(right) of \(trials)")
  }

  /// A value whose opening byte was missed belongs to the anchor that follows.
  @Test func addressWithoutItsOpening() throws {
    var page = try FixtureDecodingTests.perfect(Array("<body><a href=\"/somewhere\">text</a>".utf8))
    let open = try #require(page.tags.firstIndex { $0.attribute == .anchorOpen })
    page.tags[open].attribute = .none
    #expect(LinkDecoder.links(in: page).map(\.href) == ["/somewhere"])
    #expect(LinkDecoder.links(in: page).map(\.text) == ["text"])
  }

  /// The last bytes of a word are of the value its first ones are of; what no word holds is not.
  @Test(arguments: [
    ("<a href=\"/guides/install\">text</a>", "tall", "/guides/install"),
    ("<a href=/guides/install>text</a>", "stall", "/guides/install"),
    ("<a href=\"/guides/install.html\">text</a>", ".html", "/guides/install"),
  ])
  func valueEndsWithItsWord(_ html: String, _ missed: String, _ href: String) throws {
    var page = try FixtureDecodingTests.perfect(Array(html.utf8))
    let start = try #require(html.range(of: missed)).lowerBound.utf16Offset(in: html)
    for index in start..<start + missed.utf8.count { page.tags[index].attribute = .none }
    #expect(LinkDecoder.links(in: page).map(\.href) == [href])
    #expect(LinkDecoder.links(in: page).map(\.text) == ["text"])
  }
}
