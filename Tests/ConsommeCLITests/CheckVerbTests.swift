import Foundation
import Testing

/// `consomme check`
struct CheckVerbTests {
  private let faulty = Array("<p>ok</p>\n<p class=\"a>x</p>".utf8)

  @Test func libxml2InEveryFormat() throws {
    let gnu = try ProgramRun(["check", "--reader", "libxml2", "--format", "gnu"], input: faulty)
    #expect(gnu.code == 1)
    #expect(gnu.lines.allSatisfy { $0.hasPrefix("-:") && $0.contains(": warning: ") && $0.hasSuffix("]") })
    let github = try ProgramRun(["check", "--reader", "libxml2", "--format", "github"], input: faulty)
    #expect(github.lines.allSatisfy { $0.hasPrefix("::warning file=-,line=") })
    let text = try ProgramRun(["check", "--reader", "libxml2"], input: faulty)
    #expect(text.output.contains("^") && !text.output.contains("\u{1B}"))
    let colored = try ProgramRun(["check", "--reader", "libxml2", "--color", "always"], input: faulty)
    #expect(colored.output.contains("\u{1B}["))
    let records = try ProgramRun(["check", "--reader", "libxml2", "--format", "jsonl"], input: faulty).records()
    let diagnostics = try #require(records.first?["diagnostics"] as? [[String: Any]])
    #expect(!diagnostics.isEmpty && diagnostics.allSatisfy { $0["rule"] is String && $0["offset"] is Int })
    let sarif = try ProgramRun(["check", "--reader", "libxml2", "--format", "sarif", "-", "/nowhere"], input: faulty)
    #expect(sarif.code == 2)
    let log = try #require(try JSONSerialization.jsonObject(with: Data(sarif.outputBytes)) as? [String: Any])
    #expect(log["version"] as? String == "2.1.0")
  }

  @Test func theExitCodeFollowsFailOnAndIgnore() throws {
    #expect(try ProgramRun(["check", "--reader", "libxml2"], input: Array("<p>fine</p>".utf8)).code == 0)
    let lenient = ["--min-score", "-5", "--fail-on", "50", "--format", "gnu"]
    let strict = try ProgramRun(["check", "--reader", "libxml2"] + lenient, input: faulty)
    #expect(strict.code == 0 && !strict.output.isEmpty)
    let all = try ProgramRun(["check", "--reader", "libxml2", "--format", "jsonl"], input: faulty).records()
    let rules = Set((all.first?["diagnostics"] as? [[String: Any]] ?? []).compactMap { $0["rule"] as? String })
    let ignored = try ProgramRun(["check", "--reader", "libxml2"] + rules.flatMap { ["--ignore", $0] }, input: faulty)
    #expect(ignored.code == 0 && ignored.output == "")
  }

  @Test func theNeuralReaderKeepsTheContract() throws {
    let path = fixture("article-news/faulty/missing-closing-quote.html")
    let run = try ProgramRun(["check", "--min-score", "-20", "--format", "jsonl", path])
    let diagnostics = try #require(try run.records().first?["diagnostics"] as? [[String: Any]])
    #expect(run.code == (diagnostics.isEmpty ? 0 : 1))
    let scores = diagnostics.compactMap { $0["score"] as? Double }
    #expect(scores == scores.sorted(by: >))
    let count = try Data(contentsOf: URL(fileURLWithPath: path)).count
    #expect(diagnostics.allSatisfy { (0...count).contains($0["offset"] as? Int ?? -1) && $0["line"] as? Int ?? 0 >= 1 })
  }

  @Test func fixPrintsThePage() throws {
    let page = Array("<p>Nothing to mend here.</p>\n".utf8)
    let same = try ProgramRun(["check", "--fix", "--min-score", "1000"], input: page)
    #expect(same.code == 0 && same.outputBytes == page)
    let several = try ProgramRun(["check", "--fix", fixture("recipe/page.html"), fixture("app-shell/page.html")])
    #expect(several.code == 64)
  }
}
