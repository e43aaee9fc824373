import Testing

@testable import Evaluation

struct MarkdownScoreTests {
  static let gold = #"""
    {"id": "a", "markdown": "# A *b* title\n\nPara with **strong**, *em*, `code`, ~~gone~~, [link](../guide/Intro.md#x \"t\") and ![alt](img/a.png) and <https://e.org/>.\\\nnext line\n\n1. one\n   - [ ] deep *item*\n   - [x] other\n2. two\n\n> quoted **text**\n> more\n\n```js title=\"x\"\nlet a = 1;\n```\n\n| a | b |\n|:--|--:|\n| 1 | `2` |\n\n***\n<p align=\"center\"><img src=\"b.svg\" alt=\"Logo\"> <a href=\"/x/\">go</a></p>\n\nTerm[^1]\n\n[^1]: The note.\n"}
    {"id": "b", "markdown": "!!! note \"Mind\"\n    Inside *here*.\n\nSee [docs][d] and more {: .cls}\n\n[d]: https://www.e.org/docs/\n", "title": "My page | Site"}
    {"id": "c", "markdown": "Only gold here."}
    """#
  static let predicted = #"""
    {"id": "a", "markdown": "## A *b* title\n\nPara with **strong**, *em*, `code`, gone, [link](/guide/intro/) and ![alt](/assets/img/a-1x.png) and <https://e.org>. next line!\n\n- one\n  - [ ] deep item\n  - [x] other\n- two\n\n> quoted **text** more\n\n```javascript\nlet a = 1;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![Logo](b.svg) [go](/x/)\n\nTerm\n\nThe note\n"}
    {"id": "b", "markdown": "# My page\n\nMind\n\nInside *here*.\n\nSee [docs](http://e.org/docs) and more"}
    """#

  /// Expected figures come from the published Python scorer on the same lines.
  @Test func figuresAreThoseOfThePublishedScorer() throws {
    let report = try report(MarkdownScore(), gold: Self.gold, predicted: Self.predicted)
    /// Gold, predicted and matched.
    let expected: [String: [Double]] = [
      "heading": [1, 1, 0], "paragraph": [8, 7, 7], "list_item": [4, 4, 2], "code_block": [1, 1, 1],
      "inline_code": [2, 1, 1], "strong": [2, 2, 2], "emphasis": [4, 3, 3], "link": [4, 4, 4], "image": [2, 2, 1],
      "block_quote": [1, 1, 1], "table_cell": [4, 4, 4], "code_text": [1, 1, 1], "link_text": [4, 4, 4],
      "strikethrough": [1, 0, 0], "task": [2, 2, 2], "rule": [1, 0, 0], "hard_break": [1, 0, 0], "words": [46, 43, 43],
    ]
    #expect(report.rows.count == expected.count)
    for row in report.rows {
      let figures = [Double(row.count), report[row.name, "predicted"], report[row.name, "matched"]]
      #expect(figures == expected[row.name], "\(row.name)")
    }
    #expect(isClose(report["words", "f1"], 86.0 / 89))
    #expect(EvaluationReport.rounded(report.summary["overall_mean_f1"] ?? 0) == "0.7688")
    #expect(EvaluationReport.rounded(report.summary["doc_element_f1"] ?? 0) == "0.6026")
    #expect(EvaluationReport.rounded(report.summary["doc_word_f1"] ?? 0) == "0.6667")
    #expect(report.missing == 1)
  }

  @Test func whatIsTheSameScoresOne() throws {
    let report = try report(MarkdownScore(), gold: Self.gold, predicted: Self.gold)
    for (name, value) in report.summary { #expect(value == 1, "\(name)") }
  }

  @Test func onlyATitleThatTheGoldLacksIsForgiven() throws {
    func score(_ predicted: String, gold: String) -> Double? {
      var score = MarkdownScore()
      score.addPrediction(id: "a", markdown: predicted)
      score.addGold(id: "a", markdown: gold, titles: ["My page » Sub | Site"])
      return score.report.summary["doc_element_f1"]
    }
    #expect(score("# My page\n\ntext", gold: "text") == 1)
    #expect(score("# Site\n\ntext", gold: "text") == 1)
    #expect(isClose(score("## My page\n\ntext", gold: "text"), 2.0 / 3))
    #expect(isClose(score("# Other\n\ntext", gold: "text"), 2.0 / 3))
    #expect(score("# My page\n\ntext", gold: "# My page\n\ntext") == 1)
  }

  @Test func similarityIsTheIndelRatio() {
    func ratio(_ left: String, _ right: String) -> Double {
      TextSimilarity.ratio(Array(left.unicodeScalars), Array(right.unicodeScalars))
    }
    #expect(ratio("", "") == 1)
    #expect(ratio("abc", "") == 0)
    #expect(isClose(ratio("kitten", "sitting"), 8.0 / 13))
    let long = String(repeating: "abcdefghij", count: 20)
    #expect(isClose(ratio(long, "x" + long.dropFirst(3) + "y"), 2.0 * 197 / 399))
    #expect(isClose(ratio(long, String(long.reversed())), 2.0 * 39 / 400))
  }

  @Test func addressesAgreeAcrossBuilds() {
    func agree(_ left: String, _ right: String) -> Bool { LinkAddress(left).agrees(with: LinkAddress(right)) }
    #expect(agree("../guide/Intro.md#x", "/guide/intro/"))
    #expect(agree("2024-05-31-some_post.md", "https://e.org/2024/some-post.html"))
    #expect(agree("03_setup/README.md", "/setup"))
    #expect(agree("http://www.e.org/a%20b/", "https://e.org/a b"))
    #expect(agree("#Some-Part", "#some_part") == false)
    #expect(agree("#Some-Part", "#somepart"))
    #expect(!agree("https://e.org/a?x=1", "https://e.org/a"))
    #expect(!agree("#a", "a"))
    #expect(ImageSource("img/photo.png").agrees(with: ImageSource("/assets/photo-640w.webp")))
    #expect(!ImageSource("a.png").agrees(with: ImageSource("b.png")))
  }

  @Test func dialectsLoseTheirMarks() {
    func normal(_ text: String) -> String { String(decoding: DialectNormaliser.normalise(text), as: UTF8.self) }
    #expect(normal("!!! note \"T\"\n    in\n\nout") == "\nT\n\nin\n\nout")
    #expect(normal("::: tip Take care\nx\n:::") == "\nTake care\n\nx\n\n\n")
    #expect(normal("# A {#a .b}\n{: .c}\n`{: x}` {{< toc >}}b[^1](c)[^2]") == "# A\n\n`{: x}` b[^1](c)")
    #expect(normal("[TOC]\r\n[^n]: Note.\n> [!TIP]\na<!-- x\ny -->b") == "\nNote.\n>\nab")
    #expect(normal("$x_{#a b}$ {#id}") == "$x_{#a b}$ {#id}")
    #expect(normal("```\n{: .c}\n```\n{: .c}") == "```\n{: .c}\n```\n")
  }
}
