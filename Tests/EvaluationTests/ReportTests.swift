import FoundationEssentials
import Testing

@testable import Evaluation

struct ReportTests {
  @Test func entropyIsMeanOfPagesAndPooled() throws {
    let predicted = """
      {"id":"a","bytes":100,"bits":200,"bits_per_byte":2}
      {"id":"b","bytes":300,"bits":300,"bits_per_byte":1}
      {"id":"c","bytes":0,"bits":0,"bits_per_byte":null}
      {"id":"d","error":"unreadable","bytes":null,"bits":null}
      """
    let gold = """
      {"id":"a","page_type":"article"}
      {"id":"b","page_type":"forum"}
      {"id":"c"}
      {"id":"d"}
      """
    let report = try report(EntropyScore(), gold: gold, predicted: predicted)
    #expect(report["ALL", "mean_bits_per_byte"] == 1.5)
    #expect(report["ALL", "pooled_bits_per_byte"] == 1.25)
    #expect(report["forum", "mean_bits_per_byte"] == 1)
    #expect(report.missing == 1)
  }

  @Test func tableAlignsColumns() {
    let report = EvaluationReport(
      task: "text", pages: 12, missing: 1, columns: ["f1", "recall"],
      rows: [
        .init(name: "article", count: 11, figures: ["f1": 0.98765, "recall": 1]),
        .init(name: "ALL", count: 12, figures: ["f1": 0.5, "recall": nil]),
      ], summary: ["macro_f1": 0.25, "clean_pages": 40])
    #expect(
      report.table == """
        text             n       f1   recall
        article         11   0.9877   1.0000
        ALL             12   0.5000        -
        clean_pages: 40
        macro_f1: 0.2500
        pages: 12, without a prediction: 1

        """)
  }

  @Test func reportSurvivesJSON() throws {
    let report = EvaluationReport(
      task: "check", pages: 1, missing: 0, columns: ["auc", "fix1"],
      rows: [.init(name: "ALL", count: 1, figures: ["auc": 0.5, "fix1": nil])], summary: ["x": 1])
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(EvaluationReport.self, from: data) == report)
  }

  @Test func roundingKeepsZerosAndSigns() {
    #expect(EvaluationReport.rounded(1.00005) == "1.0001")
    #expect(EvaluationReport.rounded(0.00001) == "0.0000")
    #expect(EvaluationReport.rounded(-1.25) == "-1.2500")
    #expect(EvaluationReport.rounded(.infinity) == "inf")
  }
}
