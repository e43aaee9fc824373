import Testing

@testable import Inputs

@Suite struct InputReaderTests {
  private func read(_ paths: [String], _ options: InputReader.Options = .init()) -> [Result<
    InputDocument, InputFailure
  >] {
    var reader = InputReader(paths: paths, options: options)
    var results: [Result<InputDocument, InputFailure>] = []
    while let result = reader.next() { results.append(result) }
    return results
  }

  /// Ids of documents, and `!` with the place and the reason of failures.
  private func outline(_ results: [Result<InputDocument, InputFailure>]) -> [String] {
    results.map { result in
      switch result {
      case .success(let document): document.id
      case .failure(let failure): "!\(failure)"
      }
    }
  }

  private func text(_ result: Result<InputDocument, InputFailure>) throws -> String {
    String(decoding: try result.get().bytes, as: UTF8.self)
  }

  @Test func filesAreWholePages() throws {
    let scratch = try Scratch()
    let page = try scratch.file("a.html", "<p>one</p>")
    let packed = try scratch.file("b.txt", Packed.gzipOne)
    let json = try scratch.file("c.html", "{\n\"a\": 1}")
    let results = read([page, packed, json])
    #expect(outline(results) == [page, packed, json])
    #expect(try text(results[0]) == "<p>one</p>")
    #expect(try text(results[1]) == "<p>one</p>\n")
    #expect(try results.map { try $0.get().kind } == [.html, .html, .json])
    #expect(try results[0].get().declaredCharset == nil)
    #expect(try results[0].get().line == nil)
  }

  @Test func jsonLinesGiveAPageALine() throws {
    let scratch = try Scratch()
    let path = try scratch.file(
      "pages",
      """
      {"id":"a","url":"https://x.org/","html":"<p>é</p>"}

      {"id":"b","html_base64":"PHA+6Q=="}
      {"html":"{\\"k\\": 1}"}
      """)
    let results = read([path])
    #expect(outline(results) == ["a", "b", path + ":4"])
    let first = try results[0].get()
    #expect(first.url == "https://x.org/")
    #expect(first.bytes == Array("<p>é</p>".utf8))
    #expect(first.declaredCharset == "utf-8")
    #expect(first.line == 1)
    let second = try results[1].get()
    #expect(second.bytes == [0x3C, 0x70, 0x3E, 0xE9])
    #expect(second.declaredCharset == nil)
    #expect(second.line == 3)
    #expect(try results[2].get().kind == .json)
  }

  @Test func compressedJSONLines() throws {
    let scratch = try Scratch()
    for packed in [Packed.gzipLines, Packed.zstdLines] {
      #expect(outline(read([try scratch.file("p", packed)])) == ["a", "b"])
    }
  }

