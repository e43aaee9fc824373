import Foundation
import Testing

/// Inputs good and bad, their order, and the exit code.
struct InputHandlingTests {
  private func line(_ number: Int) -> String {
    // Long and short pages in turn, so that workers overtake each other.
    let filler = String(repeating: "<p>filler</p>", count: number % 3 == 0 ? 4000 : 1)
    return
      #"{"id": "p\#(number)", "url": "https://e.org/\#(number)/", "html": "\#(filler)<a href=\"x\">\#(number)</a>"}"#
      + "\n"
  }

  @Test(arguments: [1, 2, 5]) func oneLineAPageInOrder(jobs: Int) throws {
    let input = (0..<60).map { $0 == 31 ? "{\"id\": \"p31\", \"html\": 7}\n" : line($0) }.joined()
    let run = try ProgramRun(
      ["links", "--reader", "libxml2", "--format", "jsonl", "--input-format", "jsonl", "--jobs", "\(jobs)"],
      input: Array(input.utf8))
    #expect(run.code == 2)
    let records = try run.records()
    #expect(records.map { $0["id"] as? String } == (0..<60).map { "p\($0)" })
    for (number, record) in records.enumerated() {
      let links = try #require(record["links"] as? [[String: Any]])
      if number == 31 {
        #expect(links.isEmpty)
        #expect((record["error"] as? String)?.contains("line 32") == true)
      } else {
        #expect(record["error"] is NSNull)
        #expect(links.first?["url"] as? String == "https://e.org/\(number)/x")
      }
    }
    #expect(run.errors.contains("line 32"))
    #expect(run.errors.contains("1 of 60 pages"))
  }

  @Test func whatIsPrintedDoesNotDependOnJobs() throws {
    let paths = ["recipe", "forum-thread", "nineties-page", "app-shell", "blog-code"].map { fixture("\($0)/page.html") }
    let runs = try ["1", "4"].map {
      try ProgramRun(["markdown", "--reader", "libxml2", "--format", "jsonl", "--jobs", $0] + paths)
    }
    #expect(runs[0].outputBytes == runs[1].outputBytes)
    #expect(try runs[0].records().map { $0["id"] as? String } == paths)
  }

  @Test func badInputIsReportedAndTheRestIsDone() throws {
    let scratch = try Scratch()
    let good = try scratch.file("good.html", "<a href=x>x</a>")
    let empty = try scratch.file("empty.html", "")
    let picture = try scratch.file("picture.html", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0]).path
    let gzip = try scratch.file("cut.gz", [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3, 0x4B]).path
    let failures = scratch.folder.appendingPathComponent("failures.jsonl").path
    let run = try ProgramRun([
      "links", "--reader", "libxml2", "--format", "jsonl", "--failures", failures, empty, "/nowhere/at/all", picture,
      scratch.folder.path, gzip, good,
    ])
    #expect(run.code == 2)
    let records = try run.records()
    #expect(records.count == 6)
    #expect(records.dropLast().allSatisfy { $0["error"] is String })
    #expect(records.last?["error"] is NSNull)
    #expect(try scratch.read("failures.jsonl").split(separator: "\n").count == 5)
    for word in ["empty", "no such file", "PNG", "--recursive", "too early"] { #expect(run.errors.contains(word)) }
  }

  @Test func damagedPagesAreReadAndTold() throws {
    let scratch = try Scratch()
    let bytes = Array("{\"id\": \"p\", \"html\": \"<p><a href=x>caf".utf8) + [0xC3] + Array("</a>\"}\n".utf8)
    let path = try scratch.file("damaged.jsonl", bytes).path
    let failures = scratch.folder.appendingPathComponent("failures.jsonl").path
    let run = try ProgramRun([
      "links", "--reader", "libxml2", "--format", "jsonl", "--failures", failures, path,
    ])
    #expect(run.code == 0)
    let record = try #require(try run.records().first)
    #expect((record["links"] as? [Any])?.count == 1 && record["error"] is NSNull)
    #expect(run.errors.contains("line 1: the line is not UTF-8;"))
    let told = try scratch.read("failures.jsonl")
    #expect(told.contains(#""read":true"#) && told.contains(#""line":1"#))
  }

  @Test func onErrorFailStopsAtTheFirst() throws {
    let run = try ProgramRun([
      "links", "--reader", "libxml2", "--format", "jsonl", "--on-error", "fail", "--jobs", "1", "/nowhere",
      fixture("recipe/page.html"),
    ])
    #expect(run.code == 2)
    #expect(run.lines.count == 1)
  }

