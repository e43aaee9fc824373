import FoundationEssentials
import Pages
import Testing

@testable import ConsommeCLI

struct OutputDiagnosticTests {
  private let source = "<ul>\n\t<li>東京 <a href=\"/x>One</a>\n</ul>\n"

  /// The opening quote's value never ends: `"` is missing before `>`.
  private var page: DiagnosticPage {
    DiagnosticPage(
      name: "a b.html", utf8: Array(source.utf8),
      diagnostics: [
        DiagnosticRecord(
          offset: 26, length: 2, line: 2, column: 18, rule: "missing-closing-quote", score: 31.25,
          message: "the attribute's value is not closed", repair: .init(offset: 28, delete: 0, insert: "\"")),
        DiagnosticRecord(
          offset: 37, length: 5, line: 3, column: 1, rule: "stray-end-tag", score: 4, message: "100% stray",
          repair: .init(offset: 37, delete: 5, insert: "</ol>")),
      ])
  }

  @Test func textShowsLineCaretAndRepair() {
    #expect(
      DiagnosticFormats().text(page) == """
        a b.html:2:18: warning: the attribute's value is not closed [missing-closing-quote] (31.3 bits)
         2 |  <li>東京 <a href="/x>One</a>
           |                    ^~
           = repair at 2:20: insert `"`

        a b.html:3:1: warning: 100% stray [stray-end-tag] (4.0 bits)
         3 | </ul>
           | ^~~~~
           = repair: replace `</ul>` with `</ol>`

        """)
  }

  @Test func colourIsOptional() {
    let plain = DiagnosticFormats(color: false, errorScore: 30).text(page)
    let coloured = DiagnosticFormats(color: true, errorScore: 30).text(page)
    #expect(!plain.contains("\u{1B}") && plain.contains(": error: "))
    #expect(coloured.contains("\u{1B}[1;31merror:\u{1B}[0m") && coloured.contains("\u{1B}[1;34mwarning:\u{1B}[0m"))
  }

  @Test func gnu() {
    #expect(
      DiagnosticFormats(errorScore: 30).gnu(page) == """
        a b.html:2:18: error: the attribute's value is not closed; insert `"` [missing-closing-quote]
        a b.html:3:1: warning: 100% stray; replace `</ul>` with `</ol>` [stray-end-tag]

        """)
  }

  @Test func github() {
    #expect(
      DiagnosticFormats().github(page) == """
        ::warning file=a b.html,line=2,col=18,endColumn=20,title=missing-closing-quote::the attribute's value is not closed; insert `"`
        ::warning file=a b.html,line=3,col=1,endColumn=6,title=stray-end-tag::100%25 stray; replace `</ul>` with `</ol>`

        """)
  }

  @Test func longLinesAreCutAroundTheCaret() {
    let utf8 = Array((String(repeating: "x", count: 3000) + "<b" + String(repeating: "y", count: 3000)).utf8)
    let diagnostic = DiagnosticRecord(
      offset: 3000, length: 2, line: 1, column: 3001, rule: "r", score: 1, message: "m", repair: nil)
    let page = DiagnosticPage(name: "n", utf8: utf8, diagnostics: [diagnostic])
    let excerpt = SourceExcerpt(page: page, diagnostic: diagnostic, width: 20)
    #expect(excerpt.source == "…xxxxxxxx<byyyyyyyyy…")
    #expect(excerpt.indent.count == 9 && excerpt.caret == "^~")
  }

  @Test func pagesCannotSendEscapeSequences() {
    let utf8 = Array("a\u{1B}[31m\u{202E}b\u{7}<".utf8)
    let diagnostic = DiagnosticRecord(
      offset: utf8.count - 1, length: 1, line: 1, column: 9, rule: "r", score: 1, message: "m\u{1B}c", repair: nil)
    let text = DiagnosticFormats().text(DiagnosticPage(name: "n\n", utf8: utf8, diagnostics: [diagnostic]))
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    #expect(text.contains("a␛[31m·b␇<"))
  }

  @Test func offsetsCountInTheInputAsGiven() {
    // windows-1252: é is one byte there and two in UTF-8.
    let bytes: [UInt8] = [0x3C, 0x70, 0x3E, 0xE9, 0x3C, 0x69]
    var map = OffsetMap()
    map.append(source: 0, count: 3)
    map.append(source: 3, count: 2, width: 1)
    map.append(source: 4, count: 2)
    map.finish(sourceCount: bytes.count)
    let page = DiagnosticPage(name: "n", utf8: Array("<p>é<i".utf8), map: map, diagnostics: [])
    #expect(page.decodedOffset(3) == 3 && page.decodedOffset(4) == 5 && page.decodedOffset(6) == 7)
    #expect(page.text(from: 3, to: 6) == "é<i")
    #expect(page.position(of: 4).column == 5)
  }

  @Test func offsetsOutsideThePageDoNoHarm() throws {
    let wild = DiagnosticRecord(
      offset: .max, length: .max, line: 7, column: 1, rule: "r", score: .nan, message: "m",
      repair: .init(offset: -5, delete: .max, insert: ""))
    let page = DiagnosticPage(name: "n", utf8: Array("ab".utf8), diagnostics: [wild])
    let formats = DiagnosticFormats()
    #expect(formats.gnu(page) == "n:7:1: warning: m; delete `ab` [r]\n")
    #expect(!formats.text(page).isEmpty && !formats.github(page).isEmpty)
    var sarif = SARIFBuilder(formats: formats, version: "1")
    sarif.add(page)
    #expect(try !sarif.json().isEmpty)
  }
}
