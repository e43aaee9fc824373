import Testing

@testable import Evaluation

/// Expected figures come from the published Python scorer on the same lines.
struct MainTextScoreTests {
  static let gold = #"""
    {"id": "a", "main_text": "The Bread of Ghent\nBread is baked at four. Bread sells out by nine.", "page_type": "article"}
    {"id": "b", "main_text": "ΟΔΟΣ ΣΟΦΟΣ naïve café_2 x² ٣ 東京", "page_type": "forum"}
    {"id": "c", "main_text": "", "page_type": "listing"}
    {"id": "d", "main_text": "", "page_type": null}
    {"id": "e", "main_text": "three words only"}
    {"id": "f", "main_text": "One two three four five", "page_type": "zine"}
    """#
  static let predicted = #"""
    {"id": "a", "text": "Home News The bread of Ghent. Bread is baked at five; bread sells out by nine!"}
    {"id": "b", "text": "οδος σοφος Naïve CAFÉ_2 x² ٣ 東京 more"}
    {"id": "c", "text": "spurious"}
    {"id": "d", "text": null}
    {"id": "e", "text": "three words only"}
    """#

  @Test func figuresAreThoseOfThePublishedScorer() throws {
    let report = try report(MainTextScore(), gold: Self.gold, predicted: Self.predicted)
    #expect(report.rows.map(\.name) == ["article", "forum", "listing", "zine", "ALL"])
    #expect(report.missing == 1)
    #expect(isClose(report["article", "f1"], 0.9555555555555556))
    #expect(isClose(report["forum", "f1"], 0.9333333333333333))
    #expect(isClose(report["listing", "f1"], 0))
    #expect(isClose(report["ALL", "f1"], 0.6333333333333333))
    #expect(isClose(report["ALL", "precision"], 0.6145833333333334))
    #expect(isClose(report["ALL", "recall"], 0.6547619047619048))
    #expect(isClose(report.summary["macro_f1"], 0.4722222222222222))
    #expect(isClose(report.summary["shingle_f1"], 0.3337696335078534))
    #expect(isClose(report.summary["shingle_precision"], 0.3269230769230769))
    #expect(isClose(report.summary["shingle_recall"], 0.34090909090909094))
  }

  @Test func wordsAreRunsOfLettersNumbersAndUnderscores() {
    let words = Words.split("naïve café_2 x² ٣東京 e\u{301}t a-b").map { String(decoding: $0, as: UTF8.self) }
    #expect(words == ["naïve", "café_2", "x²", "٣東京", "e", "t", "a", "b"])
  }

  @Test func lowerCaseKnowsTheLastSigma() {
    #expect(Words.lowercased("ΟΔΟΣ ΣΑΣ. Σ ΑΣ'Β") == "οδος σας. σ ασ'β")
  }

  @Test func emptyGoldWantsEmptyPrediction() {
    #expect(MainTextScore.words(gold: "—", predicted: "").f1 == 1)
    #expect(MainTextScore.words(gold: "", predicted: "word").f1 == 0)
    #expect(MainTextScore.words(gold: "word", predicted: "").f1 == 0)
  }

  @Test func lastPredictionOfAPageCounts() throws {
    let predicted = #"{"id":"e","text":"no"}"# + "\n\n" + #"{"id":"e","text":"three words only"}"#
    let report = try report(MainTextScore(), gold: #"{"id":"e","main_text":"three words only"}"#, predicted: predicted)
    #expect(report["ALL", "f1"] == 1)
  }

  /// Without gold a page says nothing of the reader; with an empty one, that there is nothing to read.
  @Test func pagesNobodyMarkedAreLeftOut() throws {
    let gold = #"{"id":"a","main_text":"word"}"# + "\n" + #"{"id":"b","main_text":null}"# + "\n" + #"{"id":"c"}"#
    let predicted = ["a", "b", "c", "d"].map { #"{"id":"\#($0)","text":"word"}"# }.joined(separator: "\n")
    let marked = try report(MainTextScore(), gold: gold, predicted: predicted)
    #expect(marked["ALL", "f1"] == 1 && marked.pages == 1)
    let empty = try report(MainTextScore(), gold: gold + "\n" + #"{"id":"d","main_text":""}"#, predicted: predicted)
    #expect(empty["ALL", "f1"] == 0.5 && empty.pages == 2)
  }
}
