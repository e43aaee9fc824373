import Consomme
import Inputs
import Pages

/// How surprising a page is to the model.
struct EntropyReading: Reading {
  /// Whether the record keeps every byte's bits, for the heat map.
  struct Body: Codable, Sendable, EmptyBody {
    var totals: EntropyBody
    /// Bits a byte of the page in UTF-8; not in the record.
    var bits: [Float] = []
    static var empty: Body { Body(totals: .empty) }

    init(totals: EntropyBody, bits: [Float] = []) {
      self.totals = totals
      self.bits = bits
    }
    init(from decoder: any Decoder) throws { totals = try EntropyBody(from: decoder) }
    func encode(to encoder: any Encoder) throws { try totals.encode(to: encoder) }
  }

  var keepsBits = false

  func read(_ page: DecodedPage, of document: InputDocument, with worker: Worker) throws(PageProblem) -> Body {
    guard case .neural(let reader) = worker.reader else {
      throw PageProblem(reason: "only the neural reader measures entropy")
    }
    let bits = reader.surprise(of: page).bits
    let total = bits.reduce(0.0) { $0 + Double($1) }
    return Body(totals: EntropyBody(bytes: page.utf8.count, bits: total), bits: keepsBits ? bits : [])
  }
}
