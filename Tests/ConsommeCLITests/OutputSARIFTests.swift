import Foundation
import PageTags
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
      "tool":{"driver":{"name":"consomme","rules":[{
      "help":{"text":"an element that needs an end tag has none. docs/RULES.md has an example and the repair under “missing-end-tag”."},
      "id":"missing-end-tag","shortDescription":{"text":"an element that needs an end tag has none"}}],"version":"0.1"}}}],"version":"2.1.0"}
      """#.replacing("\n", with: "")
    #expect(try ResultFormats.json(builder.log, pretty: false) == expected)
  }

  /// The parts of the published schema (sarif-schema-2.1.0.json, additionalProperties false) that a log of ours uses: an object's
  /// properties, those it needs first.
  private static let schema: [String: (needed: [String], allowed: [String])] = [
    "": (["version", "runs"], ["$schema"]),
    "runs": (["tool"], ["columnKind", "invocations", "results"]),
    "tool": (["driver"], []),
    "driver": (["name"], ["version", "rules"]),
    "rules": (["id"], ["shortDescription", "help", "helpUri"]),
    "shortDescription": (["text"], ["markdown"]), "help": (["text"], ["markdown"]), "message": (["text"], []),
    "invocations": (["executionSuccessful"], ["toolExecutionNotifications"]),
    "toolExecutionNotifications": (["message"], ["level", "locations"]),
    "results": (["message"], ["ruleId", "ruleIndex", "level", "locations", "fixes", "properties"]),
    "locations": ([], ["physicalLocation"]), "physicalLocation": (["artifactLocation"], ["region"]),
    "artifactLocation": ([], ["uri"]),
    "region": ([], ["startLine", "startColumn", "endLine", "endColumn"]),
    "deletedRegion": ([], ["startLine", "startColumn", "endLine", "endColumn"]),
    "fixes": (["artifactChanges"], ["description"]), "description": (["text"], []),
    "artifactChanges": (["artifactLocation", "replacements"], []),
    "replacements": (["deletedRegion"], ["insertedContent"]), "insertedContent": ([], ["text"]),
  ]

  /// What in `value`, the value of the property `name`, the schema does not allow.
  private func violations(_ value: Any, _ name: String) -> [String] {
    if let list = value as? [Any] {
      let texts = list.map { "\($0)" }
      let unique =
        ["rules", "fixes", "locations"].contains(name) && Set(texts).count < texts.count ? ["\(name): twice"] : []
      let few = ["artifactChanges", "replacements"].contains(name) && list.isEmpty ? ["\(name): empty"] : []
      return unique + few + list.flatMap { violations($0, name) }
    }
    guard let object = value as? [String: Any] else {
      switch name {
      case "startLine", "startColumn", "endLine", "endColumn":
        return (value as? Int ?? 0) >= 1 ? [] : ["\(name): \(value)"]
      case "level": return ["none", "note", "warning", "error"].contains("\(value)") ? [] : ["\(name): \(value)"]
      case "version", "columnKind", "executionSuccessful", "$schema", "ruleIndex", "id", "ruleId", "text", "uri",
        "name", "helpUri":
        return []
      default: return ["\(name): \(value) has no place"]
      }
    }
    if name == "properties" { return [] }
    guard let rule = Self.schema[name] else { return ["\(name) is not known"] }
    let missing = rule.needed.filter { object[$0] == nil }.map { "\(name) lacks \($0)" }
    let odd = object.keys.filter { !(rule.needed + rule.allowed).contains($0) }.map { "\(name) has \($0)" }
    return missing + odd + object.flatMap { violations($0.value, $0.key) }
  }

  @Test func logsHaveTheStructureOfTheSchema() throws {
    let pages = ["recipe/faulty/broken-comment.html", "article-news/faulty/truncated-page.html", "blog-code/page.html"]
    for reader in ["neural", "libxml2"] {
      let run = try ProgramRun(
        ["check", "--format", "sarif", "--reader", reader, "--min-score=-5"] + pages.map(fixture) + ["/gone.html"])
      let log = try JSONSerialization.jsonObject(with: Data(run.outputBytes))
      #expect(violations(log, "").isEmpty, "\(violations(log, "").prefix(5))")
      let text = run.output
      #expect(text.contains("\"ruleIndex\"") && text.contains("toolExecutionNotifications"))
    }
    let odd = violations(["version": "2.1.0", "runs": [["tool": ["driver": ["name": "x", "colour": 1]]]]], "")
    #expect(odd.contains("driver has colour"))
  }

  @Test func everyRuleHasItsHelpAndItsSection() throws {
    let file = fixture("../docs/RULES.md")
    let headings = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").filter {
      $0.hasPrefix("### ")
    }.map { $0.dropFirst(4) }
    #expect(Set(headings).count == headings.count)
    for kind in FaultKind.allCases where kind != .none {
      #expect(headings.contains(Substring(kind.rule)), "docs/RULES.md has no section for \(kind.rule)")
      #expect(RuleHelp.sentence(kind.rule) != nil, "RuleHelp has no sentence for \(kind.rule)")
    }
    #expect(RuleHelp.address("duplicate-attribute") == "https://html.spec.whatwg.org/#parse-error-duplicate-attribute")
    #expect(RuleHelp.address("stray-end-tag") == RuleHelp.page.map { $0 + "#stray-end-tag" })
  }

  @Test func namesBecomeURIReferences() {
    #expect(SARIFBuilder.uri("a:b#c?.html") == "a%3Ab%23c%3F.html")
    #expect(SARIFBuilder.uri("https://e.org/x?y=é") == "https://e.org/x?y=%C3%A9")
    #expect(SARIFBuilder.uri("/tmp/ü") == "file:///tmp/%C3%BC")
  }
}
