import Foundation
import PageTags
import Pages
import Testing

@testable import Consomme

@Suite struct LinkDecoderTests {
  private func links(_ html: String, resources: Bool = false) throws -> [ExtractedLink] {
    LinkDecoder.links(in: try taught(html), includeResources: resources)
  }

  @Test func addressTextAndOffsets() throws {
    let html = #"<p>See <a class="x" href=" /a?b=1&amp;c=2 ">one  <b>two</b></a> or <a href=plain>three</a>"#
    let links = try links(html)
    #expect(links.map(\.href) == ["/a?b=1&c=2", "plain"])
    #expect(links.map(\.text) == ["one two", "three"])
    #expect(links.allSatisfy { $0.kind == "a" && $0.alternative == nil && $0.confidence == 1 })
    let bytes = Array(html.utf8)
    let values = try links.map {
      String(decoding: bytes[try #require($0.start)..<(try #require($0.end))], as: UTF8.self)
    }
    #expect(values == [" /a?b=1&amp;c=2 ", "plain"])
  }

  @Test func emptyAddresses() throws {
    let links = try links(#"<a href="">here</a> <a href=''>there</a> <a href>bare</a> <a name="n">no link</a>"#)
    #expect(links.map(\.href) == ["", "", ""])
    #expect(links.map(\.text) == ["here", "there", "bare"])
  }

  @Test func anAnchorWithoutContentTakesNothingFromTheNext() throws {
    let links = try links(#"<a href="/one"></a><a href="/two">two</a> after"#)
    #expect(links.map(\.href) == ["/one", "/two"])
    #expect(links.map(\.text) == ["", "two"])
  }

  @Test func anAnchorThatIsNeverClosedEndsAtTheNext() throws {
    let links = try links(#"<p><a href="/one">one <a href="/two">two</a> after"#)
    #expect(links.map(\.text) == ["one", "two"])
  }

  @Test func blocksInsideSeparateWords() throws {
    let links = try links("<a href='/card'><h3>Title</h3>\n<p>Teaser</p><span>x</span><span>y</span></a>")
    #expect(links.map(\.text) == ["Title Teaserxy"])
  }

  @Test func alternativeOfTheFirstImage() throws {
    let links = try links(
      #"""
      <a href="/1"><img src="a.png" alt="A &amp; B"><img src="b.png" alt="later"></a>
      <a href="/2"><img src="a.png"></a><a href="/3"><img src="a.png" alt=""></a>
      <a href="/4">text</a><img src="a.png" alt="outside">
      """#)
    #expect(links.map(\.alternative) == ["A & B", nil, "", nil])
    #expect(links.map(\.text) == ["", "", "", "text"])
  }

  @Test func areas() throws {
    let links = try links(
      #"<map name="m"><area alt="North" href="/n"><area href="/s" alt="South"><area nohref></map><p>text"#)
    #expect(links.map(\.kind) == ["area", "area"])
    #expect(links.map(\.href) == ["/n", "/s"])
    #expect(links.map(\.alternative) == ["North", "South"])
  }

  @Test func resourcesOnlyWhenAskedFor() throws {
    let html = #"""
      <head><link rel="icon" href="/i.ico"><script src="/s.js"></script></head>
      <p><img src="/p.png" alt="P"> <iframe src="/f"></iframe> <a href="/a">a</a>
      """#
    #expect(try links(html).map(\.href) == ["/a"])
    let all = try links(html, resources: true)
    #expect(all.map(\.href) == ["/i.ico", "/s.js", "/p.png", "/f", "/a"])
    #expect(all.map(\.kind) == ["link", "script", "img", "iframe", "a"])
    #expect(all[2].alternative == "P")
  }

  @Test func base() throws {
    #expect(LinkDecoder.baseHref(in: try taught(#"<base target="_top"><base href="/b/"><a href="x">x</a>"#)) == "/b/")
    #expect(LinkDecoder.baseHref(in: try taught(#"<a href="x">x</a>"#)) == nil)
  }

  @Test func noLinksInTextThatLooksLikeLinks() throws {
    #expect(
      try links(#"<!-- <a href="/c">c</a> --><script>'<a href="/s">s</a>'</script><p>&lt;a href="/t"&gt;"#).isEmpty)
    #expect(try links("").isEmpty)
  }

  /// Whatever the decoded page leaves out, offsets are those of the bytes as given.
  @Test func offsetsOfTheInputAsGiven() throws {
    let head = "<html><head><meta charset=windows-1252><style>p { color: red }</style></head><body>\n\n\n      <p>"
    var input = Array(head.utf8)
    // "Käse – " in windows-1252: two bytes that become five.
    input += [0x4B, 0xE4, 0x73, 0x65, 0x20, 0x96, 0x20]
    input += Array("<script>var a = '<a href=no>'</script><a href=\"/k".utf8) + [0xE4] + Array("se?a=b\">".utf8)
    input += [0x4B, 0xE4, 0x73, 0x65] + Array("   </a>".utf8)
    let links = LinkDecoder.links(in: try FixtureDecodingTests.perfect(input))
    #expect(links.map(\.href) == ["/käse?a=b"])
    #expect(links.map(\.text) == ["Käse"])
    let start = try #require(links.first?.start)
    let end = try #require(links.first?.end)
    #expect(Array(input[start..<end]) == Array("/k".utf8) + [0xE4] + Array("se?a=b".utf8))
  }

  struct GoldLink: Decodable, Equatable {
    var href: String
    var text: String
    var alt: String?
    var kind: String
  }

  @Test(arguments: FixtureDecodingTests.slugs) func fixturesExactly(_ slug: String) throws {
    let folder = FixtureDecodingTests.fixtures.appendingPathComponent(slug)
    let page = [UInt8](try Data(contentsOf: folder.appendingPathComponent("page.html")))
    let gold = try String(contentsOf: folder.appendingPathComponent("links.jsonl"), encoding: .utf8)
      .split(separator: "\n").map { try JSONDecoder().decode(GoldLink.self, from: Data($0.utf8)) }
    let links = LinkDecoder.links(in: try FixtureDecodingTests.perfect(page))
    #expect(links.map { GoldLink(href: $0.href, text: $0.text, alt: $0.alternative, kind: $0.kind) } == gold)
  }
}

/// Tags that are not those of a tidy teacher.
@Suite struct ImperfectLinkTests {
  private let html = #"<p>go <a href="/there/now">over there</a> and back</p>"#

  private func page(_ change: (inout HandTags) -> Void) -> TaggedPage {
    labelled(html) { hand in
      for part in ["go ", "over there", " and back"] { hand.text(part) }
      hand.value("/there/now", .anchorOpen)
      hand.anchor("over there")
      change(&hand)
    }
  }

  @Test func byHand() {
    let links = LinkDecoder.links(in: page { _ in })
    #expect(links.map(\.href) == ["/there/now"])
    #expect(links.map(\.text) == ["over there"])
  }

  @Test func aHoleInTheValue() {
    let links = LinkDecoder.links(in: page { $0.tags[$0.range("there/now").lowerBound + 3].attribute = .none })
    #expect(links.map(\.href) == ["/there/now"])
  }

  @Test func theOpeningByteMissed() {
    let links = LinkDecoder.links(in: page { $0.tags[$0.range("/there/now").lowerBound - 1].attribute = .none })
    #expect(links.map(\.href) == ["/there/now"])
    #expect(links.map(\.text) == ["over there"])
  }

  @Test func aHoleInTheAnchorAndInItsText() {
    let links = LinkDecoder.links(
      in: page { hand in
        let at = hand.range("over there").lowerBound + 4
        hand.tags[at].anchor = .none
        hand.tags[at + 2].content = .markup
      })
    #expect(links.map(\.text) == ["over there"])
  }

  @Test func theAnchorsOpeningByteMissed() {
    let links = LinkDecoder.links(in: page { $0.tags[$0.range("over there").lowerBound - 1].anchor = .none })
    #expect(links.map(\.text) == ["over there"])
  }

  @Test func strayOpeningBytes() {
    let links = LinkDecoder.links(
      in: page { hand in
        hand.tags[hand.range("and back").lowerBound].anchor = .inside
        hand.tags[hand.range("go ").lowerBound].anchor = .inside
      })
    #expect(links.map(\.text) == ["over there"])
  }

  /// An empty value is one byte's word, so a doubtful one is no link.
  @Test func emptyValuesHaveToBeSure() {
    func links(confidence: UInt8) -> [ExtractedLink] {
      var page = labelled(#"<p>text <a href="">x</a>"#) { hand in
        hand.text("text ")
        hand.tags[hand.range("=\"").lowerBound + 1].attribute = .anchorOpen
        hand.anchor("x")
      }
      page.confidence = page.confidence.map { _ in confidence }
      return LinkDecoder.links(in: page)
    }
    #expect(links(confidence: 200).map(\.href) == [""])
    #expect(links(confidence: 100).isEmpty)
  }

  /// One byte in two hundred says something random: of the links, 97 in 100 come out as if it had not.
  @Test func randomSlips() throws {
    var random = FixedNumbers(state: 1)
    var right = 0
    var wanted = 0
    for slug in FixtureDecodingTests.slugs {
      let file = FixtureDecodingTests.fixtures.appendingPathComponent(slug).appendingPathComponent("page.html")
      var page = try FixtureDecodingTests.perfect([UInt8](Data(contentsOf: file)))
      func found() -> [String: Int] {
        LinkDecoder.links(in: page).reduce(into: [:]) { $0[$1.href + "\n" + $1.text, default: 0] += 1 }
      }
      let clean = found()
      for index in page.tags.indices where Int.random(in: 0..<200, using: &random) == 0 {
        page.tags[index].slip(&random)
        page.confidence[index] = 128
      }
      let noisy = found()
      wanted += clean.values.reduce(0, +)
      right += clean.reduce(0) { $0 + min($1.value, noisy[$1.key] ?? 0) }
    }
    #expect(wanted > 300)
    #expect(Double(right) >= 0.97 * Double(wanted))
  }
}

extension ByteTags {
  /// One head at random says another thing.
  fileprivate mutating func slip(_ random: inout FixedNumbers) {
    let before = packed
    while packed == before {
      switch Int.random(in: 0..<7, using: &random) {
      case 0: content = [.markup, .aside, .main].randomElement(using: &random)!
      case 1: attribute = AttributeTag.allCases.randomElement(using: &random)!
      case 2: anchor = AnchorTag.allCases.randomElement(using: &random)!
      case 3: block = BlockKind.allCases.randomElement(using: &random)!
      case 4: list = ListNesting.allCases.randomElement(using: &random)!
      case 5: boundary = Boundary.allCases.randomElement(using: &random)!
      default: marks.formSymmetricDifference(InlineMarks(rawValue: 1 << UInt8.random(in: 0..<7, using: &random)))
      }
    }
  }
}
