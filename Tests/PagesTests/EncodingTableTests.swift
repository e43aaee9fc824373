import Testing

@testable import Pages

/// Every encoding and every label of the WHATWG Encoding standard.
@Suite struct EncodingTableTests {
  struct Sample: Sendable {
    var encoding: String
    /// In hexadecimal.
    var bytes: String
    var text: String

    init(_ encoding: String, _ bytes: String, _ text: String) {
      (self.encoding, self.bytes, self.text) = (encoding, bytes, text)
    }
  }

  private func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
  }

  /// Text as people write it; Python's codecs give the same.
  static let samples: [Sample] = [
    Sample("UTF-8", "4772C3BCC39F652C20E4B896E7958C20F09F9880", "Grüße, 世界 😀"),
    Sample("IBM866", "8FE0A8A2A5E220B0DB", "Привет ░█"),
    Sample("ISO-8859-2", "5A61BFF3B3E62067EAB66CB1206A61BCF1", "Zażółć gęślą jaźń"),
    Sample("ISO-8859-3", "C66975BC61FD646520B1", "Ĉiuĵaŭde ħ"),
    Sample("ISO-8859-4", "AEBAB6B920BF", "Žēļš ŋ"),
    Sample("ISO-8859-5", "BFE0D8D2D5E220F020FD", "Привет № §"),
    Sample("ISO-8859-6", "D3E4C7E5BF", "سلام؟"),
    Sample("ISO-8859-7", "C3E5E9DC20F3EFF520A4", "Γειά σου €"),
    Sample("ISO-8859-8", "F9ECE5ED20AA", "שלום ×"),
    Sample("ISO-8859-8-I", "F9ECE5ED20BA", "שלום ÷"),
    Sample("ISO-8859-10", "DE696E6776F66C6C757220BF20BD", "Þingvöllur ŋ ―"),
    Sample("ISO-8859-13", "C0FE756F6C617320A56972B4", "Ąžuolas „ir“"),
    Sample("ISO-8859-14", "D079746820B820A2", "Ŵyth ẁ ḃ"),
    Sample("ISO-8859-15", "63BD7572203520A420B4", "cœur 5 € Ž"),
    Sample("ISO-8859-16", "AA746566616E20A5BA69B520A4", "Ștefan „și” €"),
    Sample("KOI8-R", "F0D2C9D7C5D420A1", "Привет ║"),
    Sample("KOI8-U", "F0D2C9D7A6D42C20ADC1CECFCB20B4", "Привіт, ґанок Є"),
    Sample("macintosh", "6E6195766520DE20BD20DB", "naïve ﬁ Ω €"),
    Sample("windows-874", "CAC7D1CAB4D52080", "สวัสดี €"),
    Sample("windows-1250", "50F8ED6C699A209E6C759D6F75E86BFD2080", "Příliš žluťoučký €"),
    Sample("windows-1251", "CFF0E8E2E5F22C20802088", "Привет, Ђ €"),
    Sample("windows-1252", "93636166E99420962080", "“café” – €"),
    Sample("windows-1253", "C3E5E9DC20A12080", "Γειά ΅ €"),
    Sample("windows-1254", "DD7374616E62756C20F020FE2080", "İstanbul ğ ş €"),
    Sample("windows-1255", "F9C8D1ECE5C9ED20A4", "ש\u{5B8}\u{5C1}לו\u{5B9}ם ₪"),
    Sample("windows-1256", "D3E1C7E3208120902080", "سلام پ گ €"),
    Sample("windows-1257", "C0FE756F6C6173208020B8", "Ąžuolas € ø"),
    Sample("windows-1258", "566965F27420D020FE", "Vie\u{323}t Đ ₫"),
    Sample("x-mac-cyrillic", "8FF0E8E2E5F220DC20AB", "Привет № Ђ"),
    Sample("GBK", "B1B1BEA920E946208140", "北京 镕 丂"),
    Sample("gb18030", "B1B1BEA920A8A62081308436209439FC3620A1EB", "北京 é ¥ 😀 ‰"),
    Sample("Big5", "BB4FA55F20A4A4A4E5", "臺北 中文"),
    Sample("EUC-JP", "C6FCCBDCB8EC208EB68EC5208FB0A1", "日本語 ｶﾅ 丂"),
    Sample("ISO-2022-JP", "1B2442467C4B5C386C1B284220616263", "日本語 abc"),
    Sample("Shift_JIS", "93FA967B8CEA20B6C520874020EEE0", "日本語 ｶﾅ ① 髙"),
    Sample("EUC-KR", "C7D1B1B9BEEE208C63B9E6208141", "한국어 똠방 갂"),
    Sample("UTF-16BE", "006E00E900204E160020D83DDE00", "né 世 😀"),
    Sample("UTF-16LE", "6E00E9002000164E20003DD800DE", "né 世 😀"),
    Sample("x-user-defined", "4180FF", "A\u{F780}\u{F7FF}"),
  ]

  /// Where the standard's indexes have more, or something else, than the character sets they are named after.
  static let browserSamples: [Sample] = [
    Sample("windows-1252", "818D8F909D", "\u{81}\u{8D}\u{8F}\u{90}\u{9D}"),
    Sample("windows-1251", "98", "\u{98}"),
    Sample("windows-1253", "818A8C9F", "\u{81}\u{8A}\u{8C}\u{9F}"),
    Sample("windows-1254", "818D9D9E", "\u{81}\u{8D}\u{9D}\u{9E}"),
    Sample("windows-1255", "818ACA", "\u{81}\u{8A}\u{5BA}"),
    Sample("windows-874", "818698", "\u{81}\u{86}\u{98}"),
    Sample("ISO-8859-2", "809F", "\u{80}\u{9F}"),
    Sample("KOI8-U", "AEBE", "ўЎ"),
    Sample("macintosh", "F0", "\u{F8FF}"),
    Sample("GBK", "80", "€"),
    Sample("GBK", "A2E3", "€"),
    Sample("GBK", "A3A0", "\u{3000}"),
    Sample("GBK", "9439FC36", "😀"),
    Sample("gb18030", "8135F437", "\u{E7C7}"),
    Sample("gb18030", "A8BC", "ḿ"),
    Sample("gb18030", "E3329A35", "\u{10FFFF}"),
    Sample("Big5", "8862886488A388A5", "\u{CA}\u{304}\u{CA}\u{30C}\u{EA}\u{304}\u{EA}\u{30C}"),
    Sample("Big5", "A3E1", "€"),
    Sample("Big5", "8840", "\u{31C0}"),
    Sample("EUC-JP", "8EA1A1C1FCFE", "｡～\u{FF02}"),
    Sample("Shift_JIS", "5C7E8160817C8191", "\\~～－￠"),
    Sample("Shift_JIS", "80F040F9FC", "\u{80}\u{E000}\u{E757}"),
    Sample("Shift_JIS", "FA40FC4B", "ⅰ黑"),
    Sample("ISO-2022-JP", "1B284A5C7E1B2849311B2842", "¥‾ｱ"),
    Sample("ISO-2022-JP", "1B24402121", "\u{3000}"),
    Sample("EUC-KR", "8141A2E6C6A1", "갂€퉤"),
    Sample("UTF-16LE", "3DD84100", "\u{FFFD}A"),
  ]

  @Test func everyLabelDecodesItsSample() throws {
    #expect(EncodingLabels.names.count == 228)
    #expect(Set(EncodingLabels.names.values).count == 40)
    #expect(Self.samples.count == 39)
    let samples = Dictionary(uniqueKeysWithValues: Self.samples.map { ($0.encoding, $0) })
    for (label, encoding) in EncodingLabels.names {
      // A label in capitals and in white space is the same label.
      let given = " \(label.uppercased())\t"
      if encoding == "replacement" {
        #expect(throws: CharsetError.self, "\(label)") { try CharsetDecoder.decode([0x41], declared: given) }
        continue
      }
      let sample = try #require(samples[encoding], "\(label)")
      let page = try CharsetDecoder.decode(bytes(sample.bytes), declared: given)
      #expect(String(decoding: page.utf8, as: UTF8.self) == sample.text, "\(label)")
      #expect(page.replacements == 0 && page.encoding == encoding, "\(label)")
    }
  }

  @Test(arguments: browserSamples) func readsAsBrowsersDo(_ sample: Sample) throws {
    let page = try CharsetDecoder.decode(bytes(sample.bytes), declared: sample.encoding)
    // By scalars: equality of strings does not tell composed from decomposed.
    let scalars = String(decoding: page.utf8, as: UTF8.self).unicodeScalars.map(\.value)
    #expect(scalars == sample.text.unicodeScalars.map(\.value), "\(sample.encoding) \(sample.bytes)")
  }

  /// A mark, then HTTP, then the page itself, then what the bytes look like.
  @Test func whatDecidesFirst() throws {
    let named = Array("<meta charset=koi8-r>".utf8) + [0xE9]
    let pragma = Array("<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>".utf8) + [0xE9]
    let cases: [(bytes: [UInt8], declared: String?, encoding: String)] = [
      ([0xEF, 0xBB, 0xBF] + named, "big5", "UTF-8"),
      ([0xFF, 0xFE, 0x3C, 0], "big5", "UTF-16LE"),
      ([0xFE, 0xFF, 0, 0x3C], "utf-8", "UTF-16BE"),
      (named, "windows-1251", "windows-1251"),
      (named, nil, "KOI8-R"),
      (pragma, nil, "KOI8-R"),
      (Array("<meta charset=utf-16le>é".utf8), nil, "UTF-8"),
      (Array("<meta http-equiv=content-type content='text/html;charset=utf-16be'>é".utf8), nil, "UTF-8"),
      (Array("<p>é".utf8), nil, "UTF-8"),
      (Array("<p>".utf8) + [0xE9], nil, "windows-1252"),
    ]
    for (bytes, declared, encoding) in cases {
      #expect(try CharsetDecoder.decode(bytes, declared: declared).encoding == encoding)
    }
  }
}
