import Documents
import Foundation
import Inputs
import Pages
import Synchronization
import Testing

@testable import ConsommeCLI

/// The rooms behind the verbs.
struct PipelineTests {
  @Test(arguments: [1, 2, 7]) func aPoolKeepsTheOrderAndItsBounds(jobs: Int) throws {
    let given = Atomic<Int>(0)
    var results: [Int] = []
    var furthest = 0
    try OrderedPool.run(
      jobs: jobs,
      makeSource: {
        var number = 0
        return {
          number += 1
          given.store(number, ordering: .relaxed)
          return number <= 300 ? number : nil
        }
      },
      makeWorker: { 2 }, size: { _ in 1 },
      work: { item, factor in
        if item % 5 == 0 { usleep(200) }
        return item * factor
      },
      idle: {},
      consume: {
        results.append($0)
        furthest = max(furthest, given.load(ordering: .relaxed) - results.count)
        return true
      })
    #expect(results == (1...300).map { 2 * $0 })
    #expect(furthest <= 2 * jobs + 5)
  }

  @Test func aPoolStopsWhenToldTo() throws {
    var count = 0
    try OrderedPool.run(
      jobs: 3, makeSource: { { 1 } }, makeWorker: {}, size: { _ in 100 << 20 }, work: { item, _ in item }, idle: {},
      consume: {
        count += $0
        return count < 50
      })
    #expect(count == 50)
  }

  @Test func aPoolDoesNotWaitForWhatIsLate() throws {
    let lateItems = [3, 4, 9]
    let start = ContinuousClock.now
    var results: [Int] = []
    try OrderedPool.run(
      jobs: 2,
      makeSource: {
        var number = 0
        return {
          number += 1
          return number <= 20 ? number : nil
        }
      },
      makeWorker: {}, size: { _ in 1 }, timeout: 0.3,
      work: { item, _ in
        if lateItems.contains(item) { sleep(3) }
        return item
      },
      late: { -$0 }, idle: {},
      consume: {
        results.append($0)
        return true
      })
    #expect(results == (1...20).map { lateItems.contains($0) ? -$0 : $0 })
    #expect(.now - start < .seconds(2.9))
  }

  @Test func shardsOfBatchSystems() throws {
    #expect(ShardChoice(argument: "2/3") == Shard(index: 1, count: 3).map { .given($0) })
    #expect(ShardChoice(argument: "auto/4") == .auto(count: 4))
    for wrong in ["", "0/3", "4/3", "1/0", "1", "a/b", "1/2/3", "auto/0", "-1/2"] {
      #expect(ShardChoice(argument: wrong) == nil, "\(wrong)")
    }
    let slurm = ["SLURM_ARRAY_TASK_ID": "12", "SLURM_ARRAY_TASK_MIN": "10", "SLURM_ARRAY_TASK_COUNT": "5"]
    #expect(try ShardChoice.auto(count: nil).shard(in: slurm) == Shard(index: 2, count: 5))
    #expect(try ShardChoice.auto(count: 8).shard(in: ["JOB_COMPLETION_INDEX": "7"]) == Shard(index: 7, count: 8))
    #expect(throws: (any Error).self) { try ShardChoice.auto(count: 2).shard(in: ["JOB_COMPLETION_INDEX": "2"]) }
    #expect(throws: (any Error).self) { try ShardChoice.auto(count: nil).shard(in: ["JOB_COMPLETION_INDEX": "0"]) }
    #expect(throws: (any Error).self) { try ShardChoice.auto(count: 2).shard(in: [:]) }
  }

  @Test func reasonsThatAreAlikeCountTogether() {
    func reason(_ text: String) -> String { RunSummary.reason(InputFailure(id: "i", path: "p", reason: text)) }
    #expect(reason("record 12 has more than 100 bytes; raise --max-bytes") == "record # has more than # bytes")
    #expect(reason("took longer than 0.5 seconds; raise --timeout") == "took longer than # seconds")
    #expect(reason("its content encoding “br” is not read; save it") == "its content encoding “…” is not read")
  }

