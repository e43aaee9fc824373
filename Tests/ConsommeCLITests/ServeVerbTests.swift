import Foundation
import Testing

/// `consomme serve --stdio`: frames in, frames out.
struct ServeVerbTests {
  private static let verb = ["serve", "--stdio", "--reader", "libxml2"]

  private static func length(_ count: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
  }

  private static func frame(_ header: String, _ page: String = "") -> [UInt8] {
    let body = Array("\(header)\n\(page)".utf8)
    return length(body.count) + body
  }

  /// The replies in `bytes`, which must be whole frames and nothing else.
  private static func replies(_ bytes: [UInt8]) throws -> [[String: Any]] {
    var result: [[String: Any]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      try #require(rest.count >= 4 + count)
      let line = rest.dropFirst(4).prefix(count)
      #expect(line.last == 0x0A)
      result.append(try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]))
      rest = rest.dropFirst(4 + count)
    }
    return result
  }

  private func serve(_ input: [UInt8], _ options: [String] = []) throws -> (run: ProgramRun, replies: [[String: Any]]) {
    let run = try ProgramRun(Self.verb + options, input: input)
    return (run, try Self.replies(run.outputBytes))
  }

  @Test func repliesAreTheLinesOfTheVerbs() throws {
    let path = fixture("article-news/page.html")
    let page = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    for (verb, request, arguments) in [
      ("links", "\"options\": {\"resources\": true}", ["--resources"]), ("links", "\"options\": null", []),
      ("text", "\"options\": {\"whole_page\": true}", ["--whole-page"]),
      ("markdown", "\"options\": {\"links\": false, \"images\": false}", ["--no-links", "--no-images"]),
      ("check", "\"options\": {}", []),
    ] {
      let header = "{\"verb\": \"\(verb)\", \"id\": \"\(path)\", \(request)}"
      let served = try serve(Self.frame(header, page))
      #expect(served.run.code == 0)
      let printed = try ProgramRun([verb, "--reader", "libxml2", "--format", "jsonl", path] + arguments)
      #expect(Array(served.run.outputBytes.dropFirst(4)) == printed.outputBytes, "\(verb) \(arguments)")
    }
  }

  @Test func theNeuralReaderServes() throws {
    let page = "<title>A page</title><h1>A page</h1><p>Hello <a href=b>world</a>, this is one whole sentence.</p>"
    let input = ["links", "fields"].flatMap {
      Self.frame("{\"verb\": \"\($0)\", \"id\": \"p\", \"url\": \"https://example.org/a/\"}", page)
    }
    let run = try ProgramRun(["serve", "--stdio"], input: input)
    let replies = try Self.replies(run.outputBytes)
    #expect(run.code == 0 && replies.count == 2)
    #expect(replies.allSatisfy { $0["error"] is NSNull && $0["reader"] as? String == "neural" })
    #expect((replies.last?["fields"] as? [String: Any])?["title"] != nil)
    let scratch = try Scratch()
    let line = "{\"id\": \"p\", \"url\": \"https://example.org/a/\", \"html\": \"\(page)\"}\n"
    let printed = try ProgramRun(["links", "--format", "jsonl", try scratch.file("in.jsonl", line)])
    let first = run.outputBytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    #expect(Array(run.outputBytes[4..<4 + first]) == printed.outputBytes)
  }

  /// Nothing that comes ends the service; every request has its reply, in order.
  @Test(arguments: [1, 3]) func badRequestsAreAnswered(jobs: Int) throws {
    let good = Self.frame("{\"verb\": \"links\"}", "<a href=x>y</a>")
    let bad: [(frame: [UInt8], words: String)] = [
      (Self.frame("{\"verb\": \"lynx\"}", "<p>"), "no verb “lynx”"),
      (Self.frame("{\"id\": \"q\"}", "<p>"), "no “verb”"),
      (Self.frame("not JSON", "<p>"), "not a JSON object"), (Self.frame("[1]", "<p>"), "not a JSON object"),
      (Self.length(0), "no line feed"), (Self.length(3) + [1, 2, 3], "no line feed"),
      (Self.frame("{\"verb\": \"links\"}"), "is empty"),
      (Self.frame("{\"verb\": 7}", "<p>"), "“verb” of the wrong type"),
      (Self.frame("{\"verb\": \"links\", \"URL\": \"x\"}", "<p>"), "the key “URL”"),
      (Self.frame("{\"verb\": \"links\", \"options\": {\"spans\": true}}", "<p>"), "no option “spans”"),
      (Self.frame("{\"verb\": \"text\", \"options\": {\"favor\": \"all\"}}", "<p>"), "precision"),
      (Self.frame("{\"verb\": \"text\", \"options\": {\"spans\": 1}}", "<p>"), "“options.spans” of the wrong type"),
      (Self.frame("{\"verb\": \"links\"}", "WARC/1.0\r\n"), "archive"),
      (Self.frame("{\"verb\": \"links\"}", "GIF89a.."), "binary"),
      (Self.frame("{\"verb\": \"fields\"}", "<p>x"), "no field head"),
      (Self.length(1 << 22) + [UInt8](repeating: 0x41, count: 1 << 22), "--max-bytes"),
      (Self.frame("{\"verb\": \"links\", \"id\": \"large\"}", String(repeating: "x", count: 1001)), "--max-bytes"),
      (Self.frame(String(repeating: "[", count: 900), "<p>"), "not a JSON object"),
    ]
    let served = try serve(
      bad.flatMap { $0.frame + good }, ["--jobs", "\(jobs)", "--max-bytes", "1000"])
    #expect(served.run.code == 0 && served.run.errors.isEmpty)
    try #require(served.replies.count == 2 * bad.count)
    for (number, (_, words)) in bad.enumerated() {
      let error = try #require(served.replies[2 * number]["error"] as? String)
      #expect(error.contains(words) && error.hasSuffix("."), "\(error)")
      let next = served.replies[2 * number + 1]
      #expect(next["error"] is NSNull && (next["links"] as? [Any])?.count == 1)
      #expect(next["id"] as? String == "\(2 * number + 2)")
    }
  }

  /// The charset is that of the HTTP header; a label that nobody knows is none.
  @Test func theCharset() throws {
    let page = Array("<a href=x>".utf8) + [0xE9] + Array("</a>".utf8)
    for (charset, text) in [("iso-8859-2", "é"), ("koi8-r", "И"), ("klingon", "é")] {
      let body = Array("{\"verb\": \"links\", \"charset\": \"\(charset)\"}\n".utf8) + page
      let served = try serve(Self.length(body.count) + body)
      let links = served.replies.first?["links"] as? [[String: Any]]
      #expect(links?.first?["text"] as? String == text, "\(charset)")
    }
  }

  /// A frame cut anywhere: what came before is answered, the cut is told, and the exit code says so.
  @Test func cutInputIsTold() throws {
    let frame = Self.frame("{\"verb\": \"links\", \"id\": \"1\"}", "<a href=x>y</a>")
    for cut in [0, 1, 3, 4, 5, frame.count - 1] {
      let served = try serve(frame + frame.prefix(cut))
      #expect(served.replies.count == (cut == 0 ? 1 : 2))
      #expect(served.replies[0]["error"] is NSNull)
      #expect(served.run.code == (cut == 0 ? 0 : 2))
      guard cut > 0 else { continue }
      let error = served.replies[1]["error"] as? String
      #expect(error?.contains("byte \(frame.count): the input ends inside a frame") == true)
    }
    // A frame that is too long to be read, and cut.
    let served = try serve(Self.length(Int(UInt32.max)) + Array("GET / HTTP/1.1".utf8))
    #expect(served.replies.count == 1 && served.run.code == 2)
    #expect((served.replies[0]["error"] as? String)?.contains("14 of 4294967295 bytes") == true)
    #expect(try serve([]).run.code == 0)
  }

  /// The reply comes while the input stays open, and the process ends when it closes.
  @Test func repliesAreFlushed() throws {
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = try ProgramRun.program()
    process.arguments = Self.verb
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    for number in 1...3 {
      // Byte by byte: a frame may come in any pieces.
      for byte in Self.frame("{\"verb\": \"links\"}", "<a href=x>y</a>") {
        try input.fileHandleForWriting.write(contentsOf: [byte])
      }
      let length = try #require(try output.fileHandleForReading.read(upToCount: 4))
      let line = try #require(
        try output.fileHandleForReading.read(upToCount: length.reduce(0) { $0 << 8 | Int($1) }))
      #expect(String(decoding: line, as: UTF8.self).contains("\"id\":\"\(number)\""))
    }
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func usage() throws {
    #expect(try ProgramRun(["serve"]).code == 64)
    #expect(try ProgramRun(["serve", "--stdio", "--reader", "regex"]).code == 64)
    #expect(try ProgramRun(["serve", "--stdio", "--model", "/nowhere"]).code == 2)
  }

  /// The client in Python gets what the program prints. Skipped where there is no Python.
  @Test(.enabled(if: Self.hasPython)) func theClientInPython() throws {
    let process = Process()
    let script = URL(fileURLWithPath: fixture("")).deletingLastPathComponent()
      .appendingPathComponent("Examples/serve/test_client.py")
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-B", script.path, try ProgramRun.program().path, fixture(""), "--reader", "libxml2",
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  private static let hasPython: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "--version"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()
}
