/// Resolves what stands in an `href` to the address a browser would go to.
///
/// WHATWG URL; the query of a page that is not UTF-8 is encoded as UTF-8 too, which is where a browser may differ.
public enum URLResolver {
  /// A base address, parsed once for many links.
  public struct Base: Sendable {
    let record: URLRecord

    /// Nil when `url` is not an absolute URL.
    public init?(_ url: String) {
      guard let record = URLParser.parse(url, base: nil) else { return nil }
      self.record = record
    }

    /// The base of a page at `url` (or at no known address) whose `<base href>` is `href`.
    public init?(href: String, at url: Base?) {
      guard let record = URLParser.parse(href, base: url?.record) else { return nil }
      self.record = record
    }

    /// The address, written as a browser would.
    public var url: String { record.href }
  }

  /// The absolute URL of `href` as a browser's `a.href` gives it, or nil where it has none: it is relative and there is
  /// no base, or it cannot be parsed. A `base` that is not an absolute URL counts as none.
  public static func resolve(_ href: String, base: String?) -> String? {
    resolve(href, base: base.flatMap { Base($0) })
  }

  /// The same for a base parsed before.
  public static func resolve(_ href: String, base: Base?) -> String? {
    URLParser.parse(href, base: base?.record)?.href
  }
}
