public import PageTags
public import Pages

/// A page as the model read it, with a label record a byte: what links, text and Markdown are decoded from.
public struct TaggedPage: Sendable {
  /// Condensed UTF-8 that the model read.
  public var bytes: [UInt8]
  /// The likeliest label of every head, one record a byte; content is never `.unjudged`.
  public var tags: [ByteTags]
  /// P(main content | text) as 0…255, one a byte; means something on text bytes.
  public var mainProbability: [UInt8]
  /// The least probability among the labels chosen for the byte, as 0…255.
  public var confidence: [UInt8]
  /// Condensed to input as given.
  public var map: OffsetMap
  /// The whole page in UTF-8.
  public var source: [UInt8]
  /// Condensed to `source`.
  public var condensedMap: OffsetMap

  public init(
    bytes: [UInt8], tags: [ByteTags], mainProbability: [UInt8], confidence: [UInt8], map: OffsetMap, source: [UInt8],
    condensedMap: OffsetMap
  ) {
    self.bytes = bytes
    self.tags = tags
    self.mainProbability = mainProbability
    self.confidence = confidence
    self.map = map
    self.source = source
    self.condensedMap = condensedMap
  }
}
