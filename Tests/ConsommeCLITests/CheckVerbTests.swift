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

  @Test func aBaselineHidesWhatWasKnown() throws {
    let scratch = try Scratch()
    let page = try scratch.file("page.html", String(decoding: faulty, as: UTF8.self))
    for format in ["jsonl", "json"] {
      let first = try ProgramRun(["check", "--reader", "libxml2", "--format", format, page])
      let known = try scratch.file("known", first.output)
      let again = try ProgramRun(["check", "--reader", "libxml2", "--baseline", known, page])
      #expect(first.code == 1 && again.code == 0 && again.output == "")
      // Lines above move nothing; a fault of its own is new.
      _ = try scratch.file("page.html", "<p>more</p>\n" + String(decoding: faulty, as: UTF8.self))
      #expect(try ProgramRun(["check", "--reader", "libxml2", "--baseline", known, page]).code == 0)
      _ = try scratch.file("page.html", "<p><i></b></p>\n" + String(decoding: faulty, as: UTF8.self))
      #expect(try ProgramRun(["check", "--reader", "libxml2", "--baseline", known, page]).code == 1)
      _ = try scratch.file("page.html", String(decoding: faulty, as: UTF8.self))
    }
    let broken = try ProgramRun(["check", "--baseline", try scratch.file("broken", "{}\n"), page])
    #expect(broken.code != 0 && broken.errors.contains("broken, line 1"))
  }

  @Test func diffAndFixExcludeEachOther() throws {
    #expect(try ProgramRun(["check", "--diff", "--fix"], input: faulty).code == 64)
    let same = try ProgramRun(["check", "--diff", "--min-score", "1000"], input: faulty)
    #expect(same.code == 0 && same.output == "")
  }
}
