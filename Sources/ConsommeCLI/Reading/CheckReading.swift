import Baselines
import Consomme
import Inputs
import Pages

/// Where a page's markup is malformed.
struct CheckReading: Reading {
  /// Diagnostics with less evidence are left out, bits; nil: what the reader leaves out by itself.
  var leastScore: Double?
  var ignoredRules: Set<String> = []
  var baseline: CheckBaseline?

  /// A parser does not weigh: what it reports has this score.
  static let parserScore = 1.0

  func read(_ page: DecodedPage, of document: InputDocument, with worker: Worker) throws(PageProblem) -> CheckBody {
    let found: [Diagnostic]
    switch worker.reader {
    case .neural(let reader):
      var options = FaultFinder.Options()
      if let leastScore { options.leastScore = leastScore }
      found = FaultFinder(reader: reader, options: options).diagnostics(of: page)
    case .libxml2(let reader):
      found = reader.diagnostics(in: page.utf8).map { fault in
        let end = min(page.utf8.count, fault.offset + max(0, fault.length))
        let range = page.map.source(of: min(fault.offset, end)..<end)
        return Diagnostic(
          offset: range.lowerBound, length: range.count, rule: fault.rule, score: Self.parserScore,
          message: fault.message, repair: nil)
      }
    case .ngram(let reader): found = Self.diagnostics(reader, page)
    case .regex: throw PageProblem(reason: "the reader regex knows only links; use neural or libxml2")
    }
    try worker.checkTime()
    let lines = DiagnosticPage(name: "", utf8: page.utf8, map: page.map, diagnostics: [])
    let kept = found.filter { $0.score >= leastScore ?? -.infinity && !ignoredRules.contains($0.rule) }
    let records = kept.map { diagnostic in
      let (line, column) = lines.position(of: diagnostic.offset)
      return DiagnosticRecord(
        offset: diagnostic.offset, length: diagnostic.length, line: line, column: column, rule: diagnostic.rule,
        score: diagnostic.score, message: diagnostic.message,
        repair: diagnostic.repair.map { .init(offset: $0.offset, delete: $0.delete, insert: $0.insert) })
    }
    return CheckBody(diagnostics: baseline?.unknown(records, id: document.id) ?? records)
  }
}

extension CheckReading {
  /// The least likely places of the page by the n-gram model; the score is in standard deviations.
  static func diagnostics(_ reader: NGramReader, _ page: DecodedPage) -> [Diagnostic] {
    reader.peaks(in: page.utf8).map { peak in
      let range = page.map.source(of: peak.offset..<peak.offset + peak.length)
      return Diagnostic(
        offset: range.lowerBound, length: range.count, rule: "unlikely-bytes", score: peak.score,
        message: "these bytes are unlikely on this page", repair: nil)
    }
  }
}

/// Applies repairs to a page as given.
enum PageMending {
  /// The page with the repairs made, the likeliest first; one that touches another that was made is left out.
  ///
  /// - Parameter encoding: the page's, by its WHATWG name; text that is not ASCII is only put into pages in UTF-8 or UTF-16.
  static func mend(_ bytes: [UInt8], encoding: String, _ diagnostics: [DiagnosticRecord]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 64)
    var from = 0
    for edit in edits(bytes, encoding: encoding, diagnostics) {
      result += bytes[from..<edit.start]
      result += edit.insert
      from = edit.end
    }
    return result + bytes[from...]
  }

  /// What `mend` would write, as a unified diff; for a page in UTF-16, which has no lines of bytes, a word that there is one.
  static func diff(_ bytes: [UInt8], encoding: String, _ diagnostics: [DiagnosticRecord], name: String) -> [UInt8] {
    let edits = edits(bytes, encoding: encoding, diagnostics)
    if encoding.hasPrefix("UTF-16") {
      return edits.isEmpty ? [] : Array("Binary files \(name) and \(name) differ\n".utf8)
    }
    return UnifiedDiff.make(bytes, edits, name: name)
  }

  /// The repairs that can be made, by place.
  private static func edits(
    _ bytes: [UInt8], encoding: String, _ diagnostics: [DiagnosticRecord]
  ) -> [UnifiedDiff.Edit] {
    var edits: [UnifiedDiff.Edit] = []
    for repair in diagnostics.compactMap(\.repair) {
      let start = min(max(0, repair.offset), bytes.count)
      let end = start + min(max(0, repair.delete), bytes.count - start)
      guard let insert = encoded(repair.insert, encoding), start < end || !insert.isEmpty,
        !edits.contains(where: { start <= $0.end && $0.start <= end })
      else { continue }
      edits.append(.init(start: start, end: end, insert: insert))
    }
    return edits.sorted { $0.start < $1.start }
  }

  private static func encoded(_ text: String, _ encoding: String) -> [UInt8]? {
    switch encoding {
    case "UTF-8": Array(text.utf8)
    case "UTF-16LE": text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    case "UTF-16BE": text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    default: text.utf8.allSatisfy { $0 < 0x80 } ? Array(text.utf8) : nil
    }
  }
}
