import Foundation
import Testing

/// `consomme train prepare`, and what `consomme train` refuses.
struct TrainVerbTests {
  private let page = """
    <title>Soup</title><ul><li><a href="/">Home</a></li></ul><script>count(1)</script><h1>Leek &amp; potato</h1>
    <p class="lead">Sweat the leeks in butter, add the potatoes and the stock.</p><p class="foot">All rights boiled.</p>
    """

  private func line(_ members: [String: String]) throws -> String {
    String(decoding: try JSONSerialization.data(withJSONObject: members), as: UTF8.self) + "\n"
  }

  private func prepare(_ arguments: String..., input: String) throws -> ProgramRun {
    try ProgramRun(["train", "prepare"] + arguments, input: Array(input.utf8))
  }

  @Test func goldBecomesLabels() throws {
    let gold = "Leek & potato\nSweat the leeks in butter, add the potatoes and the stock."
    let run = try prepare(input: try line(["id": "soup", "html": page, "main_text": gold]))
    #expect(run.code == 0 && run.errors == "")
    let record = try #require(try run.records().first)
    #expect(record["id"] as? String == "soup" && record["gold"] as? Bool == true && record["label_f1"] as? Double == 1)
    let html = Array(try #require(record["html"] as? String).utf8)
    var texts: [String: String] = [:]
    for run in try #require(record["tags"] as? [[Any]]) {
      let (start, length) = (try #require(run[0] as? Int), try #require(run[1] as? Int))
      let tags = try #require(run[2] as? [String: Any])
      if let content = tags["content"] as? String {
        texts[content, default: ""] += String(decoding: html[start..<start + length], as: UTF8.self) + "|"
      }
    }
    #expect(texts["main"]?.hasPrefix("Leek &amp; potato|") == true)
    #expect(texts["aside"]?.hasPrefix("Home|") == true && texts["aside"]?.hasSuffix("All rights boiled.|") == true)
  }

  @Test(arguments: [["--as-served"], ["--condense"], ["--strip"]]) func everyByteHasItsPlace(_ form: [String]) throws {
    let run = try ProgramRun(["train", "prepare"] + form, input: Array(try line(["html": page]).utf8))
    let record = try #require(try run.records().first)
    let source = Array(page.utf8)
    let html = Array(try #require(record["html"] as? String).utf8)
    #expect((html == source) == (form == ["--as-served"]))
    let runs = try #require(record["offsets"] as? [[Int]])
    for (index, run) in runs.enumerated() {
      let end = index + 1 < runs.count ? runs[index + 1][0] : html.count
      #expect(html[run[0]..<end].elementsEqual(source[run[1]..<run[1] + end - run[0]]))
    }
  }

  @Test func repairsGiveThePageBack() throws {
    let input = try line(["html": page])
    let run = try prepare("--as-served", "--corrupt", "4", "--seed", "7", input: input)
    let record = try #require(try run.records().first)
    var html = Array(try #require(record["html"] as? String).utf8)
    let faults = try #require(record["faults"] as? [[String: Any]])
    #expect(!faults.isEmpty && html != Array(page.utf8))
    for fault in faults.reversed() {
      let repair = try #require(fault["repair"] as? [String: Any])
      let offset = try #require(repair["offset"] as? Int)
      let length = try #require(repair["delete"] as? Int)
      html.replaceSubrange(offset..<offset + length, with: Array(try #require(repair["insert"] as? String).utf8))
    }
    #expect(html == Array(page.utf8))
    #expect(try prepare("--as-served", "--corrupt", "4", "--seed", "7", input: input).output == run.output)
  }

  @Test func servedBytesAreDecoded() throws {
    let served = Data(#"<meta charset="iso-8859-1"><p>Br"#.utf8) + Data([0xfc]) + Data("he</p>".utf8)
    let run = try prepare(input: try line(["html_base64": served.base64EncodedString()]))
    let record = try #require(try run.records().first)
    #expect((record["html"] as? String)?.hasSuffix("<p>Brühe</p>") == true)
    #expect(record["encoding"] as? String == "windows-1252" && record["label_f1"] is NSNull)
  }

  @Test func whatCannotBeReadIsSaid() throws {
    let run = try prepare("-", "/no/such/file", "-", input: "{\"id\": \"x\"}\n{\"html\n" + (try line(["html": page])))
    #expect(run.code == 2 && run.lines.count == 1)
    #expect(run.errors.contains("standard input, line 1: the object has neither “html”"))
    #expect(run.errors.contains("standard input, line 2: the JSON is broken"))
    #expect(run.errors.contains("/no/such/file"))
  }

  /// A network over rows is taught from a few lines: the model file holds it, says so, and reads; its trunk is what it was.
  @Test(arguments: [("content", ["--epochs", "2"]), ("faults", ["--pages", "8"])])
  func partsAreTaughtByThemselves(_ part: String, _ options: [String]) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "consomme-\(part)-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let data = folder.appending(path: "pages.jsonl").path
    let model = folder.appending(path: "new.consomme").path
    let gold = "Leek & potato\nSweat the leeks in butter, add the potatoes and the stock."
    let lines = try (1...3).map { try line(["id": "\($0)", "html": page, "main_text": gold, "split": "train"]) }
    try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: data))
    let command = ["train", part, "--data", data, "--output", model, "--channels", "32", "--seed", "3"]
    let run = try ProgramRun(command + options)
    #expect(run.code == 0, "\(run.errors)")
    let once = try Data(contentsOf: URL(fileURLWithPath: model))
    let information = try ProgramRun(["model", "info", model])
    #expect(information.code == 0 && information.output.contains("seed 3"), "\(information.output)")
    let shipped = try ProgramRun(["links"], input: Array(page.utf8))
    let links = try ProgramRun(["links", "--model", model], input: Array(page.utf8))
    #expect(links.code == 0 && links.output == shipped.output && !links.output.isEmpty)
    // Threads do not change what is learned.
    #expect(try ProgramRun(command + options + ["--threads", "1"]).code == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: model)) == once)

    let heldOut = try line(["id": "x", "html": page, "main_text": gold, "split": "valid"])
    try Data(heldOut.utf8).write(to: URL(fileURLWithPath: data))
    let refused = try ProgramRun(command + options)
    #expect(refused.code != 0 && !refused.errors.isEmpty)
  }

  @Test(arguments: [
    [], ["--data", "x"], ["--data", "x", "--output", "y", "--wide-channels", "100"],
    ["--data", "x", "--output", "y", "--report-steps", "0"], ["prepare", "--corrupt=-1"],
    ["faults", "--data", "x", "--output", "y", "--pages", "0"],
    ["content", "--data", "x", "--output", "y", "--epochs", "0"],
    ["faults", "--data", "x", "--output", "y", "--channels", "33"],
    ["content", "--data", "x", "--output", "y", "--threads", "0"],
  ])
  func wrongUsage(_ arguments: [String]) throws {
    #expect(try ProgramRun(["train"] + arguments).code == 64)
  }
}
