/// A place where the markup is malformed.
public struct Diagnostic: Hashable, Sendable {
  /// The edit that mends it, in bytes of the page as given.
  public struct Repair: Hashable, Sendable {
    public var offset: Int
    public var delete: Int
    public var insert: String
    public init(offset: Int, delete: Int, insert: String) {
      self.offset = offset
      self.delete = delete
      self.insert = insert
    }
  }

  /// Offset in the page as given: the first byte at which it could be mended.
  public var offset: Int
  /// Bytes concerned; 0 where something is missing.
  public var length: Int
  /// WHATWG parse-error name where one fits, else one of ours (see FaultKind).
  public var rule: String
  /// Evidence in bits.
  public var score: Double
  public var message: String
  public var repair: Repair?

  public init(offset: Int, length: Int, rule: String, score: Double, message: String, repair: Repair?) {
    self.offset = offset
    self.length = length
    self.rule = rule
    self.score = score
    self.message = message
    self.repair = repair
  }
}
