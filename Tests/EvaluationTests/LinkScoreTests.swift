import Testing

@testable import Evaluation

/// Expected figures come from the published Python scorer on the same lines.
struct LinkScoreTests {
  static let gold = #"""
    {"id": "a", "source": "s", "links": [{"href": "https://e.org/x", "raw": "/x", "text": "  Read  more ", "start": 10, "end": 12, "tag": "a"}, {"href": "https://e.org/x", "raw": "/x", "text": "Read more", "start": 30, "end": 32, "tag": "a"}, {"href": "https://e.org/y", "raw": " /y ", "text": "", "start": 50, "end": 52, "tag": "area"}, {"href": "https://e.org/z", "raw": "/z", "text": "Gone", "start": null, "end": null, "tag": "a"}]}
    {"id": "b", "source": "t", "links": []}
    {"id": "c", "source": "t", "links": [{"href": "https://e.org/q", "raw": "q", "text": "Q", "start": 5, "end": 6, "tag": "a"}]}
    """#
  static let predicted = #"""
    {"id": "a", "links": [{"href": "/x", "url": "https://e.org/x", "text": "Read more", "start": 10, "end": 12}, {"href": "/x", "url": "https://e.org/x", "text": "Read more!", "start": 30, "end": 33}, {"href": "/y", "url": "https://e.org/y", "text": " ", "start": 50, "end": 52}, {"href": "/w", "url": "https://e.org/w", "text": "Extra", "start": null, "end": null}]}
    {"id": "b", "links": []}
    """#

  @Test func writtenAddresses() throws {
    let report = try report(LinkScore(addresses: .written), gold: Self.gold, predicted: Self.predicted)
    #expect(report.pages == 3 && report.missing == 1)
    #expect(isClose(report["ALL pair", "precision"], 0.5))
    #expect(isClose(report["ALL pair", "recall"], 0.4))
    #expect(isClose(report["ALL pair", "f1"], 0.4444444444444445))
    #expect(isClose(report["ALL pair", "page_f1"], 0.5))
    #expect(isClose(report["ALL pair", "exact_pages"], 1.0 / 3))
    #expect(isClose(report["ALL href", "f1"], 0.6666666666666665))
    #expect(isClose(report["ALL href", "page_f1"], 0.5833333333333334))
    #expect(isClose(report["ALL span", "f1"], 0.5714285714285715))
    #expect(isClose(report["ALL span", "page_f1"], 0.5555555555555555))
    #expect(isClose(report["s pair", "f1"], 0.5))
    #expect(report["t span", "f1"] == nil)
  }

  @Test func resolvedAddressesTakeTheResolvedOne() throws {
    let report = try report(LinkScore(addresses: .resolved), gold: Self.gold, predicted: Self.predicted)
    #expect(isClose(report["ALL href", "f1"], 0.6666666666666665))
  }

  @Test func onlyTheElementsAskedFor() throws {
    // With addresses that never agree, as the Python scorer has them without --raw, only spans count.
    let predicted = Self.predicted.replacing("\"url\"", with: "\"ignored\"")
    let report = try report(
      LinkScore(addresses: .resolved, tags: ["a"]), gold: Self.gold, predicted: predicted)
    #expect(report["ALL pair", "f1"] == 0)
    #expect(isClose(report["ALL pair", "page_f1"], 1.0 / 3))
    #expect(isClose(report["ALL span", "f1"], 1.0 / 3))
    #expect(isClose(report["ALL span", "page_f1"], 0.4666666666666666))
    #expect(isClose(report["s span", "recall"], 0.5))
  }

  @Test func aGoldLineWithoutLinksIsRefused() {
    #expect(throws: EvaluationError(file: .gold, line: 2, reason: "the key “links” is missing")) {
      try report(LinkScore(), gold: #"{"id":"a","links":[]}"# + "\n" + #"{"id":"b"}"#, predicted: "")
    }
    #expect(throws: EvaluationError.self) { try report(LinkScore(), gold: "", predicted: "[1,") }
  }
}
