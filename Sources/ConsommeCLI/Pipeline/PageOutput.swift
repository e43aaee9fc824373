import Inputs
import Pages

/// What a verb does with one page.
protocol Reading: Sendable {
  associatedtype Body: Codable & Sendable & EmptyBody

  func read(_ page: DecodedPage, of document: InputDocument, with worker: Worker) throws(PageProblem) -> Body
}

/// What came of one page: a record, and beside it what formats other than JSON need.
struct PageResult<Body: Codable & Sendable>: Sendable {
  var record: PageRecord<Body>
  /// The page as given and decoded; nil when it could not be read.
  var document: InputDocument?
  var page: DecodedPage?
}

/// The printed form of one page's result.
struct PageOutput: Sendable {
  var bytes: [UInt8] = []
  /// The page's name for a heading, and where several pages are told apart.
  var name = ""
  /// For the file the page gets in a folder.
  var path = ""
  /// Whether the page was one of several in its file.
  var isPart = false
  /// Whether text shall say which page it is.
  var wantsHeading = false
  /// Whether `check` found something at or above --fail-on.
  var isFlagged = false
  /// For formats that gather pages.
  var diagnostics: DiagnosticPage?
  /// For reports with a summary.
  var row: ReportRow?
  var failure: InputFailure?
  /// What was damaged about a page that was read.
  var damage: InputFailure?
  /// Whether a run before this one wrote the page.
  var isWritten = false
  /// The size of the input.
  var size = 0
}

/// What stands before, between and after pages in one file of results.
protocol Framing {
  mutating func page(_ output: PageOutput) throws -> [UInt8]
  mutating func end() throws -> [UInt8]
  /// Notes a page that has a file of its own, for the index.
  mutating func listed(_ output: PageOutput, file: String)
  /// An index of the files in a folder; nil where the format has none.
  func index() throws -> [UInt8]?
}

extension Framing {
  mutating func end() throws -> [UInt8] { [] }
  mutating func listed(_ output: PageOutput, file: String) {}
  func index() throws -> [UInt8]? { nil }
}

/// Pages one after the other; a page that could not be read leaves nothing.
struct PlainFraming: Framing {
  /// Written once, before the first page.
  var header = ""
  private var isBegun = false

  init(header: String = "") { self.header = header }

  mutating func page(_ output: PageOutput) -> [UInt8] { begun() + output.bytes }

  mutating func end() -> [UInt8] { begun() }

  private mutating func begun() -> [UInt8] {
    defer { isBegun = true }
    return isBegun ? [] : Array(header.utf8)
  }
}

/// Pages under `==> name <==`, as `head` and `tail` print files.
struct HeadingFraming: Framing {
  private var isFirst = true

  init() {}

  mutating func page(_ output: PageOutput) -> [UInt8] {
    guard output.failure == nil, output.wantsHeading else { return output.bytes }
    let heading = "\(isFirst ? "" : "\n")==> \(TerminalText.shown(output.name)) <==\n"
    isFirst = false
    return Array(heading.utf8) + output.bytes
  }
}

/// One JSON document: an object for one page, else an array.
struct JSONFraming: Framing {
  private var writer = JSONDocumentWriter()

  init() {}

  mutating func page(_ output: PageOutput) -> [UInt8] {
    Array(writer.append(json: String(decoding: output.bytes, as: UTF8.self)).utf8)
  }

  mutating func end() -> [UInt8] { Array(writer.finish().utf8) }
}
