public import PageTags

/// Marks the bytes of a page that a person's main text consists of.
///
/// Words in runs of four that the gold has too mark the blocks they stand in. Of blocks that stand twice on the page the one in the
/// gold's order is taken (a longest increasing chain over gold positions); what is out of order counts only where the gold still lacks
/// it. Blocks too short for a run of four count when a line of the gold is exactly theirs and their surroundings are main text.
public enum GoldAligner {
  private static let run = 4

  /// Sets `.main` and `.aside` on the visible text and returns the word F1 of the marked text against the gold (1 where both are
  /// empty).
  public static func align(mainText: String, in utf8: [UInt8], tags: inout [ByteTags]) -> Double {
    let words = WordSplitter.words(of: utf8, tags: tags)
    let gold = WordSplitter.words(of: mainText)
    let isMain = choose(words, gold)
    paint(words, isMain, in: utf8, tags: &tags)
    var marked: [UInt64: Int] = [:]
    var count = 0
    for (index, word) in words.enumerated() where isMain[index] {
      marked[word.hash, default: 0] += 1
      count += 1
    }
    if gold.isEmpty || count == 0 { return gold.isEmpty && count == 0 ? 1 : 0 }
    var common = 0
    for word in gold {
      if let left = marked[word.hash], left > 0 {
        marked[word.hash] = left - 1
        common += 1
      }
    }
    return 2 * Double(common) / Double(count + gold.count)
  }

  /// Partial gold: blocks with a snippet of `mustHave` become `.main`, those with one of `mustNotHave` `.aside`, the rest stay as they
  /// are.
  public static func align(mustHave: [String], mustNotHave: [String], in utf8: [UInt8], tags: inout [ByteTags]) {
    let words = WordSplitter.words(of: utf8, tags: tags)
    var content: [Int: Content] = [:]
    for (snippets, mark) in [(mustNotHave, Content.aside), (mustHave, .main)] {
      for snippet in snippets {
        let wanted = WordSplitter.words(of: snippet).map(\.hash)
        guard !wanted.isEmpty, wanted.count <= words.count else { continue }
        for start in 0...(words.count - wanted.count)
        where words[start].hash == wanted[0] && (0..<wanted.count).allSatisfy({ words[start + $0].hash == wanted[$0] }) {
          for offset in 0..<wanted.count { content[words[start + offset].block] = mark }
          break
        }
      }
    }
    for word in words {
      guard let mark = content[word.block] else { continue }
      for index in word.range { tags[index].content = mark }
    }
  }

  /// Which words belong to the gold.
  private static func choose(_ words: [Word], _ gold: [Word]) -> [Bool] {
    var isMain = [Bool](repeating: false, count: words.count)
    guard !gold.isEmpty, !words.isEmpty else { return isMain }
    let blocks = blocks(of: words)
    let places = runPositions(gold)
    let chain = chain(words, blocks, places)

    var isCovered = [Bool](repeating: false, count: gold.count)
    /// Marks the words of runs that the gold has, and the gold's words as used.
    func take(_ block: Range<Int>, onlyNew: Bool) {
      var matched: [(word: Int, gold: Int)] = []
      var fresh = 0
      for start in block.lowerBound..<words.count where start < block.upperBound && start + run <= words.count {
        guard let found = places[key(words, start)] else { continue }
        let place = found.first { !isCovered[$0] } ?? found[0]
        if !isCovered[place] { fresh += 1 }
        matched.append((start, place))
      }
      if onlyNew && fresh * 2 < matched.count || matched.isEmpty { return }
      for (start, place) in matched {
        for offset in 0..<run {
          if start + offset < block.upperBound { isMain[start + offset] = true }
          isCovered[place + offset] = true
        }
      }
    }
    for index in chain.sorted() { take(blocks[index], onlyNew: false) }
    let inChain = Set(chain)
    for (index, block) in blocks.enumerated() where !inChain.contains(index) { take(block, onlyNew: true) }

    takeShortBlocks(words, blocks, gold, &isMain)
    for block in blocks {
      let share = Double(block.count { isMain[$0] }) / Double(block.count)
      guard block.count >= run else { continue }
      if share > 0.7 { for index in block { isMain[index] = true } } else if share < 0.2 { for index in block { isMain[index] = false } }
    }
    return isMain
  }

  private static func blocks(of words: [Word]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = 0
    for index in 1..<(words.count + 1) where index == words.count || words[index].block != words[start].block {
      result.append(start..<index)
      start = index
    }
    return result
  }

