import Inputs

/// Teaching pages as raw JSON lines, kept in memory (a few gigabytes at most) and decoded when drawn.
public final class Corpus: Sendable {
  struct Group: Sendable {
    let path: String
    let share: Double
    /// The lines of the file end to end, and where each begins and ends.
    let bytes: [UInt8]
    let lines: [Range<Int>]
  }

  let groups: [Group]

  public var pageCount: Int { groups.reduce(0) { $0 + $1.lines.count } }

  /// Reads every line of every source; lines of the "valid" split are left out, never learned from.
  public init(_ sources: [TrainingOptions.Source]) throws {
    var groups: [Group] = []
    for source in sources {
      guard source.share >= 0, source.share < .infinity else {
        throw TrainingError("\(source.path): has a share of \(source.share); wanted a number from 0 on")
      }
      var reader = try LineReader(path: source.path)
      var bytes: [UInt8] = []
      var lines: [Range<Int>] = []
      while let line = try reader.next() {
        if line.isEmpty || Self.isHeldOut(line) { continue }
        lines.append(bytes.count..<bytes.count + line.count)
        bytes.append(contentsOf: line)
      }
      guard !lines.isEmpty else {
        throw TrainingError("\(source.path): holds no page to learn from; wanted JSON Lines with \"html\"")
      }
      groups.append(Group(path: source.path, share: source.share, bytes: bytes, lines: lines))
    }
    guard !groups.isEmpty else { throw TrainingError("no teaching data given; name at least one JSON Lines file") }
    guard groups.contains(where: { $0.share > 0 }) else {
      throw TrainingError("every file has a share of 0; give one of them more")
    }
    self.groups = groups
  }

  /// Whether the line says `"split": "valid"`.
  static func isHeldOut(_ line: [UInt8]) -> Bool {
    let key = Array(#""split":"#.utf8)
    let value = Array(#""valid""#.utf8)
    // Keys stand near the front, before the page itself.
    let limit = min(line.count, 4096)
    var at = 0
    while at + key.count + value.count < limit {
      if line[at] == key[0], line[at..<at + key.count].elementsEqual(key) {
        var next = at + key.count
        while next < limit, line[next] == 0x20 { next += 1 }
        return next + value.count <= line.count && line[next..<next + value.count].elementsEqual(value)
      }
      at += 1
    }
    return false
  }
}
