import PageTags
import Testing

@testable import TeachingData

/// A page as its author meant it: long enough for faults 60 bytes apart, with a place for every kind.
private let source = """
  <!DOCTYPE html><html><head><title>Soups</title></head><body>
  <!-- begin of the menu -->
  <ul class="menu"><li><a href="/broth">Clear <b>broth</b></a></li><li><a href="/stock" rel="next">Brown stock</a></li></ul>
  <article class="recipe"><h1>Onion &amp; leek soup</h1>
  <p>Cut the onions into thin slices, &frac12; of them for later, and let them sweat in <em><strong>butter</strong></em> for an hour.</p>
  <p>Salt &lt; pepper, as the cook says. Pour in the stock, the wine and a little water, and let it simmer.</p>
  <table id="times"><tr><td align="right">Minutes</td><td>90</td></tr></table>
  <p>Serve with toast <img src="/soup.jpg" alt="A bowl of soup"> and cheese.</p></article>
  <pre><code>let soup = onions &amp; leek &lt; water</code></pre>
  <div id="footer"><span>Made by hand, with <i>care</i></span></div></body></html>
  """

private func taught(_ html: String) -> TaughtPage {
  let bytes = Array(html.utf8)
  return TaughtPage(bytes: bytes, tags: MarkupTeacher.tag(bytes))
}

private func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

private func mended(_ page: TaughtPage, _ repairs: [PlantedRepair]) -> [UInt8] {
  var bytes = page.bytes
  for repair in repairs.reversed() {
    bytes.replaceSubrange(repair.offset..<repair.offset + repair.delete, with: repair.insert)
  }
  return bytes
}

/// One fault of `kind` in `html`, its text from the fault on, and the broken page.
private func broken(_ html: String, _ kind: FaultKind, seed: UInt64 = 1) -> (page: TaughtPage, repair: PlantedRepair)? {
  var corrupter = Corrupter(seed: seed)
  let (page, repairs) = corrupter.corruptWithRepairs(taught(html), count: 1, kinds: [kind])
  guard let repair = repairs.first else { return nil }
  return (page, repair)
}

@Suite struct CorrupterTests {
  @Test func everyKindFindsAPlaceAndCanBeMended() {
    let page = taught(source)
    for kind in FaultKind.markup {
      for seed in 0..<60 as Range<UInt64> {
        var corrupter = Corrupter(seed: seed)
        let (result, repairs) = corrupter.corruptWithRepairs(page, count: 1, kinds: [kind])
        // A try may hit a place that will not do; most must succeed.
        guard let fault = result.faults.first else { continue }
        #expect(fault.kind == kind)
        #expect(result.bytes != page.bytes)
        #expect(result.bytes.count == result.tags.count)
        #expect(result.bytes.indices.contains(fault.offset))
        #expect(mended(result, repairs) == page.bytes, "\(kind), seed \(seed)")
      }
      let found = (0..<60 as Range<UInt64>).count { seed in
        var corrupter = Corrupter(seed: seed)
        return !corrupter.corruptWithRepairs(page, count: 1, kinds: [kind]).repairs.isEmpty
      }
      #expect(found > 30, "\(kind) was planted \(found) times in 60")
    }
  }

  @Test func sameSeedSameFaults() {
    let page = taught(source)
    var first = Corrupter(seed: 7)
    var second = Corrupter(seed: 7)
    var other = Corrupter(seed: 8)
    for _ in 0..<5 {
      let a = first.corrupt(page, count: 4)
      let b = second.corrupt(page, count: 4)
      #expect(a.bytes == b.bytes && a.tags == b.tags && a.faults == b.faults)
      #expect(a.bytes != other.corrupt(page, count: 4).bytes)
    }
  }

  @Test func faultsKeepTheirDistanceAndOrder() {
    let page = taught(source)
    for seed in 0..<100 as Range<UInt64> {
      var corrupter = Corrupter(seed: seed)
      let (result, repairs) = corrupter.corruptWithRepairs(page, count: 50)
      #expect(mended(result, repairs) == page.bytes)
      #expect(result.faults.count == repairs.count && result.faults.count <= page.bytes.count / Corrupter.spacing + 1)
      for (a, b) in zip(result.faults, result.faults.dropFirst()) {
        #expect(b.offset - a.offset >= Corrupter.spacing - 2, "seed \(seed)")
      }
      #expect(result.faults.dropLast().allSatisfy { $0.kind != .truncatedPage })
    }
  }

