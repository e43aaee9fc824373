public import ByteModel
public import PageTags
public import Pages

/// A page as a field head sees it: condensed bytes, what the model says of them, and what the trunk knows of every patch.
public struct FieldPage: Sendable {
  /// Condensed UTF-8.
  public var bytes: [UInt8]
  public var tags: [ByteTags]
  public var mainProbability: [UInt8]
  public var features: PageFeatures
  /// Condensed to input as given.
  public var map: OffsetMap

  public init(
    bytes: [UInt8], tags: [ByteTags], mainProbability: [UInt8], features: PageFeatures, map: OffsetMap
  ) {
    self.bytes = bytes
    self.tags = tags
    self.mainProbability = mainProbability
    self.features = features
    self.map = map
  }

  /// Reads a decoded page with the model.
  ///
  /// - Parameter limit: condensed bytes that are read; training reads the beginnings of pages.
  public init(_ decoded: DecodedPage, tagger: PageTagger, limit: Int = .max) {
    let condensed = Condenser.condense(decoded.utf8)
    let bytes = condensed.bytes.count > limit ? Array(condensed.bytes.prefix(limit)) : condensed.bytes
    let (found, features) = tagger.tagsAndFeatures(of: bytes)
    self.init(
      bytes: bytes, tags: found.tags, mainProbability: found.mainProbability, features: features,
      map: condensed.map.composed(with: decoded.map))
  }
}
