/// One of several equal parts of an input, for runs on several machines.
///
/// Files are dealt out in turn, as they come; the pages of an input that is one file, or standard input, are. Together
/// the shards of an input hold each page once.
public struct Shard: Hashable, Sendable, CustomStringConvertible {
  /// From 0.
  public let index: Int
  public let count: Int

  /// Nil where `index` is not from 0 to `count` - 1.
  public init?(index: Int, count: Int) {
    guard count > 0, (0..<count).contains(index) else { return nil }
    self.index = index
    self.count = count
  }

  /// As `--shard` has it: the first is `1/3`.
  public var description: String { "\(index + 1)/\(count)" }

  /// Whether the thing with this number, from 0, is in the shard.
  func holds(_ number: Int) -> Bool { number % count == index }
}
