import Testing

@testable import Inputs

/// Damage in containers that have no checksum: whatever does not look as its writer would have written it is told.
@Suite struct DamagedTextTests {
  /// A byte changed to one that may stand in its place leaves no trace.
  private static func isUnremarkable(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) || byte == 0x09 }

  private static func leavesNoTrace(_ one: UInt8, _ other: UInt8) -> Bool {
    // The second halves of two letters of UTF-8.
    (isUnremarkable(one) && isUnremarkable(other)) || (one >= 0x80 && other >= 0x80)
  }

  /// How many of 200 changed bytes led to another page without a word, other than by bytes that leave no trace.
  private func silentFlips(_ whole: [UInt8], pages: [[UInt8]], name: String, seed: UInt64) throws -> [Int] {
    var random = SeededRandom(state: seed)
    var silent: [Int] = []
    for _ in 0..<200 {
      let offset = Int.random(in: 0..<whole.count, using: &random)
      var bytes = whole
      bytes[offset] ^= UInt8.random(in: 1...255, using: &random)
      let results = try readAll(bytes, name: name)
      #expect(results.count >= 1, "flip at \(offset)")
      let documents = results.compactMap { try? $0.get() }
      let isTold = documents.count < results.count || documents.contains { $0.damage != nil }
      for result in results {
        let reason =
          switch result {
          case .success(let document): document.damage?.reason
          case .failure(let failure): failure.reason
          }
        if let reason { #expect(reason.contains(";"), "a remedy: \(reason)") }
      }
      if documents.map(\.bytes) != pages, !isTold, !Self.leavesNoTrace(whole[offset], bytes[offset]) {
        silent.append(offset)
      }
    }
    return silent
  }

  private static let boundary = "----MultipartBoundary--q1W2e3R4t5Y6u7I8o9P0aZsXdCfVgBhNjMkLqWeRtYuIoP----"

  private func mhtml(base64: Bool) -> (bytes: [UInt8], end: Int) {
    let text = (0..<80).map { "<p>caf=C3=A9 \($0) =\r\nand more</p>\r\n" }.joined()
    let lines = String(repeating: "PHA+b25lPC9wPgo8cD50d288L3A+Cgo8cD50aHJlZTwvcD4K\r\n", count: 60)
    let root = base64 ? lines + "PHA+YjwvcD4=\r\n" : text
    let head =
      "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://h.org/\r\nSubject: A page\r\nMIME-Version: 1.0\r\n"
      + "Content-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"\(Self.boundary)\"\r\n\r\n\r\n"
      + "--\(Self.boundary)\r\nContent-Type: text/html; charset=utf-8\r\n"
      + "Content-Transfer-Encoding: \(base64 ? "base64" : "quoted-printable")\r\n\r\n\(root)\r\n"
    let rest =
      "--\(Self.boundary)\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
      + String(repeating: String(repeating: "QUJD", count: 18) + "\r\n", count: 20) + "--\(Self.boundary)--\r\n"
    return (Array((head + rest).utf8), head.utf8.count)
  }

  @Test(arguments: [false, true]) func mhtmlCutOff(base64: Bool) throws {
    let (whole, end) = mhtml(base64: base64)
    let document = try #require(try readAll(whole, name: "a").first).get()
    #expect(document.damage == nil)
    var random = SeededRandom(state: 11)
    for _ in 0..<50 {
      let cut = Int.random(in: 60..<whole.count, using: &random)
      let results = try readAll(Array(whole[..<cut]), name: "a")
      #expect(results.count == 1)
      if cut >= end + 2 + Self.boundary.utf8.count {
        #expect(try results[0].get().bytes == document.bytes, "cut at \(cut)")
      } else {
        #expect(throws: InputFailure.self, "cut at \(cut)") { try results[0].get() }
      }
    }
  }

  @Test(arguments: [false, true]) func mhtmlFlips(base64: Bool) throws {
    let (whole, _) = mhtml(base64: base64)
    let page = try #require(try readAll(whole, name: "a").first).get().bytes
    #expect(try silentFlips(whole, pages: [page], name: "a", seed: 12) == [])
  }

  /// One byte after the other of what stands before the page and between it and the picture.
  @Test func mhtmlEnvelope() throws {
    let (whole, end) = mhtml(base64: false)
    let document = try #require(try readAll(whole, name: "a").first).get()
    let begin = try #require(String(decoding: whole, as: UTF8.self).utf8.firstRange(of: "<p>caf".utf8))
    let offset = String(decoding: whole, as: UTF8.self).utf8.distance(from: "".startIndex, to: begin.lowerBound)
    for place in Array(0..<offset) + Array(end - 4..<end + 2 + Self.boundary.utf8.count) {
      var bytes = whole
      bytes[place] ^= 0x80
      let result = try #require(try readAll(bytes, name: "a").first)
      guard let read = try? result.get() else { continue }
      #expect(read.bytes == document.bytes || read.damage != nil, "byte \(place)")
    }
  }

  @Test func mhtmlDamageIsNamed() throws {
    func damage(_ encoding: String, _ body: String, boundary: String = "12345678901234567890") throws -> String? {
      let text = """
        MIME-Version: 1.0
        Content-Type: multipart/related; boundary=12345678901234567890

        --12345678901234567890
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: \(encoding)

        \(body)
        --\(boundary)
        Content-Type: image/png

        x
        --12345678901234567890--
        """
      return try #require(try readAll(Array(text.utf8), name: "a").first).get().damage?.description
    }
    #expect(try damage("quoted-printable", "<p>a=3Db") == nil)
    #expect(try damage("quoted-printable", "<p>a=3gb")?.contains("byte 193: the quoted-printable") == true)
    #expect(try damage("quoted-printable", "<p>a=C3b")?.contains("not the UTF-8") == true)
    #expect(try damage("quoted-printable", "<p>a\rb")?.contains("quoted-printable") == true)
    #expect(try damage("quoted=printable", "<p>a")?.contains("“quoted=printable”") == true)
    #expect(try damage("8bit", "<p>a", boundary: "12345678801234567890")?.contains("line between") == true)
    #expect(try damage("8bit", "<p>a--12345678901234567890")?.contains("line between") == true)
    #expect(try damage("8bit\nX\u{1}: y", "<p>a")?.contains("header field") == true)
  }

  private static let lines = (0..<40).map { number in
    let words = (0..<number).map { #"<p class=\"c\#($0)\">café ☕ \u00e9 word \#($0 &* 7919)</p>\n"# }.joined()
    return Array((#"{"id": "\#(number)", "url": "http://h.org/\#(number)", "html": ""# + words + "\"}\n").utf8)
  }

  @Test func jsonLinesCutOff() throws {
    let pages = try readAll(Self.lines.flatMap { $0 }, name: "a").map { try $0.get().bytes }
    #expect(pages.count == 40)
    let whole = Self.lines.flatMap { $0 }
    var random = SeededRandom(state: 13)
    for _ in 0..<50 {
      let cut = Int.random(in: 60..<whole.count, using: &random)
      var (full, size) = (0, 0)
      while full < Self.lines.count, size + Self.lines[full].count <= cut {
        size += Self.lines[full].count
        full += 1
      }
      let results = try readAll(Array(whole[..<cut]), name: "a")
      let read = results.compactMap { try? $0.get().bytes }
      // A line is whole without its line feed.
      let isNearlyWhole = full < 40 && cut - size == Self.lines[full].count - 1
      #expect(read == Array(pages.prefix(isNearlyWhole ? full + 1 : full)), "cut at \(cut)")
      #expect(results.count - read.count == (cut == size || isNearlyWhole ? 0 : 1), "cut at \(cut)")
    }
  }

  @Test func jsonLinesFlips() throws {
    let whole = Self.lines.flatMap { $0 }
    let pages = try readAll(whole, name: "a").map { try $0.get() }
    #expect(pages.allSatisfy { $0.damage == nil })
    #expect(try silentFlips(whole, pages: pages.map(\.bytes), name: "a", seed: 14) == [])
    // Lines that were not hit are read as they were.
    var random = SeededRandom(state: 15)
    for _ in 0..<200 {
      let hit = Int.random(in: 1..<40, using: &random)
      var lines = Self.lines
      let offset = Int.random(in: 0..<lines[hit].count - 1, using: &random)
      lines[hit][offset] ^= UInt8.random(in: 1...255, using: &random)
      let results = try readAll(lines.flatMap { $0 }, name: "a").compactMap { try? $0.get() }
      for (number, page) in pages.enumerated() where number != hit {
        #expect(results.contains { $0.id == page.id && $0.bytes == page.bytes }, "flip in \(hit) at \(offset)")
      }
    }
  }

  /// A broken first line does not make one document of the whole file.
  @Test func aBrokenFirstLineIsOneFailure() throws {
    let results = try readAll(Array("{\"id\": ?, \"html\": \"<p>a\"}\n{\"html\": \"<p>b\"}\n".utf8), name: "a")
    #expect(results.count == 2)
    #expect(throws: InputFailure.self) { try results[0].get() }
    #expect(try results[1].get().bytes == Array("<p>b".utf8))
    // One document, broken, is the business of `check`.
    #expect(
      try readAll(Array("{\"id\": ?, \"html\": \"<p>a\"}\n".utf8), name: "a").map { try $0.get().kind } == [.json])
  }

  @Test func jsonLinesDamageIsNamed() throws {
    func damage(_ html: [UInt8]) throws -> String? {
      let line = Array(#"{"html":""#.utf8) + html + Array("\"}\n".utf8)
      return try #require(try readAll(line, name: "a").first).get().damage?.description
    }
    #expect(try damage(Array("<p>é\t".utf8)) == nil)
    #expect(try damage(Array("<p>a\rb".utf8))?.contains("control character at byte 13;") == true)
    #expect(try damage([0x3C, 0xC3, 0x28])?.contains("line 1: the line is not UTF-8;") == true)
    #expect(try damage(Array("<p>several words\u{1}</p>".utf8))?.contains("control character at byte 25;") == true)
  }
}
