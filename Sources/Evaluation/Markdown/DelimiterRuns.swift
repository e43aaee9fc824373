/// Runs of `*`, `_` and `~~`, and which of them open and close what (CommonMark, "Emphasis and strong emphasis", GFM,
/// "Strikethrough").
///
/// The runs that may still match are a doubly linked list through their indices; −1 is neither end.
struct DelimiterRuns {
  struct Run {
    let marker: UInt8
    /// Characters it had.
    let length: Int
    /// Characters that are left, and stay text.
    var left: Int
    let canOpen: Bool
    let canClose: Bool
    /// In the order in which they stand before the text that is left.
    var closes: [InlineToken.Mark] = []
    /// In the reverse of the order in which they stand after it.
    var opens: [InlineToken.Mark] = []
    /// Of an odd run of `~` one stays text.
    fileprivate var isUsedUp: Bool { left < (marker == UInt8(ascii: "~") ? 2 : 1) }
    fileprivate var previous = -1
    fileprivate var next = -1
  }

  private(set) var runs: [Run] = []
  private var last = -1

  mutating func append(marker: UInt8, length: Int, canOpen: Bool, canClose: Bool) {
    var run = Run(marker: marker, length: length, left: length, canOpen: canOpen, canClose: canClose)
    run.previous = last
    if last >= 0 { runs[last].next = runs.count }
    last = runs.count
    runs.append(run)
  }

  private mutating func remove(_ index: Int) {
    let (previous, next) = (runs[index].previous, runs[index].next)
    if previous >= 0 { runs[previous].next = next }
    if next >= 0 { runs[next].previous = previous } else { last = previous }
  }

  /// Failed searches for an opener need not be repeated below where they began.
  private struct Search: Hashable {
    var marker: UInt8
    var canOpen: Bool
    var remainder: Int
  }

  /// Matches the runs from `bottom` on, and takes them off the list.
  mutating func match(from bottom: Int) {
    var searched: [Search: Int] = [:]
    // The first listed run from `bottom` on.
    var closer = -1
    var at = last
    while at >= bottom {
      closer = at
      at = runs[at].previous
    }
    while closer >= 0 {
      guard runs[closer].canClose else {
        closer = runs[closer].next
        continue
      }
      let search = Search(
        marker: runs[closer].marker, canOpen: runs[closer].canOpen, remainder: runs[closer].length % 3)
      let floor = max(bottom, searched[search] ?? 0)
      var opener = runs[closer].previous
      while opener >= floor, !matches(opener, closer) { opener = runs[opener].previous }
      if opener >= floor {
        join(opener, closer)
        if runs[closer].isUsedUp {
          let next = runs[closer].next
          remove(closer)
          closer = next
        }
      } else {
        searched[search] = runs[closer].previous + 1
        let next = runs[closer].next
        if !runs[closer].canOpen { remove(closer) }
        closer = next
      }
    }
    while last >= bottom { remove(last) }
  }

  private func matches(_ opener: Int, _ closer: Int) -> Bool {
    let (open, close) = (runs[opener], runs[closer])
    guard open.marker == close.marker, open.canOpen else { return false }
    if open.marker == UInt8(ascii: "~") || !(open.canClose || close.canOpen) { return true }
    return (open.length + close.length) % 3 != 0 || (open.length % 3 == 0 && close.length % 3 == 0)
  }

  private mutating func join(_ opener: Int, _ closer: Int) {
    let isDeleted = runs[opener].marker == UInt8(ascii: "~")
    let isStrong = !isDeleted && runs[opener].left >= 2 && runs[closer].left >= 2
    let width = isDeleted || isStrong ? 2 : 1
    let mark: InlineToken.Mark = isDeleted ? .deleted : isStrong ? .strong : .emphasis
    runs[opener].opens.append(mark)
    runs[closer].closes.append(mark)
    runs[opener].left -= width
    runs[closer].left -= width
    var between = runs[closer].previous
    while between > opener {
      remove(between)
      between = runs[between].previous
    }
    if runs[opener].isUsedUp { remove(opener) }
  }

  /// The tokens that a run became.
  func tokens(of index: Int) -> [InlineToken] {
    let run = runs[index]
    var tokens = run.closes.map { InlineToken.close($0) }
    if run.left > 0 { tokens.append(.text(Array(repeating: run.marker, count: run.left))) }
    return tokens + run.opens.reversed().map { .open($0) }
  }
}
