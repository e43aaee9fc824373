import Testing

@testable import Inputs

@Suite struct InputKindTests {
  private func kind(_ text: String) -> InputKind { InputKind.sniff(Array(text.utf8)) }

  @Test func pagesAreHTML() {
    for text in [
      "<!DOCTYPE html><p>a", "  \n<p>", "just words", "", "\u{FEFF}<html>", "[1] See below", "[note] that",
      "a: b\n\n<p>",
      "[1, see below", "From the editor: multipart/related",
    ] {
      let expected: InputKind = text == "[1, see below" ? .json : .html
      #expect(kind(text) == expected, "\(text)")
    }
    #expect(InputKind.sniff([0xFF, 0xFE, 0x3C, 0, 0x70, 0]) == .html)
    #expect(InputKind.sniff([0xFE, 0xFF, 0, 0x3C, 0, 0x70]) == .html)
    #expect(InputKind.sniff([0x3C, 0, 0x70, 0, 0x3E, 0]) == .html)
    #expect(
      InputKind.sniff(Array("<p>caf".utf8) + [0xE9, 0x00] + Array(" and forty more bytes of text here".utf8)) == .html)
  }

  @Test func jsonAndJSONLines() {
    #expect(kind("{\"html\": \"<p>\"}\n") == .jsonLines)
    #expect(kind("\u{FEFF}\n {\"id\": 1, \"x\": {\"y\": [1, \"}\"]}, \"html_base64\": \"\"}") == .jsonLines)
    #expect(kind("{\"id\":\"a\",\"html\":\"<p>cut of") == .jsonLines)
    #expect(kind("{\n  \"html\": \"<p>\"\n}") == .json)
    #expect(kind("{\"a\": {\"html\": \"x\"}}") == .json)
    #expect(kind("{\"text\": \"html\"}\n") == .json)
    #expect(kind("{") == .json)
    #expect(kind("[{\"a\": 1}]") == .json)
    #expect(kind("[1, 2]") == .json)
    #expect(kind("[]") == .json)
  }

  @Test func compressed() {
    #expect(InputKind.sniff(Packed.gzipLines) == .gzip)
    #expect(InputKind.sniff(Packed.zstdLines) == .zstd)
    #expect(InputKind.sniff([0x52, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]) == .zstd)
  }

  @Test func archivesOfPages() {
    #expect(kind("WARC/1.0\r\nWARC-Type: response\r\n") == .warc)
    #expect(kind("From: <Saved by a browser>\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\n") == .mhtml)
    #expect(kind("Content-Type: multipart/related; boundary=x\r\n\r\n--x\r\n") == .mhtml)
  }

  @Test func binaries() {
    #expect(InputKind.sniff([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) == .binary)
    #expect(kind("%PDF-1.7\n") == .binary)
    #expect(kind("PK\u{3}\u{4}rest") == .binary)
    #expect(kind("\u{7F}ELF\u{2}\u{1}") == .binary)
    #expect(InputKind.sniff([UInt8](repeating: 0, count: 100)) == .binary)
    #expect(InputKind.sniff([0xFF, 0xD8, 0xFF, 0xE0]) == .binary)
  }
}