  @Test(arguments: ["neural", "libxml2", "regex"]) func oddBytesAreRead(reader: String) throws {
    let scratch = try Scratch()
    let pages: [[UInt8]] = [
      Array("plain text".utf8), [0xFF, 0xFE, 0x41], [0xC3], Array("<a href=\"".utf8), Array("<".utf8),
      Array("<!--".utf8),
      [UInt8](repeating: 0xE2, count: 300), Array("<meta charset=nonsense><a href=x>y".utf8),
      Array(#"{"a": [1, "<b>"]}"#.utf8),
      Array(String(repeating: "<div>", count: 2000).utf8),
    ]
    let paths = try pages.enumerated().map { try scratch.file("\($0.offset).html", $0.element).path }
    let run = try ProgramRun(["links", "--reader", reader, "--format", "jsonl"] + paths)
    #expect(run.code == 0, "\(run.errors)")
    #expect(try run.records().map { $0["id"] as? String } == paths)
  }

  @Test func foldersAndLists() throws {
    let scratch = try Scratch()
    try scratch.file("site/b/2.html", "<a href=2>two</a>")
    try scratch.file("site/a.html", "<a href=1>one</a>")
    let site = scratch.folder.appendingPathComponent("site").path
    let run = try ProgramRun(["links", "--reader", "libxml2", "--recursive", site])
    #expect(run.output == "==> \(site)/a.html <==\n1\tone\n\n==> \(site)/b/2.html <==\n2\ttwo\n")

    let list = try ProgramRun(
      ["links", "--reader", "libxml2", "--format", "csv", "--files-from", "-", "-0"],
      input: Array("\(site)/b/2.html\0\(site)/a.html\0".utf8))
    #expect(list.code == 0)
    #expect(list.output.split(separator: "\r\n").map { $0.split(separator: ",")[1] } == ["href", "2", "1"])
    let nothing = try ProgramRun(["links", "--reader", "libxml2", "--files-from", "-"])
    #expect(nothing.code == 0 && nothing.output == "")
    let missing = try ProgramRun(["links", "--files-from", "/nowhere.txt"])
    #expect(missing.code == 2)
  }

  @Test func outputIntoAFileAndAFolder() throws {
    let scratch = try Scratch()
    let site = scratch.folder.appendingPathComponent("site").path
    try scratch.file("site/a.html", "<p>First page, with a sentence.</p>")
    try scratch.file("site/b/a.html", "<p>Second page, with a sentence.</p>")
    let out = scratch.folder.appendingPathComponent("out").path
    let run = try ProgramRun(["text", "--reader", "libxml2", "--whole-page", "-r", site, "--output", out + "/"])
    #expect(run.code == 0 && run.output == "")
    #expect(try scratch.read("out/a.txt") == "First page, with a sentence.\n")
    #expect(try scratch.read("out/b/a.txt") == "Second page, with a sentence.\n")

    let file = scratch.folder.appendingPathComponent("all.jsonl").path
    let second = try ProgramRun(
      ["text", "--reader", "libxml2", "--format", "jsonl", "--whole-page", "-r", site, "-o", file])
    #expect(second.code == 0 && second.output == "")
    #expect(try scratch.read("all.jsonl").split(separator: "\n").count == 2)

    let same = try ProgramRun(["text", "--reader", "libxml2", site + "/a.html", "-o", site + "/a.html"])
    #expect(same.code == 2)
    #expect(try scratch.read("site/a.html") == "<p>First page, with a sentence.</p>")
    let nowhere = try ProgramRun(["text", "--reader", "libxml2", site + "/a.html", "-o", "/proc/none/x"])
    #expect(nowhere.code == 2 && nowhere.errors.contains("/proc/none/x"))
  }

  @Test func limitsOfBytesAndTime() throws {
    let large = try ProgramRun(
      ["links", "--reader", "libxml2", "--max-bytes", "1k", fixture("recipe/page.html")])
    #expect(large.code == 2 && large.errors.contains("--max-bytes"))
    let slow = try ProgramRun(
      ["links", "--reader", "libxml2", "--timeout", "0.0000001", "--format", "jsonl", fixture("recipe/page.html")])
    #expect(slow.code == 2 && slow.errors.contains("--timeout"))
    #expect(try slow.records().count == 1)
  }

  @Test func aClosedPipeEndsTheProgramQuietly() throws {
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/bash")
    let program = try ProgramRun.program().path
    let errors = Pipe()
    shell.arguments = [
      "-c",
      "set -o pipefail; for i in $(seq 200); do cat '\(fixture("forum-thread/page.html"))'; done"
        + " | '\(program)' links --reader libxml2 | head -n 1 >/dev/null; echo ${PIPESTATUS[1]} >&2",
    ]
    shell.standardError = errors
    try shell.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    shell.waitUntilExit()
    #expect(text == "0\n")
  }
}
