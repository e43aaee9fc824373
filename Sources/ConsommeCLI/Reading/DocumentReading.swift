import Baselines
import Consomme
import Documents
import Inputs
import Pages

/// A page's content as a document, by a reader that knows documents.
struct ContentReading: Sendable {
  var options = ReadingOptions()
  var writer = WriterOptions()
  var baseURL: String?

  struct Content {
    var document: Document
    /// nil for a reader that does not know.
    var confidence: Double?
    var spans: [TextSpan] = []
    var baseHref: String?
  }

  func read(_ page: DecodedPage, of document: InputDocument, with worker: Worker) throws(PageProblem) -> Content {
    switch worker.reader {
    case .neural(let reader):
      let tagged = reader.read(page)
      try worker.checkTime()
      let decoded = DocumentDecoder.decode(tagged, options: options)
      // How the strings of a kind of document are written is the envelope's matter, as its charset is.
      return Content(
        document: document.kind == .json
          ? DocumentRewriting.unescapingJSON.document(decoded.document) : decoded.document,
        confidence: decoded.confidence, spans: decoded.spans,
        baseHref: LinkDecoder.baseHref(in: tagged))
    case .libxml2(let reader):
      let scope: LibXML2Reader.Scope = options.wholePage ? .wholePage : .mainContent
      return Content(
        document: reader.document(in: page.utf8, scope: scope), confidence: nil,
        baseHref: BaseAddress.href(in: page.utf8))
    case .regex, .ngram: throw PageProblem(reason: "this reader knows no text; use neural or libxml2")
    }
  }
}

/// The main text.
struct TextReading: Reading {
  var content: ContentReading
  var withSpans = false

  func read(_ page: DecodedPage, of document: InputDocument, with worker: Worker) throws(PageProblem) -> TextBody {
    let found = try content.read(page, of: document, with: worker)
    let spans =
      withSpans
      ? found.spans.map { SpanRecord(start: $0.start, end: $0.end, tag: $0.tag, confidence: $0.confidence) } : nil
    return TextBody(
      text: TextWriter.write(found.document, options: content.writer), confidence: found.confidence, spans: spans)
  }
}

/// The main content as Markdown. Relative addresses are resolved where the page's own is known.
struct MarkdownReading: Reading {
  var content: ContentReading

  func read(_ page: DecodedPage, of document: InputDocument, with worker: Worker) throws(PageProblem) -> MarkdownBody {
    let found = try content.read(page, of: document, with: worker)
    let base = BaseAddress.base(url: document.url ?? content.baseURL, href: found.baseHref)
    let resolved = base.map { DocumentRewriting.resolving(against: $0).document(found.document) } ?? found.document
    return MarkdownBody(markdown: MarkdownWriter.write(resolved, options: content.writer), confidence: found.confidence)
  }
}
