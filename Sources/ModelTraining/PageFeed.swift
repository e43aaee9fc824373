import ByteModel
import Inputs
import PageTags
import Pages
import TeachingData

/// One lane's endless supply of pages: draws a line of the corpus, teaches it, corrupts it. Deterministic for a seed and lane.
struct PageFeed: Sendable {
  /// A page ready to be read, and what may be learned from it.
  struct Page: Sendable {
    var bytes: [UInt8]
    var tags: [ByteTags]
    var faults: [Fault]
    var hasGold: Bool
    var learnsFaults: Bool
    var readsNextByte: Bool
    var id: String
  }

  let corpus: Corpus
  let options: TrainingOptions
  let lane: Int
  /// Everything that decides the next page; saved in checkpoints.
  var random: SplitMix64
  /// Position in each group's shuffled order.
  var drawn: [Int]

  init(corpus: Corpus, options: TrainingOptions, lane: Int) {
    self.corpus = corpus
    self.options = options
    self.lane = lane
    random = SplitMix64(seed: options.seed &* 1_000_003 &+ UInt64(lane) &+ 17)
    drawn = [Int](repeating: 0, count: corpus.groups.count)
  }

  /// The next usable page; lines that cannot be decoded are passed over.
  mutating func next() throws -> Page {
    for _ in 0..<10_000 {
      let line = draw()
      if let page = make(line) { return page }
    }
    throw TrainingError(
      "10,000 lines in a row hold no usable page; is this JSON Lines with an \"html\" or \"json\" key?")
  }

  /// A line of a group chosen by share. Each lane walks its own part of a shuffled order, so lanes never read the same page in one pass.
  private mutating func draw() -> ArraySlice<UInt8> {
    let total = corpus.groups.reduce(0) { $0 + $1.share }
    var pick = Double(random.nextUniform()) * total
    var index = 0
    while index < corpus.groups.count - 1, pick >= corpus.groups[index].share {
      pick -= corpus.groups[index].share
      index += 1
    }
    let group = corpus.groups[index]
    let turn = drawn[index] * options.lanes + lane
    drawn[index] += 1
    let line = Self.shuffled(
      turn % group.lines.count, of: group.lines.count, key: options.seed &+ UInt64(turn / group.lines.count))
    return group.bytes[group.lines[line]]
  }

  /// Position `index` of a pseudo-random permutation of 0..<count: a Feistel network with cycle walking.
  static func shuffled(_ index: Int, of count: Int, key: UInt64) -> Int {
    var bits = 2
    while 1 << bits < count { bits += 2 }
    let half = UInt64(bits / 2)
    let mask = (UInt64(1) << half) - 1
    var value = UInt64(index)
    repeat {
      var left = value >> half
      var right = value & mask
      for round in 0..<4 {
        var mixer = SplitMix64(seed: right ^ (key &* 0x9e37_79b9) ^ (UInt64(round) << 32))
        (left, right) = (right, left ^ (mixer.next() & mask))
      }
      value = left << half | right
    } while value >= UInt64(count)
    return Int(value)
  }

  private mutating func chance(_ share: Double) -> Bool { Double(random.nextUniform()) < share }

