import FieldHeads
import Inputs
import Pages

/// The fields of a page that the heads know.
struct FieldsReading: Reading {
  var decoders: [FieldDecoder]

  func read(_ page: DecodedPage, of document: InputDocument, with worker: Worker) throws(PageProblem) -> FieldsBody {
    guard case .neural(let reader) = worker.reader else {
      throw PageProblem(reason: "only the neural reader knows fields")
    }
    let tagged = FieldPage(page, tagger: reader.tagger)
    try worker.checkTime()
    let candidates = CandidatePage(tagged)
    var body = FieldsBody.empty
    for decoder in decoders {
      for (field, values) in decoder.values(of: candidates) {
        let records = values.map {
          FieldRecord(
            value: $0.value, start: $0.range?.lowerBound, end: $0.range?.upperBound, confidence: $0.confidence,
            iso: $0.iso)
        }
        body.fields[field.name] = field.isRepeated ? .several(records) : .one(records.first)
      }
    }
    return body
  }

  /// A line a value: the field's name, a tab, the value.
  static func text(_ body: FieldsBody) -> String {
    body.fields.sorted { $0.key < $1.key }.flatMap { name, finding in
      finding.records.map { "\(TerminalText.shown(name))\t\(TerminalText.shown($0.value))\n" }
    }.joined()
  }
}

/// `fields`
struct FieldsBody: Codable, Sendable, EmptyBody {
  var fields: [String: FieldFinding]
  static var empty: FieldsBody { FieldsBody(fields: [:]) }
}

/// What was found for a field: a value, nothing (null), or a list where a page can have several.
enum FieldFinding: Codable, Sendable {
  case one(FieldRecord?)
  case several([FieldRecord])

  var records: [FieldRecord] {
    switch self {
    case .one(let record): record.map { [$0] } ?? []
    case .several(let records): records
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let records = try? container.decode([FieldRecord].self) {
      self = .several(records)
    } else {
      self = .one(container.decodeNil() ? nil : try container.decode(FieldRecord.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .one(nil): try container.encodeNil()
    case .one(let record?): try container.encode(record)
    case .several(let records): try container.encode(records)
    }
  }
}

struct FieldRecord: Codable, Hashable, Sendable {
  /// A slice of the page, character references decoded, white space collapsed.
  var value: String
  /// Byte offsets in the input as given; null for what is said of the page as a whole.
  var start: Int?
  var end: Int?
  var confidence: Double?
  /// A date in ISO 8601; the key is there only where it can be read in one way only.
  var iso: String? = nil

  private enum CodingKeys: String, CodingKey { case value, start, end, confidence, iso }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encode(start, forKey: .start)
    try container.encode(end, forKey: .end)
    try container.encode(printable(confidence), forKey: .confidence)
    try container.encodeIfPresent(iso, forKey: .iso)
  }
}
