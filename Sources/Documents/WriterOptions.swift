/// What the writers print of a document. Text inside a link is kept whether or not links are.
public struct WriterOptions: Hashable, Sendable {
  /// Whether links are written as links; without, their text stands alone.
  public var links = true
  /// Whether images are written.
  public var images = true
  /// Whether tables are written; without, they are left out whole.
  public var tables = true
  public init() {}
}
