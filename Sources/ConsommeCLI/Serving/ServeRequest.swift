import Foundation
import Inputs
import Pages

/// One request of `serve`: the header's line of JSON, and the page behind it.
struct ServeRequest: Sendable {
  enum Verb: String, CaseIterable, Sendable {
    case links, text, markdown, check, fields

    /// The options of a request, named as those of the command line.
    var options: Set<String> {
      let content: Set<String> = ["whole_page", "favor", "links", "images", "tables"]
      return switch self {
      case .links: ["resources"]
      case .text: content.union(["spans"])
      case .markdown: content
      case .check: ["min_score", "ignore"]
      case .fields: []
      }
    }
  }

  /// The most bytes the header may have.
  static let headerLimit = 1 << 16

  var verb: Verb
  var options: ServeOptions
  var document: InputDocument

  /// What can be said in the reply to a request that cannot be understood.
  struct Problem: Error {
    var id: String
    var url: String?
    /// Without a full stop.
    var reason: String
  }

  /// - Parameter number: the request's, from 1; its id where it brings none.
  init(frame: [UInt8], number: Int) throws(Problem) {
    var id = "\(number)"
    var url: String?
    func problem(_ reason: String) -> Problem { Problem(id: id, url: url, reason: reason) }

    guard let feed = frame.prefix(Self.headerLimit).firstIndex(of: 0x0A) else {
      throw problem(
        "the frame has no line feed in its first \(Self.headerLimit) bytes; send a line of JSON, then the page")
    }
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(frame[..<feed]))
    } catch {
      throw problem("the header \(Header.complaint(error))")
    }
    if let given = header.id { id = given }
    url = header.url
    if let name = header.unknown.first {
      throw problem("the header has the key “\(name)”; known are \(Header.CodingKeys.names)")
    }
    guard let verb = Verb(rawValue: header.verb) else {
      let known = Verb.allCases.map(\.rawValue).joined(separator: ", ")
      throw problem("there is no verb “\(header.verb)”; known are \(known)")
    }
    if let name = header.options.names.subtracting(verb.options).min() {
      let known = verb.options.sorted().joined(separator: ", ")
      throw problem(
        "\(verb.rawValue) has no option “\(name)”; " + (known.isEmpty ? "it has none" : "known are \(known)"))
    }
    self.verb = verb
    options = header.options
    let bytes = Array(frame[(feed + 1)...])
    if let reason = Self.whyNoPage(bytes) { throw problem(reason) }
    // As in archives, a label that the standard does not know is none.
    let charset = header.charset.flatMap { CharsetDecoder.encodingName(forLabel: $0) == nil ? nil : $0 }
    document = InputDocument(id: id, url: url, bytes: bytes, path: "request \(id)", declaredCharset: charset)
    document.kind = InputKind.sniffText(bytes)
  }

  /// In words for a sentence, or nil.
  private static func whyNoPage(_ bytes: [UInt8]) -> String? {
    if bytes.isEmpty { return "the page is empty; there is nothing to read in it" }
    switch InputKind.sniff(bytes) {
    case .html, .json, .jsonLines: return nil
    case .gzip, .zstd: return "the page is compressed; decompress it before it is sent"
    case .warc, .mhtml: return "this is an archive; send its pages one by one, or read it with the verbs themselves"
    case .binary: return "this is binary data, not a page; leave it out"
    }
  }
}

/// What a request may ask for beside the verb. Which verb knows which is `ServeRequest.Verb.options`.
struct ServeOptions: Decodable, Sendable {
  var resources: Bool?
  var wholePage: Bool?
  var favor: ContentOptions.Favor?
  var links: Bool?
  var images: Bool?
  var tables: Bool?
  var spans: Bool?
  var minScore: Double?
  var ignore: [String]?
  /// The names of those given, also of unknown ones.
  var names: Set<String> = []

  private enum CodingKeys: String, CodingKey {
    case resources, favor, links, images, tables, spans, ignore
    case wholePage = "whole_page"
    case minScore = "min_score"
  }

  init() {}

  init(from decoder: any Decoder) throws {
    names = Set(try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue))
    let container = try decoder.container(keyedBy: CodingKeys.self)
    resources = try container.decodeIfPresent(Bool.self, forKey: .resources)
    wholePage = try container.decodeIfPresent(Bool.self, forKey: .wholePage)
    if let name = try container.decodeIfPresent(String.self, forKey: .favor) {
      guard let choice = ContentOptions.Favor(rawValue: name) else {
        let known = ContentOptions.Favor.allCases.map(\.rawValue).joined(separator: ", ")
        throw DecodingError.dataCorruptedError(
          forKey: .favor, in: container, debugDescription: "is none of \(known)")
      }
      favor = choice
    }
    links = try container.decodeIfPresent(Bool.self, forKey: .links)
    images = try container.decodeIfPresent(Bool.self, forKey: .images)
    tables = try container.decodeIfPresent(Bool.self, forKey: .tables)
    spans = try container.decodeIfPresent(Bool.self, forKey: .spans)
    minScore = try container.decodeIfPresent(Double.self, forKey: .minScore)
    ignore = try container.decodeIfPresent([String].self, forKey: .ignore)
  }
}

/// The first line of a request.
private struct Header: Decodable {
  var verb: String
  var id: String?
  var url: String?
  var charset: String?
  var options: ServeOptions
  var unknown: [String]

  enum CodingKeys: String, CodingKey, CaseIterable {
    case verb, id, url, charset, options
    static var names: String { allCases.map(\.stringValue).joined(separator: ", ") }
  }

  init(from decoder: any Decoder) throws {
    let given = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    unknown = given.filter { CodingKeys(stringValue: $0) == nil }.sorted()
    let container = try decoder.container(keyedBy: CodingKeys.self)
    verb = try container.decode(String.self, forKey: .verb)
    id = try container.decodeIfPresent(String.self, forKey: .id)
    url = try container.decodeIfPresent(String.self, forKey: .url)
    charset = try container.decodeIfPresent(String.self, forKey: .charset)
    options = try container.decodeIfPresent(ServeOptions.self, forKey: .options) ?? ServeOptions()
  }

  /// Words that follow "the header".
  static func complaint(_ error: any Error) -> String {
    func name(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
    switch error {
    case DecodingError.keyNotFound(let key, _): return "has no “\(key.stringValue)”; add it"
    case DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty,
      DecodingError.valueNotFound(_, let context) where !context.codingPath.isEmpty:
      return "has a “\(name(context.codingPath))” of the wrong type; see docs/serve.md"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "has a “\(name(context.codingPath))” that \(context.debugDescription)"
    default: return "is not a JSON object on one line; see docs/serve.md"
    }
  }
}

private struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
