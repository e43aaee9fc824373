/// Where each byte of a rewritten page (decoded, condensed) stood in the page it was made from.
///
/// A sorted list of runs: from `output` on, bytes are copies of those from `source` on, until the next run begins.
/// Looking up is O(log runs); a map of a page that was not changed is one run.
public struct OffsetMap: Sendable {
  public struct Run: Hashable, Sendable {
    public var output: Int
    public var source: Int
    /// How many more source bytes than output bytes the run stands for: a character that became shorter. They belong
    /// to its last byte.
    public var excess: Int
    public init(output: Int, source: Int, excess: Int = 0) {
      self.output = output
      self.source = source
      self.excess = excess
    }
  }

  /// Ascending in `output` and in `source`; the first begins at output 0 (unless the map is empty).
  public private(set) var runs: [Run] = []
  /// Length of the rewritten page and of the page it was made from.
  public private(set) var outputCount = 0
  public private(set) var sourceCount = 0

  public init() {}

  /// The map of a page onto itself.
  public init(identity count: Int) {
    runs = [Run(output: 0, source: 0)]
    outputCount = count
    sourceCount = count
  }

  /// Says that the next `count` bytes of output come from `source` on.
  ///
  /// - Parameter width: how many source bytes they stand for, when it is not one each.
  public mutating func append(source: Int, count: Int, width: Int? = nil) {
    let excess = max(0, (width ?? count) - count)
    if excess == 0, let last = runs.last, last.excess == 0, last.source - last.output == source - outputCount {
      // Continues the last run.
    } else {
      runs.append(Run(output: outputCount, source: source, excess: excess))
    }
    outputCount += count
  }

  public mutating func finish(sourceCount: Int) { self.sourceCount = sourceCount }

  /// The index of the run that holds `offset`.
  func runIndex(at offset: Int) -> Int {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].output <= offset { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }

  /// The source offset of output byte `offset`; `outputCount` maps to `sourceCount`.
  public func source(of offset: Int) -> Int {
    if offset >= outputCount || runs.isEmpty { return sourceCount }
    let index = runIndex(at: offset)
    let run = runs[index]
    let mapped = run.source + (offset - run.output)
    let limit = index + 1 < runs.count ? runs[index + 1].source : sourceCount
    return min(mapped, limit)
  }

  /// The source range of a non-empty output range: from its first byte to just after its last.
  public func source(of range: Range<Int>) -> Range<Int> {
    if range.isEmpty {
      let at = source(of: range.lowerBound)
      return at..<at
    }
    let start = source(of: range.lowerBound)
    return start..<max(start, endSource(after: range.upperBound - 1))
  }

  /// The source offset just after output byte `offset`. A byte that was transcoded ends where the next run begins.
  public func endSource(after offset: Int) -> Int {
    if runs.isEmpty { return sourceCount }
    let index = runIndex(at: offset)
    let run = runs[index]
    let hasNext = index + 1 < runs.count
    let isLast = offset + 1 >= (hasNext ? runs[index + 1].output : outputCount)
    let end = run.source + (offset - run.output) + 1 + (isLast ? run.excess : 0)
    return min(end, hasNext ? runs[index + 1].source : sourceCount)
  }

  /// This map followed by an earlier one: `self` maps condensed to decoded, `earlier` decoded to original.
  public func composed(with earlier: OffsetMap) -> OffsetMap {
    if earlier.runs.count <= 1 && earlier.outputCount == earlier.sourceCount { return self }
    var result = OffsetMap()
    var cursor = 0
    for (index, run) in runs.enumerated() {
      let end = index + 1 < runs.count ? runs[index + 1].output : outputCount
      cursor = run.output
      while cursor < end {
        let middle = run.source + (cursor - run.output)
        let earlierIndex = earlier.runIndex(at: middle)
        let earlierRun = earlier.runs[earlierIndex]
        let earlierEnd =
          earlierIndex + 1 < earlier.runs.count ? earlier.runs[earlierIndex + 1].output : earlier.outputCount
        let count = max(1, min(end - cursor, earlierEnd - middle))
        let excess = middle + count == earlierEnd ? earlierRun.excess : 0
        result.append(source: earlierRun.source + (middle - earlierRun.output), count: count, width: count + excess)
        cursor += count
      }
    }
    result.finish(sourceCount: earlier.sourceCount)
    return result
  }
}
