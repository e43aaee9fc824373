public import PageTags

/// Marks the bytes of a page that a person's main text consists of.
///
/// Four stages, each on what the ones before left open:
/// 1. Blocks of four words or more are chained in the order of the gold (`GoldChain`), so that of two copies the one in
///    sequence, near its neighbours, is taken.
/// 2. Between two links of that chain, short blocks (names, numbers, cells) are chained in the same way.
/// 3. Blocks out of order, where the gold still lacks most of their text.
/// 4. Blocks that are exactly a line of the gold that nothing has covered yet.
///
/// Time is linear in page and gold, but for the logarithm of a Fenwick tree.
public enum GoldAligner {
  /// Sets `.main` and `.aside` on the visible text. Without gold text, all is aside.
  ///
  /// - Returns: the F1 of the marked text's words against the gold's: lower-cased runs of word characters, as multisets;
  ///   1 where both are empty.
  public static func align(mainText: String, in utf8: [UInt8], tags: inout [ByteTags]) -> Double {
    let words = WordSplitter.words(of: utf8, tags: tags)
    let gold = WordSplitter.words(of: mainText)
    let isMain = GoldMatch.isMain(page: words, gold: gold)
    paint(words, isMain, tags: &tags)
    let marked = words.indices.lazy.filter { isMain[$0] }.map { words[$0] }
    return wordF1(
      joined(Array(marked)) { tags[$0].allSatisfy { $0.content == .markup } }, joined(gold) { $0.isEmpty })
  }

  /// Partial gold: blocks with a snippet of `mustHave` become `.main`, those with one of `mustNotHave` `.aside`, the rest
  /// stay as they are.
  ///
  /// Of several places of a snippet that belongs, the one with the longest text around it counts: titles stand in menus too.
  public static func align(mustHave: [String], mustNotHave: [String], in utf8: [UInt8], tags: inout [ByteTags]) {
    let words = WordSplitter.words(of: utf8, tags: tags)
    let blocks = GoldMatch.blocks(of: words)
    var blockOfWord = [Int](repeating: 0, count: words.count)
    for (index, block) in blocks.enumerated() { for word in block { blockOfWord[word] = index } }
    var positions: [UInt64: [Int]] = [:]
    for (index, word) in words.enumerated() { positions[word.hash, default: []].append(index) }

    var content = [Content?](repeating: nil, count: blocks.count)
    for snippet in mustNotHave {
      for place in places(of: snippet, in: words, positions) {
        for index in blockOfWord[place.lowerBound]...blockOfWord[place.upperBound - 1] { content[index] = .aside }
      }
    }
    for snippet in mustHave {
      var best: (blocks: ClosedRange<Int>, words: Int)?
      for place in places(of: snippet, in: words, positions) {
        let touched = blockOfWord[place.lowerBound]...blockOfWord[place.upperBound - 1]
        let count = blocks[touched.upperBound].upperBound - blocks[touched.lowerBound].lowerBound
        if count > best?.words ?? 0 { best = (touched, count) }
      }
      guard let best else { continue }
      for index in best.blocks { content[index] = .main }
    }
    for (index, mark) in content.enumerated() {
      guard let mark else { continue }
      var first = words[blocks[index].lowerBound].range.lowerBound
      var end = words[blocks[index].upperBound - 1].range.upperBound
      // Signs around the words, up to where the block begins and ends.
      while first > 0, tags[first - 1].boundary == .none { first -= 1 }
      while end < tags.count, tags[end].boundary == .none { end += 1 }
      for byte in first..<end where tags[byte].content != .markup { tags[byte].content = mark }
    }
  }

  /// Where the words of `snippet` follow each other on the page; at most a few thousand places are looked at.
  ///
  /// People cut snippets in the middle of words: where one is nowhere, its first and last word need not be there.
  private static func places(of snippet: String, in words: [Word], _ positions: [UInt64: [Int]]) -> [Range<Int>] {
    let wanted = WordSplitter.words(of: snippet).map(\.hash)
    let found = places(of: wanted[...], in: words, positions)
    return found.isEmpty && wanted.count >= 4 ? places(of: wanted.dropFirst().dropLast(), in: words, positions) : found
  }

  private static func places(of wanted: ArraySlice<UInt64>, in words: [Word], _ positions: [UInt64: [Int]])
    -> [Range<Int>]
  {
    // The rarest word leads to few places.
    let rarest = wanted.indices.min { (positions[wanted[$0]]?.count ?? 0) < (positions[wanted[$1]]?.count ?? 0) }
    guard let rarest, let found = positions[wanted[rarest]] else { return [] }
    return found.prefix(4096).compactMap { position in
      let start = position - (rarest - wanted.startIndex)
      guard start >= 0, start + wanted.count <= words.count,
        zip(words[start...], wanted).allSatisfy({ $0.hash == $1 })
      else { return nil }
      return start..<start + wanted.count
    }
  }

  /// The words of Unicode's `\w+`: characters that were split for matching are one word again.
  private static func joined(_ words: [Word], isJoint: (Range<Int>) -> Bool) -> [UInt64: Int] {
    var counts: [UInt64: Int] = [:]
    var hash: UInt64 = 0
    for (index, word) in words.enumerated() {
      let previous = index > 0 ? words[index - 1] : nil
      if let previous, previous.block == word.block, previous.standsAlone || word.standsAlone,
        previous.range.upperBound <= word.range.lowerBound, isJoint(previous.range.upperBound..<word.range.lowerBound)
      {
        hash = (hash ^ word.hash) &* 0x100_0000_01b3
      } else {
        if index > 0 { counts[hash, default: 0] += 1 }
        hash = word.hash
      }
    }
    if !words.isEmpty { counts[hash, default: 0] += 1 }
    return counts
  }

  private static func wordF1(_ marked: [UInt64: Int], _ gold: [UInt64: Int]) -> Double {
    let markedCount = marked.values.reduce(0, +)
    let goldCount = gold.values.reduce(0, +)
    if markedCount == 0 || goldCount == 0 { return markedCount == goldCount ? 1 : 0 }
    let common = marked.reduce(0) { $0 + min($1.value, gold[$1.key] ?? 0) }
    return 2 * Double(common) / Double(markedCount + goldCount)
  }

  /// Writes the choice onto the bytes: each word with what follows it up to the next word of its block; text before the
  /// first word of a block goes with that word.
  private static func paint(_ words: [Word], _ isMain: [Bool], tags: inout [ByteTags]) {
    var content = Content.aside
    var next = 0
    for index in tags.indices {
      if tags[index].content == .markup {
        if tags[index].boundary != .none, next < words.count { content = isMain[next] ? .main : .aside }
        continue
      }
      while next < words.count, words[next].range.lowerBound <= index {
        content = isMain[next] ? .main : .aside
        next += 1
      }
      tags[index].content = content
    }
  }
}
