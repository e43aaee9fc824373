import Foundation
import Testing

@testable import ConsommeCLI

/// `consomme teach --correct`, as docs/teach.md tells it.
@Suite(.serialized) struct CorrectionVerbTests {
  private static let page =
    "<!DOCTYPE html><html><head><title>Museum of clocks</title></head><body>"
    + #"<div class="nav"><ul><li><a href="/">Home</a></li><li><a href="/shop">Shop</a></li></ul></div>"#
    + #"<div class="story"><h1>Museum of clocks</h1>"#
    + (1...4).map {
      "<p>The museum of clocks keeps \($0)0 clocks of one kind, and every one runs. Visitors hear them strike at noon.</p>"
    }.joined(separator: "\n")
    + #"</div><div class="side"><h3>Opening hours</h3><p>Tuesday to Sunday, ten to five</p>"#
    + "<h3>Newsletter</h3><p>Leave your address and we write once a month.</p></div></body></html>"

  /// Prints the page's text as JSON, lets `edit` change it, and writes it back.
  private static func result(
    _ scratch: Scratch, _ verb: String = "text", _ name: String = "fix.json", edit: (String) -> String
  ) throws -> String {
    let page = try scratch.file("page.html", page)
    let run = try ProgramRun([verb, page, "--format", "json"])
    #expect(run.code == 0, "\(run.errors)")
    var record = try #require(try JSONSerialization.jsonObject(with: Data(run.outputBytes)) as? [String: Any])
    record[verb] = edit(try #require(record[verb] as? String))
    return try scratch.file(name, [UInt8](JSONSerialization.data(withJSONObject: record))).path
  }

  private static func text(_ scratch: Scratch, model: String? = nil) throws -> String {
    try ProgramRun(["text", scratch.folder.path + "/page.html"] + (model.map { ["--model", $0] } ?? [])).output
  }

  @Test func aCorrectionHoldsIsListedCarriedAndUndone() throws {
    let scratch = try Scratch()
    let folder = scratch.folder
    let first = try Self.text(scratch.withPage(Self.page))
    let fix = try Self.result(scratch) {
      $0.split(separator: "\n").filter { !$0.contains("40 clocks") }.joined(separator: "\n")
    }
    let taught = try ProgramRun(["teach", "--correct", fix], folder: folder)
    #expect(taught.code == 0, "\(taught.errors)")
    #expect(taught.output.contains("1.000 now"))
    let model = folder.path + "/corrected.consomme"
    let now = try Self.text(scratch, model: model)
    #expect(first.contains("40 clocks") && !now.contains("40 clocks") && now.contains("30 clocks"))

    // What the shipped head knows is told by the trunk, which is the same.
    let fields = try ProgramRun(
      ["fields", "--model", model, folder.path + "/page.html"], environment: ["CONSOMME_HEADS": ""])
    #expect(fields.code == 0 && fields.output.contains("Museum of clocks"), "\(fields.errors)")

    // The same correction again has nothing to teach; nor does the journal take another model's.
    let again = try ProgramRun(["teach", "--correct", fix, "--model", "corrected.consomme"], folder: folder)
    #expect(again.code == 2 && again.errors.contains("nothing was changed"))
    let other = try ProgramRun(["teach", "--correct", fix], folder: folder)
    #expect(other.code == 2 && other.errors.contains("go on from that one with --model"))

    let listed = try ProgramRun(["teach", "--list-corrections"], folder: folder)
    #expect(listed.code == 0 && listed.lines.count == 1)
    #expect(listed.output.hasPrefix("1\t") && listed.output.contains("\ttext\t") && listed.output.contains("1.000"))

    // The journal is teaching data: evaluate reads it.
    let scored = try ProgramRun(
      [
        "evaluate", "text", "--gold", "corrected.corrections.jsonl", "--model", "corrected.consomme", "--format",
        "json",
      ],
      folder: folder)
    #expect(scored.code == 0, "\(scored.errors)")

    let carried = try ProgramRun(
      ["teach", "--replay", "corrected.corrections.jsonl", "--output", "next.consomme"], folder: folder)
    #expect(carried.code == 0, "\(carried.errors)")
    // From the same model with the same seed the same comes out.
    let isSame =
      try Data(contentsOf: folder.appendingPathComponent("next.consomme"))
      == Data(contentsOf: URL(fileURLWithPath: model))
    #expect(isSame)

    let undone = try ProgramRun(["teach", "--undo", "1"], folder: folder)
    #expect(undone.code == 0, "\(undone.errors)")
    #expect(try Self.text(scratch, model: model) == first)
    #expect(try ProgramRun(["teach", "--list-corrections"], folder: folder).output.hasSuffix("undone\n"))
    let twice = try ProgramRun(["teach", "--undo", "1"], folder: folder)
    #expect(twice.code == 2 && twice.errors.contains("no correction 1"))
  }

  @Test func markdownIsCorrectedByItsWords() throws {
    let scratch = try Scratch()
    let fix = try Self.result(scratch, "markdown") {
      $0.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.contains("40 clocks") }.joined(
        separator: "\n")
    }
    let output = scratch.folder.path + "/m.consomme"
    let taught = try ProgramRun(["teach", "--correct", fix, "--output", output])
    #expect(taught.code == 0, "\(taught.errors)")
    let read = try ProgramRun(["markdown", "--model", output, scratch.folder.path + "/page.html"])
    #expect(read.output.contains("30 clocks") && !read.output.contains("40 clocks"))
  }

