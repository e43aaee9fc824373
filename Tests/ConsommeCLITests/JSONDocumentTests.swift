import Foundation
import Testing

/// JSON is read by a model of its own, chosen by content: the same code, other data.
@Suite struct JSONDocumentTests {
  private static let document = """
    {
      "name": "soup-kitchen",
      "version": "1.2.0",
      "description": "Cooks clear broth out of tag soup.",
      "homepage": "https://soup.example/kitchen",
      "repository": {
        "type": "git",
        "url": "https://code.example/soup/kitchen.git"
      },
      "keywords": ["soup", "broth", "kitchen"],
      "dependencies": {
        "ladle": "^2.0.1",
        "sieve": "~0.4.0"
      }
    }

    """

  @Test func addressesAndTextAreFound() throws {
    let scratch = try Scratch()
    let file = try scratch.file("package.json", Self.document)
    let links = try ProgramRun(["links", file]).output
    #expect(links == "https://soup.example/kitchen\t\nhttps://code.example/soup/kitchen.git\t\n")
    #expect(try ProgramRun(["text", file]).output == "Cooks clear broth out of tag soup.\n")
  }

  @Test func stringsComeOutAsTheyAreMeant() throws {
    let scratch = try Scratch()
    let text = Self.document.replacing("clear broth out of tag soup", with: #"clear \"broth\" out of caf\u00e9 soup"#)
      .replacing("https://soup.example/kitchen", with: #"https:\/\/soup.example\/kitchen"#)
    let file = try scratch.file("package.json", text)
    #expect(try ProgramRun(["text", file]).output == "Cooks clear \"broth\" out of café soup.\n")
    #expect(try ProgramRun(["links", file]).output.hasPrefix("https://soup.example/kitchen\t\n"))
  }

  @Test(arguments: [
    ("\"^2.0.1\",", "\"^2.0.1\"", "missing-comma", "insert `,`"),
    ("\"version\":", "\"version\"", "missing-colon", "insert `:`"),
  ]) func faultsAreFoundAndMended(sound: String, broken: String, rule: String, repair: String) throws {
    let scratch = try Scratch()
    let whole = try ProgramRun(["check", try scratch.file("whole.json", Self.document)])
    #expect(whole.code == 0 && whole.output == "")
    let text = Self.document.replacing(sound, with: broken)
    let run = try ProgramRun(["check", try scratch.file("broken.json", text)])
    #expect(run.code == 1 && run.output.contains("[\(rule)]") && run.output.contains(repair))
    let mended = try ProgramRun(["check", "--fix", scratch.folder.path + "/broken.json"])
    #expect(mended.output == Self.document)
  }

  @Test func resultsNameTheModelThatRead() throws {
    let scratch = try Scratch()
    let json = try scratch.file("a.json", Self.document)
    let page = try scratch.file("a.html", "<p>Soup <a href=\"/b\">of the day</a></p>")
    let records = try ProgramRun(["text", "--format", "jsonl", json, page]).records()
    let models = records.compactMap { $0["model"] as? String }
    #expect(models.count == 2 && models[0] != models[1])
    // A model given by name reads everything.
    let forced = try ProgramRun(
      ["text", "--format", "jsonl", "--model", fixture("../models/default.consomme"), json, page]
    ).records()
    #expect(Set(forced.compactMap { $0["model"] as? String }) == [models[1]])
  }

  /// Of two edits that read equally well, the one that takes nothing away is proposed: the quote put back, not the line break lost.
  @Test func missingQuoteIsPutBack() throws {
    let whole = """
      {
        "name": "soup-kitchen",
        "version": "1.4.0",
        "private": true,
        "keywords": [
          "soup",
          "broth",
          "leek"
        ],
        "license": "MIT"
      }

      """
    let scratch = try Scratch()
    let broken = whole.replacingOccurrences(of: "broth\"", with: "broth")
    let run = try ProgramRun(["check", "--fix", try scratch.file("broken.json", broken)])
    #expect(run.output == whole)
  }
}
