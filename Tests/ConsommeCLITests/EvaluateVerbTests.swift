import Foundation
import Testing

/// `consomme evaluate`
struct EvaluateVerbTests {
  private let gold =
    #"{"id": "1", "split": "valid", "main_text": "one two three", "html": "<p>one two three</p>", "#
    + #""links": [{"href": "x", "text": "t"}], "kind": "clean"}"# + "\n\n"
    + #"{"id": "2", "split": "train", "main_text": "four", "html": "<p>five</p>", "links": [], "kind": "clean"}"# + "\n"

  @Test func givenPredictionsAreScored() throws {
    let scratch = try Scratch()
    let gold = try scratch.file("gold.jsonl", gold)
    let predicted = #"{"id": "1", "text": "one two three"}"# + "\n"
    let run = try ProgramRun(
      ["evaluate", "text", "--gold", gold, "--predicted", "-", "--format", "json", "--split", "valid"],
      input: Array(predicted.utf8))
    #expect(run.code == 0, "\(run.errors)")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(run.outputBytes)) as? [String: Any])
    #expect(report["pages"] as? Int == 1 && report["missing"] as? Int == 0)
    #expect((report["summary"] as? [String: Any])?["macro_f1"] as? Double == 1)
    let table = try ProgramRun(
      ["evaluate", "text", "--gold", gold, "--predicted", "-"], input: Array(predicted.utf8))
    #expect(table.output.contains("pages: 2, without a prediction: 1"))
  }

  @Test(arguments: ["text", "links", "check"]) func theGoldsOwnPagesAreRead(task: String) throws {
    let scratch = try Scratch()
    let gold = try scratch.file("gold.jsonl", gold)
    for jobs in ["1", "3"] {
      let run = try ProgramRun(
        ["evaluate", task, "--gold", gold, "--reader", "libxml2", "--jobs", jobs, "--format", "json"])
      #expect(run.code == 0, "\(run.errors)")
      let report = try #require(try JSONSerialization.jsonObject(with: Data(run.outputBytes)) as? [String: Any])
      #expect(report["pages"] as? Int == 2 && report["missing"] as? Int == 0)
    }
    let one = try ProgramRun(["evaluate", task, "--gold", gold, "--reader", "libxml2", "--limit", "1"])
    #expect(one.output.contains("pages: 1"))
  }

  @Test func entropyIsMeasuredByTheNetwork() throws {
    let scratch = try Scratch()
    let run = try ProgramRun(["evaluate", "entropy", "--gold", try scratch.file("gold.jsonl", gold)])
    #expect(run.code == 0 && run.output.contains("mean_bits_per_byte"), "\(run.errors)")
  }

  @Test func theNGramModelIsABaseline() throws {
    let scratch = try Scratch()
    let file = try scratch.file("gold.jsonl", gold)
    let faults = try ProgramRun(["evaluate", "check", "--gold", file, "--reader", "ngram"])
    #expect(faults.code == 0 && faults.output.contains("clean_flagged"), "\(faults.errors)")
    let entropy = try ProgramRun(["evaluate", "entropy", "--gold", file, "--reader", "ngram"])
    #expect(entropy.code == 0 && entropy.output.contains("mean_bits_per_byte"), "\(entropy.errors)")
    #expect(try ProgramRun(["evaluate", "text", "--gold", file, "--reader", "ngram"]).code == 64)
    #expect(try ProgramRun(["links", "--reader", "ngram"], input: []).code == 64)
  }

  @Test func theGateHolds() throws {
    let scratch = try Scratch()
    let rows = (1...3).map { #"{"id": "\#($0)", "main_text": "one two three"}"# + "\n" }.joined()
    let gold = try scratch.file("three.jsonl", rows)
    let gate = try scratch.file("gate.json", "")
    try FileManager.default.removeItem(atPath: gate)
    func run(_ text: String, _ more: [String] = []) throws -> ProgramRun {
      let predicted = (1...3).map { #"{"id": "\#($0)", "text": "\#(text)"}"# + "\n" }.joined()
      return try ProgramRun(
        ["evaluate", "text", "--gold", gold, "--predicted", "-", "--gate", gate] + more, input: Array(predicted.utf8))
    }
    #expect(try run("one two three").errors.contains("--raise-gate"))
    #expect(try run("one two three", ["--raise-gate"]).code == 0)
    #expect(try run("one two three").code == 0)
    let worse = try run("one")
    #expect(worse.code == 1 && worse.errors.contains("ALL f1: 0.5000, the floor is 0.9980"), "\(worse.errors)")
    #expect(try ProgramRun(["evaluate", "text", "--gold", gold, "--predicted", "-", "--raise-gate"]).code == 64)
  }

  @Test func badGold() throws {
    let scratch = try Scratch()
    let broken = try scratch.file("broken.jsonl", gold + "{\"id\": \n")
    let run = try ProgramRun(["evaluate", "text", "--gold", broken, "--reader", "libxml2"])
    #expect(run.code == 2 && run.errors.contains("line 4"))
    #expect(try ProgramRun(["evaluate", "text", "--gold", "/nowhere"]).code == 2)
    #expect(try ProgramRun(["evaluate", "style", "--gold", broken]).code == 64)
    #expect(try ProgramRun(["evaluate", "text", "--gold", broken, "--reader", "regex"]).code == 64)
  }
}
