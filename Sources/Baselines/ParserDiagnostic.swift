/// One fault a parser reports.
public struct ParserDiagnostic: Hashable, Sendable {
  /// Where it stands, in bytes of the UTF-8 given, and how much of the page it covers (at least 1 unless at the end).
  public var offset: Int
  public var length: Int
  /// Line and column, from 1; columns in UTF-16 units.
  public var line: Int
  public var column: Int
  /// The WHATWG parse-error name where one fits, a name of `FaultKind` where one of those does, else `libxml2-<code>`.
  public var rule: String
  public var message: String

  public init(offset: Int, length: Int, line: Int, column: Int, rule: String, message: String) {
    self.offset = offset
    self.length = length
    self.line = line
    self.column = column
    self.rule = rule
    self.message = message
  }
}