  @Test func brokenLinesAreFailuresAndReadingGoesOn() throws {
    let scratch = try Scratch()
    let path = try scratch.file(
      "p",
      """
      {"id":"a","html":"1"}
      {"id":"b","html":"2"
      {"id":"c"}
      {"id":"d","html_base64":"?"}
      {"id":"e","html_base64":"iVBORw0KGgo="}
      {"id":"f","html":""}
      """)
    #expect(
      outline(read([path])) == [
        "a",
        "!\(path), line 2: the JSON is broken at byte 20 of the line: “,” or “}” was expected; mend or delete the line.",
        "!\(path), line 3: the object has neither “html” nor “html_base64” as a string; add the page or delete the line.",
        "!\(path), line 4: “html_base64” is not base64 at its byte 0; encode it again.",
        "!\(path), line 5: “html_base64” holds a PNG picture, not a page; leave it out.",
        "f",
      ])
  }

  @Test func base64MayHoldCompressedPages() throws {
    let scratch = try Scratch()
    let path = try scratch.file(
      "p",
      """
      {"id":"a","html_base64":"H4sIAAAAAAACA7MpsMvPS7XRL7DjAgB1nVe6CwAAAA=="}
      {"id":"b","html_base64":"H4sIAAAAAAACA7MpsMvP"}
      """)
    let results = read([path])
    #expect(try text(results[0]) == "<p>one</p>\n")
    #expect(outline(results)[1].contains("ends too early"))
  }

  @Test func whatIsNoPageIsAFailure() throws {
    let scratch = try Scratch()
    let empty = try scratch.file("empty", "")
    let picture = try scratch.file("picture.html", [0x89, 0x50, 0x4E, 0x47, 1, 2, 3])
    let missing = scratch.folder + "/missing"
    #expect(
      outline(read([empty, picture, missing, scratch.folder])) == [
        "!\(empty): is empty; there is nothing to read in it.",
        "!\(picture): is a PNG picture, not a page; leave it out.",
        "!\(missing): there is no such file; check the path.",
        "!\(scratch.folder): is a folder; add --recursive to read the files in it.",
      ])
  }

  @Test func foldersInOrder() throws {
    let scratch = try Scratch()
    try scratch.file("b.html", "b")
    try scratch.file("a/z.html", "z")
    try scratch.file("a/deep/x.html", "x")
    try scratch.file("c.html", "c")
    try scratch.file(".hidden", "h")
    var options = InputReader.Options()
    options.recursive = true
    let names = outline(read([scratch.folder + "/"], options)).map { String($0.dropFirst(scratch.folder.count)) }
    #expect(names == ["/a/deep/x.html", "/a/z.html", "/b.html", "/c.html"])
  }

  @Test func cutOffStreamsGiveWhatIsBeforeAndThenAFailure() throws {
    let scratch = try Scratch()
    let path = try scratch.file("p.gz", Array(Packed.gzipLines.dropLast(2)))
    let results = read([path, try scratch.file("next", "<p>")])
    #expect(results.count == 4)
    #expect(try results[1].get().id == "b")
    #expect(outline(results)[2].contains("byte \(Packed.gzipLines.count - 2): the gzip data ends too early"))
    let page = try scratch.file("page.gz", Array(Packed.gzipOne.dropLast(2)))
    #expect(outline(read([page])).count == 1)
    #expect(outline(read([page]))[0].hasPrefix("!"))
  }

  @Test func sizeLimit() throws {
    let scratch = try Scratch()
    var options = InputReader.Options()
    options.maxBytes = 10
    let long = try scratch.file("long", String(repeating: "x", count: 11))
    let fits = try scratch.file("fits", String(repeating: "x", count: 10))
    let line = try scratch.file("lines", "{\"id\":\"a\",\"html\":\"12345678901\"}\n{\"id\":\"b\",\"html\":\"1\"}\n")
    let results = outline(read([long, fits, line], options))
    #expect(results[0] == "!\(long): has more than 10 bytes; raise --max-bytes to read it.")
    #expect(results[1] == fits)
    #expect(results[2...] == ["!\(line), line 1: has more than 10 bytes; raise --max-bytes to read it.", "b"])
    let huge =
      "{\"id\":\"a\",\"html\":\"1\"}\n{\"html\":\"\(String(repeating: "x", count: 2 << 20))\"}\n{\"id\":\"c\",\"html\":\"1\"}"
    let hugeLines = outline(read([try scratch.file("huge", huge)], options))
    #expect(hugeLines.count == 3)
    #expect(hugeLines[1].contains("line 2: has more than 10 bytes"))
    #expect(hugeLines[2] == "c")
  }

  @Test func formatOverrides() throws {
    let scratch = try Scratch()
    let path = try scratch.file("p", "{\"id\":\"a\",\"html\":\"1\"}\n")
    var options = InputReader.Options()
    options.format = .html
    #expect(outline(read([path], options)) == [path])
    options.format = .jsonLines
    #expect(outline(read([try scratch.file("q", "rubbish\n")], options))[0].contains("line 1: the JSON is broken"))
    options.format = .html
    #expect(try read([try scratch.file("r", [0x89, 0x50, 0x4E, 0x47])], options)[0].get().bytes.count == 4)
  }

  @Test func listsOfPaths() throws {
    let scratch = try Scratch()
    #expect(try InputReader.paths(inList: scratch.file("a", "x.html\r\n\ny z.html\n")) == ["x.html", "y z.html"])
    #expect(try InputReader.paths(inList: scratch.file("b", "x\ny\0z\0"), nulSeparated: true) == ["x\ny", "z"])
    #expect(throws: InputFailure.self) { try InputReader.paths(inList: "/nowhere") }
  }

  @Test func twiceCompressedIsAFailure() throws {
    // gzip of the bytes 1F 8B 08 00, stored.
    let member: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 4, 0, 0xFB, 0xFF, 0x1F, 0x8B, 8, 0]
    let scratch = try Scratch()
    let result = outline(read([try scratch.file("p", member)]))[0]
    #expect(result.hasPrefix("!"))
  }
}
