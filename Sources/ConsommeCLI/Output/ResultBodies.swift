/// `links`
struct LinksBody: Codable, Sendable, EmptyBody {
  var links: [LinkRecord]
  static var empty: LinksBody { LinksBody(links: []) }
}

struct LinkRecord: Codable, Hashable, Sendable {
  /// The attribute's value, character references decoded, outer white space stripped.
  var href: String
  /// Resolved; nil without a base.
  var url: String?
  var text: String
  var alt: String?
  var kind: String
  /// Byte offsets of the attribute's value in the input as given.
  var start: Int?
  var end: Int?
  var confidence: Double?

  enum CodingKeys: String, CodingKey, CaseIterable { case href, url, text, alt, kind, start, end, confidence }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(href, forKey: .href)
    try container.encode(url, forKey: .url)
    try container.encode(text, forKey: .text)
    try container.encode(alt, forKey: .alt)
    try container.encode(kind, forKey: .kind)
    try container.encode(start, forKey: .start)
    try container.encode(end, forKey: .end)
    try container.encode(printable(confidence), forKey: .confidence)
  }
}

/// `text`
struct TextBody: Codable, Sendable, EmptyBody {
  var text: String?
  var confidence: Double?
  /// nil: without `--spans`, and the key is not there.
  var spans: [SpanRecord]?
  static var empty: TextBody { TextBody() }

  private enum CodingKeys: String, CodingKey { case text, confidence, spans }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(text, forKey: .text)
    try container.encode(printable(confidence), forKey: .confidence)
    try container.encodeIfPresent(spans, forKey: .spans)
  }
}

struct SpanRecord: Codable, Hashable, Sendable {
  /// Byte offsets in the input as given.
  var start: Int
  var end: Int
  /// The element the text counts as: `p`, `h1`, `li` …
  var tag: String
  var confidence: Double?

  private enum CodingKeys: String, CodingKey { case start, end, tag, confidence }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(start, forKey: .start)
    try container.encode(end, forKey: .end)
    try container.encode(tag, forKey: .tag)
    try container.encode(printable(confidence), forKey: .confidence)
  }
}

/// `markdown`
struct MarkdownBody: Codable, Sendable, EmptyBody {
  var markdown: String?
  var confidence: Double?
  static var empty: MarkdownBody { MarkdownBody() }

  private enum CodingKeys: String, CodingKey { case markdown, confidence }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(markdown, forKey: .markdown)
    try container.encode(printable(confidence), forKey: .confidence)
  }
}

/// `entropy`
struct EntropyBody: Codable, Sendable, EmptyBody {
  var bytes: Int?
  var bits: Double?
  static var empty: EntropyBody { EntropyBody() }

  private enum CodingKeys: String, CodingKey {
    case bytes, bits
    case bitsPerByte = "bits_per_byte"
  }

  init(bytes: Int? = nil, bits: Double? = nil) {
    self.bytes = bytes
    self.bits = bits.flatMap { $0.isFinite ? $0 : nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      bytes: try container.decodeIfPresent(Int.self, forKey: .bytes),
      bits: try container.decodeIfPresent(Double.self, forKey: .bits))
  }

  /// nil for a page without bytes.
  var bitsPerByte: Double? {
    guard let bytes, let bits, bytes > 0 else { return nil }
    return bits / Double(bytes)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(bytes, forKey: .bytes)
    try container.encode(bits, forKey: .bits)
    try container.encode(bitsPerByte, forKey: .bitsPerByte)
  }
}

/// `check`
struct CheckBody: Codable, Sendable, EmptyBody {
  /// Highest score first.
  var diagnostics: [DiagnosticRecord]
  static var empty: CheckBody { CheckBody(diagnostics: []) }

  init(diagnostics: [DiagnosticRecord]) {
    // Stable: of one score, the one nearer to the page's start first.
    self.diagnostics = diagnostics.sorted { ($1.score, $0.offset) < ($0.score, $1.offset) }
  }
}

struct DiagnosticRecord: Codable, Hashable, Sendable {
  struct Repair: Codable, Hashable, Sendable {
    var offset: Int
    /// Bytes of the input as given that go.
    var delete: Int
    /// What comes instead.
    var insert: String
  }

  /// Bytes of the input as given: the first at which the page could be mended, and how many the fault spans.
  var offset: Int
  var length: Int
  /// From 1, columns in UTF-16 units.
  var line: Int
  var column: Int
  /// The WHATWG parse-error name where one fits, else a name of ours.
  var rule: String
  /// Bits of evidence.
  var score: Double
  var message: String
  var repair: Repair?

  private enum CodingKeys: String, CodingKey { case offset, length, line, column, rule, score, message, repair }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(offset, forKey: .offset)
    try container.encode(length, forKey: .length)
    try container.encode(line, forKey: .line)
    try container.encode(column, forKey: .column)
    try container.encode(rule, forKey: .rule)
    try container.encode(score.isFinite ? (score * 1000).rounded() / 1000 : 0, forKey: .score)
    try container.encode(message, forKey: .message)
    try container.encode(repair, forKey: .repair)
  }
}
