import ByteModel
import Inputs
import PageTags
import Testing

@testable import ModelTraining

@Suite struct PageFeedTests {
  // MARK: The order of lines

  @Test(arguments: [1, 2, 3, 4, 5, 17, 64, 65, 1000]) func shufflingIsAPermutation(_ count: Int) {
    for key in [UInt64(0), 1, 99, .max] {
      let order = (0..<count).map { PageFeed.shuffled($0, of: count, key: key) }
      #expect(firstDifference(order.sorted(), 0..<count) == nil)
    }
  }

  @Test func keysGiveOtherOrders() {
    let orders = (0..<4).map { key in (0..<100).map { PageFeed.shuffled($0, of: 100, key: UInt64(key)) } }
    #expect(Set(orders).count == 4)
    #expect(!orders.contains(Array(0..<100)))
  }

  private func options(lanes: Int = 1, nextByte: Double = 0.5) -> TrainingOptions {
    var options = TrainingOptions()
    options.lanes = lanes
    options.nextByteShare = nextByte
    options.nextByteShareOfGold = nextByte
    return options
  }

  private func draw(_ count: Int, _ feed: inout PageFeed) throws -> [PageFeed.Page] {
    try (0..<count).map { _ in try feed.next() }
  }

  @Test func lanesNeverShareAPageInOnePass() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(18, in: scratch)
    var passes: [[String]] = [[], []]
    for lane in 0..<3 {
      var feed = PageFeed(corpus: corpus, options: options(lanes: 3), lane: lane)
      for pass in passes.indices { passes[pass] += try draw(6, &feed).map(\.id) }
    }
    for pass in passes { #expect(Set(pass).count == 18) }
    #expect(passes[0] != passes[1])
  }

