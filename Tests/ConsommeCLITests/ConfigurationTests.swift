import Foundation
import Testing

@testable import ConsommeCLI

/// `consomme.yaml`, `CONSOMME_…`, `--config` and `--print-config`.
struct ConfigurationTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.file("a/b/page.html", "<p><a href=/x>one</a></p>")
  }

  private func run(_ arguments: String..., environment: [String: String] = [:]) throws -> ProgramRun {
    try ProgramRun(arguments, environment: environment, folder: scratch.folder.appendingPathComponent("a/b"))
  }

  /// Where an option's value comes from, by `--print-config`.
  private func origin(_ option: String, of run: ProgramRun) -> String? {
    run.lines.first { $0.hasPrefix("  \(option): ") }.map { String($0.dropFirst(4 + option.count)) }
  }

  @Test func flagBeforeEnvironmentBeforeFileBeforeDefault() throws {
    let file = try scratch.file("a/consomme.yaml", "format: jsonl\nlinks:\n  format: csv\n")
    #expect(
      try run("links", "page.html").output.hasPrefix("id,href"),
      "found one folder up; the verb's own goes before the top")
    #expect(try run("links", "page.html", environment: ["CONSOMME_FORMAT": "json"]).output.hasPrefix("{\n"))
    #expect(
      try run("links", "--format", "jsonl", "page.html", environment: ["CONSOMME_FORMAT": "json"]).output.hasPrefix(
        "{\""))
    #expect(try run("links", "--format=text", "page.html").output == "/x\tone\n")
    #expect(try run("text", "page.html").output.hasPrefix("{\""), "the top counts for every verb")
    #expect(try run("links", "--config", "/dev/null", "page.html").output == "/x\tone\n")
    #expect(try run("links", "page.html", environment: ["CONSOMME_CONFIG": "/dev/null"]).output == "/x\tone\n")

    let printed = try run("links", "--print-config", "-j3", environment: ["CONSOMME_TIMEOUT": "9"])
    #expect(printed.code == 0)
    #expect(
      origin("format", of: printed)?.hasSuffix("consomme.yaml:3") == true
        && origin("format", of: printed)?.hasPrefix("csv") == true)
    #expect(origin("jobs", of: printed) == "3  # command line")
    #expect(origin("timeout", of: printed) == "9  # CONSOMME_TIMEOUT")
    #expect(origin("on-error", of: printed) == "skip  # default")
    // What is printed can be read again.
    let again = try OptionCatalogue()
    #expect(
      try ConfigurationFile(path: file, text: printed.output, catalogue: again).setting("format", for: "links")?.values
        == ["csv"])
  }

  @Test func mistakesNameThePlaceAndTheNearestKey() throws {
    func error(_ text: String, _ arguments: [String] = ["check", "page.html"]) throws -> String {
      try scratch.file("a/b/consomme.yaml", text)
      let run = try ProgramRun(arguments, folder: scratch.folder.appendingPathComponent("a/b"))
      #expect(run.code == 64 && run.output.isEmpty, "\(text): \(run.code)")
      return run.errors
    }
    #expect(
      try error("jobs: 2\ncheck:\n  min-scroe: 3\n").contains(
        "consomme.yaml:3: there is no option “min-scroe” of check; did you mean “min-score”?"))
    #expect(
      try error("\nchekc:\n  fix: true\n").contains(
        "consomme.yaml:2: there is no option “chekc”; did you mean “check”?"))
    #expect(try error("zzzzzzzz: 1\n").contains("there is no option “zzzzzzzz”\n"))
    #expect(try error("jobs: [1, 2]\n").contains("consomme.yaml:1: “jobs” wants one value"))
    #expect(try error("recursive: perhaps\n").contains("“recursive” is true or false"))
    #expect(
      try error("check:\n  format: html\n").contains(
        "consomme.yaml:2: “format” of check is text, gnu, json, jsonl, sarif or github, not “html”"))
    #expect(try error("color: pink\n").contains("“color” is auto, always or never"))
    #expect(try error("# few\njobs: many\n").contains("consomme.yaml:2: "))
    #expect(try error("a: [\n").contains("is no YAML"))
    #expect(try error("- a\n").contains("wants lines such as"))
    #expect(try error("check: 3\n").contains("under the verb “check” stand its options"))
    #expect(try error("jobs: 1\njobs: 2\n").contains("is no YAML"))
    try scratch.file("a/b/consomme.yaml", "# nothing\n")
    let wrong = try run("links", "page.html", environment: ["CONSOMME_RECURSIVE": "perhaps"])
    #expect(wrong.code == 64 && wrong.errors.contains("CONSOMME_RECURSIVE is true or false"))
    let gone = try run("links", "--config", "gone.yaml", "page.html")
    #expect(gone.code == 64 && gone.errors.contains("gone.yaml: there is no such file"))
    // A mistake on the command line is not the file's.
    try scratch.file("a/b/consomme.yaml", "jobs: 2\n")
    #expect(try !run("links", "--formt", "json", "page.html").errors.contains("yaml"))
  }

  @Test func filesAreSoughtBesideTheFile() throws {
    try scratch.file("a/consomme.yaml", "model: models/mine.consomme\nlinks:\n  files-from: list.txt\n")
    try scratch.file("a/list.txt", "page.html\n")
    let printed = try run("links", "--print-config")
    #expect(origin("model", of: printed)?.contains("/a/models/mine.consomme") == true)
    #expect(origin("files-from", of: printed)?.contains("/a/list.txt") == true)
    // A reader without a model makes the configured one meaningless.
    #expect(try run("links", "--reader", "regex").output.hasSuffix("\n/x\tone\n"))
  }

  @Test func listsAndFlags() throws {
    try scratch.file(
      "a/consomme.yaml",
      "quiet: true\nlinks:\n  recursive: no\ncheck:\n  ignore: [a-rule, b-rule]\nmarkdown:\n  images: off\n")
    #expect(origin("ignore", of: try run("check", "--print-config"))?.hasPrefix("[a-rule, b-rule]  #") == true)
    #expect(
      origin("ignore", of: try run("check", "--print-config", "--ignore", "c", "--ignore=d"))
        == "[c, d]  # command line")
    #expect(origin("images", of: try run("markdown", "--print-config"))?.hasPrefix("false  #") == true)
    #expect(origin("images", of: try run("markdown", "--print-config", "--images")) == "true  # command line")
    #expect(origin("quiet", of: try run("links", "--print-config", "-rv")) == "false  # default", "-v contradicts it")
    #expect(origin("recursive", of: try run("links", "--print-config", "-rv")) == "true  # command line")
    try scratch.file("a/consomme.yaml", "# nothing\n")
    #expect(try run("links", "page.html").output == "/x\tone\n")
  }

  @Test func nearestNames() {
    #expect(OptionCatalogue.distance("formta", "format") == 1 && OptionCatalogue.distance("", "abc") == 3)
    #expect(OptionCatalogue.nearest(to: "jbos", in: ["jobs", "links"]) == "jobs")
    #expect(OptionCatalogue.nearest(to: "something", in: ["jobs"]) == nil)
  }
}
