import FoundationEssentials
import Testing

@testable import ConsommeCLI

struct OutputSARIFTests {
  @Test func logHasResultsFixesAndFailures() throws {
    let page = DiagnosticPage(
      name: "sub/a b.html", utf8: Array("<p>\n<i>x\n</p>".utf8),
      diagnostics: [
        DiagnosticRecord(
          offset: 8, length: 0, line: 2, column: 5, rule: "missing-end-tag", score: 12.5, message: "i is not closed",
          repair: .init(offset: 8, delete: 0, insert: "</i>"))
      ])
    var builder = SARIFBuilder(formats: DiagnosticFormats(errorScore: 10), version: "0.1")
    builder.add(page)
    builder.addFailure(name: "/gone.html", error: "no such file")
    let expected = #"""
      {"$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[{"columnKind":"utf16CodeUnits",
      "invocations":[{"executionSuccessful":false,"toolExecutionNotifications":[{"level":"error",
      "locations":[{"physicalLocation":{"artifactLocation":{"uri":"file:///gone.html"}}}],"message":{"text":"no such file"}}]}],
      "results":[{"fixes":[{"artifactChanges":[{"artifactLocation":{"uri":"sub/a%20b.html"},
      "replacements":[{"deletedRegion":{"endColumn":5,"endLine":2,"startColumn":5,"startLine":2},
      "insertedContent":{"text":"</i>"}}]}],"description":{"text":"insert `</i>`"}}],"level":"error",
      "locations":[{"physicalLocation":{"artifactLocation":{"uri":"sub/a%20b.html"},
      "region":{"endColumn":5,"endLine":2,"startColumn":5,"startLine":2}}}],
      "message":{"text":"i is not closed; insert `</i>`"},"properties":{"length":0,"offset":8,"score":12.5},
      "ruleId":"missing-end-tag","ruleIndex":0}],
      "tool":{"driver":{"name":"consomme","rules":[{"id":"missing-end-tag"}],"version":"0.1"}}}],"version":"2.1.0"}
      """#.replacing("\n", with: "")
    #expect(try ResultFormats.json(builder.log, pretty: false) == expected)
  }

  @Test func namesBecomeURIReferences() {
    #expect(SARIFBuilder.uri("a:b#c?.html") == "a%3Ab%23c%3F.html")
    #expect(SARIFBuilder.uri("https://e.org/x?y=é") == "https://e.org/x?y=%C3%A9")
    #expect(SARIFBuilder.uri("/tmp/ü") == "file:///tmp/%C3%BC")
  }
}
