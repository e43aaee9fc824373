/// What of a page to read.
public struct ReadingOptions: Sendable, Hashable {
  public enum Favor: String, Sendable, CaseIterable {
    case precision, balanced, recall

    /// Text is kept whose P(main | text) is at least `share` of the page's surest block, and at least `floor`: how sure the model is
    /// differs from page to page more than its order does.
    var threshold: (share: Double, floor: Double) {
      switch self {
      case .precision: (0.75, 0.3)
      case .balanced: (0.55, 0.1)
      case .recall: (0.35, 0.05)
      }
    }
  }

  public var favor = Favor.balanced
  /// Nothing is judged boilerplate.
  public var wholePage = false
  /// Links: `link`, `img`, `script` and embedded documents as well.
  public var includeResources = false

  public init() {}
}

/// A piece of extracted text and where it came from.
public struct TextSpan: Hashable, Sendable {
  /// Bytes of the input as given.
  public var start: Int
  public var end: Int
  /// `paragraph`, `heading1` … `heading6`, `item`, `code`, `quote`, `cell`, `header_cell`, `caption`, `term`,
  /// `description`, `link`.
  public var tag: String
  /// P(this is main text), 0…1.
  public var confidence: Double

  public init(start: Int, end: Int, tag: String, confidence: Double) {
    self.start = start
    self.end = end
    self.tag = tag
    self.confidence = confidence
  }
}
