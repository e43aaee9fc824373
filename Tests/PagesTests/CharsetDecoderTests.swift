import Testing

@testable import Pages

@Suite struct CharsetDecoderTests {
  private func text(_ bytes: [UInt8], _ declared: String? = nil) throws -> String {
    let page = try CharsetDecoder.decode(bytes, declared: declared)
    expectSound(page, of: bytes)
    return String(decoding: page.utf8, as: UTF8.self)
  }

  /// The map is monotone, covers the page, and ASCII bytes stand where it says.
  private func expectSound(_ page: DecodedPage, of bytes: [UInt8]) {
    #expect(page.map.outputCount == page.utf8.count)
    #expect(page.map.sourceCount == bytes.count)
    var last = 0
    for offset in page.utf8.indices {
      let source = page.map.source(of: offset)
      #expect(source >= last && source <= bytes.count)
      last = source
      #expect(page.map.endSource(after: offset) >= source)
    }
  }

  private func encoding(_ text: String) throws -> String { try CharsetDecoder.decode(Array(text.utf8)).encoding }

  @Test func validUTF8IsItself() throws {
    for sample in ["", "<p>plain</p>", "Grüße 世界 😀", "\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}"] {
      let page = try CharsetDecoder.decode(Array(sample.utf8))
      #expect(page.utf8 == Array(sample.utf8))
      #expect(page.encoding == "UTF-8")
      #expect(page.replacements == 0)
      #expect(page.map.runs.count <= 1)
    }
  }

