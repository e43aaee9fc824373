import Foundation
import Testing

@testable import Reports

/// The source as a heat map, its faults and its sparkline.
struct SourceViewTests {
  private func source(_ text: String, bits: [Float]? = nil, faults: [(Int, Int)] = []) -> PageSource {
    let utf8 = Array(text.utf8)
    return PageSource(
      name: "page", utf8: utf8, bits: bits ?? [Float](repeating: 0, count: utf8.count),
      faults: faults.map {
        .init(offset: $0.0, length: $0.1, rule: "a-rule", score: 3, message: "odd", repair: "insert `>`")
      })
  }

  @Test func tokensHaveOneColourAndNeighboursShareIt() {
    // A word's surprise is in its first letter; the word has it as a whole.
    let page = source("<p>aaaa bb", bits: [0, 0, 0, 8, 0, 0, 0, 0, 9, 9])
    #expect(
      HeatRuns(page).runs == [
        .init(start: 0, level: 0), .init(start: 3, level: 3), .init(start: 7, level: 0), .init(start: 8, level: 6),
      ])
    let html = SourceHeatMap(page, key: "k").html()
    #expect(html.contains("&lt;p&gt;<i class=c3>aaaa</i> <i class=c6>bb</i></pre>"))
  }

  @Test func runsAreFewWhateverThePage() {
    let count = 1 << 18
    let bits = (0..<count).map { Float($0 % 7) * 2 }
    let page = PageSource(name: "n", utf8: [UInt8](repeating: 0x3C, count: count), bits: bits, faults: [])
    let heat = HeatRuns(page)
    #expect(heat.runs.count <= 20_000 && heat.grain > 1)
    let html = SourceHeatMap(page, key: "k").html()
    #expect(html.components(separatedBy: "<pre").count - 1 <= count / SourceHeatMap.blockBytes + 1)
  }

  @Test func everyByteIsShownOnceWhateverTheFaults() {
    let text = String(repeating: "é<b>\u{1F600} & \"x\"\r\n", count: 900)
    let length = text.utf8.count
    let places = [
      (0, 0), (0, 3), (1, 1), (4090, 20), (4095, 200), (4096, 0), (length - 1, 5), (length, 0), (length + 9, 2),
    ]
    let html = SourceHeatMap(source(text, faults: places), key: "k").html()
    #expect(html.components(separatedBy: "<a class=f ").count - 1 == places.count)
    var shown = html.replacing(#/<[^>]*>\n?/#, with: "")
    for (reference, character) in [
      "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#10;": "\n", "&#13;": "\r", "&#39;": "'", "&amp;": "&",
    ]
    .sorted(by: { $0.key > $1.key }) {
      shown = shown.replacing(reference, with: character)
    }
    #expect(Array(shown.utf8) == Array(text.utf8))
  }

  @Test func costsAreThereForEveryUnit() throws {
    // One UTF-16 unit for é, two for the emoji, the second without a cost.
    let html = SourceHeatMap(source("aé😀", bits: [32, 8, 8, 32, 32, 32, 32]), key: "k").html()
    #expect(html.contains("data-b=\"\(HTMLText.base64([255, 128, 255, 0]))\""))
  }

  @Test func nothingOfAPageIsMarkup() {
    let hostile = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>\u{0}\u{202E}'\"&"
    var page = source(hostile, faults: [(3, 1)])
    page.name = hostile
    page.faults[0].message = hostile
    page.faults[0].rule = hostile
    page.faults[0].repair = "insert `\(hostile)` & `<b>"
    let html = ReportShell.header(title: hostile) + EntropyReport.section(page) + ReportShell.footer
    #expect(html.components(separatedBy: "<script").count == 2 && !html.contains("<img") && !html.contains("<b>"))
    #expect(!html.contains("\u{202E}\u{27}&quot;") && !html.contains("\0"))
    #expect(html.contains("default-src 'none'") && html.contains("script-src 'sha256-"))
  }

  @Test func emptyPages() {
    let html = EntropyReport.section(source(""))
    #expect(html.contains("0 bytes, 0 bits") && html.contains("No faults"))
    #expect(EntropyReport.section(source("", faults: [(0, 0)])).contains("<a class=f "))
  }

  @Test func numbers() {
    #expect(HTMLText.number(1.005, digits: 1) == "1.0" && HTMLText.number(-0.06, digits: 1) == "−0.1")
    #expect(HTMLText.number(.nan, digits: 1) == "–" && HTMLText.number(2.5, digits: 0) == "3")
    #expect(HTMLText.count(1_234_567) == "1\u{202F}234\u{202F}567" && HTMLText.count(12) == "12")
    #expect(HTMLText.base64(Array("light wor".utf8)) == "bGlnaHQgd29y")
    #expect(HTMLText.base64(Array("light w".utf8)) == "bGlnaHQgdw==" && HTMLText.base64([]) == "")
  }
}
