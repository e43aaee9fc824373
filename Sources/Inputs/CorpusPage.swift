/// One page of the teaching corpus, from a line of its JSON Lines files: what people marked on it, and the page.
///
/// Every key is optional; null and values of another type count as absent.
public struct CorpusPage: Sendable {
  public var id = ""
  public var url: String?
  /// The page in UTF-8, from `html`; nil for lines without.
  public var html: [UInt8]?
  /// The page as served, charset not decoded, from `html_base64`; nil for lines without, and where it is no base64.
  public var servedHTML: [UInt8]?
  /// The document's text, from `json`.
  public var json: [UInt8]?
  public var mainText: String?
  /// Snippets that belong to the main text, and such that do not.
  public var mustHave: [String] = []
  public var mustNotHave: [String] = []
  public var goldHTML: String?
  public var markdown: String?
  public var title: String?
  public var author: String?
  public var date: String?
  public var pageType: String?
  /// "train" or "valid".
  public var split: String?
  public var source: String?
  public var site: String?
  public var kind: String?
  public var language: String?
  /// Share of the gold's words that are in the visible text, 0 to 1, from `fields.gold_coverage`.
  public var goldCoverage: Double?
  /// The gold is not this page's, from `fields.gold_suspect`.
  public var goldIsSuspect = false
  /// The other members of `fields` that are texts, numbers, or arrays of them.
  public var fields: [String: [String]] = [:]

  /// The page's or document's bytes, whichever the line has.
  public var document: [UInt8] { html ?? json ?? [] }

  public init() {}

  /// Reads one line. Throws where it is not a JSON object.
  public init(line: [UInt8]) throws(JSONFailure) {
    var page = CorpusPage()
    try unsafe line.withUnsafeBufferPointer { buffer throws(JSONFailure) in
      var scanner = unsafe JSONScanner(buffer)
      unsafe try scanner.beginObject()
      var isFirst = true
      while let key = unsafe try scanner.nextKey(isFirst: &isFirst) { unsafe try page.take(key, from: &scanner) }
      unsafe try scanner.expectEnd()
    }
    self = page
  }

  private mutating func take(_ key: String, from scanner: inout JSONScanner) throws(JSONFailure) {
    switch key {
    case "id": id = unsafe try scanner.text() ?? ""
    case "url": url = unsafe try scanner.text()
    case "html": html = unsafe try scanner.stringOrNil()
    case "html_base64": servedHTML = unsafe try scanner.stringOrNil().flatMap { try? Base64.decode($0).get() }
    case "json": json = unsafe try scanner.stringOrNil()
    case "main_text": mainText = unsafe try scanner.text()
    case "must_have": mustHave = unsafe try scanner.texts()
    case "must_not_have": mustNotHave = unsafe try scanner.texts()
    case "gold_html": goldHTML = unsafe try scanner.text()
    case "markdown": markdown = unsafe try scanner.text()
    case "title": title = unsafe try scanner.text()
    case "author": author = unsafe try scanner.text()
    case "date": date = unsafe try scanner.text()
    case "page_type": pageType = unsafe try scanner.text()
    case "split": split = unsafe try scanner.text()
    case "source": source = unsafe try scanner.text()
    case "site": site = unsafe try scanner.text()
    case "kind": kind = unsafe try scanner.text()
    case "lang": language = unsafe try scanner.text()
    case "fields": unsafe try takeFields(from: &scanner)
    default: unsafe try scanner.skipValue()
    }
  }

  private mutating func takeFields(from scanner: inout JSONScanner) throws(JSONFailure) {
    guard unsafe scanner.peek() == UInt8(ascii: "{") else { return unsafe try scanner.skipValue() }
    unsafe try scanner.beginObject()
    var isFirst = true
    while let key = unsafe try scanner.nextKey(isFirst: &isFirst) {
      let values = unsafe try scanner.texts()
      switch key {
      case "gold_coverage": goldCoverage = values.first.flatMap(Double.init)
      case "gold_suspect": goldIsSuspect = values.first == "true" || values.first == "1"
      default: if !values.isEmpty { fields[key] = values }
      }
    }
  }
}
