/// One link of a page, as every reader reports it.
public struct ExtractedLink: Hashable, Sendable {
  /// The attribute's value: character references decoded, outer white space stripped, not resolved.
  public var href: String
  /// The anchor's text, white space collapsed; empty where there is none.
  public var text: String
  /// The alternative text of the anchor's first image (of an `area`: its own), nil where there is none.
  public var alternative: String?
  /// The element's name: `a`, `area`, and with resources `link`, `img`, `script`, `iframe` …
  public var kind: String
  /// Where the attribute's value begins in the UTF-8 bytes the reader was given; nil for a reader that keeps no offsets.
  public var start: Int?
  /// The offset just after the attribute's value, quotes excluded.
  public var end: Int?
  /// The reader's own estimate that the link is right, 0 to 1; 1 for readers that only apply rules.
  public var confidence: Double

  public init(
    href: String, text: String, alternative: String? = nil, kind: String = "a", start: Int? = nil, end: Int? = nil,
    confidence: Double = 1
  ) {
    self.href = href
    self.text = text
    self.alternative = alternative
    self.kind = kind
    self.start = start
    self.end = end
    self.confidence = confidence
  }
}
