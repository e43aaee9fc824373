/// One line of JSON Lines out: what every verb says about a page, and beside it what the verb found.
///
/// Keys without a value are there and null, so that every line of a verb has the same keys; only `record_offset` stands
/// nowhere but in lines of archives.
struct PageRecord<Body: Codable & Sendable>: Codable, Sendable {
  /// The given id, else the path.
  var id: String
  var url: String?
  /// `neural`, `libxml2` or `regex`.
  var reader: String
  /// The model's digest; nil for the baselines.
  var model: String?
  /// A sentence where the page could not be read.
  var error: String?
  /// For a record of an archive: where it begins on disk. The other offsets count in the page itself. Left out elsewhere.
  var recordOffset: Int?
  var body: Body

  init(
    id: String, url: String? = nil, reader: String, model: String? = nil, error: String? = nil,
    recordOffset: Int? = nil, body: Body
  ) {
    self.id = id
    self.url = url
    self.reader = reader
    self.model = model
    self.error = error
    self.recordOffset = recordOffset
    self.body = body
  }

  private enum CodingKeys: String, CodingKey {
    case id, url, reader, model, error
    case recordOffset = "record_offset"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    url = try container.decodeIfPresent(String.self, forKey: .url)
    reader = try container.decode(String.self, forKey: .reader)
    model = try container.decodeIfPresent(String.self, forKey: .model)
    error = try container.decodeIfPresent(String.self, forKey: .error)
    recordOffset = try container.decodeIfPresent(Int.self, forKey: .recordOffset)
    body = try Body(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(url, forKey: .url)
    try container.encode(reader, forKey: .reader)
    try container.encode(model, forKey: .model)
    try container.encode(error, forKey: .error)
    try container.encodeIfPresent(recordOffset, forKey: .recordOffset)
    try body.encode(to: encoder)
  }
}

/// What stands in the line of a page that could not be read.
protocol EmptyBody { static var empty: Self { get } }

extension PageRecord where Body: EmptyBody {
  /// The record of a page that could not be read.
  static func failure(id: String, url: String?, reader: String, model: String?, error: String) -> PageRecord {
    PageRecord(id: id, url: url, reader: reader, model: model, error: error, body: .empty)
  }
}

/// Probabilities are printed to four places; a number JSON cannot say is null.
func printable(_ probability: Double?) -> Double? {
  guard let probability, probability.isFinite else { return nil }
  return (probability * 10_000).rounded() / 10_000
}
