import FoundationEssentials

/// Records as JSON, JSON Lines and CSV. Every function gives whole lines.
enum ResultFormats {
  /// One line, keys in alphabetical order.
  static func line(_ record: some Encodable) throws -> String { try json(record, pretty: false) + "\n" }

  static func json(_ record: some Encodable, pretty: Bool) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    return String(decoding: try encoder.encode(record), as: UTF8.self)
  }

  static let linksHeader =
    (["id"] + LinkRecord.CodingKeys.allCases.map(\.stringValue)).joined(separator: ",") + "\r\n"

  /// The links of one page as CSV (RFC 4180: lines end with CR LF), without the header; nil is an empty field.
  static func csv(_ record: PageRecord<LinksBody>) -> String {
    var result = ""
    for link in record.body.links {
      let fields: [String?] = [
        record.id, link.href, link.url, link.text, link.alt, link.kind, link.start.map(String.init),
        link.end.map(String.init), printable(link.confidence).map { "\($0)" },
      ]
      result += fields.map { quoted($0 ?? "") }.joined(separator: ",") + "\r\n"
    }
    return result
  }

  /// A field of CSV, in quotes where it needs them.
  static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains { byte in
      byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ",") || byte == 0x0A || byte == 0x0D
    }
    return needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
  }
}

/// Writes records as one pretty JSON document: an object if there is one record, else an array.
///
/// One record is held back, because only the next one, or the end, says which it is.
struct JSONDocumentWriter {
  private var first: String?
  private var count = 0

  /// What can be written now that `record` has come.
  mutating func append(_ record: some Encodable) throws -> String {
    append(json: try ResultFormats.json(record, pretty: true))
  }

  /// The same for a record that is JSON already.
  mutating func append(json: String) -> String {
    count += 1
    switch count {
    case 1:
      first = json
      return ""
    case 2:
      let held = first ?? ""
      first = nil
      return "[\n" + held + ",\n" + json
    default:
      return ",\n" + json
    }
  }

  /// What is left to write at the end.
  mutating func finish() -> String {
    switch count {
    case 0: "[]\n"
    case 1: (first ?? "") + "\n"
    default: "\n]\n"
    }
  }
}
