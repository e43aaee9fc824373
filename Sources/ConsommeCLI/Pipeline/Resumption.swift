import Foundation
import Inputs

/// An item of a run: a page or failure, and, for a run that goes on, what is known to be done.
struct PageItem: Sendable {
  enum Earlier: Sendable {
    case nothing
    /// The line that a run before this one wrote for the page.
    case line([UInt8])
    /// The page has its file in the folder.
    case file
    /// There is a line, but no page for it.
    case lineWithoutPage
  }

  var input: Result<InputDocument, InputFailure>
  var earlier = Earlier.nothing

  var size: Int {
    var size = 0
    if case .success(let document) = input { size += document.bytes.count }
    if case .line(let bytes) = earlier { size += bytes.count }
    return size
  }

  var id: String {
    switch input {
    case .success(let document): document.id
    case .failure(let failure): failure.id
    }
  }
}

/// What a run before this one has done, met again beside the pages of the input.
struct Resumption {
  /// Where it stands.
  struct Place: Sendable {
    /// The unfinished file of lines, if there is one.
    var part: String?
    /// Where pages have files of their own; nil for lines.
    var folder: String?
    var paths: [String]
    var fileExtension: String
  }

  private var lines: LineReader?
  private var names: PageFileNames
  private let folder: String?
  private let fileExtension: String

  init(_ place: Place) throws {
    lines = try place.part.map { try LineReader(path: $0) }
    folder = place.folder.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
    names = PageFileNames(roots: place.paths)
    fileExtension = place.fileExtension
  }

  /// The item for `input`, the next page or failure; nil is the end of the input.
  mutating func item(for input: Result<InputDocument, InputFailure>?) throws -> PageItem? {
    guard let input else {
      guard lines != nil, let line = try lines?.next() else { return nil }
      lines = nil
      let failure = InputFailure(id: "", path: "", reason: "\(line.count)")
      return PageItem(input: .failure(failure), earlier: .lineWithoutPage)
    }
    if let line = try lines?.next() { return PageItem(input: input, earlier: .line(line)) }
    // Lines that come from here on are this run's own.
    lines = nil
    if let folder {
      let path = folder + names.name(for: PageOutput(of: input), fileExtension: fileExtension)
      if FileManager.default.fileExists(atPath: path) { return PageItem(input: input, earlier: .file) }
    }
    return PageItem(input: input)
  }
}

extension PageOutput {
  /// A page without its result.
  init(of input: Result<InputDocument, InputFailure>) {
    self.init()
    switch input {
    case .success(let document):
      (name, path, isPart, size) = (
        document.id, document.path, document.id != document.path, document.bytes.count
      )
    case .failure(let failure):
      (name, path, isPart) = (failure.id, failure.path, failure.id != failure.path)
    }
  }
}

/// How lines of results begin, whatever the verb.
struct ResultLine: Decodable {
  var id: String
  var reader: String
  var model: String?
  var error: String?

  /// - Throws: `CommandFailure` where the line is no result.
  init(_ line: [UInt8]) throws {
    do {
      self = try JSONDecoder().decode(ResultLine.self, from: Data(line))
    } catch {
      throw CommandFailure("what is to be resumed holds a line that is no result; begin anew, without --resume")
    }
  }

  /// Whether the results in the file named `part` are what this run would have written.
  func check(id: String, reader: String, models: [String?]) throws {
    if id != self.id {
      throw CommandFailure(
        "the unfinished results hold the page “\(self.id)” where the input has “\(id)”; give the same input as before, or "
          + "begin anew, without --resume")
    }
    if reader != self.reader || !models.contains(model) {
      throw CommandFailure(
        "the unfinished results were made with another reader or model; take the same ones, or begin anew, without "
          + "--resume")
    }
  }
}

extension InputFailure {
  /// The failure whose sentence stands in a line of results.
  init(sentence: String, of input: Result<InputDocument, InputFailure>) {
    switch input {
    case .failure(let failure): self = failure
    case .success(let document):
      self.init(
        id: document.id, path: document.path, place: document.line.map { .line($0) } ?? .file, reason: "")
      // The sentence is the place, the reason and a full stop.
      let before = description.dropLast()
      reason = String((sentence.hasPrefix(before) ? sentence.dropFirst(before.count) : sentence[...]).dropLast())
    }
  }
}
