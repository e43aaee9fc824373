/// Which words of a page belong to a gold text: the stages of `GoldAligner`.
struct GoldMatch {
  /// Words in a row that tell a place in the gold.
  static let run = 4

  private let page: [Word]
  private let gold: [Word]
  private let blocks: [Range<Int>]
  private let lines: [Range<Int>]
  private let index: GoldIndex
  private var isMain: [Bool]
  /// Words of the gold that some block of the page was matched to.
  private var isCovered: [Bool]

  static func isMain(page: [Word], gold: [Word]) -> [Bool] {
    guard !gold.isEmpty, !page.isEmpty else { return [Bool](repeating: false, count: page.count) }
    var match = GoldMatch(page: page, gold: gold)
    match.solve()
    return match.isMain
  }

  private init(page: [Word], gold: [Word]) {
    self.page = page
    self.gold = gold
    blocks = Self.blocks(of: page)
    lines = Self.blocks(of: gold)
    index = GoldIndex(gold: gold, lines: lines)
    isMain = [Bool](repeating: false, count: page.count)
    isCovered = [Bool](repeating: false, count: gold.count)
  }

  /// The ranges of words that stand in one block.
  static func blocks(of words: [Word]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = 0
    guard !words.isEmpty else { return [] }
    for index in 1...words.count where index == words.count || words[index].block != words[start].block {
      result.append(start..<index)
      start = index
    }
    return result
  }

  private mutating func solve() {
    let chain = longBlockChain()
    for link in chain { take(link) }
    fillGaps(of: chain)
    takeBlocksOutOfOrder(except: Set(chain.map(\.block)))
    smooth()
    takeLines()
  }

  // MARK: Long blocks

  /// Blocks with runs of words of the gold, each at the place in the gold that most of its runs say.
  private func longBlockChain() -> [GoldChain.Link] {
    var chain = GoldChain(goldCount: gold.count)
    for (number, block) in blocks.enumerated() where block.count >= Self.run {
      var votes: [Int: Int] = [:]
      for start in block.lowerBound...block.upperBound - Self.run {
        for place in index.places(ofRun: key(page, start)) {
          votes[place - (start - block.lowerBound), default: 0] += 1
        }
      }
      guard !votes.isEmpty else { continue }
      let likely = votes.sorted { ($0.value, -$0.key) > ($1.value, -$1.key) }.prefix(4)
      chain.add(
        likely.map { place, count in
          let range = max(0, place)..<min(gold.count, place + block.count)
          let isLine = place >= 0 && index.isLine(range) && count == block.count - Self.run + 1
          let matched = count + Self.run - 1
          // What the gold does not have speaks against this copy, a little.
          let extra = min(8, max(0, block.count - matched))
          return GoldChain.Link(block: number, gold: range, weight: matched * 4 - extra + (isLine ? 4 : 0))
        })
    }
    return chain.best()
  }

  private func key(_ words: [Word], _ start: Int) -> UInt64 { GoldIndex.key(words, start, Self.run) }

  /// Marks a block's words that are in the gold about where the chain says.
  private mutating func take(_ link: GoldChain.Link) {
    let block = blocks[link.block]
    for start in block.lowerBound...block.upperBound - Self.run {
      let expected = link.gold.lowerBound + start - block.lowerBound
      let found = index.places(ofRun: key(page, start)).min { abs($0 - expected) < abs($1 - expected) }
      if let found { cover(start..<start + Self.run, by: found) }
    }
  }

  private mutating func cover(_ words: Range<Int>, by place: Int) {
    for offset in 0..<words.count {
      isMain[words.lowerBound + offset] = true
      isCovered[place + offset] = true
    }
  }

  // MARK: Short blocks

  /// Fills what is open between the links, and a stretch before the first and after the last one that is the longer the
  /// more lines of the gold are open there.
  private mutating func fillGaps(of chain: [GoldChain.Link]) {
    let head = 120 + 4 * lines.count { $0.upperBound <= chain.first?.gold.lowerBound ?? gold.count }
    let tail = 120 + 4 * lines.count { $0.lowerBound >= chain.last?.gold.upperBound ?? 0 }
    let start = chain.first.map { $0.block - head } ?? 0
    let end = chain.last.map { $0.block + tail } ?? blocks.count
    var previous = GoldChain.Link(block: start - 1, gold: 0..<0, weight: 0)
    for next in chain + [GoldChain.Link(block: end, gold: gold.count..<gold.count, weight: 0)] {
      let open = previous.gold.upperBound..<max(previous.gold.upperBound, next.gold.lowerBound)
      let first = max(0, previous.block + 1)
      let between = first..<max(first, min(next.block, blocks.count))
      if !open.isEmpty && !between.isEmpty { fill(between, gold: open) }
      previous = next
    }
  }