  @Test func seedAndLaneDecideEverything() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(12, in: scratch)
    func pages(seed: UInt64, lane: Int) throws -> [String] {
      var options = options(lanes: 2)
      options.seed = seed
      var feed = PageFeed(corpus: corpus, options: options, lane: lane)
      return try draw(8, &feed).map {
        "\($0.id) \($0.bytes) \($0.tags.map(\.packed)) \($0.faults) \($0.hasGold) \($0.readsNextByte)"
      }
    }
    let first = try pages(seed: 1, lane: 0)
    #expect(firstDifference(first, try pages(seed: 1, lane: 0)) == nil)
    #expect(firstDifference(first, try pages(seed: 2, lane: 0)) != nil)
    #expect(firstDifference(first, try pages(seed: 1, lane: 1)) != nil)
  }

  @Test func aFeedGoesOnFromItsNumbers() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(12, in: scratch)
    var feed = PageFeed(corpus: corpus, options: options(), lane: 0)
    _ = try draw(5, &feed)
    var other = PageFeed(corpus: corpus, options: options(), lane: 0)
    other.random.state = feed.random.state
    other.drawn = feed.drawn
    for _ in 0..<5 {
      let (a, b) = (try feed.next(), try other.next())
      #expect(a.id == b.id && a.bytes == b.bytes)
    }
  }

  @Test func sharesDecideBetweenFiles() throws {
    let scratch = try Scratch()
    let often = try scratch.write((0..<4).map { Kitchen.row($0) }, to: "often.jsonl")
    let seldom = try scratch.write((100..<104).map { Kitchen.row($0) }, to: "seldom.jsonl")
    let never = try scratch.write((200..<204).map { Kitchen.row($0) }, to: "never.jsonl")
    let corpus = try Corpus([.init(path: often, share: 3), .init(path: seldom, share: 1), .init(path: never, share: 0)])
    var options = options(nextByte: 1)
    options.rawShare = 1
    var feed = PageFeed(corpus: corpus, options: options, lane: 0)
    let ids = try draw(80, &feed).map(\.id)
    let fromOften = ids.count { $0.count == "card-0".count }
    #expect((45...75).contains(fromOften))
    #expect(!ids.contains { $0.hasPrefix("card-2") && $0.count == "card-200".count })
    #expect(throws: TrainingError.self) { try Corpus([.init(path: often, share: -1)]) }
    #expect(throws: TrainingError.self) { try Corpus([.init(path: often, share: .nan)]) }
    #expect(throws: TrainingError.self) { try Corpus([.init(path: often, share: 0)]) }
  }

  // MARK: What is drawn

  @Test func heldOutPagesAreNeverRead() throws {
    let scratch = try Scratch()
    let path = try scratch.write([
      line(["id": "front", "split": "valid", "html": Kitchen.html(1)]),
      #"{"id":"spaced", "split":  "valid", "html": "\#(String(repeating: "x", count: 300))"}"#,
      // Keys behind the page are seen when the line is decoded.
      line(["id": "behind", "html": String(repeating: "<p>Soup</p>", count: 1000), "split": "valid"]),
      line(["id": "train", "split": "train", "page_type": "forum", "html": Kitchen.html(2)]),
      line(["id": "quoted", "page_type": "forum", "html": Kitchen.html(3) + #"<p>"split":"valid"</p>"#]),
    ])
    let corpus = try Corpus([.init(path: path)])
    #expect(corpus.pageCount == 3)
    var feed = PageFeed(corpus: corpus, options: options(), lane: 0)
    #expect(Set(try draw(12, &feed).map(\.id)) == ["train", "quoted"])
  }

  @Test func brokenAndShortLinesArePassedOver() throws {
    let scratch = try Scratch()
    let path = try scratch.write([
      "{\"html\": \"cut sh", line(["id": "short", "html": "<p>Soup</p>"]), line(["id": "without"]), "", Kitchen.row(1),
    ])
    var feed = PageFeed(corpus: try Corpus([.init(path: path)]), options: options(), lane: 0)
    #expect(Set(try draw(6, &feed).map(\.id)) == ["card-1"])
  }

  @Test func nothingUsableIsSaid() throws {
    let scratch = try Scratch()
    let path = try scratch.write(["[]"])
    var feed = PageFeed(corpus: try Corpus([.init(path: path)]), options: options(), lane: 0)
    let error = #expect(throws: TrainingError.self) { try feed.next() }
    #expect(error?.description.contains("no usable page") == true)
    let empty = try scratch.write([], to: "empty.jsonl")
    let other = #expect(throws: TrainingError.self) { try Corpus([.init(path: empty)]) }
    #expect(other?.description.contains("empty.jsonl: holds no page") == true)
    #expect(throws: TrainingError.self) { try Corpus([]) }
    #expect(throws: (any Error).self) { try Corpus([.init(path: scratch.file("missing.jsonl"))]) }
  }

  @Test func pagesForTagsAreTaughtAndCorrupted() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(9, in: scratch)
    var options = options(nextByte: 0)
    options.faultyShare = 1
    options.strippedShare = 0
    var feed = PageFeed(corpus: corpus, options: options, lane: 0)
    for page in try draw(9, &feed) {
      #expect(page.tags.count == page.bytes.count && !page.readsNextByte && page.learnsFaults)
      #expect(!page.faults.isEmpty && page.faults.allSatisfy { page.bytes.indices.contains($0.offset) })
      let number = Int(page.id.dropFirst("card-".count))
      #expect(page.hasGold == (number.map { $0 % 3 != 2 }))
      #expect(page.tags.contains { $0.content == (page.hasGold ? .main : .unjudged) })
      #expect(page.tags.contains { $0.content == .unjudged } != page.hasGold)
    }
  }

  @Test func faultsOfThePagesOwnAreMarked() throws {
    let scratch = try Scratch()
    let path = try scratch.write([
      line(["id": "sound", "page_type": "forum", "html": Kitchen.html(1)]),
      line(["id": "broken", "page_type": "forum", "html": Kitchen.html(2) + "</section>"]),
      line([
        "id": "hopeless", "page_type": "forum", "html": Kitchen.html(3) + String(repeating: "</section>", count: 41),
      ]),
    ])
    var feed = PageFeed(corpus: try Corpus([.init(path: path)]), options: options(nextByte: 0), lane: 0)
    for page in try draw(9, &feed) {
      #expect(page.learnsFaults == (page.id != "hopeless"))
      let own = page.faults.filter { $0.kind == .none }
      #expect(own.count == ["sound": 0, "broken": 1, "hopeless": 41][page.id])
    }
  }

  @Test func strippedPagesLoseTheirScripts() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(4, in: scratch)
    var options = options(nextByte: 0)
    options.faultyShare = 0
    options.strippedShare = 0
    var condensed = PageFeed(corpus: corpus, options: options, lane: 0)
    // The script's body is gone, its tags are not.
    let text = String(decoding: try condensed.next().bytes, as: UTF8.self)
    #expect(text.contains("<script></script>"))
    options.strippedShare = 1
    var feed = PageFeed(corpus: corpus, options: options, lane: 0)
    for page in try draw(4, &feed) {
      #expect(page.faults.isEmpty && page.learnsFaults)
      #expect(!String(decoding: page.bytes, as: UTF8.self).contains("script"))
    }
  }

  @Test func pagesForTheNextByteAreAsServedOrCondensed() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(8, in: scratch)
    for rawShare in [0.0, 1.0] {
      var options = options(nextByte: 1)
      options.rawShare = rawShare
      var feed = PageFeed(corpus: corpus, options: options, lane: 0)
      for page in try draw(4, &feed) {
        #expect(page.readsNextByte && !page.hasGold && !page.learnsFaults)
        #expect(String(decoding: page.bytes, as: UTF8.self).contains("count(") == (rawShare == 1))
      }
    }
  }

  @Test func goldOfAnotherPageIsNotLearned() throws {
    let scratch = try Scratch()
    let strange = "Nothing on the page says any of this; whoever marked it was looking at some other screen entirely."
    let path = try scratch.write([
      line(["id": "strange", "page_type": "forum", "html": Kitchen.html(1), "main_text": strange])
    ])
    var feed = PageFeed(corpus: try Corpus([.init(path: path)]), options: options(nextByte: 0), lane: 0)
    let page = try feed.next()
    #expect(!page.hasGold && page.tags.contains { $0.content == .unjudged })
    #expect(!page.tags.contains { $0.content == .main || $0.content == .aside })
  }

  // MARK: Gold and shares

  private func page(_ line: String) throws -> CorpusPage { try CorpusPage(line: Array(line.utf8)) }

  @Test func everyKindOfGold() throws {
    func text(_ line: String) throws -> String? {
      if case .text(let text) = try page(line).trustedGold { text } else { nil }
    }
    #expect(try text(#"{"main_text": "Soup"}"#) == "Soup")
    #expect(try text(#"{"main_text": ""}"#) == "")
    #expect(try text(#"{"main_text": "Soup", "fields": {"gold_coverage": 0.9}}"#) == "Soup")
    #expect(try text(#"{"main_text": "Soup", "fields": {"gold_coverage": 0.5}}"#) == nil)
    #expect(try text(#"{"main_text": "Soup", "fields": {"gold_suspect": true}}"#) == nil)
    #expect(try text("{\"markdown\": \"# Soup\"}") == "# Soup")
    let reader = try #require(try text(#"{"gold_html": "<h1>Salt &amp; soup</h1><p>Stir <b>well</b></p>"}"#))
    #expect(reader.split(whereSeparator: \.isWhitespace) == ["Salt", "&", "soup", "Stir", "well"])
    guard
      case .snippets(let have, let haveNot) = try page(#"{"must_have": ["a b"], "must_not_have": ["c"]}"#).trustedGold
    else {
      Issue.record("no snippets")
      return
    }
    #expect(have == ["a b"] && haveNot == ["c"])
    #expect(try page(#"{"html": "<p>Soup</p>"}"#).trustedGold == nil)
    #expect(try page(#"{"must_not_have": ["c"]}"#).trustedGold == nil)
  }

  @Test func snippetsAreGold() throws {
    let scratch = try Scratch()
    let html = #"<p>\#(String(repeating: "Stir the soup well. ", count: 12))</p><p>All rights reserved by the cook</p>"#
    let path = try scratch.write([
      #"{"id":"s","page_type":"forum","html":"\#(html)","must_have":["Stir the soup"],"must_not_have":["rights reserved"]}"#
    ])
    var feed = PageFeed(corpus: try Corpus([.init(path: path)]), options: options(nextByte: 0), lane: 0)
    let page = try feed.next()
    #expect(page.hasGold)
    #expect(page.tags.contains { $0.content == .main } && page.tags.contains { $0.content == .aside })
  }

  @Test func rarePageTypesAreTakenMoreOften() throws {
    #expect(try page(#"{"source": "wcxb_dev", "page_type": "forum"}"#).drawShare == 1)
    #expect(try page(#"{"page_type": "documentation"}"#).drawShare == 1)
    #expect(try page(#"{"source": "wcxb_dev", "page_type": "article"}"#).drawShare == 0.5)
    #expect(try page(#"{"source": "cleaneval"}"#).drawShare == 0.25)
    #expect(try page(#"{"source": "some", "page_type": "article"}"#).drawShare == 0.35)
    #expect(try page("{}").drawShare == 0.5)
  }
}
