import Consomme
import Inputs
import Pages
import Reports

/// How surprising a page is to the model.
struct EntropyReading: Reading {
  struct Body: Codable, Sendable, EmptyBody {
    var totals: EntropyBody
    /// What the report draws; not in the record.
    var source: PageSource?
    static var empty: Body { Body(totals: .empty) }

    init(totals: EntropyBody, source: PageSource? = nil) {
      self.totals = totals
      self.source = source
    }
    init(from decoder: any Decoder) throws { totals = try EntropyBody(from: decoder) }
    func encode(to encoder: any Encoder) throws { try totals.encode(to: encoder) }
  }

  /// Whether every byte's bits are kept and faults are looked for.
  var isReport = false

  func read(_ page: DecodedPage, of document: InputDocument, with worker: Worker) throws(PageProblem) -> Body {
    if case .ngram(let reader) = worker.reader {
      let bits = reader.surprise(of: page.utf8)
      return Body(totals: EntropyBody(bytes: page.utf8.count, bits: bits.reduce(0.0) { $0 + Double($1) }))
    }
    guard case .neural(let reader) = worker.reader else {
      throw PageProblem(reason: "only the neural reader measures entropy")
    }
    let bits = reader.surprise(of: page).bits
    let total = bits.reduce(0.0) { $0 + Double($1) }
    let totals = EntropyBody(bytes: page.utf8.count, bits: total)
    guard isReport else { return Body(totals: totals) }
    try worker.checkTime()
    let faults = FaultFinder(reader: reader).diagnostics(of: page)
    return Body(totals: totals, source: PageSource(page, name: document.id, bits: bits, faults: faults))
  }
}