  @Test func oldFaultsMoveWithTheirBytes() {
    var page = taught(source)
    let marker = page.bytes.count - 3
    page.faults = [Fault(offset: 3, kind: .misspeltTag), Fault(offset: marker, kind: .strayQuote)]
    var corrupter = Corrupter(seed: 3)
    let result = corrupter.corruptWithRepairs(page, count: 3, kinds: [.strayEndTag]).page
    #expect(result.faults.count == 5)
    #expect(result.faults.first == Fault(offset: 3, kind: .misspeltTag))
    #expect(result.faults.last == Fault(offset: result.bytes.count - 3, kind: .strayQuote))
  }

  @Test(arguments: [
    "", "a", "<", "no markup at all, only a longer text", "{\"json\": [1, 2, \"<\"]}", "<a href=\"", "&amp",
  ])
  func pagesWithoutPlacesStayAsTheyAre(html: String) {
    var corrupter = Corrupter(seed: 5)
    let page = TaughtPage(bytes: Array(html.utf8), tags: Array(repeating: ByteTags(), count: html.utf8.count))
    #expect(corrupter.corrupt(page, count: 4).bytes == page.bytes)
  }

  @Test func scriptsAndCodeStayWhole() {
    let html = "<script>if (a < b) { c = '<b>&amp;</b>'; }</script><pre>x &lt; y, and a longer text of code here</pre>"
    for kind in [FaultKind.missingSemicolon, .misspeltEntity, .bareAmpersand, .rawLessThan, .blockInParagraph] {
      #expect(broken(html, kind) == nil, "\(kind)")
    }
  }

  @Test func manyTagsTakeLinearTime() {
    let deep = String(repeating: "<div class=\"a\"><b>text here", count: 50_000)
    var corrupter = Corrupter(seed: 1)
    let page = TaughtPage(bytes: Array(deep.utf8), tags: Array(repeating: ByteTags(), count: deep.utf8.count))
    #expect(corrupter.corrupt(page, count: 20).faults.count == 20)
    let open =
      String(repeating: "<!-- <a b='", count: 50_000) + "<script>" + String(repeating: "<script>", count: 50_000)
    let bad = TaughtPage(bytes: Array(open.utf8), tags: Array(repeating: ByteTags(), count: open.utf8.count))
    let result = corrupter.corrupt(bad, count: 20)
    #expect(result.tags.count == result.bytes.count)
  }
}

/// What each kind does to bytes and labels, on pages with one place for it.
@Suite struct CorrupterLabelTests {
  private let link = "<p>See <a href=\"/soup\">our soups</a> today</p>"

  private func offset(_ needle: String, in page: TaughtPage) -> Int {
    let wanted = Array(needle.utf8)
    return page.bytes.indices.first { page.bytes[$0...].starts(with: wanted) } ?? -1
  }

  @Test func openingQuoteHandsItsLabelToTheEqualsSign() throws {
    let (page, repair) = try #require(broken(link, .missingOpeningQuote))
    #expect(text(page.bytes) == "<p>See <a href=/soup\">our soups</a> today</p>")
    #expect(page.faults == [Fault(offset: offset("/soup", in: page), kind: .missingOpeningQuote)])
    #expect(page.tags[offset("=/", in: page)].attribute == .anchorOpen)
    #expect(page.tags[offset("/soup", in: page)].attribute == .value)
    #expect(repair == PlantedRepair(offset: page.faults[0].offset, delete: 0, insert: Array("\"".utf8)))
  }

  @Test func closingQuoteLeavesTheValueAlone() throws {
    let (page, _) = try #require(broken(link, .missingClosingQuote))
    #expect(text(page.bytes) == "<p>See <a href=\"/soup>our soups</a> today</p>")
    let close = offset(">our", in: page)
    #expect(page.faults[0].offset == close)
    #expect(page.tags[close].anchor == .open && page.tags[close].attribute == .none)
    #expect(page.tags[close + 1].anchor == .inside)
  }

