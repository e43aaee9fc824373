import Foundation
import Testing

/// `text`, `markdown`, `entropy`, `compare`, `model` and what belongs to the program itself.
struct ContentVerbTests {
  private let page =
    "<base href='/d/'><h1>Title</h1><p>Say <a href=x>this</a> <img src=i.png alt=I> and <a href=#f>that</a>.</p>"
    + "<table><tr><th>A<th>B<tr><td>1<td>2</table>"

  private func run(_ arguments: String..., input: String) throws -> ProgramRun {
    try ProgramRun(arguments, input: Array(input.utf8))
  }

  @Test func markdownResolvesAddressesWhereItCan() throws {
    let plain = try run("markdown", "--reader", "libxml2", "--whole-page", input: page)
    #expect(plain.output.contains("# Title") && plain.output.contains("[this](x)"))
    let based = try run(
      "markdown", "--reader", "libxml2", "--whole-page", "--base-url", "https://e.org/p", input: page)
    #expect(based.output.contains("[this](https://e.org/d/x)"))
    #expect(based.output.contains("![I](https://e.org/d/i.png)"))
    #expect(based.output.contains("[that](#f)"))
  }

  @Test func partsCanBeLeftOut() throws {
    let run = try run(
      "markdown", "--reader", "libxml2", "--whole-page", "--no-links", "--no-images", "--no-tables", input: page)
    #expect(!run.output.contains("](") && !run.output.contains("|") && run.output.contains("Say this"))
  }

  @Test func jsonLinesOfTextAndMarkdown() throws {
    for verb in ["text", "markdown"] {
      for reader in ["neural", "libxml2"] {
        let run = try run(verb, "--reader", reader, "--format", "jsonl", input: page)
        let record = try #require(try run.records().first)
        #expect(record[verb] is String && record["id"] as? String == "-" && record["reader"] as? String == reader)
        #expect((record["model"] is NSNull) == (reader == "libxml2"))
        #expect((record["confidence"] is NSNull) == (reader == "libxml2"))
      }
    }
  }

  @Test func spansLieInThePage() throws {
    let path = fixture("nineties-page/page.html")
    let run = try ProgramRun(["text", "--spans", "--whole-page", "--format", "jsonl", path])
    #expect(run.code == 0)
    let spans = try #require(try run.records().first?["spans"] as? [[String: Any]])
    let count = try Data(contentsOf: URL(fileURLWithPath: path)).count
    #expect(!spans.isEmpty)
    for span in spans {
      let start = try #require(span["start"] as? Int)
      let end = try #require(span["end"] as? Int)
      #expect(0 <= start && start <= end && end <= count)
      #expect(span["tag"] is String)
    }
  }

  @Test func entropyInEveryFormat() throws {
    let text = try run("entropy", input: page)
    #expect(text.code == 0)
    let columns = text.output.split(separator: " ")
    #expect(columns.first.flatMap { Int($0) } == page.utf8.count && columns.last == "-\n")
    let record = try #require(try run("entropy", "--format", "jsonl", input: page).records().first)
    let bits = try #require(record["bits"] as? Double)
    let perByte = try #require(record["bits_per_byte"] as? Double)
    #expect(bits > 0 && abs(perByte - bits / Double(page.utf8.count)) < 1e-6)

    let html = try run("entropy", "--format", "html", input: page + "<script>&\u{0}</script>")
    #expect(html.output.hasPrefix("<!DOCTYPE html>") && html.output.hasSuffix("</html>\n"))
    #expect(html.output.contains("&lt;") && !html.output.contains("<base"))
    #expect(html.output.components(separatedBy: "<script").count == 2, "the report's own script, none of the page's")
  }

  @Test func compareHasARowAReader() throws {
    let table = try ProgramRun(["compare", fixture("landing-service/page.html")])
    #expect(table.code == 0)
    #expect(
      table.lines.map { $0.prefix { $0 != " " } } == [
        "reader", "neural", "libxml2", "regex-tolerant", "regex-naive", "reader", "neural", "libxml2", "ngram",
      ])
    let record = try #require(
      try ProgramRun(["compare", "--format", "jsonl", fixture("landing-service/page.html")]).records().first)
    let readers = try #require(record["readers"] as? [[String: Any]])
    #expect(readers.count == 4)
    #expect(readers[1]["links_found"] as? Int ?? 0 > 0)
    #expect(readers[3]["words"] is NSNull)
    let faults = try #require(record["faults"] as? [[String: Any]])
    #expect(faults.map { $0["reader"] as? String } == ["neural", "libxml2", "ngram"])
    #expect(faults.allSatisfy { ($0["count"] as? Int ?? 0 > 0) == ($0["first"] is Int) })
  }

  @Test func comparisonsAsReports() throws {
    let scratch = try Scratch()
    try scratch.file("in/a.html", page)
    try scratch.file("in/sub/b.html", page + "<a href='javascript:x'>y</a>")
    try scratch.file("in/summary.html", page)
    try scratch.file("in/empty.html", "")
    func report(_ arguments: String...) throws -> ProgramRun {
      try ProgramRun(["compare", "--format", "html"] + arguments, folder: scratch.folder)
    }
    let one = try report("in/a.html").output
    #expect(
      one.hasPrefix("<!DOCTYPE html>") && one.hasSuffix("</html>\n")
        && one.contains("<title>Readers compared: in/a.html<"))
    #expect(one.contains("class=texts") && one.contains("class=source") && !one.contains("<div class=summary"))

    let all = try report("--recursive", "in")
    #expect(all.code == 2 && all.output.contains("<div class=summary") && !all.output.contains("class=source"))
    #expect(all.output.components(separatedBy: "<section class=page").count == 4)
    #expect(all.output.contains("class=problem") && !all.output.contains("href=\"javascript"))

    // A file a page, and the summary under a name that no page has.
    #expect(try report("--recursive", "in", "--output", "out/").code == 2)
    let summary = try scratch.read("out/summary-2.html")
    #expect(summary.contains("href=\"sub/b.html\"") && summary.contains("href=\"summary.html\""))
    #expect(try scratch.read("out/sub/b.html").contains("class=texts"))
    #expect(!FileManager.default.fileExists(atPath: scratch.folder.path + "/out/empty.html"))
  }

  @Test func modelInfoAndVersion() throws {
    let text = try ProgramRun(["model", "info"])
    #expect(text.code == 0 && text.output.contains("digest") && text.output.contains("byteChannels"))
    let json = try ProgramRun(["model", "info", "--format", "json"])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.outputBytes)) as? [String: Any])
    let digest = try #require(object["digest"] as? String)
    let version = try ProgramRun(["--version"])
    #expect(version.code == 0)
    #expect(version.lines.first == "consomme 0.1.0" && version.lines.last == "model \(digest)")
    #expect(try ProgramRun(["--help"]).code == 0)
  }

  @Test func badModelFiles() throws {
    let scratch = try Scratch()
    let noModel = try scratch.file("no.consomme", "hello")
    for path in [noModel, "/nowhere.consomme", scratch.folder.path] {
      let run = try ProgramRun(["links", "--model", path], input: Array("<p>".utf8))
      #expect(run.code == 2 && run.errors.contains(path) && run.output == "")
      #expect(try ProgramRun(["model", "info", path]).code == 2)
    }
  }
}
