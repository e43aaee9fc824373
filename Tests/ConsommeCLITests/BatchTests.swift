import Foundation
import Testing

/// Long runs: their summaries, parts, signals, and what an interruption leaves.
struct BatchTests {
  private static let verb = ["links", "--reader", "libxml2", "--format", "jsonl", "--input-format", "jsonl"]

  private func lines(_ count: Int, filler: Int = 40) -> String {
    let body = String(repeating: "<p>A sentence that fills the page.</p>", count: filler)
    return (0..<count).map { number in
      number % 17 == 5
        ? "{\"id\": \"p\(number)\", \"html\": \(number)}\n"
        : "{\"id\": \"p\(number)\", \"html\": \"\(body)<a href='/\(number)'>\(number)</a>\"}\n"
    }.joined()
  }

  private func json(_ scratch: Scratch, _ name: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(try scratch.read(name).utf8)) as? [String: Any])
  }

  @Test func theSummary() throws {
    let scratch = try Scratch()
    let input = try scratch.file("in.jsonl", lines(40))
    let summary = scratch.folder.appendingPathComponent("summary.json").path
    let run = try ProgramRun(Self.verb + ["--summary", summary, "--jobs", "2", input])
    #expect(run.code == 2)
    #expect(run.errors.contains("3 of 40 pages could not be read: 3 × "))
    let found = try json(scratch, "summary.json")
    #expect(found["pages"] as? Int == 40)
    #expect(found["failed"] as? Int == 3)
    #expect((found["bytes"] as? Int ?? 0) > 37 * 1500)
    #expect((found["seconds"] as? Double ?? -1) >= 0)
    let errors = try #require(found["errors"] as? [String: Int])
    #expect(Array(errors.values) == [3])
    #expect(found["interrupted"] is NSNull)
  }

  @Test func shardsHoldEachPageOnce() throws {
    let scratch = try Scratch()
    let input = try scratch.file("in.jsonl", lines(30, filler: 1))
    var ids: [String] = []
    for shard in 1...4 {
      let run = try ProgramRun(Self.verb + ["--shard", "\(shard)/4", input])
      ids += try run.records().compactMap { $0["id"] as? String }
    }
    #expect(Set(ids).count == 30 && ids.count == 30)

    let names = try (0..<7).map { try scratch.file("f\($0).html", "<a href=\($0)>x</a>") }
    var found: [String] = []
    for task in 0..<3 {
      let run = try ProgramRun(
        ["links", "--reader", "libxml2", "--format", "jsonl", "--shard", "auto/3"] + names,
        environment: ["JOB_COMPLETION_INDEX": "\(task)"])
      #expect(run.code == 0)
      found += try run.records().compactMap { $0["id"] as? String }
    }
    #expect(found.sorted() == names)
  }

  /// Kills the run at random moments and goes on with it: nothing is lost, nothing comes twice, whatever `--jobs` is.
  /// `CONSOMME_KILLS` says how often (`make test-kills`).
  @Test func killedRunsGoOn() throws {
    let kills = ProcessInfo.processInfo.environment["CONSOMME_KILLS"].flatMap(Int.init) ?? 4
    let scratch = try Scratch()
    let input = try scratch.file("in.jsonl", lines(500))
    func path(_ name: String) -> String { scratch.folder.appendingPathComponent(name).path }
    let start = Date()
    let whole = try ProgramRun(
      Self.verb + ["--output", path("whole.jsonl"), "--failures", path("whole.failures"), "--jobs", "1", input])
    let seconds = Date().timeIntervalSince(start)
    #expect(whole.code == 2)

    var random = SystemRandomNumberGenerator()
    var code: Int32 = SIGKILL
    for kill in 0...kills {
      let process = Process()
      process.executableURL = try ProgramRun.program()
      process.arguments =
        Self.verb
        + [
          "--output", path("out.jsonl"), "--failures", path("failures"), "--jobs", "\(1 + kill % 3)", "--resume", input,
        ]
      process.standardError = FileHandle.nullDevice
      try process.run()
      let identifier = process.processIdentifier
      if kill < kills {
        let wait = DispatchWorkItem { Foundation.kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(
          deadline: .now() + .milliseconds(Int(Double.random(in: 0...seconds, using: &random) * 1000)), execute: wait)
        process.waitUntilExit()
        wait.cancel()
      } else {
        process.waitUntilExit()
      }
      code = process.terminationStatus
    }
    #expect(code == 2)
    #expect(try scratch.read("out.jsonl") == (try scratch.read("whole.jsonl")))
    #expect(try scratch.read("failures") == (try scratch.read("whole.failures")))
    let rest = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path)
    #expect(!rest.contains { $0.hasSuffix(".part") })
  }

  @Test func aTornLineIsReadAgainAndAnotherInputIsRefused() throws {
    let scratch = try Scratch()
    let input = try scratch.file("in.jsonl", lines(20, filler: 1))
    let output = scratch.folder.appendingPathComponent("out.jsonl").path
    let whole = try ProgramRun(Self.verb + [input])
    let half = whole.lines[..<9].map { $0 + "\n" }.joined() + whole.lines[9].prefix(30)
    try scratch.file("out.jsonl.part", half)

    let other = try scratch.file("other.jsonl", lines(20, filler: 1).replacing("\"p3\"", with: "\"q3\""))
    let refused = try ProgramRun(Self.verb + ["--resume", "--output", output, other])
    #expect(refused.code == 2 && refused.errors.contains("“p3”") && refused.errors.contains("without --resume"))
    let reader = Self.verb.map { $0 == "libxml2" ? "regex" : $0 }
    let another = try ProgramRun(reader + ["--resume", "--output", output, input])
    #expect(another.code == 2 && another.errors.contains("another reader"))
    let short = try scratch.file("short.jsonl", lines(5, filler: 1))
    #expect(try ProgramRun(Self.verb + ["--resume", "--output", output, short]).errors.contains("more pages"))

    let run = try ProgramRun(Self.verb + ["--resume", "--output", output, input])
    #expect(run.code == 2 && run.errors.contains("9 of them done before"))
    #expect(try scratch.read("out.jsonl") == whole.output)
    // Whole already: nothing is read, and the exit code stays.
    let again = try ProgramRun(Self.verb + ["--resume", "--output", output, "/nowhere"])
    #expect(again.code == 2 && again.errors.contains("whole already, with 20 pages"))
  }

  @Test func aFolderGoesOn() throws {
    let scratch = try Scratch()
    let paths = try (0..<5).map { try scratch.file("in/\($0).html", "<p>Page \($0), with a sentence.</p>") }
    let out = scratch.folder.appendingPathComponent("out").path
    try scratch.file("out/1.txt", "done before")
    let run = try ProgramRun(
      ["text", "--reader", "libxml2", "--whole-page", "--resume", "--output", out + "/"] + paths)
    #expect(run.code == 0)
    #expect(try scratch.read("out/1.txt") == "done before")
    #expect(try scratch.read("out/4.txt") == "Page 4, with a sentence.\n")
    let wrong = try ProgramRun(["text", "--resume", paths[0]])
    #expect(wrong.code == 64)
  }

  @Test(arguments: [SIGINT, SIGTERM]) func signalsEndARunInOrder(signal: Int32) throws {
    let code = 128 + signal
    let scratch = try Scratch()
    let output = scratch.folder.appendingPathComponent("out.jsonl").path
    let summary = scratch.folder.appendingPathComponent("summary.json").path
    let process = Process()
    let pipe = Pipe()
    process.executableURL = try ProgramRun.program()
    process.arguments = Self.verb + ["--output", output, "--summary", summary, "--jobs", "2"]
    process.standardInput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    // More input is to come when the signal does: the program waits for it.
    try pipe.fileHandleForWriting.write(contentsOf: Data(lines(30).utf8))
    let part = output + ".part"
    for _ in 0..<500 where ((try? Data(contentsOf: URL(fileURLWithPath: part)))?.count ?? 0) == 0 { usleep(10_000) }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == code)
    let written = try scratch.read("out.jsonl.part")
    #expect(!written.isEmpty && written.hasSuffix("\n"))
    #expect(try json(scratch, "summary.json")["interrupted"] as? String == (signal == SIGINT ? "SIGINT" : "SIGTERM"))

    let input = try scratch.file("in.jsonl", lines(30))
    let rest = try ProgramRun(Self.verb + ["--output", output, "--resume", input])
    #expect(rest.code == 2)
    // Only the messages know where the pages came from.
    let resumed = try scratch.read("out.jsonl").replacing("standard input", with: input)
    #expect(resumed == (try ProgramRun(Self.verb + [input])).output)
  }

  @Test func resultsAppearOnlyWhole() throws {
    let scratch = try Scratch()
    let input = try scratch.file("in.jsonl", lines(3, filler: 1))
    let output = try scratch.file("out.txt", "before\n")
    // Devices are written as they are.
    #expect(try ProgramRun(Self.verb + ["--output", "/dev/null", input]).code == 0)
    let run = try ProgramRun([
      "links", "--reader", "libxml2", "--output", output, input, "--on-error", "fail", "/nowhere",
    ])
    #expect(run.code == 2)
    #expect(try scratch.read("out.txt") == "before\n")
    #expect(!FileManager.default.fileExists(atPath: output + ".part"))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: output)
    #expect(try ProgramRun(["links", "--reader", "libxml2", "--output", output, input]).code == 0)
    #expect(try scratch.read("out.txt").contains("/2"))
    let mode = try FileManager.default.attributesOfItem(atPath: output)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }
}
