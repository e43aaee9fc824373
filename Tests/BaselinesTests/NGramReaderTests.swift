import Testing

@testable import Baselines

struct NGramReaderTests {
  private let row = "<li class=\"item\"><a href=\"/things/\">A thing</a></li>\n"

  @Test func repetitionBecomesCheap() {
    let bits = NGramReader().surprise(of: Array(String(repeating: row, count: 40).utf8))
    let first = bits.prefix(row.utf8.count).reduce(0, +)
    let last = bits.suffix(row.utf8.count).reduce(0, +)
    #expect(bits.count == 40 * row.utf8.count && bits.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(last * 8 < first, "\(first) bits, at last \(last)")
  }

  @Test func onlyWhatWasReadCounts() {
    let a = Array((row + "abc").utf8)
    var b = a
    b[b.count - 1] = 0xFF
    let (one, other) = (NGramReader().surprise(of: a), NGramReader().surprise(of: b))
    #expect(one.dropLast() == other.dropLast() && one.last != other.last)
  }

  @Test func costsAreThoseOfProbabilities() {
    // A page of one byte costs what the primer makes of it; a page of noise about eight bits a byte.
    var state: UInt32 = 1
    let noise = (0..<20_000).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    let mean = NGramReader().surprise(of: noise).reduce(0, +) / 20_000
    #expect((7.9..<9.5).contains(mean), "\(mean)")
    #expect(NGramReader().surprise(of: []).isEmpty)
  }

  @Test func aFaultInAListStandsOut() throws {
    let broken = "<li class=\"item\"<a href=\"/things/\">A thing</a></li>\n"
    let page = String(repeating: row, count: 30) + broken + String(repeating: row, count: 10)
    let fault = 30 * row.utf8.count + 16
    let peaks = NGramReader().peaks(in: Array(page.utf8))
    let nearest = try #require(peaks.prefix(3).map { abs($0.offset - fault) }.min())
    #expect(nearest <= 8 && peaks[0].score > 2)
    #expect(peaks.map(\.score) == peaks.map(\.score).sorted(by: >) && peaks.count <= 20)
    #expect(NGramReader().peaks(in: []).isEmpty && NGramReader().peaks(in: [0x61]).isEmpty)
  }
}
