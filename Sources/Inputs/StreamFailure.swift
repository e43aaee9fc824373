/// Why a file could not be read on: a whole sentence without its full stop, naming the remedy where one is known.
public struct StreamFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  /// Offset in the file as it is on disk (compressed bytes), or nil when it could not be opened at all.
  public var offset: Int?
  public var reason: String

  public init(path: String, offset: Int?, reason: String) {
    self.path = path
    self.offset = offset
    self.reason = reason
  }

  public var description: String {
    if let offset { return "\(path), byte \(offset): \(reason)" }
    return "\(path): \(reason)"
  }
}