  /// A gate that cannot be met: the gold says that there is nothing on the very page that is corrected.
  @Test func refusesWhatReadsOtherPagesWorse() throws {
    let scratch = try Scratch()
    let fix = try Self.result(scratch) {
      $0.split(separator: "\n").filter { !$0.contains("40 clocks") }.joined(separator: "\n")
    }
    let gold = try JSONSerialization.data(
      withJSONObject: ["id": "same", "html": Self.page, "main_text": Self.text(scratch)] as [String: Any])
    let file = try scratch.file("gold.jsonl", [UInt8](gold) + [0x0a]).path
    let output = scratch.folder.path + "/x.consomme"
    let run = try ProgramRun(["teach", "--correct", fix, "--output", output, "--gold", file])
    #expect(run.code == 1)
    #expect(run.errors.contains("nothing was written: F1 of main text on \(file) falls from 1.0000"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: output))
    #expect(!FileManager.default.fileExists(atPath: scratch.folder.path + "/x.corrections.jsonl"))
  }

  @Test func refusesWhatThePageDoesNotHave() throws {
    let scratch = try Scratch()
    let fix = try Self.result(scratch) { $0 + "An entirely invented sentence, nowhere printed." }
    let run = try ProgramRun(["teach", "--correct", fix], folder: scratch.folder)
    #expect(
      run.code == 2 && run.errors.contains("“An entirely invented sentence, nowhere printed.” is not on the page"))
    let gone = try Self.result(scratch) { $0 }
    try FileManager.default.removeItem(at: scratch.folder.appendingPathComponent("page.html"))
    let missing = try ProgramRun(["teach", "--correct", gone], folder: scratch.folder)
    #expect(missing.code == 2 && missing.errors.contains("say with --page FILE where it is"), "\(missing.errors)")
    let page = try scratch.file("moved.html", Self.page)
    let same = try ProgramRun(["teach", "--correct", gone, "--page", page], folder: scratch.folder)
    #expect(same.code == 2 && same.errors.contains("nothing was changed"), "\(same.errors)")
  }

  /// What the model itself reads passes, even where it is a scrap of markup.
  @Test func linesThatArePrintedPass() throws {
    let correction = Correction(
      place: "fix.json", verb: .text, id: "page.html", bytes: Array("<td>One <b>wo</b>rd</td>".utf8),
      wanted: "xq\nOne word")
    #expect(try correction.strangeLine(read: "xq\nmore\n") == nil)
    #expect(try correction.strangeLine(read: "") == "xq")
  }

  @Test func markdownIsWords() {
    let markdown = "1. One [li*n*k](https://a.example/(b)) of ![a picture](p.png)\n> 2 \\[x\\]\n"
    #expect(MarkdownWords.plain(markdown) == "One [link] of ![a picture]\n2 [x]\n\n")
  }

  @Test(arguments: [
    ("nonsense", "line 1: is no JSON"), ("[]", "holds no result"), (#"{"text": "a"}"#, "has no “id”"),
    (#"{"id": "a", "bytes": 3}"#, "wanted one of the keys"),
    (#"{"id": "a", "links": []}"#, "only results of text and markdown"),
    (#"{"id": "a", "text": "a", "reader": "libxml2"}"#, "comes from --reader libxml2"),
    (#"{"id": "a", "text": null, "error": "no page"}"#, "the page was not read (no page)"),
  ])
  func refusesWhatIsNoResult(_ content: String, _ sentence: String) throws {
    let scratch = try Scratch()
    let run = try ProgramRun(["teach", "--correct", try scratch.file("fix.json", content)])
    #expect(run.code == 2)
    #expect(run.errors.contains(sentence), "\(run.errors)")
  }

  @Test(arguments: [
    (["teach"], "NAME is missing"), (["teach", "books"], "--examples is missing"),
    (["teach", "books", "--correct", "x"], "corrections are another run"),
    (["teach", "--undo", "1", "--list-corrections"], "one at a time"), (["teach", "--undo", "0"], "from 1 on"),
    (["teach", "b", "--examples", "x", "--journal", "j"], "--gold and --journal go with"),
  ])
  func refusesWrongUsage(_ arguments: [String], _ sentence: String) throws {
    let run = try ProgramRun(arguments)
    #expect(run.code == 64)
    #expect(run.errors.contains(sentence), "\(run.errors)")
  }

  /// models/rehearsal.jsonl is what scripts/rehearsal.py makes of the fixtures.
  @Test func rehearsalIsThatOfTheFixtures() throws {
    let file = URL(fileURLWithPath: fixture("")).deletingLastPathComponent().appendingPathComponent(
      "models/rehearsal.jsonl")
    let lines = try Data(contentsOf: file).split(separator: 0x0a)
    var pages = 0
    for line in lines {
      let row = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
      let id = try #require(row["id"] as? String)
      guard let text = row["main_text"] as? String else {
        #expect(try row["html"] as? String == String(contentsOfFile: fixture("teach/\(id).html"), encoding: .utf8))
        continue
      }
      pages += 1
      let page = try Data(contentsOf: URL(fileURLWithPath: fixture("\(id)/page.html")))
      let kept =
        (row["html"] as? String).map { Data($0.utf8) } ?? Data(base64Encoded: row["html_base64"] as? String ?? "")
      let isSame = kept == page
      #expect(isSame, "\(id): run scripts/rehearsal.py")
      #expect(try text == String(contentsOfFile: fixture("\(id)/text.txt"), encoding: .utf8))
    }
    #expect(pages == 13)
  }
}

extension Scratch {
  /// Itself, with a page in it.
  fileprivate func withPage(_ html: String) throws -> Scratch {
    try file("page.html", html)
    return self
  }
}
