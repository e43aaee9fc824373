import Testing

@testable import Inputs

@Suite struct WARCTests {
  private func record(_ type: String, uri: String = "http://h.org/", _ block: [UInt8], more: String = "") -> [UInt8] {
    let header = """
      WARC/1.0\r
      WARC-Type: \(type)\r
      WARC-Record-ID: <urn:uuid:\(uri.utf8.count)>\r
      WARC-Target-URI: \(uri)\r
      \(more)Content-Length: \(block.count)\r
      \r

      """
    return Array(header.utf8) + block + Array("\r\n\r\n".utf8)
  }

  private func response(_ head: String, _ body: [UInt8]) -> [UInt8] {
    Array((head.replacing("\n", with: "\r\n") + "\r\n\r\n").utf8) + body
  }

  private func html(_ body: String, type: String = "text/html") -> [UInt8] {
    response("HTTP/1.1 200 OK\nContent-Type: \(type)", Array(body.utf8))
  }

  private func read(_ bytes: [UInt8], maxBytes: Int = 1 << 20) throws -> [Result<InputDocument, InputFailure>] {
    let scratch = try Scratch()
    var options = InputReader.Options()
    options.maxBytes = maxBytes
    var reader = InputReader(paths: [try scratch.file("a.warc", bytes)], options: options)
    var results: [Result<InputDocument, InputFailure>] = []
    while let result = reader.next() { results.append(result) }
    return results
  }

  private func text(_ result: Result<InputDocument, InputFailure>) throws -> String {
    String(decoding: try result.get().bytes, as: UTF8.self)
  }

  private func reason(_ result: Result<InputDocument, InputFailure>) -> String {
    if case .failure(let failure) = result { failure.description } else { "" }
  }

  @Test func pagesComeOutAndOtherRecordsDoNot() throws {
    let bytes =
      record("warcinfo", Array("software: x\r\n".utf8))
      + record("request", Array("GET / HTTP/1.1\r\n\r\n".utf8))
      + record("response", uri: "http://h.org/a", html("<p>one</p>", type: "text/html; Charset=\"windows-1252\""))
      + record("response", uri: "http://h.org/b.png", response("HTTP/1.1 200 OK\nContent-Type: image/png", [1, 2]))
      + record(
        "response", response("HTTP/1.1 301 Moved\nContent-Type: text/html\nLocation: /x", Array("<p>moved".utf8)))
      + record("resource", uri: "http://h.org/c1", Array("<p>two</p>".utf8), more: "Content-Type: text/html\r\n")
    let results = try read(bytes)
    #expect(results.count == 2)
    let first = try results[0].get()
    #expect(try text(results[0]) == "<p>one</p>")
    #expect(first.url == "http://h.org/a")
    #expect(first.id == "urn:uuid:14")
    #expect(first.declaredCharset == "windows-1252")
    #expect(try text(results[1]) == "<p>two</p>")
    #expect(try results[1].get().url == "http://h.org/c1")
  }

  @Test func encodedBodies() throws {
    func page(_ fields: String, _ body: [UInt8]) throws -> String {
      let block = response("HTTP/1.1 200 OK\nContent-Type: text/html\n\(fields)", body)
      return try text(try #require(try read(record("response", block)).first))
    }
    #expect(
      try page("Transfer-Encoding: chunked", Array("5;x=1\r\n<p>on\r\n5\r\ne</p>\r\n0\r\n\r\n".utf8)) == "<p>one</p>")
    #expect(try page("Transfer-Encoding: chunked", Array("<p>not chunked".utf8)) == "<p>not chunked")
    #expect(try page("Content-Encoding: gzip", Packed.gzipOne) == "<p>one</p>\n")
    #expect(try page("Content-Encoding: gzip", Array("<p>plain".utf8)) == "<p>plain")
    let zlib = try Base64.decode(Array("eNqzKbDLz0u10S+wAwAScwNG".utf8)).get()
    #expect(try page("Content-Encoding: deflate", zlib) == "<p>one</p>")
    #expect(try page("Content-Encoding: deflate", Array(zlib.dropFirst(2).dropLast(4))) == "<p>one</p>")
    let chunkedGzip =
      Array("\(String(Packed.gzipOne.count, radix: 16))\r\n".utf8) + Packed.gzipOne + Array("\r\n0\r\n\r\n".utf8)
    #expect(try page("Transfer-Encoding: chunked\nContent-Encoding: gzip", chunkedGzip) == "<p>one</p>\n")
    let brotli = response("HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: br", [1, 2, 3])
    #expect(reason(try read(record("response", brotli))[0]).contains("“br” is not read"))
  }