  @Test func aBarFitsTheTerminal() {
    var summary = RunSummary(reader: "libxml2", model: nil, jobs: 1, shard: nil)
    summary.pages = 1234
    summary.seconds = 60
    let line = RunProgress.line(summary, read: 25, of: 100, columns: 100)
    #expect(line.hasPrefix("[#######"))
    #expect(line.contains(" 25 %") && line.contains("1234 pages") && line.hasSuffix("0:03:00 left"))
    for columns in 0..<130 {
      #expect(RunProgress.line(summary, read: 25, of: 100, columns: columns).count <= max(0, columns))
    }
    #expect(RunProgress.line(summary, read: 25, of: 0, columns: 80).hasPrefix("1234 pages"))
  }

  @Test func filesInAFolderNeverLeaveItNorMeet() {
    var names = PageFileNames(roots: ["site", "-"])
    func name(_ path: String, part: String? = nil) -> String {
      names.name(for: PageOutput(name: part ?? path, path: path, isPart: part != nil), fileExtension: "md")
    }
    #expect(name("site/a/b.html") == "a/b.md")
    #expect(name("site/a/b.htm") == "a/b-2.md")
    #expect(name("-") == "stdin.md")
    #expect(name("../../x.html.gz") == "x.md")
    #expect(name("all.warc", part: "https://e.org/a?b=1") == "https___e.org_a_b=1.md")
    #expect(name("all.jsonl", part: "..") == "page.md")
    #expect(name("all.jsonl", part: String(repeating: "x", count: 5000)).utf8.count < 150)
  }

  @Test func theBaseOfAPage() {
    #expect(BaseAddress.href(in: Array("<basefont href=a><base><base href = \"b&amp;c\">".utf8)) == "b&c")
    #expect(BaseAddress.href(in: Array("<!-- <base href=a> --><p>".utf8)) == nil)
    #expect(BaseAddress.href(in: Array("<base href='x".utf8)) == "x")
    #expect(BaseAddress.href(in: Array("<base".utf8)) == nil)
    #expect(BaseAddress.base(url: "https://e.org/a/b", href: "../c/")?.url == "https://e.org/c/")
    #expect(BaseAddress.base(url: "https://e.org/a/b", href: "http://[")?.url == "https://e.org/a/b")
    #expect(BaseAddress.base(url: nil, href: "../c/")?.url == nil)
  }

  @Test func byteCounts() {
    #expect(ByteCount(argument: "12")?.count == 12)
    #expect(ByteCount(argument: "3k")?.count == 3072)
    #expect(ByteCount(argument: "2G")?.count == 2 << 30)
    #expect(ByteCount(argument: "9999999999G")?.count == .max)
    for wrong in ["", "k", "-1", "1.5M", "0"] { #expect(ByteCount(argument: wrong) == nil) }
  }

  @Test func wordsAndElements() {
    #expect(CompareReading.words(in: "One two-three, 4 五六") == 6)
    let document = Document(blocks: [
      .heading(level: 1, [.text("A")]),
      .quote([
        .paragraph([.strong([.link(destination: "x", title: nil, [.image(source: "s", alternative: "", title: nil)])])])
      ]),
    ])
    #expect(
      ElementCount(document).byKind
        == ["heading": 1, "block_quote": 1, "paragraph": 1, "strong": 1, "link": 1, "image": 1])
  }

  @Test func mendingMakesRepairsThatDoNotTouch() {
    func diagnostic(_ offset: Int, _ delete: Int, _ insert: String) -> DiagnosticRecord {
      DiagnosticRecord(
        offset: offset, length: 0, line: 1, column: 1, rule: "r", score: 1, message: "m",
        repair: .init(offset: offset, delete: delete, insert: insert))
    }
    let page = Array("<a href=x\"><b>t</b></a>".utf8)
    let mended = PageMending.mend(
      page, encoding: "UTF-8",
      [
        diagnostic(8, 0, "\""), diagnostic(7, 3, "no"), diagnostic(14, 1, ""), diagnostic(999, 9, "!"),
        diagnostic(-5, 0, ""),
      ])
    #expect(String(decoding: mended, as: UTF8.self) == "<a href=\"x\"><b></b></a>!")
    #expect(
      PageMending.mend([0x3C, 0], encoding: "UTF-16LE", [diagnostic(2, 0, "b>")]) == [0x3C, 0, 0x62, 0, 0x3E, 0])
    #expect(PageMending.mend([0xE9], encoding: "windows-1252", [diagnostic(1, 0, "é")]) == [0xE9])
  }
}