  /// Chains the short blocks among `candidates` in the part `open` of the gold.
  private mutating func fill(_ candidates: Range<Int>, gold open: Range<Int>) {
    var chain = GoldChain(goldCount: open.count)
    for number in candidates where blocks[number].count <= 12 {
      let block = blocks[number]
      var links: [GoldChain.Link] = []
      for place in index.places(ofWord: page[block.lowerBound].hash, in: open).prefix(64) {
        guard place + block.count <= open.upperBound,
          block.indices.allSatisfy({ page[$0].hash == gold[place + $0 - block.lowerBound].hash })
        else { continue }
        let range = place..<place + block.count
        let weight = block.count * 4 + (index.startsLine(range) ? 1 : 0) + (index.endsLine(range) ? 1 : 0)
        links.append(
          GoldChain.Link(
            block: number, gold: range.lowerBound - open.lowerBound..<range.upperBound - open.lowerBound, weight: weight
          ))
        if links.count == 16 { break }
      }
      chain.add(links)
    }
    let links = chain.best().map {
      GoldChain.Link(
        block: $0.block, gold: $0.gold.lowerBound + open.lowerBound..<$0.gold.upperBound + open.lowerBound,
        weight: $0.weight)
    }
    // A lone word in the middle of a line is chance; a line, or parts that make one up, are not.
    for (position, link) in links.enumerated() {
      let followsOther =
        position > 0
        ? links[position - 1].gold.upperBound == link.gold.lowerBound
        : link.gold.lowerBound > 0 && isCovered[link.gold.lowerBound - 1]
      let leadsToOther =
        position + 1 < links.count
        ? links[position + 1].gold.lowerBound == link.gold.upperBound
        : link.gold.upperBound < gold.count && isCovered[link.gold.upperBound]
      let starts = index.startsLine(link.gold) || followsOther
      let ends = index.endsLine(link.gold) || leadsToOther
      if starts && ends || link.gold.count >= 3 && (starts || ends) {
        cover(blocks[link.block], by: link.gold.lowerBound)
      }
    }
  }

  // MARK: The rest

  private mutating func takeBlocksOutOfOrder(except chained: Set<Int>) {
    for (number, block) in blocks.enumerated() where block.count >= Self.run && !chained.contains(number) {
      var matched: [(start: Int, place: Int)] = []
      var new = 0
      for start in block.lowerBound...block.upperBound - Self.run {
        let found = index.places(ofRun: key(page, start))
        guard let place = found.first(where: { !isCovered[$0] }) ?? found.first else { continue }
        if !isCovered[place] { new += 1 }
        matched.append((start, place))
      }
      guard !matched.isEmpty, new * 2 >= matched.count else { continue }
      for (start, place) in matched { cover(start..<start + Self.run, by: place) }
    }
  }

  /// Most of a block is all of it; a little of it is chance.
  private mutating func smooth() {
    for block in blocks where block.count >= Self.run {
      let share = Double(block.count { isMain[$0] }) / Double(block.count)
      if share > 0.7 { for word in block { isMain[word] = true } }
      if share < 0.2 { for word in block { isMain[word] = false } }
    }
  }

  /// Blocks that are exactly a line that is not covered, within or near the main text; anywhere, where there is none yet.
  private mutating func takeLines() {
    var open: [UInt64: [Range<Int>]] = [:]
    for line in lines.reversed() where line.count(where: { isCovered[$0] }) * 2 <= line.count {
      open[GoldIndex.key(gold, line.lowerBound, line.count), default: []].append(line)
    }
    guard !open.isEmpty else { return }
    let first = isMain.firstIndex(of: true).map { $0 - 60 } ?? 0
    let last = isMain.lastIndex(of: true).map { $0 + 60 } ?? page.count
    for block in blocks where !isMain[block.lowerBound] && block.lowerBound >= first && block.upperBound <= last {
      let hash = GoldIndex.key(page, block.lowerBound, block.count)
      if let line = open[hash]?.popLast() { cover(block, by: line.lowerBound) }
    }
  }
}

/// Where words and runs of words stand in a gold text.
struct GoldIndex {
  private var runs: [UInt64: [Int]] = [:]
  private var words: [UInt64: [Int]] = [:]
  private var isLineStart: [Bool]
  private var isLineEnd: [Bool]

  init(gold: [Word], lines: [Range<Int>]) {
    isLineStart = [Bool](repeating: false, count: gold.count + 1)
    isLineEnd = isLineStart
    for line in lines {
      isLineStart[line.lowerBound] = true
      isLineEnd[line.upperBound] = true
    }
    for (place, word) in gold.enumerated() {
      words[word.hash, default: []].append(place)
      guard place + GoldMatch.run <= gold.count else { continue }
      let hash = Self.key(gold, place, GoldMatch.run)
      // A run that stands in more places says little about any of them.
      if runs[hash, default: []].count < 8 { runs[hash, default: []].append(place) }
    }
  }

  static func key(_ words: [Word], _ start: Int, _ count: Int) -> UInt64 {
    var hash: UInt64 = UInt64(count)
    for offset in 0..<count { hash = (hash ^ words[start + offset].hash) &* 0x9e37_79b9_7f4a_7c15 &+ (hash >> 29) }
    return hash
  }

  func places(ofRun key: UInt64) -> [Int] { runs[key] ?? [] }

  /// Places of the word in `range`, ascending.
  func places(ofWord hash: UInt64, in range: Range<Int>) -> ArraySlice<Int> {
    guard let all = words[hash] else { return [] }
    let first = all.partitioningIndex { $0 >= range.lowerBound }
    let end = all.partitioningIndex { $0 >= range.upperBound }
    return all[first..<end]
  }

  func startsLine(_ range: Range<Int>) -> Bool { isLineStart[range.lowerBound] }
  func endsLine(_ range: Range<Int>) -> Bool { isLineEnd[range.upperBound] }
  func isLine(_ range: Range<Int>) -> Bool { startsLine(range) && endsLine(range) }
}
