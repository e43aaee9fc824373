import Testing

@testable import Evaluation

/// Expected figures come from the published Python scorer on the same lines.
struct FaultScoreTests {
  static let gold = #"""
    {"id": "1", "clean_id": "x", "kind": "missing-quote", "offset": 17, "end": 17, "repair": {"delete": 0, "insert": "\""}, "html": "<ul>\n<li><a href=/a\">One</a>\n<li>Tw &ampo; <b>three</i></b>\n</ul>\n<p>End of it all</p>\n<p>Nothing more to say here, nothing at all.</p>\n"}
    {"id": "2", "clean_id": "x", "kind": "missing-quote", "offset": 17, "end": 18, "repair": {"delete": 0, "insert": "\""}, "html": "<ul>\n<li><a href=/a\">One</a>\n<li>Tw &ampo; <b>three</i></b>\n</ul>\n<p>End of it all</p>\n<p>Nothing more to say here, nothing at all.</p>\n"}
    {"id": "3", "clean_id": "x", "kind": "stray-tag", "offset": 60, "end": 64, "alt": [30], "repair": {"delete": 4, "insert": ""}, "html": "<ul>\n<li><a href=/a\">One</a>\n<li>Tw &ampo; <b>three</i></b>\n</ul>\n<p>End of it all</p>\n<p>Nothing more to say here, nothing at all.</p>\n"}
    {"id": "4", "clean_id": "x", "kind": "stray-tag", "offset": 100, "end": 101, "repair": null, "html": "<ul>\n<li><a href=/a\">One</a>\n<li>Tw &ampo; <b>three</i></b>\n</ul>\n<p>End of it all</p>\n<p>Nothing more to say here, nothing at all.</p>\n"}
    {"id": "5", "clean_id": "x", "kind": "stray-tag", "offset": 28, "end": 28, "repair": {"delete": 0, "insert": "</li>"}, "html": "<ul>\n<li><a href=/a\">One</a>\n<li>Tw &ampo; <b>three</i></b>\n</ul>\n<p>End of it all</p>\n<p>Nothing more to say here, nothing at all.</p>\n"}
    {"id": "c1", "clean_id": "x", "kind": "clean", "html": "<p>clean</p>\n"}
    {"id": "c2", "clean_id": "x", "kind": "clean", "html": "<p>clean</p>\n"}
    {"id": "c3", "clean_id": "x", "kind": "clean", "html": "<p>clean</p>\n"}
    {"id": "r", "clean_id": "x", "kind": "reference", "html": "<p>clean</p>\n"}
    """#
  static let predicted = #"""
    {"id": "1", "diagnostics": [{"offset": 40, "length": 1, "score": 2, "repair": {"delete": 1, "insert": ""}}, {"offset": 17, "length": 0, "score": 9.5, "repair": {"delete": 0, "insert": "\""}}]}
    {"id": "2", "diagnostics": [{"offset": 0, "length": 200, "score": 3}, {"offset": 20, "length": 1, "score": 3, "repair": {"delete": 0, "insert": "\"", "offset": 17}}, {"offset": 90, "length": 4, "score": 1}]}
    {"id": "3", "diagnostics": [{"offset": 29, "length": 2, "score": 4, "repair": {"delete": 4, "insert": "", "offset": 60}}]}
    {"id": "5", "diagnostics": [{"offset": 29, "length": null, "score": 1.5, "repair": {"delete": 0, "insert": "</li>"}}]}
    {"id": "c1", "diagnostics": [{"offset": 1, "length": 1, "score": 3}]}
    {"id": "c2", "diagnostics": []}
    """#

  /// In the order of the report's columns.
  private func figures(_ report: EvaluationReport, _ row: String) -> [Double] {
    report.columns.map { report[row, $0] ?? .nan }
  }
  private func areClose(_ left: [Double], _ right: [Double]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { isClose($0, $1) }
  }

  @Test func figuresAreThoseOfThePublishedScorer() throws {
    let report = try report(FaultScore(), gold: Self.gold, predicted: Self.predicted)
    #expect(
      report.columns == [
        "top1@8", "top1@32", "top1@128", "top3@8", "top3@32", "top3@128", "line", "auc", "ap", "recall@1%", "recall@5%",
        "fix1", "fix3",
        "fixw",
      ])
    #expect(report.rows.map(\.name) == ["missing-quote", "stray-tag", "ALL"])
    let quotes = [1, 1, 1, 1, 1, 1, 0.5, 0.9166666666666666, 0.8333333333333333, 0.5, 0.5, 0.5, 1, 0.5]
    #expect(areClose(figures(report, "missing-quote"), quotes))
    let third = 1.0 / 3
    let tags = [
      third, 2 * third, 2 * third, third, 2 * third, 2 * third, 0, 2 * third, 0.7222222222222222, third, third, 0.5,
      0.5, 1,
    ]
    #expect(areClose(figures(report, "stray-tag"), tags))
    let all = [0.6, 0.8, 0.8, 0.6, 0.8, 0.8, 0.2, 0.7666666666666667, 0.835, 0.4, 0.4, 0.5, 0.75, 0.75]
    #expect(areClose(figures(report, "ALL"), all))
    #expect(report.summary["clean_pages"] == 3 && report.summary["clean_flagged"] == 1)
    #expect(report.pages == 8 && report.missing == 2)
  }

  @Test func alternativesCountWhereAskedFor() throws {
    let report = try report(FaultScore(acceptsAlternatives: true), gold: Self.gold, predicted: Self.predicted)
    #expect(isClose(report["ALL", "top1@8"], 0.8))
    #expect(isClose(report["stray-tag", "top3@8"], 2.0 / 3))
  }

  @Test func nonsenseOffsetsDoNoHarm() throws {
    let predicted =
      #"{"id":"1","diagnostics":[{"offset":9223372036854775807,"length":9,"score":1,"repair":{"delete":-4,"insert":""}},{"offset":-9223372036854775808,"score":1,"repair":{"delete":9223372036854775807,"insert":""}}]}"#
    let report = try report(FaultScore(), gold: Self.gold, predicted: predicted)
    #expect(report["ALL", "top3@128"] == 0)
  }

  @Test func tiesCountHalf() {
    #expect(Ranking.areaUnderCurve(positive: [1, 1], negative: [1, 1]) == 0.5)
    #expect(Ranking.averagePrecision(positive: [1], negative: [1, 1, 1]) == 0.25)
    #expect(Ranking.averagePrecision(positive: [], negative: [1]) == 0)
    #expect(Ranking.recall(positive: [2, 1], negative: [1], atFalseAlarms: 0.05) == 0.5)
  }
}
