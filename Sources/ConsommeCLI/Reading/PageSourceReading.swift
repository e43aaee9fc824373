import Consomme
import Pages
import Reports

extension PageSource {
  /// What a report draws of a page: its source, what each byte costs, and the faults.
  init(_ page: DecodedPage, name: String, bits: [Float], faults: [Diagnostic]) {
    let lines = DiagnosticPage(name: "", utf8: page.utf8, map: page.map, diagnostics: [])
    self.init(
      name: TerminalText.shown(name), utf8: page.utf8, bits: bits,
      faults: faults.map { diagnostic in
        let start = lines.decodedOffset(diagnostic.offset)
        let end = lines.decodedOffset(DiagnosticPage.end(diagnostic.offset, diagnostic.length))
        return Fault(
          offset: start, length: max(0, end - start), rule: diagnostic.rule, score: diagnostic.score,
          message: diagnostic.message,
          repair: diagnostic.repair.map {
            lines.sentence(for: .init(offset: $0.offset, delete: $0.delete, insert: $0.insert))
          })
      })
  }
}