  @Test func equalsAndSpaceVanish() throws {
    let (equals, _) = try #require(broken(link, .missingEquals))
    #expect(text(equals.bytes) == "<p>See <a href\"/soup\">our soups</a> today</p>")
    #expect(equals.tags[offset("\"/soup", in: equals)].attribute == .anchorOpen)
    let (space, _) = try #require(broken(link, .missingAttributeSpace))
    #expect(text(space.bytes) == "<p>See <ahref=\"/soup\">our soups</a> today</p>")
    #expect(space.faults[0].offset == offset("href", in: space))
  }

  @Test func theFirstOfTwoAttributesCounts() throws {
    let (page, repair) = try #require(broken(link, .duplicateAttribute))
    #expect(text(page.bytes) == "<p>See <a href=\"/soup\" href=\"/soup\">our soups</a> today</p>")
    #expect(page.tags.count { $0.attribute == .anchorOpen } == 1)
    #expect(page.faults[0].offset == repair.offset + 1)
    #expect(page.tags[page.faults[0].offset].attribute == .none)
  }

  @Test func misspeltNamesKeepTheValueLabelled() throws {
    let (page, _) = try #require(broken(link, .misspeltAttribute))
    #expect(page.faults[0].offset == 10)
    #expect(page.tags[offset("\"/soup", in: page)].attribute == .anchorOpen)
    let (tag, _) = try #require(broken("<div>One text</div>", .misspeltTag))
    #expect(tag.tags.count { $0.content != .markup } == 8)
  }

  @Test func lostBracketsHandOverWhatTheySaid() throws {
    for seed in 0..<20 as Range<UInt64> {
      let (page, _) = try #require(broken(link, .missingTagClose, seed: seed))
      if text(page.bytes).contains("\"our") {
        let quote = offset("\"our", in: page)
        #expect(page.tags[quote].anchor == .open && page.tags[quote + 1].anchor == .inside)
        #expect(page.faults[0].offset == quote + 1)
      }
      if text(page.bytes).hasPrefix("<pSee") { #expect(page.tags[1].boundary == .block) }
    }
    let (open, _) = try #require(broken("<b>a</b>", .missingTagOpen))
    #expect(open.bytes.count == 7)
    #expect(open.tags.count { $0.content != .markup } == 1)
  }

  @Test func lostTagsLeaveTheAuthorsMeaning() throws {
    let (end, repair) = try #require(broken(link, .missingEndTag))
    #expect(text(end.bytes) == "<p>See <a href=\"/soup\">our soups today</p>")
    #expect(text(repair.insert) == "</a>")
    #expect(end.faults[0].offset == offset(" today", in: end))
    #expect(end.tags[offset(" today", in: end) - 1].anchor == .inside)
    #expect(end.tags[offset(" today", in: end)].anchor == .none)
    let (slash, _) = try #require(broken(link, .missingSlash))
    #expect(text(slash.bytes) == "<p>See <a href=\"/soup\">our soups<a> today</p>")
    #expect(slash.faults[0].offset == offset("a> today", in: slash))
    let (start, _) = try #require(broken(link, .missingStartTag))
    #expect(text(start.bytes) == "<p>See our soups</a> today</p>")
    #expect(start.tags.allSatisfy { $0.anchor == .none })
    let (heading, _) = try #require(broken("<div>x<h2>Title</h2>y</div>", .missingStartTag, seed: 4))
    #expect(heading.tags.contains { $0.block == .heading2 })
  }

  @Test func strayAndMisnestedTagsAreMarkup() throws {
    for seed in 0..<10 as Range<UInt64> {
      let (page, repair) = try #require(broken(link, .strayEndTag, seed: seed))
      let inserted = repair.offset..<repair.offset + repair.delete
      #expect(page.tags[inserted].allSatisfy { $0.content == .markup && $0.boundary == .none && $0.anchor != .open })
      #expect(page.faults[0].offset == repair.offset)
    }
    let (page, _) = try #require(broken("<p><a href=\"/x\"><b>bold</b></a> text</p>", .misnestedTags))
    #expect(text(page.bytes) == "<p><a href=\"/x\"><b>bold</a></b> text</p>")
    #expect(page.tags[offset("</a>", in: page)].anchor == .none)
    #expect(page.tags[offset("</b>", in: page)].anchor == .none)
    #expect(page.tags[offset("bold", in: page)].anchor == .inside)
    let (other, _) = try #require(broken("<p><b><a href=\"/x\">bold</a></b> text</p>", .misnestedTags))
    #expect(other.tags[offset("</b>", in: other)].anchor == .inside)
    #expect(other.tags[offset("</a>", in: other)].anchor == .none)
  }

  @Test func swappedBytesAreOneTagsOwn() throws {
    for seed in 0..<40 as Range<UInt64> {
      guard let (page, repair) = broken(link, .swappedBytes, seed: seed) else { continue }
      #expect(repair.delete == 2 && repair.insert.count == 2 && page.faults[0].offset == repair.offset)
      // A link's address is not misspelt by it.
      #expect(
        page.tags.indices.filter { page.tags[$0].attribute == .value }.map { page.bytes[$0] } == Array("/soup".utf8))
    }
  }