  private mutating func make(_ line: ArraySlice<UInt8>) -> Page? {
    // The same number of draws whatever the page: one page's fate does not change the next one's.
    let fate = (
      next: Double(random.nextUniform()), raw: chance(options.rawShare), faulty: chance(options.faultyShare),
      stripped: chance(options.strippedShare), seed: random.next(), count: random.nextUniform(),
      accepted: Double(random.nextUniform())
    )
    guard let source = try? CorpusPage(line: Array(line)) else { return nil }
    // `Corpus` leaves out what says so in front of the page; this is for the rest.
    guard source.split != "valid" else { return nil }
    let html = source.utf8
    let isJSON = source.html == nil && source.servedHTML == nil
    guard html.count >= 20, html.count < 3_000_000 else { return nil }
    guard fate.accepted < source.drawShare else { return nil }
    let readsNextByte =
      fate.next < (source.trustedGold == nil ? options.nextByteShare : options.nextByteShareOfGold)
    if readsNextByte {
      let page = TaughtPage(bytes: html, tags: [ByteTags](repeating: ByteTags(), count: html.count), faults: [])
      let read = fate.raw ? page : CondensingTeacher.condense(page)
      guard read.bytes.count >= 20 else { return nil }
      return Page(
        bytes: read.bytes, tags: read.tags, faults: [], hasGold: false, learnsFaults: false, readsNextByte: true,
        id: source.id)
    }
    if isJSON { return makeJSON(html, id: source.id, faults: fate.faulty ? fate.count : nil, seed: fate.seed) }
    var page = TaughtPage(bytes: html, tags: MarkupTeacher.tag(html), faults: [])
    // Faults of the page's own are known places that teach nothing; a page full of them is not learned from.
    let ownFaults = SoundnessCheck.faults(in: html, limit: Self.mostOwnFaults + 1)
    page.faults = ownFaults.map { Fault(offset: min($0, html.count - 1), kind: .none) }
    let hasGold = source.align(in: page.bytes, tags: &page.tags).isTrusted
    if fate.stripped { page = CondensingTeacher.strip(page) }
    if fate.faulty {
      // Faults come before condensing, as they do when a page is read: a comment or
      // script whose delimiter is broken keeps its body.
      var corrupter = Corrupter(seed: fate.seed)
      page = corrupter.corrupt(page, count: faultCount(of: page, fate.count))
    }
    page = CondensingTeacher.condense(page)
    guard page.bytes.count >= 20 else { return nil }
    return Page(
      bytes: page.bytes, tags: page.tags, faults: page.faults, hasGold: hasGold,
      learnsFaults: ownFaults.count <= Self.mostOwnFaults,
      readsNextByte: false,
      id: source.id)
  }
}

extension PageFeed {
  static let mostOwnFaults = 40

  /// Mixed counts, from a single fault to a page full.
  private func faultCount(of page: TaughtPage, _ share: Float) -> Int {
    let most = max(1, min(page.bytes.count, 2 * options.stretchBytes * options.stretchesPerPage) / 3_500)
    return max(1, Int(Float(most) * share * share + 0.5))
  }

  /// - Parameter faults: how many faults, as a share of a page full; nil for none.
  private func makeJSON(_ document: [UInt8], id: String, faults: Float?, seed: UInt64) -> Page {
    var page = TaughtPage(bytes: document, tags: JSONTeacher.tag(document), faults: [])
    if let faults {
      var corrupter = Corrupter(seed: seed)
      page = corrupter.corruptJSON(page, count: faultCount(of: page, faults))
    }
    page = CondensingTeacher.condense(page)
    return Page(
      bytes: page.bytes, tags: page.tags, faults: page.faults, hasGold: true, learnsFaults: true, readsNextByte: false,
      id: id)
  }
}

enum Gold {
  case text(String)
  case snippets(mustHave: [String], mustNotHave: [String])
}

extension CorpusPage {
  /// The page's gold, where it has one that can be trusted. A Markdown source or a reader view's HTML counts by its words.
  var trustedGold: Gold? {
    if goldIsSuspect { return nil }
    if let text = mainText {
      if let coverage = goldCoverage, coverage < 0.7 { return nil }
      return .text(text)
    }
    if let html = goldHTML { return .text(Self.visibleText(Array(html.utf8))) }
    if let markdown { return .text(markdown) }
    return mustHave.isEmpty ? nil : .snippets(mustHave: mustHave, mustNotHave: mustNotHave)
  }

  /// How often the page is taken when it is drawn: page types that are rare in the corpus but common on the web come always, small
  /// old articles and pages known by snippets only come less often.
  var drawShare: Double {
    switch (source, pageType) {
    case (_, "forum"), (_, "listing"), (_, "collection"), (_, "service"), (_, "product"), (_, "documentation"): 1
    case ("wcxb_dev", _), ("magic_html", _): 0.5
    case ("cleaneval", _), ("trafilatura_eval", _): 0.25
    case (.some, .some): 0.35
    default: 0.5
    }
  }

  private static func visibleText(_ html: [UInt8]) -> String {
    let tags = MarkupTeacher.tag(html)
    var text: [UInt8] = []
    for (index, byte) in html.enumerated() {
      if tags[index].content != .markup {
        text.append(byte)
      } else if tags[index].boundary != .none {
        text.append(0x0a)
      }
    }
    return CharacterReferences.decode(text, inAttribute: false)
  }
}
