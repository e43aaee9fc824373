import Testing

@testable import ConsommeCLI

struct OutputResultTests {
  private let link = LinkRecord(
    href: "/a,b", url: nil, text: "Say \"hi\"", alt: nil, kind: "a", start: 9, end: 13, confidence: 0.987654)

  @Test func everyKeyIsThereEvenWithoutValue() throws {
    let record = PageRecord(id: "p/1.html", reader: "libxml2", body: LinksBody(links: [link]))
    #expect(
      try ResultFormats.line(record) == #"{"error":null,"id":"p/1.html","links":["#
        + #"{"alt":null,"confidence":0.9877,"end":13,"href":"/a,b","kind":"a","start":9,"text":"Say \"hi\"","url":null}],"#
        + #""model":null,"reader":"libxml2","url":null}"# + "\n")
  }

  @Test func textHasSpansOnlyWhereAskedFor() throws {
    var body = TextBody(text: "Two\nlines", confidence: .nan)
    func line() throws -> String {
      try ResultFormats.line(PageRecord(id: "a", url: "https://e.org/", reader: "neural", model: "5e1f", body: body))
    }
    let start = #"{"confidence":null,"error":null,"id":"a","model":"5e1f","reader":"neural","#
    #expect(try line() == start + #""text":"Two\nlines","url":"https://e.org/"}"# + "\n")
    body.spans = [SpanRecord(start: 3, end: 6, tag: "p", confidence: 1)]
    #expect(
      try line() == start + #""spans":[{"confidence":1,"end":6,"start":3,"tag":"p"}],"#
        + #""text":"Two\nlines","url":"https://e.org/"}"# + "\n")
  }

  @Test func otherVerbs() throws {
    func line<Body: Codable & Sendable>(_ body: Body) throws -> String {
      try ResultFormats.json(PageRecord(id: "a", reader: "neural", body: body), pretty: false)
    }
    let end = #""id":"a","#
    #expect(
      try line(MarkdownBody(markdown: "# A\n", confidence: 0.5)) == #"{"confidence":0.5,"error":null,"# + end
        + ##""markdown":"# A\n","model":null,"reader":"neural","url":null}"##)
    #expect(
      try line(EntropyBody(bytes: 4, bits: 10)) == #"{"bits":10,"bits_per_byte":2.5,"bytes":4,"error":null,"# + end
        + #""model":null,"reader":"neural","url":null}"#)
    #expect(
      try line(EntropyBody(bytes: 0, bits: 0)) == #"{"bits":0,"bits_per_byte":null,"bytes":0,"error":null,"# + end
        + #""model":null,"reader":"neural","url":null}"#)
    let field = FieldRecord(value: "Ann", start: nil, end: nil, confidence: 0.25)
    #expect(
      try line(FieldsBody(fields: ["author": .one(field)])) == #"{"error":null,"fields":"#
        + #"{"author":{"confidence":0.25,"end":null,"start":null,"value":"Ann"}},"# + end
        + #""model":null,"reader":"neural","url":null}"#)
  }

  @Test func diagnosticsAreSortedAndKeepNullRepairs() throws {
    let weak = DiagnosticRecord(
      offset: 1, length: 1, line: 1, column: 2, rule: "eof-in-tag", score: 2, message: "m", repair: nil)
    var strong = weak
    strong.score = 9.87654
    strong.repair = .init(offset: 1, delete: 0, insert: ">")
    let record = PageRecord(id: "a", reader: "neural", body: CheckBody(diagnostics: [weak, strong]))
    let common = #""line":1,"message":"m","offset":1,"repair""#
    #expect(
      try ResultFormats.line(record) == #"{"diagnostics":[{"column":2,"length":1,"# + common
        + #":{"delete":0,"insert":">","offset":1},"rule":"eof-in-tag","score":9.877},{"column":2,"length":1,"# + common
        + #":null,"rule":"eof-in-tag","score":2}],"error":null,"id":"a","model":null,"reader":"neural","url":null}"#
        + "\n")
  }

  @Test func failuresHaveASentenceAndNoResults() throws {
    let failure = PageRecord<TextBody>.failure(
      id: "a", url: nil, reader: "neural", model: "5e", error: "a: no such file")
    #expect(
      try ResultFormats.line(failure) == #"{"confidence":null,"error":"a: no such file","id":"a","model":"5e","#
        + #""reader":"neural","text":null,"url":null}"# + "\n")
    #expect(PageRecord<LinksBody>.failure(id: "a", url: nil, reader: "r", model: nil, error: "e").body.links.isEmpty)
  }

  @Test func csvQuotesWhatNeedsIt() {
    let record = PageRecord(id: "p", reader: "neural", body: LinksBody(links: [link]))
    #expect(ResultFormats.linksHeader == "id,href,url,text,alt,kind,start,end,confidence\r\n")
    #expect(ResultFormats.csv(record) == "p,\"/a,b\",,\"Say \"\"hi\"\"\",,a,9,13,0.9877\r\n")
    #expect(ResultFormats.quoted("a\r\nb") == "\"a\r\nb\"")
  }

  @Test func oneRecordIsAnObjectSeveralAreAnArray() throws {
    func document(_ values: [[String: Int]]) throws -> String {
      var writer = JSONDocumentWriter()
      var result = ""
      for value in values { result += try writer.append(value) }
      return result + writer.finish()
    }
    #expect(try document([]) == "[]\n")
    #expect(try document([["a": 1]]) == "{\n  \"a\" : 1\n}\n")
    #expect(
      try document([["a": 1], ["a": 2], ["a": 3]])
        == "[\n{\n  \"a\" : 1\n},\n{\n  \"a\" : 2\n},\n{\n  \"a\" : 3\n}\n]\n")
  }
}
