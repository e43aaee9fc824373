import Foundation
import Testing

/// `consomme links`, mostly by the rule-based readers: what is tested is the program.
struct LinksVerbTests {
  private let page =
    "<p><a href=\" /a?x=1&amp;y=2 \">One  <b>link</b></a> <a href='b,c.html'><img alt=\"B\" src=b.png></a>"

  private func links(_ arguments: String..., input: String) throws -> ProgramRun {
    try ProgramRun(["links"] + arguments, input: Array(input.utf8))
  }

  @Test func textHasALineALink() throws {
    let run = try links("--reader", "libxml2", input: page)
    #expect(run.code == 0)
    #expect(run.output == "/a?x=1&y=2\tOne link\nb,c.html\t\n")
    #expect(run.errors == "")
  }

  @Test func addressesAreResolvedAgainstTheBase() throws {
    let run = try links("--reader", "libxml2", "--base-url", "https://e.org/d/p.html", "-", input: page)
    #expect(run.lines == ["https://e.org/a?x=1&y=2\tOne link", "https://e.org/d/b,c.html\t"])
  }

  @Test(arguments: ["libxml2", "regex"]) func thePagesOwnBaseWins(reader: String) throws {
    let based = "<!-- <base href=/no/> --><BASE target=x href='../sub/'>" + page
    let run = try links("--reader", reader, "--base-url", "https://e.org/d/p.html", "--format", "jsonl", input: based)
    let found = try #require(try run.records().first?["links"] as? [[String: Any]])
    #expect(found.map { $0["url"] as? String } == ["https://e.org/a?x=1&y=2", "https://e.org/sub/b,c.html"])
    #expect(found.map { $0["href"] as? String } == ["/a?x=1&y=2", "b,c.html"])
  }

  @Test func csvHasAHeaderAndQuotes() throws {
    let run = try links("--reader", "libxml2", "--format", "csv", input: page)
    #expect(run.output.hasPrefix("id,href,url,text,alt,kind,start,end,confidence\r\n"))
    #expect(run.output.contains("-,\"b,c.html\",,,B,a,,,1"))
    let nothing = try links("--reader", "libxml2", "--format", "csv", input: "<p>no links")
    #expect(nothing.output == "id,href,url,text,alt,kind,start,end,confidence\r\n")
  }

  @Test func jsonIsAnObjectForOnePageAndAnArrayForSeveral() throws {
    let one = try ProgramRun(["links", "--reader", "libxml2", "--format", "json", fixture("recipe/page.html")])
    #expect(try JSONSerialization.jsonObject(with: Data(one.outputBytes)) is [String: Any])
    let two = try ProgramRun([
      "links", "--reader", "libxml2", "--format", "json", fixture("recipe/page.html"), fixture("app-shell/page.html"),
    ])
    let array = try #require(try JSONSerialization.jsonObject(with: Data(two.outputBytes)) as? [[String: Any]])
    #expect(array.count == 2)
  }

  @Test func offsetsOfThePatternCountBytesOfTheInput() throws {
    // windows-1252: é is one byte here and two in UTF-8.
    let bytes = Array("<meta charset=windows-1252><p>caf".utf8) + [0xE9] + Array("<a href=\"x.html\">x</a>".utf8)
    let run = try ProgramRun(["links", "--reader", "regex", "--format", "jsonl"], input: bytes)
    let link = try #require((try run.records().first?["links"] as? [[String: Any]])?.first)
    let start = try #require(link["start"] as? Int)
    let end = try #require(link["end"] as? Int)
    #expect(String(decoding: bytes[start..<end], as: UTF8.self) == "x.html")
  }

  @Test func theNaivePatternSeesLess() throws {
    #expect(try links("--reader", "regex", "--pattern", "naive", input: page).output == "")
    #expect(try links("--reader", "regex", input: page).lines.count == 2)
  }

  @Test func theNeuralReaderSaysWhichModelReadAndWhere() throws {
    let run = try ProgramRun(["links", "--format", "jsonl", fixture("landing-service/page.html")])
    #expect(run.code == 0)
    let record = try #require(try run.records().first)
    #expect(record["reader"] as? String == "neural")
    #expect((record["model"] as? String)?.count == 64)
    let count = try Data(contentsOf: URL(fileURLWithPath: fixture("landing-service/page.html"))).count
    for link in try #require(record["links"] as? [[String: Any]]) {
      let start = try #require(link["start"] as? Int)
      let end = try #require(link["end"] as? Int)
      #expect(0 <= start && start <= end && end <= count)
    }
  }

  @Test func severalFilesGetHeadings() throws {
    let scratch = try Scratch()
    let first = try scratch.file("1.html", "<a href=1>one</a>")
    let second = try scratch.file("2.html", "<a href=2>two</a>")
    let run = try ProgramRun(["links", "--reader", "libxml2", first, second])
    #expect(run.output == "==> \(first) <==\n1\tone\n\n==> \(second) <==\n2\ttwo\n")
  }

  @Test func wrongUsageIs64() throws {
    for arguments in [
      ["links", "--reader", "html5"], ["links", "--format", "xml"], ["links", "--jobs", "0"],
      ["links", "--reader", "libxml2", "--model", "m"], ["links", "--pattern", "naive"],
      ["links", "--base-url", "x.html"],
      ["links", "-0"], ["links", "--quiet", "--verbose"], ["links", "--timeout", "0"], ["text", "--reader", "regex"],
      ["text", "--spans"], ["markdown", "--favor", "recall", "--whole-page"], ["check", "--fix", "--format", "json"],
      ["links", "--max-bytes", "many"],
    ] {
      let run = try ProgramRun(arguments)
      #expect(run.code == 64, "\(arguments)")
      #expect(run.output == "" && run.errors.contains("Error: "), "\(arguments)")
    }
  }
}
