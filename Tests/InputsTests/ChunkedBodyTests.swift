import Testing

@testable import Inputs

@Suite struct ChunkedBodyTests {
  private func put(_ text: String) -> (String, String?) {
    let body = ChunkedBody(Array(text.utf8))
    return (String(decoding: body.bytes, as: UTF8.self), body.damage)
  }

  @Test func bodiesThatAreWhole() {
    #expect(put("5\r\n<p>on\r\n5;x=\"1\"\r\ne</p>\r\n0\r\nTrailer: x\r\n\r\n") == ("<p>one</p>", nil))
    #expect(put("5 \n<p>on\n5\ne</p>\n0\n") == ("<p>one</p>", nil))
    #expect(put("<p>not chunked") == ("<p>not chunked", nil))
    #expect(put("add this to the list\nof texts") == ("add this to the list\nof texts", nil))
    #expect(put("") == ("", nil))
  }

  @Test func bodiesThatAreNot() {
    #expect(put("5\r\n<p>on\r\n") == ("<p>on", "has a chunked body that is cut off"))
    #expect(put("5\r\n<p>") == ("<p>", "has a chunked body that is cut off"))
    #expect(put("5\r\n<p>on\r\nx\r\n0\r\n\r\n").1 == "has a chunked body that is broken at its byte 10")
    #expect(put("5\r\n<p>one\r\n0\r\n\r\n").1 == "has a chunked body that is broken at its byte 8")
    #expect(put("x\r\n<p>on\r\n0\r\n\r\n").1 == "has a chunked body that is broken at its byte 0")
    #expect(put("fffffffffffffff\r\n<p>").1 == "has a chunked body that is cut off")
    #expect(put("ffffffffffffffff\r\n<p>") == ("ffffffffffffffff\r\n<p>", nil))
  }

  private func record(_ block: [UInt8], more: String = "") -> [UInt8] {
    let header = "WARC/1.0\r\nWARC-Type: response\r\n\(more)Content-Length: \(block.count)\r\n\r\n"
    return Array(header.utf8) + block + Array("\r\n\r\n".utf8)
  }

  /// A server hung up: the record is whole, the body in it is not. What there is of the page is read.
  @Test(arguments: Packing.allCases) func cutOffInRecords(packing: Packing) throws {
    let page = (0..<90).map { "<p>word \($0)</p>\n" }.joined()
    let head = Array("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
    let body = TestArchive.chunked(Array(page.utf8))
    let good = packing.pack(record(head + body))
    var random = SeededRandom(state: 21)
    for _ in 0..<50 {
      // The empty lines at the end may be missing.
      let cut = Int.random(in: 1..<body.count - 4, using: &random)
      let bytes = good + packing.pack(record(head + body[..<cut])) + good
      let results = try readAll(bytes, name: "a.warc" + packing.suffix).map { try $0.get() }
      #expect(results.count == 3, "cut at \(cut)")
      #expect(results[0].damage == nil && results[2].damage == nil)
      #expect(results[2].bytes == Array(page.utf8))
      if cut > 5 {
        #expect(page.utf8.starts(with: results[1].bytes) && results[1].bytes.count < page.utf8.count, "cut at \(cut)")
        #expect(
          results[1].damage?.reason.contains("record 2 has a chunked body that is cut off;") == true, "cut at \(cut)")
      }
    }
    let told = packing.pack(record(head + body[..<500], more: "WARC-Truncated: length\r\n"))
    #expect(try readAll(told, name: "a.warc" + packing.suffix).map { try $0.get().damage == nil } == [true])
  }

  @Test(arguments: Packing.allCases) func flips(packing: Packing) throws {
    let archive = TestArchive(records: 9, packing: packing, seed: 22, isChunked: true)
    var random = SeededRandom(state: 23)
    for _ in 0..<200 {
      let offset = Int.random(in: 0..<archive.bytes.count, using: &random)
      var bytes = archive.bytes
      bytes[offset] ^= UInt8.random(in: 1...255, using: &random)
      let results = try readAll(bytes, name: "a.warc" + packing.suffix)
      let documents = results.compactMap { try? $0.get() }
      let isTold = documents.count < results.count || documents.contains { $0.damage != nil }
      #expect(isTold || documents.map(\.bytes) == archive.pages.compactMap { $0 }, "flip at \(offset)")
      for (page, record) in zip(archive.pages, archive.records) where !record.contains(offset) {
        if let page { #expect(documents.contains { $0.bytes == page }, "flip at \(offset)") }
      }
    }
  }

  @Test func digests() throws {
    // FIPS 180-4's examples.
    #expect(BlockDigest.agrees("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", with: Array("abc".utf8)) == true)
    #expect(BlockDigest.agrees("SHA-1:a9993e364706816aba3e25717850c26c9cd0d89d", with: Array("abc".utf8)) == true)
    #expect(BlockDigest.agrees("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", with: Array("abd".utf8)) == false)
    #expect(BlockDigest.agrees("md5:900150983cd24fb0d6963f7d28e17f72", with: []) == nil)
    #expect(BlockDigest.agrees("sha1", with: []) == nil)
    let long = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(BlockDigest.agrees("sha1:34aa973cd4c4daa4f61eeb2bdbad27316534016f", with: long) == true)
    for count in [55, 56, 63, 64, 119, 120] { #expect(SHA1.digest(of: long.prefix(count) + []).count == 20) }
  }

  @Test func aWrongDigestIsTold() throws {
    let block = Array("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>one</p>".utf8)
    let digest = BlockDigest.base32(SHA1.digest(of: block))
    func read(_ block: [UInt8], packing: Packing = .plain) throws -> Result<InputDocument, InputFailure>? {
      let bytes = packing.pack(record(block, more: "WARC-Block-Digest: sha1:\(digest)\r\n"))
      return try readAll(bytes, name: "a.warc").first
    }
    #expect(try #require(try read(block)).get().damage == nil)
    let other = Array(String(decoding: block, as: UTF8.self).replacing("one", with: "two").utf8)
    let damaged = try #require(try read(other)).get()
    #expect(damaged.bytes == Array("<p>two</p>".utf8))
    #expect(damaged.damage?.description.contains("byte 0: record 1 does not agree with its digest;") == true)
    // What is no page now may have been one.
    let moved = Array(String(decoding: block, as: UTF8.self).replacing("200", with: "300").utf8)
    let failure = #expect(throws: InputFailure.self) { try #require(try read(moved)).get() }
    #expect(failure?.reason.contains("digest") == true)
    // gzip has checked it.
    #expect(try #require(try read(other, packing: .gzip)).get().damage == nil)
  }
}