  private static func key(_ words: [Word], _ start: Int) -> UInt64 {
    var hash: UInt64 = 0
    for offset in 0..<run { hash = (hash ^ words[start + offset].hash) &* 0x9e37_79b9_7f4a_7c15 &+ (hash >> 29) }
    return hash
  }

  /// Where each run of four of the gold begins; at most eight places a run.
  private static func runPositions(_ gold: [Word]) -> [UInt64: [Int]] {
    var places: [UInt64: [Int]] = [:]
    guard gold.count >= run else { return places }
    for start in 0...(gold.count - run) {
      let hash = key(gold, start)
      if places[hash, default: []].count < 8 { places[hash, default: []].append(start) }
    }
    return places
  }

  /// The heaviest chain of blocks whose gold positions increase: a weighted longest increasing subsequence by a Fenwick tree of maxima.
  private static func chain(_ words: [Word], _ blocks: [Range<Int>], _ places: [UInt64: [Int]]) -> [Int] {
    struct Candidate {
      var block: Int
      var place: Int
      var total: Int
      var previous: Int
    }
    var candidates: [Candidate] = []
    let size = (places.values.lazy.compactMap(\.last).max() ?? 0) + 2
    var best = [(total: Int, candidate: Int)](repeating: (0, -1), count: size + 1)
    for (index, block) in blocks.enumerated() {
      var votes: [Int: Int] = [:]
      for start in block where start + run <= words.count {
        for place in places[key(words, start)] ?? [] { votes[max(0, place - (start - block.lowerBound)), default: 0] += 1 }
      }
      let likely = votes.sorted { ($0.value, -$0.key) > ($1.value, -$1.key) }.prefix(4)
      var fresh: [Candidate] = []
      for (place, weight) in likely {
        var node = place + 1
        var found = (total: 0, candidate: -1)
        while node > 0 {
          if best[node].total > found.total { found = best[node] }
          node &= node - 1
        }
        fresh.append(Candidate(block: index, place: place, total: found.total + weight, previous: found.candidate))
      }
      for candidate in fresh {
        candidates.append(candidate)
        var node = candidate.place + 1
        while node <= size {
          if candidate.total > best[node].total { best[node] = (candidate.total, candidates.count - 1) }
          node += node & -node
        }
      }
    }
    var result: [Int] = []
    var at = candidates.indices.max { candidates[$0].total < candidates[$1].total } ?? -1
    while at >= 0 {
      result.append(candidates[at].block)
      at = candidates[at].previous
    }
    return Array(result.reversed())
  }

  /// Blocks shorter than a run, or unmatched, that are exactly a line of the gold and lie among main text.
  private static func takeShortBlocks(_ words: [Word], _ blocks: [Range<Int>], _ gold: [Word], _ isMain: inout [Bool]) {
    func text(_ list: [Word], _ range: Range<Int>) -> UInt64 {
      var hash: UInt64 = 0
      for index in range { hash = (hash ^ list[index].hash) &* 0x9e37_79b9_7f4a_7c15 &+ (hash >> 31) }
      return hash
    }
    var lines: [UInt64: Int] = [:]
    for line in Self.blocks(of: gold) { lines[text(gold, line), default: 0] += 1 }
    guard let first = isMain.firstIndex(of: true), let last = isMain.lastIndex(of: true) else {
      // Nothing long enough: take the first block that is a line of the gold, for each line.
      for block in blocks {
        let hash = text(words, block)
        if let left = lines[hash], left > 0 {
          lines[hash] = left - 1
          for index in block { isMain[index] = true }
        }
      }
      return
    }
    // Lines whose blocks were taken already are used up.
    for block in blocks where block.count(where: { isMain[$0] }) * 2 > block.count {
      let hash = text(words, block)
      if let left = lines[hash] { lines[hash] = left - 1 }
    }
    for block in blocks where !isMain[block.lowerBound] && block.lowerBound >= first - 40 && block.upperBound <= last + 40 {
      let hash = text(words, block)
      if let left = lines[hash], left > 0 {
        lines[hash] = left - 1
        for index in block { isMain[index] = true }
      }
    }
  }

  /// Writes the choice onto the bytes: each word with what follows it up to the next word of its block; text before the first word goes
  /// with it.
  private static func paint(_ words: [Word], _ isMain: [Bool], in utf8: [UInt8], tags: inout [ByteTags]) {
    var content = Content.aside
    var next = 0
    for index in tags.indices {
      if tags[index].content == .markup {
        // A new block: its leading punctuation belongs to its first word.
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
