/// One page as it was given, with what is known about it.
public struct InputDocument: Sendable {
  /// The id given with the page, else its path (with `:` and the line for a line of JSON Lines).
  public var id: String
  public var url: String?
  /// The page as given: charset not decoded, nothing dropped. A string of JSON Lines gives its UTF-8.
  public var bytes: [UInt8]
  /// The file it came from; "-" is standard input.
  public var path: String
  /// The line of a JSON Lines file, from 1.
  public var line: Int?
  /// The charset its envelope names (JSON Lines strings: "utf-8").
  public var declaredCharset: String?
  /// `html` or `json`.
  public var kind: InputKind
  /// For a record of an archive: where on disk it begins; nil where it cannot be read from there, inside compressed data.
  public var recordOffset: Int?
  /// What shows that the page is not as it was saved, although it can be read; nil for a page that shows nothing.
  public var damage: InputFailure?

  public init(
    id: String, url: String? = nil, bytes: [UInt8], path: String, line: Int? = nil, declaredCharset: String? = nil,
    kind: InputKind = .html, recordOffset: Int? = nil
  ) {
    self.id = id
    self.url = url
    self.bytes = bytes
    self.path = path
    self.line = line
    self.declaredCharset = declaredCharset
    self.kind = kind
    self.recordOffset = recordOffset
  }
}

/// Why one page (or a whole file) could not be read.
public struct InputFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Place: Hashable, Sendable {
    case file
    /// A line of a JSON Lines file or of a list of paths, from 1.
    case line(Int)
    /// An offset in the file as it is on disk.
    case byte(Int)
  }

  /// The page's id where it is known, else as for a document.
  public var id: String
  public var path: String
  public var place: Place
  /// What is wrong and what can be done: words that follow "path, place:", without a full stop.
  public var reason: String

  public init(id: String, path: String, place: Place = .file, reason: String) {
    self.id = id
    self.path = path
    self.place = place
    self.reason = reason
  }

  /// One sentence that names the file, the place and the remedy.
  public var description: String {
    let name = path == "-" ? "standard input" : path
    return switch place {
    case .file: "\(name): \(reason)."
    case .line(let line): "\(name), line \(line): \(reason)."
    case .byte(let offset): "\(name), byte \(offset): \(reason)."
    }
  }

  init(_ failure: StreamFailure) {
    self.init(
      id: failure.path, path: failure.path, place: failure.offset.map { .byte($0) } ?? .file, reason: failure.reason)
  }
}