  @Test func brokenFiles() throws {
    let good = record("response", html("<p>one</p>"))
    let cut = try read(good + good.dropLast(10))
    #expect(cut.count == 2)
    #expect(reason(cut[1]).contains("ends inside record 2"))
    let shifted = try read(good + Array("rubbish\r\n\r\n".utf8) + good)
    #expect(shifted.count == 3)
    #expect(try text(shifted[2]) == "<p>one</p>")
    #expect(reason(shifted[1]).contains("record 2 does not begin with “WARC/”"))
    let unmeasured = try read(Array("WARC/1.0\r\nWARC-Type: response\r\n\r\n".utf8))
    #expect(reason(unmeasured[0]).contains("Content-Length"))
    let large = try read(record("response", html(String(repeating: "x", count: 200))) + good, maxBytes: 100)
    #expect(reason(large[0]).contains("more than 100 bytes"))
    #expect(try text(large[1]) == "<p>one</p>")
    let huge = try read(record("response", html(String(repeating: "x", count: 3 << 20))) + good, maxBytes: 100)
    #expect(reason(huge[0]).contains("more than 100 bytes"))
    #expect(try text(huge[1]) == "<p>one</p>")
  }
}

@Suite struct MHTMLTests {
  private func read(_ text: String) throws -> Result<InputDocument, InputFailure> {
    let scratch = try Scratch()
    let path = try scratch.file("a.mhtml", text.replacing("\n", with: "\r\n"))
    var reader = InputReader(paths: [path])
    let first = reader.next()
    let second = reader.next()
    if second != nil { Issue.record("an MHTML file is one page") }
    return try #require(first)
  }

  private func message(_ encoding: String, _ body: String) -> String {
    """
    From: <Saved>
    Snapshot-Content-Location: https://h.org/page
    MIME-Version: 1.0
    Content-Type: multipart/related;
    \ttype="text/html";
    \tboundary="--=_x;1"

    preamble
    ----=_x;1
    Content-Type: image/png
    Content-Transfer-Encoding: base64

    AAAA
    ----=_x;1
    Content-Type: text/html; charset=utf-8
    Content-Location: https://h.org/root
    Content-Transfer-Encoding: \(encoding)

    \(body)
    ----=_x;1--
    """
  }

  @Test func quotedPrintable() throws {
    let page = try read(message("quoted-printable", "<p class=3D\"a\">caf=C3=A9 =\nand =more</p>")).get()
    #expect(String(decoding: page.bytes, as: UTF8.self) == "<p class=\"a\">café and =more</p>")
    #expect(page.url == "https://h.org/root")
    #expect(page.declaredCharset == "utf-8")
  }

  @Test func base64AndPlain() throws {
    #expect(try read(message("base64", "PHA+b25l\nPC9wPg==")).get().bytes == Array("<p>one</p>".utf8))
    #expect(try read(message("8bit", "<p>one</p>\n<p>")).get().bytes == Array("<p>one</p>\r\n<p>".utf8))
  }

  @Test func nestedAndBare() throws {
    let nested = """
      MIME-Version: 1.0
      Content-Type: multipart/related; boundary=a

      --a
      Content-Type: multipart/alternative; boundary=b

      --b
      Content-Type: text/plain

      no
      --b
      Content-Type: text/html

      <p>yes
      --b--
      --a--
      """
    #expect(try read(nested).get().bytes == Array("<p>yes".utf8))
    #expect(try read("MIME-Version: 1.0\nContent-Type: text/html\n\n<p>bare").get().bytes == Array("<p>bare".utf8))
  }

  @Test func withoutAPage() throws {
    let failures = [
      try read("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n--a\nContent-Type: image/png\n\nx"),
      try read("MIME-Version: 1.0\nContent-Type: text/plain"),
      try read("MIME-Version: 1.0\nContent-Type: multipart/related\n\nx"),
      try read("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n--a\nContent-Type: text/html\n\n<p>"),
      try read(message("base64", "PHA+b25l?")),
    ]
    for result in failures {
      let failure = #expect(throws: InputFailure.self) { try result.get() }
      #expect(failure?.description.contains("save the page again") == true)
    }
  }
}
