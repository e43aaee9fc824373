public import PageTags

/// A page with what there is to learn from it: one label record a byte, and the faults planted in it.
public struct TaughtPage: Sendable {
  /// UTF-8.
  public var bytes: [UInt8]
  /// As many as bytes.
  public var tags: [ByteTags]
  /// Ascending by offset.
  public var faults: [Fault]

  public init(bytes: [UInt8], tags: [ByteTags], faults: [Fault] = []) {
    precondition(bytes.count == tags.count, "one label record a byte")
    self.bytes = bytes
    self.tags = tags
    self.faults = faults
  }
}

/// A fault of the markup.
public struct Fault: Hashable, Sendable {
  /// The first byte at which the page could be mended.
  public var offset: Int
  public var kind: FaultKind

  public init(offset: Int, kind: FaultKind) {
    self.offset = offset
    self.kind = kind
  }
}
