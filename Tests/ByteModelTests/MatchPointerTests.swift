import Testing

@testable import ByteModel

@Suite struct MatchPointerTests {
  private func read(_ text: String) -> (bytes: [UInt8], found: MatchPredictions) {
    let bytes = Array(text.utf8)
    var pointer = MatchPointer()
    return (bytes, pointer.read(bytes[...]))
  }

  @Test func saysNothingOfWhatItHasNotSeen() {
    let (bytes, found) = read("abcdefghijklmnopqrstuvwxyz0123456789")
    #expect(firstDifference(found.buckets, [UInt8](repeating: 0, count: 2 * bytes.count)) == nil)
    #expect(firstDifference(found.rows, [UInt16](repeating: 256, count: bytes.count)) == nil)
  }

  @Test func followsARepeat() {
    // The short pointer needs 5 bytes in common, the long one 10.
    let (bytes, found) = read("abcdefghijklm..abcdefghijkZ")
    let count = bytes.count
    func predicted(_ which: Int, _ t: Int) -> Character? {
      found.buckets[which * count + t] == 0 ? nil : Character(UnicodeScalar(found.predicted[which * count + t]))
    }
    let start = 15
    #expect(predicted(1, start + 3) == nil)
    #expect(predicted(1, start + 4) == "f")
    #expect(predicted(1, start + 8) == "j")
    #expect(predicted(0, start + 8) == nil)
    #expect(predicted(0, start + 9) == "k")
    #expect(predicted(0, start + 10) == "l")
    // Both at the same place: the short one holds its peace.
    #expect(predicted(1, start + 9) == nil)
    #expect(found.rows[start + 4] == UInt16(UInt8(ascii: "f")))
    #expect(found.rows[start + 9] == UInt16(UInt8(ascii: "k")))
    // Z was not what they said: the match is over.
    #expect(predicted(0, start + 11) == nil)
    #expect(predicted(1, start + 11) == nil)
    #expect(found.rows[start + 11] == 256)
  }

  @Test func theMostRecentPlaceWins() {
    let (bytes, found) = read("12345a 12345b 12345")
    let last = bytes.count - 1
    #expect(found.predicted[bytes.count + last] == UInt8(ascii: "b"))
    #expect(found.buckets[bytes.count + last] != 0)
  }

  @Test func bucketsTellLengthAndLuck() {
    let text = String(repeating: "0123456789abcdef", count: 60)
    let (bytes, found) = read(text)
    for t in bytes.indices {
      let (long, short) = (found.buckets[t], found.buckets[bytes.count + t])
      #expect(long <= 96 && (short == 0 || (97...192).contains(short)))
    }
    // After a long run of hits: the longest bucket, three hits.
    #expect(found.buckets[bytes.count - 1] == 1 + 11 * 8 + 7)
    #expect(found.predicted[bytes.count - 1] == bytes[0])
    // Trust grows along the run.
    let run = found.buckets[26..<bytes.count]
    #expect(zip(run, run.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test func onlyPastBytesCount() {
    let page = samplePage + samplePage
    var pointer = MatchPointer()
    let whole = pointer.read(page[...])
    for length in [1, 30, 90, page.count - 3] {
      var other = MatchPointer()
      let part = other.read(page[..<length])
      for which in 0..<2 {
        let (from, to) = (which * length, which * page.count)
        #expect(firstDifference(part.predicted[from..<from + length], whole.predicted[to..<to + length]) == nil)
        #expect(firstDifference(part.buckets[from..<from + length], whole.buckets[to..<to + length]) == nil)
      }
      #expect(firstDifference(part.rows[...], whole.rows[..<length]) == nil)
    }
  }

  @Test func chunksDoNotMatter() {
    let page = samplePage + samplePage
    var pointer = MatchPointer()
    let whole = pointer.read(page[...])
    for size in [1, 7, 64] {
      var other = MatchPointer()
      var rows: [UInt16] = []
      var buckets: [UInt8] = []
      for start in stride(from: 0, to: page.count, by: size) {
        let part = other.read(page[start..<min(page.count, start + size)])
        rows += part.rows
        buckets += part.buckets.prefix(part.rows.count)
      }
      #expect(firstDifference(rows, whole.rows) == nil)
      #expect(firstDifference(buckets[...], whole.buckets[..<page.count]) == nil)
    }
  }

  @Test func resetForgets() {
    var pointer = MatchPointer()
    let first = pointer.read(samplePage[...])
    _ = pointer.read(samplePage[...])
    pointer.reset()
    let again = pointer.read(samplePage[...])
    #expect(firstDifference(again.rows, first.rows) == nil)
    #expect(firstDifference(again.buckets, first.buckets) == nil)
    #expect(pointer.read([]).rows.isEmpty)
  }

  @Test func predictsSomethingOfARepeatedPage() {
    let page = samplePage + samplePage
    var pointer = MatchPointer()
    let found = pointer.read(page[...])
    let second = samplePage.count + 10..<page.count - 1
    let hits = second.filter { found.rows[$0] == UInt16(page[$0 + 1]) }.count
    #expect(Double(hits) > 0.95 * Double(second.count))
  }
}
