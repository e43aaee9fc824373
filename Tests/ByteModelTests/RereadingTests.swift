import Testing

@testable import ByteModel

@Suite struct RereadingTests {
  private let page: [UInt8] = (0..<60).flatMap { number in
    Array("<li class=\"item\"><a href=\"/soup?id=\(number)\">Suppe \(number * number)</a></li>\n".utf8)
  }

  /// Reading on from a point is reading the page: the bytes cost the same bits, whatever was read in between.
  @Test func readingOnIsReadingThrough() {
    let tagger = PageTagger(model: Model(parameters: .random(.small)))
    let whole = tagger.surprise(of: page).bits
    let points = tagger.points(before: [5, 900, 901, 2000], margin: 300, in: page)
    #expect(points.map(\.offset).first == 0)
    for (point, offset) in zip(points, [5, 900, 901, 2000]).reversed() {
      #expect(point.offset <= max(0, offset - 300) && point.offset > offset - 300 - 64)
      let bytes = Array(page[point.offset..<min(page.count, offset + 200)])
      let rest = page[(point.offset + bytes.count)...]
      _ = tagger.reread(Array(bytes.reversed()), from: point, following: rest)
      let again = tagger.reread(bytes, from: point, following: rest, likeliestBehind: 3..<6, count: 2)
      let want = whole[(point.offset + 1)..<(point.offset + bytes.count)]
      // But for the last patch, which the end of the stretch may cut short.
      let settled = bytes.count - 64
      #expect(firstDifference(again.bits.prefix(settled), want.prefix(settled)) == nil)
      #expect(again.bits.count == bytes.count - 1 && again.faultProbability.count == bytes.count)
      #expect(again.likeliest.count == 3 && again.likeliest.allSatisfy { $0.count == 2 })
    }
    #expect(tagger.reread([], from: points[1], following: []).bits.isEmpty)
  }

  /// One reading for both gives the same numbers as a reading each, over several windows.
  @Test(arguments: [0, 1, 7, 700, 4_700]) func oneReadingForBothIsThoseForEach(_ count: Int) {
    let model = Model(parameters: .random(.small))
    let tagger = PageTagger(model: model, window: 512, lookAhead: 128)
    let page = Array(page.prefix(count))
    for _ in 0..<2 {
      let both = tagger.tagsAndSurprise(of: page)
      let tags = tagger.tags(of: page, faults: true, patches: true)
      let surprise = tagger.surprise(of: page)
      #expect(firstDifference(both.surprise.bits, surprise.bits) == nil)
      #expect(firstDifference(both.surprise.entropy, surprise.entropy) == nil)
      #expect(both.surprise.bits.count == page.count && both.tags.tags == tags.tags)
      #expect(firstDifference(both.tags.faultProbability, tags.faultProbability) == nil)
      #expect(both.tags.patches?.ends == tags.patches?.ends)
    }
  }

  /// The byte held likeliest is the one that costs least.
  @Test func theLikeliestByteIsTheCheapest() throws {
    let tagger = PageTagger(model: Model(parameters: .random(.small)))
    let point = try #require(tagger.points(before: [400], margin: 100, in: page).first)
    let start = Array(page[point.offset..<point.offset + 40])
    let likeliest = try #require(
      tagger.reread(start, from: point, following: [], likeliestBehind: 20..<21, count: 1).likeliest.first?.first)
    func cost(_ byte: UInt8) -> Float {
      var bytes = start
      bytes[21] = byte
      return tagger.reread(bytes, from: point, following: []).bits[20]
    }
    #expect((0...255).allSatisfy { cost(UInt8($0)) >= cost(likeliest) - 1e-3 })
  }

  /// What follows is seen by the tag layer of the last bytes.
  @Test func whatFollowsCounts() throws {
    let tagger = PageTagger(model: Model(parameters: .random(.small)))
    let point = try #require(tagger.points(before: [400], margin: 100, in: page).first)
    let bytes = Array(page[point.offset..<point.offset + 40])
    let one = tagger.reread(bytes, from: point, following: [0x3c, 0x2f]).faultProbability
    let other = tagger.reread(bytes, from: point, following: [0x41, 0x42]).faultProbability
    #expect(one.last != other.last && firstDifference(one.dropLast(2), other.dropLast(2)) == nil)
  }
}
