public import ByteModel
import Documents
public import Pages

/// A web page as the model read it: links, text, Markdown and faults, each with its place in the bytes as given.
///
/// ```swift
/// let page = try Page(bytes, url: "https://example.org/")
/// for link in page.links { print(link.url ?? link.href, link.text) }
/// print(page.markdown)
/// ```
///
/// The network reads the page once, when it is made; what is asked of it later is decoded from that, in time proportional to the page.
/// Only ``faults`` lets the network read again. A page is a value: it can be copied and sent between tasks.
public struct Page: Sendable {
  /// The page as given: what every range of a ``Link``, a ``TextSpan`` and a ``Diagnostic`` counts in.
  public let bytes: [UInt8]
  /// The page's address: what its relative links resolve against, unless it says otherwise with `<base href>`.
  public let url: String?
  /// The encoding it was in, by its name in the WHATWG Encoding standard.
  public var encoding: String { decoded.encoding }

  /// The page's labels: what everything else is decoded from.
  public let tagged: TaggedPage
  let decoded: DecodedPage
  let reader: SharedReader

  /// Reads a page.
  ///
  /// - Parameters:
  ///   - bytes: the page as it was served, in any encoding browsers know.
  ///   - url: its address, to resolve relative links against.
  ///   - declaredCharset: what its envelope (HTTP, a file's metadata) says of its encoding.
  ///   - reader: with which model; without, the one inside the library.
  /// - Throws: ``PageError/charset(_:)`` for an encoding that is not known, ``PageError/model(_:)`` for an unusable model.
  public init(
    _ bytes: [UInt8], url: String? = nil, declaredCharset: String? = nil, reader: SharedReader? = nil
  ) throws(PageError) {
    self.bytes = bytes
    self.url = url
    if let reader { self.reader = reader } else { self.reader = try SharedReader.embedded() }
    do {
      decoded = try CharsetDecoder.decode(bytes, declared: declaredCharset)
    } catch {
      throw .charset(error)
    }
    let decoded = decoded
    tagged = self.reader.withReader { $0.read(decoded) }
  }

  /// A page whose bytes were labelled before.
  init(bytes: [UInt8], url: String?, decoded: DecodedPage, tagged: TaggedPage, reader: SharedReader) {
    self.bytes = bytes
    self.url = url
    self.decoded = decoded
    self.tagged = tagged
    self.reader = reader
  }

  /// A link of a page.
  public struct Link: Hashable, Sendable {
    /// The attribute's value: character references decoded, outer white space stripped, not resolved.
    public var href: String
    /// The absolute address; nil where `href` is relative and the page's address is not known, or where it is no address.
    public var url: String?
    /// The anchor's text, white space collapsed; empty where there is none.
    public var text: String
    /// The alternative text of the anchor's first image, nil where there is none.
    public var alternative: String?
    /// `a`, `area`, and among resources also `link`, `img`, `script`, `iframe`.
    public var kind: String
    /// Where the attribute's value stands in ``Page/bytes``, quotes excluded.
    public var range: Range<Int>
    /// How sure the model is, 0…1.
    public var confidence: Double
  }

  /// The links a reader can follow (`a` and `area`), in reading order.
  public var links: [Link] { links(includeResources: false) }

  /// The links of the page, with what it loads (style sheets, images, scripts, embedded pages) where asked for.
  public func links(includeResources: Bool) -> [Link] {
    let address = url.flatMap { URLResolver.Base($0) }
    let base = LinkDecoder.baseHref(in: tagged).flatMap { URLResolver.Base(href: $0, at: address) } ?? address
    return LinkDecoder.links(in: tagged, includeResources: includeResources).map { link in
      let start = link.start ?? 0
      return Link(
        href: link.href, url: URLResolver.resolve(link.href, base: base), text: link.text,
        alternative: link.alternative, kind: link.kind, range: start..<max(start, link.end ?? start),
        confidence: link.confidence)
    }
  }

  /// The main text: each block and each table row on its own line.
  public var text: String { TextWriter.write(content().document) }

  /// The main content as GitHub Flavored Markdown, addresses as the page has them.
  public var markdown: String { MarkdownWriter.write(content().document) }

  /// The main content as a tree, with the places its text came from and the model's confidence in its choice.
  public func content(_ options: ReadingOptions = .init()) -> DecodedDocument {
    DocumentDecoder.decode(tagged, options: options)
  }

  /// Where the markup is malformed, the likeliest first, with the edits that mend it. The network reads the page again for this.
  public var faults: [Diagnostic] { faults(.init()) }

  /// The same with a threshold and limits of your own.
  public func faults(_ options: FaultFinder.Options) -> [Diagnostic] {
    let decoded = decoded
    return reader.withReader { FaultFinder(reader: $0, options: options).diagnostics(of: decoded) }
  }
}

/// Why a page could not be read.
public enum PageError: Error, Sendable, CustomStringConvertible {
  /// The page is in an encoding that is not known, or not decoded for safety.
  case charset(CharsetError)
  /// The model cannot be used.
  case model(ModelFileError)

  /// One sentence with the remedy.
  public var description: String {
    switch self {
    case .charset(let error): error.description
    case .model(let error): error.description
    }
  }
}
