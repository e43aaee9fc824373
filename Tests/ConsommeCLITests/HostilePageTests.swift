import Foundation
import Testing

/// Pages made to break readers: every verb ends, in time linear in the page, with a result or a reason.
@Suite struct HostilePageTests {
  static let pages: [(name: String, make: @Sendable (Int) -> [UInt8])] = [
    ("nested tags", { count in Array((String(repeating: "<div>", count: count / 5) + "deep").utf8) }),
    ("one attribute", { count in Array(("<p title=\"" + String(repeating: "x", count: count) + "\">text</p>").utf8) }),
    ("less-than signs", { count in [UInt8](repeating: 0x3c, count: count) }),
    ("ampersands", { count in [UInt8](repeating: 0x26, count: count) }),
    ("open quotes", { count in Array(String(repeating: "<a href=\"", count: count / 9).utf8) }),
    ("bytes from 0x80 on", { count in (0..<count).map { UInt8(0x80 + $0 % 128) } }),
  ]

  @Test(arguments: pages.indices, ["links", "text", "markdown", "check", "entropy"])
  func everyVerbEnds(page: Int, verb: String) throws {
    let scratch = try Scratch()
    let file = try scratch.file("page.html", String(decoding: [], as: UTF8.self))
    try Data(Self.pages[page].make(60_000)).write(to: URL(fileURLWithPath: file))
    let run = try ProgramRun([verb, "--format", "jsonl", file])
    #expect([0, 1].contains(run.code), "\(Self.pages[page].name): \(run.errors)")
    #expect(try run.records().count == 1)
  }

  @Test(arguments: ["links", "text", "markdown"]) func theClassicReaderEnds(verb: String) throws {
    let scratch = try Scratch()
    for page in Self.pages {
      let file = try scratch.file("page.html", "")
      try Data(page.make(1_000_000)).write(to: URL(fileURLWithPath: file))
      let run = try ProgramRun([verb, "--reader", "libxml2", "--format", "jsonl", file])
      #expect(run.code == 0, "\(page.name): \(run.errors)")
      #expect(try run.records().count == 1)
    }
  }

  /// Zeros are no page, however many come; a page that is too long is not read whole.
  @Test func muchIsNotRead() throws {
    let scratch = try Scratch()
    let zeros = try scratch.file("zeros", "")
    try Data(count: 4_000_000).write(to: URL(fileURLWithPath: zeros))
    #expect(try ProgramRun(["text", zeros]).errors.contains("binary data"))
    let long = try scratch.file("long.html", "<p>" + String(repeating: "soup ", count: 100_000))
    let run = try ProgramRun(["text", "--max-bytes", "100k", long])
    #expect(run.code == 2 && run.output.isEmpty && run.errors.contains("--max-bytes"))
  }
}
