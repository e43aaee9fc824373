/// What of a page to read.
public struct ReadingOptions: Sendable, Hashable {
  public enum Favor: String, Sendable, CaseIterable {
    case precision, balanced, recall

    /// Text is kept from this P(main | text) on.
    public var threshold: Double {
      switch self {
      case .precision: 0.7
      case .balanced: 0.45
      case .recall: 0.2
      }
    }
  }

  public var favor = Favor.balanced
  /// Nothing is judged boilerplate.
  public var wholePage = false

  public init() {}
}

/// A piece of extracted text and where it came from.
public struct TextSpan: Hashable, Sendable {
  /// Bytes of the input as given.
  public var start: Int
  public var end: Int
  /// `paragraph`, `heading1` … `heading6`, `item`, `code`, `quote`, `cell`, `header_cell`, `caption`, `term`, `description`.
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
