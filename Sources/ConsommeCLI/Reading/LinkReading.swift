import Baselines
import Consomme
import Inputs
import Pages

/// The links of a page, by any reader.
struct LinkReading: Reading {
  var includesResources = false
  var baseURL: String?

  func read(_ page: DecodedPage, of document: InputDocument, with worker: Worker) throws(PageProblem) -> LinksBody {
    var links: [ExtractedLink]
    let baseHref: String?
    switch worker.reader {
    case .neural(let reader):
      let tagged = reader.read(page, decidesContent: false)
      try worker.checkTime()
      links = LinkDecoder.links(in: tagged, includeResources: includesResources)
      if document.kind == .json {
        for index in links.indices { links[index].href = JSONString.unescaped(links[index].href) }
      }
      baseHref = LinkDecoder.baseHref(in: tagged)
    case .libxml2(let reader):
      links = reader.links(in: page.utf8, includeResources: includesResources)
      baseHref = BaseAddress.href(in: page.utf8)
    case .regex(let pattern):
      links = Self.inInput(RegexReader.links(in: page.utf8, pattern: pattern), page.map)
      baseHref = BaseAddress.href(in: page.utf8)
    case .ngram: throw PageProblem(reason: "the reader ngram knows no links; use neural, libxml2 or regex")
    }
    let base = BaseAddress.base(url: document.url ?? baseURL, href: baseHref)
    return LinksBody(
      links: links.map { link in
        LinkRecord(
          href: link.href, url: URLResolver.resolve(link.href, base: base), text: link.text, alt: link.alternative,
          kind: link.kind, start: link.start, end: link.end, confidence: link.confidence)
      })
  }

  /// Offsets in the page's UTF-8 as offsets in the input as given.
  private static func inInput(_ links: [ExtractedLink], _ map: OffsetMap) -> [ExtractedLink] {
    links.map { link in
      var link = link
      if let start = link.start, let end = link.end, start <= end {
        let range = map.source(of: start..<end)
        (link.start, link.end) = (range.lowerBound, range.upperBound)
      }
      return link
    }
  }

  /// A line a link: the address (resolved where it can be), a tab, the text.
  static func text(_ body: LinksBody) -> String {
    body.links.map { link in
      // Tabs and line breaks in an address are dropped by browsers, too.
      let address = String(
        String.UnicodeScalarView(
          (link.url ?? link.href).unicodeScalars.filter { !"\t\r\n".unicodeScalars.contains($0) }))
      return "\(TerminalText.shown(address))\t\(TerminalText.shown(link.text))\n"
    }.joined()
  }
}
