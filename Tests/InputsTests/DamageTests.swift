import Testing

@testable import Inputs

/// What is broken must not take along what is not.
@Suite struct DamageTests {
  /// Every record that is not `damaged` is read, once and as it was; each that is lost is reported.
  private func check(
    _ archive: TestArchive, damaged: Set<Int>, _ bytes: [UInt8], packing: Packing, place: Comment
  ) throws {
    let results = try readAll(bytes, name: "a.warc" + packing.suffix)
    var found: [String: [[UInt8]]] = [:]
    var failures = 0
    for result in results {
      switch result {
      case .success(let document):
        found[document.id, default: []].append(document.bytes)
        if document.damage != nil { failures += 1 }
      case .failure(let failure):
        failures += 1
        #expect(failure.reason.contains(";"), "a remedy: \(failure)")
      }
    }
    var isLost = false
    for (number, page) in archive.pages.enumerated() {
      let pages = found[TestArchive.id(number)] ?? []
      if !damaged.contains(number) {
        #expect(pages == (page.map { [$0] } ?? []), place)
      } else if let page, packing != .plain {
        // Checksums tell: it is as it was, or it is not there.
        #expect(pages.isEmpty || pages == [page], place)
        if pages.isEmpty { isLost = true }
      } else if let page {
        // The record's digest tells; its header, the id in it, has none.
        if !results.contains(where: { (try? $0.get())?.bytes == page }) { isLost = true }
      }
    }
    if isLost { #expect(failures > 0, place) }
    #expect(failures <= max(1, damaged.count), place)
  }

  @Test(arguments: Packing.allCases) func flippedBytes(packing: Packing) throws {
    let archive = TestArchive(records: 20, packing: packing, seed: 1)
    try check(archive, damaged: [], archive.bytes, packing: packing, place: "whole")
    var random = SeededRandom(state: 2)
    for trial in 0..<200 {
      // The first ones hit the beginnings of records, where most can go wrong.
      let record = Int.random(in: 0..<20, using: &random)
      let offset =
        trial < 60
        ? archive.records[record].lowerBound + trial % 20 : Int.random(in: 0..<archive.bytes.count, using: &random)
      var bytes = archive.bytes
      bytes[offset] ^= UInt8.random(in: 1...255, using: &random)
      let damaged = archive.records.firstIndex { $0.contains(offset) }
      try check(archive, damaged: [try #require(damaged)], bytes, packing: packing, place: "flip at \(offset)")
    }
  }

  @Test(arguments: Packing.allCases) func manyFlippedBytes(packing: Packing) throws {
    let archive = TestArchive(records: 300, packing: packing, seed: 3)
    var random = SeededRandom(state: 4)
    var bytes = archive.bytes
    var damaged: Set<Int> = []
    for _ in 0..<200 {
      let offset = Int.random(in: 0..<bytes.count, using: &random)
      bytes[offset] ^= UInt8.random(in: 1...255, using: &random)
      if let record = archive.records.firstIndex(where: { $0.contains(offset) }) { damaged.insert(record) }
    }
    #expect(damaged.count < 280)
    try check(archive, damaged: damaged, bytes, packing: packing, place: "200 flips")
  }

  @Test(arguments: Packing.allCases) func cutOff(packing: Packing) throws {
    let archive = TestArchive(records: 20, packing: packing, seed: 5)
    var random = SeededRandom(state: 6)
    for _ in 0..<50 {
      let end = Int.random(in: 1..<archive.bytes.count, using: &random)
      let whole = archive.records.prefix { $0.upperBound <= end }.count
      let results = try readAll(Array(archive.bytes[..<end]), name: "a.warc" + packing.suffix)
      let pages = results.compactMap { try? $0.get().bytes }
      let expected = archive.pages[..<whole].compactMap { $0 }
      #expect(Array(pages.prefix(expected.count)) == expected, "cut at \(end)")
      let isBetween = archive.records.contains { $0.lowerBound == end }
      // The last record may lack no more than the empty lines behind it.
      let isNearlyWhole = packing == .plain && (archive.records[whole].upperBound - end) <= 4
      #expect(results.count - pages.count == (isBetween || isNearlyWhole ? 0 : 1), "cut at \(end)")
      #expect(pages.count == expected.count + (isNearlyWhole && archive.pages[whole] != nil ? 1 : 0))
    }
  }

  @Test(arguments: Packing.allCases) func recordsByTheirOffsets(packing: Packing) throws {
    let archive = TestArchive(records: 9, packing: packing, seed: 7)
    let scratch = try Scratch()
    let path = try scratch.file("a", archive.bytes)
    var reader = InputReader(paths: [path])
    for (number, page) in archive.pages.enumerated() where page != nil {
      let next = reader.next()
      let document = try #require(next).get()
      #expect(document.recordOffset == archive.records[number].lowerBound)
      var one = InputReader(paths: ["\(path):\(archive.records[number].lowerBound)+\(archive.records[number].count)"])
      let found = one.next()
      let same = try #require(found).get()
      #expect(same.bytes == page && same.id == document.id && same.recordOffset == document.recordOffset)
      let more = one.next()
      #expect(more == nil)
    }
    let after = reader.next()
    #expect(after == nil)
    let odd = try scratch.file("b:1+2", "<p>a file may be called so</p>")
    var named = InputReader(paths: [odd])
    let oddPage = named.next()
    #expect(try #require(oddPage).get().bytes.count == 30)
    var behind = InputReader(paths: ["\(path):99999999+5"])
    let nothing = behind.next()
    #expect(throws: InputFailure.self) { try #require(nothing).get() }
  }

  @Test func framesWithADictionary() throws {
    let dictionary = Array(
      "<p class=c word and more</p> HTTP/1.1 200 OK Content-Type: text/html; WARC-Type: response".utf8)
    let archive = TestArchive(records: 6, packing: .zstd, seed: 8, dictionary: dictionary)
    let size = UInt32(dictionary.count)
    let head: [UInt8] = [0x5D, 0x2A, 0x4D, 0x18] + (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
    let results = try readAll(head + dictionary + archive.bytes, name: "a.warc.zst")
    #expect(try results.map { try $0.get().bytes } == archive.pages.compactMap { $0 })
    let without = try readAll(archive.bytes, name: "a.warc.zst")
    #expect(without.count >= 1 && without.allSatisfy { (try? $0.get()) == nil })
  }

  @Test(arguments: [Packing.gzip, .zstd]) func pagesAndLines(packing: Packing) throws {
    let page = TestArchive(records: 1, packing: .plain, seed: 9).pages[0] ?? []
    let packed = packing.pack(page)
    let lines = (0..<50).map { "{\"id\": \"\($0)\", \"html\": \"<p>\($0 * 7919)</p>\"}\n" }.joined()
    let packedLines = packing.pack(Array(lines.utf8))
    var random = SeededRandom(state: 10)
    for _ in 0..<50 {
      let cut = try readAll(Array(packed[..<Int.random(in: 4..<packed.count, using: &random)]), name: "a")
      #expect(cut.count == 1 && (try? cut[0].get()) == nil)
      let cutLines = try readAll(
        Array(packedLines[..<Int.random(in: 30..<packedLines.count, using: &random)]), name: "a")
      #expect(cutLines.dropLast().allSatisfy { (try? $0.get()) != nil })
      #expect((try? cutLines.last?.get()) == nil)
    }
    for _ in 0..<200 {
      let offset = Int.random(in: 4..<packed.count, using: &random)
      var bytes = packed
      bytes[offset] ^= UInt8.random(in: 1...255, using: &random)
      let results = try readAll(bytes, name: "a")
      #expect(results.count == 1)
      if let document = try? results[0].get() { #expect(document.bytes == page, "flip at \(offset)") }
    }
  }

  /// A file of beginnings of frames costs no more than its size.
  @Test func beginningsWithoutEnd() throws {
    var bytes = Packing.gzip.pack(Array("WARC/1.0\r\n".utf8))
    for _ in 0..<40_000 { bytes += [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] }
    let start = ContinuousClock.now
    #expect(try readAll(bytes, name: "a.warc.gz").count == 1)
    #expect(.now - start < .seconds(20))
    // Stored blocks that hold the beginnings of more of them.
    var nested: [UInt8] = Packing.gzip.pack(Array("WARC/1.0\r\n".utf8))
    for _ in 0..<30_000 { nested += [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0, 15, 0, 0xF0, 0xFF] }
    #expect(try readAll(nested, name: "a.warc.gz").count == 1)
    #expect(.now - start < .seconds(40))
  }

  @Test func bombsAreStopped() throws {
    let zeros = [UInt8](repeating: 0x20, count: 64 << 20)
    for packing in [Packing.gzip, .zstd] {
      let scratch = try Scratch()
      var options = InputReader.Options()
      options.maxBytes = 1 << 20
      var reader = InputReader(paths: [try scratch.file("a", packing.pack(zeros))], options: options)
      let bomb = reader.next()
      let failure = #expect(throws: InputFailure.self) { try #require(bomb).get() }
      #expect(failure?.reason.contains("--max-bytes") == true)
      let body = packing.pack(zeros)
      let block = Array("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n".utf8) + body
      let record = Array("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: \(block.count)\r\n\r\n".utf8) + block
      var records = InputReader(paths: [try scratch.file("b", record)], options: options)
      let inner = records.next()
      #expect(throws: InputFailure.self) { try #require(inner).get() }
    }
  }
}