  @Test func referencesAndRawSigns() throws {
    let html = "<p>Onion &copy; leek soup</p>"
    let (semicolon, _) = try #require(broken(html, .missingSemicolon))
    #expect(text(semicolon.bytes) == "<p>Onion &copy leek soup</p>")
    #expect(semicolon.faults[0].offset == offset(" leek", in: semicolon))
    let (entity, _) = try #require(broken(html, .misspeltEntity))
    #expect(entity.faults[0].offset == 9 && text(entity.bytes).hasSuffix("; leek soup</p>"))
    #expect(entity.tags[9..<14].allSatisfy { $0.content == .unjudged })
    let (number, _) = try #require(broken("<p>Onion &#169; leek soup</p>", .misspeltEntity))
    #expect(text(number.bytes) == "<p>Onion &169; leek soup</p>")
    let (raw, repair) = try #require(broken(html, .rawLessThan))
    #expect(raw.tags[repair.offset].content == .unjudged && raw.bytes[repair.offset] == UInt8(ascii: "<"))
    let (ampersand, _) = try #require(broken("<img alt=\"a &amp; b\">", .bareAmpersand))
    #expect(text(ampersand.bytes) == "<img alt=\"a & b\">")
    #expect(ampersand.faults[0].offset == 12)
  }

  @Test func commentsQuotesAndTheEnd() throws {
    for seed in 0..<12 as Range<UInt64> {
      let (page, repair) = try #require(broken("<p>x</p><!-- note --><p>y</p>", .brokenComment, seed: seed))
      #expect((8...20).contains(repair.offset) && page.faults[0].offset == repair.offset)
    }
    for seed in 0..<12 as Range<UInt64> {
      let (page, _) = try #require(broken(link, .strayQuote, seed: seed))
      let value = page.tags.indices.filter { page.tags[$0].attribute == .value }
      #expect(value.map { page.bytes[$0] } == Array("/soup".utf8))
      #expect(page.tags[value[0] - 1].attribute == .anchorOpen)
    }
    for seed in 0..<12 as Range<UInt64> {
      guard let (page, repair) = broken(link, .truncatedPage, seed: seed) else { continue }
      #expect(repair.delete == 0 && page.bytes + repair.insert == Array(link.utf8))
      #expect(page.faults[0].offset == page.bytes.count - 1)
    }
  }

  @Test func blocksBeginInsideParagraphs() throws {
    for seed in 0..<12 as Range<UInt64> {
      let (page, repair) = try #require(
        broken("<div><p>A long text of many words in one paragraph</p></div>", .blockInParagraph, seed: seed))
      #expect(page.faults[0].offset == repair.offset && page.bytes[repair.offset] == UInt8(ascii: "<"))
      let words = page.tags.indices.filter { page.tags[$0].content != .markup }.map { page.bytes[$0] }
      #expect(text(words) == "A long text of many words in one paragraph")
    }
  }
}