  @Test func maximalInvalidPartsBecomeOneReplacement() throws {
    let cases: [([UInt8], String, Int)] = [
      ([0x61, 0xFF, 0x62], "a\u{FFFD}b", 1),
      ([0xC0, 0x80], "\u{FFFD}\u{FFFD}", 2),
      ([0xE2, 0x82, 0x41], "\u{FFFD}A", 1),
      ([0xF0, 0x9F, 0x98], "\u{FFFD}", 1),
      ([0xF0, 0x9F, 0x98, 0x80, 0x80], "😀\u{FFFD}", 1),
      ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}", 3),
      ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}", 4),
      ([0xE0, 0x80, 0xC3], "\u{FFFD}\u{FFFD}\u{FFFD}", 3),
      ([0xC3], "\u{FFFD}", 1),
      ([0xF5, 0xE1, 0xA0, 0xC3, 0xA9], "\u{FFFD}\u{FFFD}é", 2),
    ]
    for (bytes, expected, count) in cases {
      let page = try CharsetDecoder.decode(bytes, declared: "utf-8")
      #expect(String(decoding: page.utf8, as: UTF8.self) == expected)
      #expect(page.replacements == count)
      // The standard library mends by the same rule.
      #expect(page.utf8 == Array(String(decoding: bytes, as: UTF8.self).utf8))
      expectSound(page, of: bytes)
    }
  }

  @Test func randomBytesAreMendedLikeTheStandardLibrary() throws {
    var generator = SplitMix(state: 3)
    let bytes: [UInt8] = [0x41, 0x80, 0xBF, 0xC3, 0xE0, 0xA0, 0xE2, 0xED, 0xF0, 0x90, 0xF4, 0xFF, 0xA9]
    for _ in 0..<1500 {
      let source = (0..<Int.random(in: 0..<12, using: &generator)).map { _ in
        bytes.randomElement(using: &generator) ?? 0
      }
      let page = try CharsetDecoder.decode(source, declared: "utf-8")
      #expect(page.utf8 == Array(String(decoding: source, as: UTF8.self).utf8))
      expectSound(page, of: source)
    }
  }

  @Test func byteOrderMarksWinAndGo() throws {
    let page = try CharsetDecoder.decode([0xEF, 0xBB, 0xBF] + Array("né".utf8), declared: "windows-1252")
    #expect(page.utf8 == Array("né".utf8))
    #expect(page.encoding == "UTF-8")
    #expect((0..<4).map { page.map.source(of: $0) } == [3, 4, 5, 6])
    #expect(try text([0xFF, 0xFE, 0x41, 0x00, 0xE9, 0x00, 0x3D, 0xD8, 0x00, 0xDE]) == "Aé😀")
    #expect(try text([0xFE, 0xFF, 0x00, 0x41, 0x4E, 0x16]) == "A世")
    #expect(try CharsetDecoder.decode([0xEF, 0xBB, 0xBF]).utf8.isEmpty)
  }

  @Test func utf16() throws {
    #expect(try text([0x3C, 0, 0x70, 0, 0x3E, 0]) == "<p>")
    #expect(try text([0, 0x3C, 0, 0x70]) == "<p")
    #expect(try text([0x41, 0, 0x00, 0xD8, 0x42, 0, 0x00, 0xDC, 0x43], "utf-16") == "A\u{FFFD}B\u{FFFD}\u{FFFD}")
    let page = try CharsetDecoder.decode([0x41, 0, 0x42, 0, 0xAC, 0x20, 0x43, 0], declared: "utf-16le")
    #expect(String(decoding: page.utf8, as: UTF8.self) == "AB€C")
    #expect(page.map.source(of: 0..<1) == 0..<2)
    #expect(page.map.source(of: 1..<2) == 2..<4)
    #expect(page.map.source(of: 2..<5) == 4..<6)
    #expect(page.map.source(of: 0..<6) == 0..<8)
  }

  @Test func singleByteEncodings() throws {
    #expect(try text([0x80, 0x93, 0xE9, 0x81], "windows-1252") == "€“é\u{81}")
    #expect(try text([0xE9], "iso-8859-1") == "é")
    #expect(try text([0xA4], "iso-8859-15") == "€")
    #expect(try text([0xCF, 0xF0, 0xE8], "windows-1251") == "При")
    #expect(try text([0xF0, 0xD2, 0xC9], "koi8-r") == "При")
    #expect(try text([0xAE, 0xBE], "koi8-u") == "ўЎ")
    #expect(try text([0xF9, 0xEC], "iso-8859-8-i") == "של")
    #expect(try text([0xA1, 0xB3], "iso-8859-2") == "Ął")
    #expect(try text([0xDB, 0x8E], "macintosh") == "€é")
    #expect(try text([0xA1, 0xD2], "windows-1253") == "΅\u{FFFD}")
    #expect(try text([0xDB], "tis-620") == "\u{FFFD}")
    #expect(try text([0x80, 0xFF], "x-user-defined") == "\u{F780}\u{F7FF}")
    #expect(SingleByteDecoding.tables.count == 29)
    let page = try CharsetDecoder.decode([0x61, 0xE9, 0x62], declared: "latin1")
    #expect((0..<4).map { page.map.source(of: $0) } == [0, 1, 2, 2])
    #expect(page.map.source(of: 1..<3) == 1..<2)
    #expect(page.map.source(of: 3..<4) == 2..<3)
  }

  @Test func eastAsianEncodings() throws {
    #expect(try text([0xB1, 0xB1, 0xBE, 0xA9, 0x80], "gb2312") == "北京€")
    #expect(try text([0x81, 0x30, 0x81, 0x30, 0x90, 0x30, 0x81, 0x30], "gb18030") == "\u{80}\u{10000}")
    #expect(try text([0xA5, 0x5F, 0x88, 0x62, 0xA3, 0xE1], "big5") == "北\u{CA}\u{304}€")
    #expect(try text([0x96, 0x6B, 0xB1, 0x5C, 0x81, 0x60, 0xF0, 0x40], "shift_jis") == "北ｱ\\～\u{E000}")
    #expect(try text([0xCB, 0xCC, 0x8E, 0xB1, 0x8F, 0xB0, 0xA1], "euc-jp") == "北ｱ丂")
    #expect(try text([0xC7, 0xD1, 0x81, 0x41], "euc-kr") == "한갂")
    #expect(try text(Array("a\u{1B}$BKL\u{1B}(Bb\u{1B}(J\\~\u{1B}(I1".utf8), "iso-2022-jp") == "a北b¥‾ｱ")
  }

  @Test func wrongCodesDoNotSwallowMarkup() throws {
    #expect(try text([0x81, 0x3C, 0x61], "shift_jis") == "\u{FFFD}<a")
    #expect(try text([0xB1, 0x3C, 0x61], "big5") == "\u{FFFD}<a")
    #expect(try text([0xFF, 0x81, 0x30, 0x3C], "gb18030") == "\u{FFFD}\u{FFFD}0<")
    #expect(try text([0x81, 0x30, 0x81], "gb18030") == "\u{FFFD}")
    #expect(try text([0x8F, 0xB0, 0x3C], "euc-jp") == "\u{FFFD}<")
    #expect(try text([0xC7], "euc-kr") == "\u{FFFD}")
    #expect(try text(Array("\u{1B}$B\u{7F}<\u{1B}".utf8), "iso-2022-jp") == "\u{FFFD}\u{FFFD}\u{FFFD}")
  }

  @Test func eastAsianMapsPointAtCharacters() throws {
    let page = try CharsetDecoder.decode([0x61, 0xB1, 0xB1, 0xBE, 0xA9, 0x62], declared: "gbk")
    #expect((0..<8).map { page.map.source(of: $0) } == [0, 1, 2, 3, 3, 4, 5, 5])
    #expect(page.map.source(of: 1..<4) == 1..<3)
    #expect(page.map.source(of: 4..<7) == 3..<5)
  }

  @Test func anyBytesInAnyEncoding() throws {
    var generator = SplitMix(state: 11)
    let labels = [
      "gb18030", "big5", "euc-jp", "shift_jis", "iso-2022-jp", "euc-kr", "utf-16le", "utf-16be", "windows-1255",
      "utf-8",
    ]
    for label in labels {
      for _ in 0..<200 {
        let source = (0..<40).map { _ in
          Bool.random(using: &generator)
            ? UInt8.random(in: 0x80...0xFF, using: &generator)
            : [0x1B, 0x24, 0x28, 0x42, 0x30, 0x3C].randomElement(using: &generator) ?? 0
        }
        let page = try CharsetDecoder.decode(source, declared: label)
        expectSound(page, of: source)
        #expect(String(validating: page.utf8, as: UTF8.self) != nil)
      }
    }
  }

  @Test func labels() {
    #expect(CharsetDecoder.encodingName(forLabel: " Latin1\n") == "windows-1252")
    #expect(CharsetDecoder.encodingName(forLabel: "UTF8") == "UTF-8")
    #expect(CharsetDecoder.encodingName(forLabel: "x-sjis") == "Shift_JIS")
    #expect(CharsetDecoder.encodingName(forLabel: "utf-7") == nil)
    #expect(CharsetDecoder.encodingName(forLabel: "") == nil)
  }

  @Test func unknownDeclaredLabelIsAnError() {
    let unknown = #expect(throws: CharsetError.self) { try CharsetDecoder.decode([], declared: "klingon") }
    #expect(unknown?.description.contains("“klingon”") == true)
    #expect(throws: CharsetError.self) { try CharsetDecoder.decode([0x61], declared: "iso-2022-kr") }
  }

  @Test func pagesNameTheirEncoding() throws {
    #expect(try encoding("<meta charset=koi8-r>") == "KOI8-R")
    #expect(try encoding("<html><head><META  CharSet = 'EUC-KR' />") == "EUC-KR")
    #expect(try encoding("<meta http-equiv=Content-Type content=\"text/html; charset=shift_jis\">") == "Shift_JIS")
    #expect(try encoding("<meta content='text/html;charset = \"big5\"' http-equiv='content-type'>") == "Big5")
    #expect(try encoding("<?xml version=\"1.0\" encoding='windows-1251'?><html>") == "windows-1251")
    #expect(try encoding("<?xml version='1.0' encoding='gbk'?><meta charset=big5>") == "Big5")
  }

  @Test func namesThatDoNotCount() throws {
    #expect(try encoding("<meta content='text/html; charset=big5'>") == "UTF-8")
    #expect(try encoding("<meta charset=klingon><meta charset=big5>") == "Big5")
    #expect(try encoding("<!-- <meta charset=big5> -->") == "UTF-8")
    #expect(try encoding("<!--><meta charset=big5>") == "Big5")
    #expect(try encoding("<p title='<meta charset=big5>'>") == "UTF-8")
    #expect(try encoding("<metal charset=big5>") == "UTF-8")
    #expect(try encoding("<meta charset=utf-16>") == "UTF-8")
    #expect(try encoding("<meta charset=x-user-defined>") == "windows-1252")
    #expect(try encoding("<meta charset=iso-2022-kr>") == "UTF-8")
    #expect(try encoding("<meta charset=big5") == "Big5")
    #expect(try encoding("<meta name=a charset") == "UTF-8")
    #expect(try encoding("<meta http-equiv=content-type content=charset>") == "UTF-8")
    #expect(try encoding("<body>" + String(repeating: "x", count: 1100) + "<body><meta charset=big5>") == "UTF-8")
  }

  @Test func lateNamesCount() throws {
    let styles = "<style>" + String(repeating: "p{}", count: 2000) + "</style>"
    #expect(try encoding(styles + "<meta charset=big5>") == "Big5")
  }

  @Test func withoutANameTheBytesDecide() throws {
    #expect(try text([0x63, 0x61, 0x66, 0xE9]) == "café")
    #expect(try CharsetDecoder.decode([0x63, 0x61, 0x66, 0xE9]).encoding == "windows-1252")
    // One broken character in a page of good ones.
    let mostly = Array(String(repeating: "é", count: 20).utf8) + [0xFF]
    #expect(try CharsetDecoder.decode(mostly).encoding == "UTF-8")
    // Cut off inside the last character.
    #expect(try text(Array("é 世".utf8.dropLast())) == "é \u{FFFD}")
  }

  @Test func mapsCompose() throws {
    // Condensed, then decoded, then the bytes as given.
    let source: [UInt8] = [0xE9, 0x20, 0x20, 0x20, 0x20, 0xE9, 0x61]
    let decoded = try CharsetDecoder.decode(source, declared: "latin1")
    let condensed = Condenser.condense(decoded.utf8)
    let map = condensed.map.composed(with: decoded.map)
    #expect(String(decoding: condensed.bytes, as: UTF8.self) == "é  éa")
    #expect(map.source(of: 0..<2) == 0..<1)
    #expect(map.source(of: 4..<6) == 5..<6)
    #expect(map.source(of: 6..<7) == 6..<7)
    let wide: [UInt8] = source.flatMap { [$0, 0] }
    let wideDecoded = try CharsetDecoder.decode(wide, declared: "utf-16le")
    let wideMap = Condenser.condense(wideDecoded.utf8).map.composed(with: wideDecoded.map)
    #expect(wideMap.source(of: 4..<6) == 10..<12)
    #expect(wideMap.source(of: 6..<7) == 12..<14)
  }
}
