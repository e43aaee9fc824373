/// Which tags lack their partner near a place: the likeliest names of a tag that is missing there.
extension RepairCandidates {
  /// How far from the place tags are looked at.
  private static let window = 4_000

  /// Names of elements that begin before `offset` and have not ended there, the innermost first.
  func unclosedNames(before offset: Int) -> [[UInt8]] {
    var open: [[UInt8]] = []
    for tag in tags(in: max(0, offset - Self.window)..<min(offset, bytes.count)) {
      if !tag.isEnd {
        open.append(tag.name)
      } else if let index = open.lastIndex(of: tag.name) {
        open.removeSubrange(index...)
      }
    }
    return open.reversed()
  }

  /// Names of elements that end after `offset` without having begun there, the nearest first.
  func unopenedNames(after offset: Int) -> [[UInt8]] {
    var open: [[UInt8]] = []
    var unopened: [[UInt8]] = []
    for tag in tags(in: max(0, offset)..<min(bytes.count, max(0, offset) + Self.window)) {
      if !tag.isEnd {
        open.append(tag.name)
      } else if let index = open.lastIndex(of: tag.name) {
        open.removeSubrange(index...)
      } else {
        unopened.append(tag.name)
      }
    }
    return unopened
  }

  /// The first few of `names`, then the page's commonest, none twice.
  func likelyNames(_ names: [[UInt8]]) -> [[UInt8]] {
    var seen: Set<[UInt8]> = []
    return Array((names.prefix(8) + tagNames).filter { seen.insert($0).inserted }.prefix(16))
  }

  /// The tags that begin in `range`, but for those of void elements.
  private func tags(in range: Range<Int>) -> [(name: [UInt8], isEnd: Bool)] {
    var result: [(name: [UInt8], isEnd: Bool)] = []
    var at = range.lowerBound
    while at < range.upperBound {
      guard bytes[at] == 0x3c else {
        at += 1
        continue
      }
      at += 1
      let isEnd = at < range.upperBound && bytes[at] == 0x2f
      if isEnd { at += 1 }
      var end = at
      while end < range.upperBound, Self.isName(bytes[end]), end - at < 24 { end += 1 }
      // A comment's dashes are no name.
      if end > at, (bytes[at] | 0x20) >= 0x61 {
        let name = Array(bytes[at..<end])
        if !Self.voidNames.contains(name) { result.append((name, isEnd)) }
      }
      at = end
    }
    return result
  }

  private static let voidNames = Set(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"].map {
      Array($0.utf8)
    })
}
