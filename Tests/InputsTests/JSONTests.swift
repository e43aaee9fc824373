import Testing

@testable import Inputs

@Suite struct JSONTests {
  private func html(_ json: String) throws -> String? {
    try PageLine(Array(json.utf8)).html.map { String(decoding: $0, as: UTF8.self) }
  }

  private func failure(_ json: String) -> JSONFailure? {
    do {
      _ = try PageLine(Array(json.utf8))
      return nil
    } catch {
      return error
    }
  }

  @Test func escapes() throws {
    #expect(try html(#"{"html":"a\"b\\c\/d\b\f\n\r\te"}"#) == "a\"b\\c/d\u{8}\u{C}\n\r\te")
    #expect(try html(#"{"html":"\u00e9\u4e16\u0041\u0000"}"#) == "é世A\u{0}")
    #expect(try html(#"{"html":"\ud83d\ude00"}"#) == "😀")
    #expect(try html(#"{"html":"é世😀"}"#) == "é世😀")
    #expect(try html(#"{"ht\u006dl":"key"}"#) == "key")
  }

  @Test func loneSurrogatesBecomeReplacements() throws {
    #expect(try html(#"{"html":"\ud83d"}"#) == "\u{FFFD}")
    #expect(try html(#"{"html":"\ude00x"}"#) == "\u{FFFD}x")
    #expect(try html(#"{"html":"\ud83d\u0041"}"#) == "\u{FFFD}A")
    #expect(try html(#"{"html":"\ud83d\ud83d\ude00"}"#) == "\u{FFFD}😀")
  }

  @Test func otherKeysAreIgnored() throws {
    let line = #" { "a" : [1, {"html": "no"}, "]"], "n": -1.5e+3, "t": true, "html" : "yes", "z": null, "o": {} } "#
    #expect(try html(line) == "yes")
    #expect(try html("{}") == nil)
    #expect(try html(#"{"html":null}"#) == nil)
    #expect(try html(#"{"html":3}"#) == nil)
  }

  @Test func idsMayBeNumbers() throws {
    let page = try PageLine(Array(#"{"id": 17, "url": null}"#.utf8))
    #expect(page.id == "17")
    #expect(page.url == nil)
  }

  @Test func brokenLinesNameThePlace() {
    #expect(failure("")?.offset == 0)
    #expect(failure("[]")?.offset == 0)
    #expect(failure(#"{"a":1"#)?.offset == 6)
    #expect(failure(#"{"a" 1}"#)?.offset == 5)
    #expect(failure(#"{"a":}"#)?.offset == 5)
    #expect(failure(#"{"a":1,}"#) != nil)
    #expect(failure(#"{"a":1 "b":2}"#)?.offset == 7)
    #expect(failure(#"{"html":"abc"#)?.offset == 8)
    #expect(failure(#"{"html":"a\x"}"#)?.offset == 10)
    #expect(failure(#"{"html":"\u12g4"}"#)?.offset == 9)
    #expect(failure(#"{"html":"\u12"}"#) != nil)
    #expect(failure(#"{"html":"a\"#) != nil)
    #expect(failure("{} x")?.offset == 3)
    #expect(failure(#"{"a":nul}"#)?.offset == 5)
    #expect(failure(#"{"a":bc}"#)?.offset == 5)
  }

  @Test func anyDepthIsPassedOver() throws {
    let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
    #expect(try html("{\"a\":\(deep),\"html\":\"x\"}") == "x")
    #expect(failure("{\"a\":" + String(repeating: "[{\"b\":", count: 100_000)) != nil)
  }

  @Test func anyBytesDoNotCrash() {
    var state: UInt64 = 1
    let alphabet = Array(#"{}[]",:\u0d8abfnrt1e-. html"#.utf8) + [0xFF, 0x00, 0xC3]
    for _ in 0..<4_000 {
      var line = Array(#"{"html":"#.utf8)
      for _ in 0..<12 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        line.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      _ = try? PageLine(line)
      _ = try? CorpusPage(line: line)
      _ = InputKind.sniff(line)
    }
  }

  @Test func corpusPages() throws {
    let line = """
      {"id":"p1","url":null,"split":"valid","html":"<p>x</p>","main_text":"x","must_have":["a","b"],\
      "must_not_have":null,"page_type":"article","lang":"en","markdown":null,"title":"T",\
      "fields":{"gold_coverage":0.75,"gold_suspect":true,"price":"3 €","brand":["A","B"],"other":{"x":1},"n":null}}
      """
    let page = try CorpusPage(line: Array(line.utf8))
    #expect(page.id == "p1")
    #expect(page.url == nil)
    #expect(page.split == "valid")
    #expect(page.document == Array("<p>x</p>".utf8))
    #expect(page.mainText == "x")
    #expect(page.mustHave == ["a", "b"])
    #expect(page.mustNotHave == [])
    #expect(page.pageType == "article")
    #expect(page.language == "en")
    #expect(page.markdown == nil)
    #expect(page.goldCoverage == 0.75)
    #expect(page.goldIsSuspect)
    #expect(page.fields == ["price": ["3 €"], "brand": ["A", "B"]])
    let json = try CorpusPage(line: Array(#"{"id":"j","json":"{\"a\": 1}"}"#.utf8))
    #expect(json.document == Array(#"{"a": 1}"#.utf8))
    #expect(try CorpusPage(line: Array(#"{"fields":null,"must_have":"one"}"#.utf8)).mustHave == ["one"])
  }

  @Test func base64() throws {
    func decode(_ text: String) -> Result<[UInt8], Base64.InvalidByte> { Base64.decode(Array(text.utf8)) }
    #expect(try decode("PHA+").get() == Array("<p>".utf8))
    #expect(try decode("PHA-YQ==").get() == Array("<p>a".utf8))
    #expect(try decode("PHA+\nYWI").get() == Array("<p>ab".utf8))
    #expect(try decode("").get() == [])
    #expect(decode("PH?+") == .failure(.init(offset: 2)))
    #expect(decode("PHA+Y") == .failure(.init(offset: 5)))
    #expect(decode("YQ==YQ==") == .failure(.init(offset: 4)))
  }
}
