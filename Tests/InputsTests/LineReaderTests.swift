import Testing

@testable import Inputs

@Suite struct LineReaderTests {
  private func lines(_ path: String) throws -> [String] {
    var reader = try LineReader(path: path)
    var lines: [String] = []
    while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    #expect(try reader.next() == nil)
    return lines
  }

  @Test func plainLines() throws {
    let scratch = try Scratch()
    #expect(try lines(scratch.file("a", "one\ntwo\n\nthree")) == ["one", "two", "", "three"])
    #expect(try lines(scratch.file("b", "one\n")) == ["one"])
    #expect(try lines(scratch.file("c", "")) == [])
    #expect(try lines(scratch.file("d", "\n")) == [""])
  }

  @Test func linesLongerThanTheBuffer() throws {
    let scratch = try Scratch()
    let sizes = [131_071, 131_072, 131_073, 0, 500_000, 3, 262_144]
    let text = sizes.map { String(repeating: "x", count: $0) }.joined(separator: "\n")
    #expect(try lines(scratch.file("a", text)).map(\.utf8.count) == sizes)
  }

  @Test func compressedLines() throws {
    let scratch = try Scratch()
    let expected = [#"{"html":"<p>one</p>","id":"a"}"#, #"{"html":"<p>two</p>","id":"b"}"#]
    #expect(try lines(scratch.file("a", Packed.gzipLines)) == expected)
    #expect(try lines(scratch.file("b", Packed.zstdLines)) == expected)
  }

  @Test func severalMembersAreOneStream() throws {
    let scratch = try Scratch()
    #expect(try lines(scratch.file("a", Packed.gzipOne + Packed.gzipTwo)) == ["<p>one</p>", "<p>two</p>"])
    let padded = Packed.gzipOne + [UInt8](repeating: 0, count: 300_000)
    #expect(try lines(scratch.file("b", padded)) == ["<p>one</p>"])
    #expect(try lines(scratch.file("c", Packed.zstdLines + Packed.zstdLines)).count == 4)
  }

  @Test func tinyBuffersGiveTheSame() throws {
    let scratch = try Scratch()
    for packed in [Packed.gzipOne + Packed.gzipTwo, Packed.zstdLines, Array("a\nb\n".utf8)] {
      let path = try scratch.file("a", packed)
      var small = LineScanner(stream: try ByteStream(path: path, bufferSize: 16))
      var large = LineScanner(stream: try ByteStream(path: path))
      #expect(try small.rest(limit: .max) == large.rest(limit: .max))
    }
  }

  @Test func cutOffDataIsAFailure() throws {
    let scratch = try Scratch()
    for packed in [Packed.gzipLines, Packed.zstdLines] {
      for count in [5, packed.count / 2, packed.count - 1] {
        let path = try scratch.file("a", Array(packed.prefix(count)))
        #expect(throws: StreamFailure.self) { try lines(path) }
      }
    }
  }

  @Test func brokenDataNamesThePlace() throws {
    let scratch = try Scratch()
    var broken = Packed.gzipLines
    broken[30] ^= 0xFF
    let path = try scratch.file("a", broken)
    let failure = #expect(throws: StreamFailure.self) { try lines(path) }
    #expect(failure?.path == path)
    #expect(failure?.offset != nil)
    #expect(failure?.reason.contains("gzip") == true)
    #expect(throws: StreamFailure.self) { try lines(scratch.file("b", Packed.gzipOne + Array("rubbish".utf8))) }
  }

  @Test func missingFile() {
    let failure = #expect(throws: StreamFailure.self) { try LineReader(path: "/nowhere/at/all") }
    #expect(failure?.description == "/nowhere/at/all: there is no such file; check the path")
  }

  @Test func tooLongLinesArePassedOver() throws {
    let scratch = try Scratch()
    let text = "short\n" + String(repeating: "x", count: 300_000) + "\nlast"
    var scanner = LineScanner(stream: try ByteStream(path: scratch.file("a", text)))
    var seen: [String] = []
    while let line = try scanner.next(limit: 100) {
      switch line {
      case .line(let bytes): seen.append(String(decoding: bytes, as: UTF8.self))
      case .tooLong: seen.append("…")
      }
    }
    #expect(seen == ["short", "…", "last"])
  }
}
