import Testing

@testable import Pages

@Suite struct CondenserTests {
  /// The condensed text; also checks what must hold for every input.
  private func condensed(_ text: String) -> String {
    let page = Condenser.condense(Array(text.utf8))
    expectSound(page, of: Array(text.utf8))
    return String(decoding: page.bytes, as: UTF8.self)
  }

  private func kinds(_ text: String) -> [CondensedPage.Gap.Kind] {
    Condenser.condense(Array(text.utf8)).gaps.map(\.kind)
  }

  /// Kept bytes equal the source at their mapped offsets, and kept plus dropped is everything, in order.
  private func expectSound(_ page: CondensedPage, of source: [UInt8]) {
    #expect(page.map.outputCount == page.bytes.count)
    #expect(page.map.sourceCount == source.count)
    var rebuilt: [UInt8] = []
    var cursor = 0
    for gap in page.gaps {
      #expect(!gap.source.isEmpty)
      #expect(gap.offset >= cursor && gap.offset <= page.bytes.count)
      rebuilt += page.bytes[cursor..<gap.offset]
      #expect(rebuilt.count == gap.source.lowerBound)
      rebuilt += source[gap.source]
      cursor = gap.offset
    }
    rebuilt += page.bytes[cursor...]
    #expect(rebuilt == source)
    let wrong = page.bytes.indices.first { source[page.map.source(of: $0)] != page.bytes[$0] }
    #expect(wrong == nil)
  }

  @Test func bodiesGoAndDelimitersStay() {
    #expect(condensed("a<script src=x>let a = 1</script>b") == "a<script src=x></script>b")
    #expect(condensed("<STYLE>p { color: red }</Style >") == "<STYLE></Style >")
    #expect(condensed("<svg width=1><path d='M0 0'/></svg>t") == "<svg width=1></svg>t")
    #expect(condensed("a<!-- note -->b<!--more--!>c") == "a<!---->b<!----!>c")
    #expect(kinds("<script>1</script><style>2</style><svg>3</svg><!--4-->") == [.script, .style, .svg, .comment])
  }

  @Test func nothingGoesWithoutItsEnd() {
    for text in ["<script>a", "<style>b{}", "<svg><path/>", "<!-- c", "<script", "<!--", "<svg/>text", "<"] {
      #expect(condensed(text) == text)
    }
  }

  @Test func emptyBodiesAreNotGaps() {
    for text in ["<script></script>", "<!---->", "<!-->text<b>-</b>", "<!--->text"] {
      #expect(condensed(text) == text)
      #expect(kinds(text).isEmpty)
    }
  }

  @Test func onlyWholeNamesCount() {
    for text in ["<scripts>x</scripts>", "<svgfoo>x</svgfoo>", "<stylesheet>a</stylesheet>", "< script>x</script>"] {
      #expect(condensed(text) == text)
    }
    #expect(condensed("<script>a</scripty></script>") == "<script></script>")
    #expect(condensed("<script\n>a</script\t>") == "<script\n></script\t>")
  }

  @Test func quotedGreaterThanDoesNotEndTheTag() {
    #expect(condensed("<script data-a=\"x>y\">z</script>") == "<script data-a=\"x>y\"></script>")
    #expect(condensed("<script data-a = 'x>y'>z</script>") == "<script data-a = 'x>y'></script>")
  }

  @Test func missingQuoteDoesNotSwallowThePage() {
    let page = "<script src=\"a.js></script><p class=\"b\">text</p><script>1</script>"
    #expect(condensed(page) == "<script src=\"a.js></script><p class=\"b\">text</p><script></script>")
  }

  @Test func nestedDrawingsEndWithTheOuter() {
    #expect(condensed("<svg><svg x=1><g/></svg><svg/><g/></svg>t") == "<svg></svg>t")
  }

  @Test func drawingWithoutEndDoesNotSwallowText() {
    let page = "<svg><path/><p>text</p><svg><g/></svg>"
    #expect(condensed(page) == "<svg><path/><p>text</p><svg></svg>")
    #expect(condensed("<svg><svg><g/></svg><p>t") == "<svg><svg></svg><p>t")
  }

  @Test func insideABodyNothingBegins() {
    #expect(condensed("<!-- <script> --> a </script>") == "<!----> a </script>")
    #expect(condensed("<script>'<!--'</script>b-->") == "<script></script>b-->")
  }

  @Test func longBase64KeepsEightCharacters() {
    let long = String(repeating: "Ab9+/", count: 20)
    #expect(
      condensed("<img src=\"data:image/png;base64,\(long)==\">") == "<img src=\"data:image/png;base64,Ab9+/Ab9\">")
    #expect(
      condensed("url(DATA:font/woff;charset=x;BASE64,\(long))") == "url(DATA:font/woff;charset=x;BASE64,Ab9+/Ab9)")
    let short = "data:;base64,\(long.prefix(32))\""
    #expect(condensed(short) == short)
    #expect(kinds("data:;base64,\(long.prefix(33))\"") == [.base64])
    #expect(kinds("<a href=\"x;base64,\(long)\">").isEmpty)
    #expect(kinds(";base64,\(long)").isEmpty)
  }

  @Test func longWhiteSpaceKeepsTwoBytes() {
    #expect(condensed("a \n\t\r\u{C} b  c\n\n\n") == "a \nb  c\n\n")
    #expect(kinds("   ") == [.whitespace])
    #expect(condensed("") == "")
  }

  @Test func gapsAndMapAgree() {
    let page = Condenser.condense(Array("ab   cd<!--x-->".utf8))
    #expect(
      page.gaps == [
        .init(offset: 4, source: 4..<5, kind: .whitespace), .init(offset: 10, source: 11..<12, kind: .comment),
      ])
    #expect(page.map.source(of: 4) == 5)
    #expect(page.map.source(of: 3..<5) == 3..<6)
    #expect(page.map.source(of: page.bytes.count) == 15)
  }

  @Test func soundOnRandomPages() {
    let pieces = [
      "<script", "<style>", "<svg ", "</svg>", "</script>", "</style", "<!--", "-->", "--!>", ">", "\"", "'", "=", "<",
      "data:", ";base64,", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "   ", "\n", "text", "é", "<p>", "/", "</", "-",
      ",", " ", "<svg/>",
    ].map { Array($0.utf8) }
    var generator = SplitMix(state: 7)
    for _ in 0..<1200 {
      var source: [UInt8] = []
      for _ in 0..<Int.random(in: 0..<24, using: &generator) {
        source += pieces.randomElement(using: &generator) ?? []
      }
      expectSound(Condenser.condense(source), of: source)
    }
    for _ in 0..<300 {
      let source = (0..<200).map { _ in UInt8.random(in: 0...255, using: &generator) }
      expectSound(Condenser.condense(source), of: source)
    }
  }

  @Test(.timeLimit(.minutes(1))) func timeIsLinearOnRepeatedStarts() {
    for start in [
      "<script ", "<script>", "<svg>", "<svg ", "<!--", "<style a=\"", "<svg></", ";base64,", "<svg><p>", "<!-->",
      "<svg></svg", "<svg><svg ",
    ] {
      let source = Array(("<svg>" + String(repeating: start, count: 100_000 / start.utf8.count)).utf8)
      #expect(Condenser.condense(source).map.sourceCount == source.count)
    }
  }
}

/// A small seeded generator, so that failures repeat.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
