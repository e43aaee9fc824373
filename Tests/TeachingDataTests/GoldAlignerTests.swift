import PageTags
import Testing

@testable import TeachingData

@Suite struct GoldAlignerTests {
  /// The marked text of the page, its pieces between other bytes separated by `|`.
  private func pieces(_ content: Content, _ html: String, _ tags: [ByteTags]) -> String {
    var result: [UInt8] = []
    for (byte, tag) in zip(html.utf8, tags) {
      if tag.content == content {
        result.append(byte)
      } else if let last = result.last, last != UInt8(ascii: "|") {
        result.append(UInt8(ascii: "|"))
      }
    }
    return String(decoding: result.last == UInt8(ascii: "|") ? result.dropLast() : result[...], as: UTF8.self)
  }

  private func align(_ html: String, _ gold: String) -> (main: String, f1: Double, tags: [ByteTags]) {
    let bytes = Array(html.utf8)
    var tags = MarkupTeacher.tag(bytes)
    let f1 = GoldAligner.align(mainText: gold, in: bytes, tags: &tags)
    return (pieces(.main, html, tags), f1, tags)
  }

  @Test func marksTheGoldAndNothingElse() {
    let html =
      "<nav>Home</nav><h1>Onion soup</h1><p>Cut the onions into thin slices &amp; wait.</p><footer>Imprint</footer>"
    let (main, f1, tags) = align(html, "Onion soup\n\nCut the onions into thin slices & wait.")
    #expect(main == "Onion soup|Cut the onions into thin slices &amp; wait.")
    #expect(f1 == 1)
    #expect(pieces(.aside, html, tags) == "Home|Imprint")
    #expect(tags.allSatisfy { $0.content != .unjudged })
  }

  @Test func withoutGoldAllIsAside() {
    let (main, f1, tags) = align("<p>Nothing of this is wanted here</p>", "")
    #expect(main.isEmpty && f1 == 1)
    #expect(tags.contains { $0.content == .aside })
    #expect(align("<p>Nothing of this is wanted here</p>", "Other words stand there").f1 == 0)
  }

  @Test func aTeaserBesideTheTextStaysAside() {
    let body =
      "<h1>The best soup of the year</h1><p>It is the onion soup of our own kitchen.</p><p>We cook it twice a week, on Mondays.</p>"
    let html =
      "<aside><p>The best soup of the year</p></aside><div>\(body)</div><aside><p>The best soup of the year</p></aside>"
    let gold =
      "The best soup of the year\nIt is the onion soup of our own kitchen.\nWe cook it twice a week, on Mondays."
    let (main, f1, tags) = align(html, gold)
    #expect(f1 == 1)
    #expect(
      main == "The best soup of the year|It is the onion soup of our own kitchen.|We cook it twice a week, on Mondays.")
    #expect(tags[15].content == .aside)
  }

  @Test func aCopyIsTakenWholeOrNotAtAll() {
    let text = "<p>The first sentence of this text is here.</p><p>A second one follows it at once.</p>"
    let (main, _, _) = align(
      "<div>\(text)</div><p>Some words between them</p><div>\(text)</div>",
      "The first sentence of this text is here.\nA second one follows it at once.")
    #expect(main == "The first sentence of this text is here.|A second one follows it at once.")
  }

  @Test func shortBlocksCountInTheOrderOfTheGold() {
    let html = """
      <p>9.1</p><p>Compare</p><h1>The ranking of all soups this year</h1><ul>
      <li><b>1.</b><div>Onion</div><div>9.1</div><a>Compare</a></li><li><b>2.</b><div>Leek</div><div>9.0</div><a>Compare</a></li></ul>
      <p>And that is all there is to say</p><p>Onion</p>
      """
    let gold = "The ranking of all soups this year\n1. Onion - 9.1\n2. Leek - 9.0\nAnd that is all there is to say"
    let (main, f1, _) = align(html, gold)
    #expect(f1 == 1)
    #expect(main.contains("Onion|9.1") && main.contains("Leek|9.0") && !main.contains("Compare"))
    #expect(main.hasSuffix("And that is all there is to say"))
  }

  @Test func blocksOutOfOrderCountWhereTheGoldLacksThem() {
    let (main, f1, _) = align(
      "<p>Here stands the second part of it.</p><p>Here stands the first part of all that there is.</p>",
      "Here stands the first part of all that there is.\nHere stands the second part of it.")
    #expect(f1 == 1)
    #expect(main.contains("second") && main.contains("first"))
  }

  @Test func charactersWithoutSpacesAreWords() {
    let (main, f1, _) = align("<p>首页</p><p>洋葱汤是一种法国的汤，很好喝。</p><p>版权所有</p>", "洋葱汤是一种法国的汤，很好喝。")
    #expect(main == "洋葱汤是一种法国的汤，很好喝。")
    #expect(f1 == 1)
    // Two clauses of the gold, one of them marked: words are whole clauses, as `\w+` has them.
    #expect(abs(align("<p>洋葱汤是一种法国的汤</p>", "洋葱汤是一种法国的汤，很好喝。").f1 - 2.0 / 3) < 1e-9)
  }

  @Test func markupWithinWordsAndLettersOfEitherCase() {
    let (main, f1, _) = align("<p>O<b>nion</b> SOUP is <i>É</i>paisse, they say</p>", "onion soup is épaisse, they say")
    #expect(f1 == 1)
    #expect(main == "O|nion| SOUP is |É|paisse, they say")
  }

  @Test func wordsGluedByTagsComeApart() {
    let (main, f1, _) = align(
      "<p>Soups</p><p><b>Onion</b><b>Soup</b><b>12</b> euros a bowl</p><p>Add</p>", "Onion Soup 12 euros a bowl")
    #expect(f1 == 1)
    #expect(main == "Onion|Soup|12| euros a bowl")
  }

  @Test func snippetsJudgeTheirBlocksOnly() {
    let html =
      "<nav><a>Onion soup</a></nav><h1>Onion soup of the house</h1><p>Cut the onions fine.</p><p>Buy now</p><p>Who knows</p>"
    let bytes = Array(html.utf8)
    var tags = MarkupTeacher.tag(bytes)
    GoldAligner.align(
      mustHave: ["onion soup", "ut the onions fi"], mustNotHave: ["Buy now", "not there", ""], in: bytes, tags: &tags)
    #expect(pieces(.main, html, tags) == "Onion soup of the house|Cut the onions fine.")
    #expect(pieces(.aside, html, tags) == "Buy now")
    #expect(pieces(.unjudged, html, tags) == "Onion soup|Who knows")
  }

  @Test func repetitionTakesLinearTime() {
    let html = String(repeating: "<p>the same words again and again</p><b>the</b>", count: 5_000)
    let gold = String(repeating: "the same words again and again\n", count: 5_000)
    let bytes = Array(html.utf8)
    var tags = MarkupTeacher.tag(bytes)
    #expect(GoldAligner.align(mainText: gold, in: bytes, tags: &tags) >= 0)
    GoldAligner.align(
      mustHave: ["the same words again and now"], mustNotHave: ["again and again the"], in: bytes, tags: &tags)
    #expect(tags.count == bytes.count)
  }
}
