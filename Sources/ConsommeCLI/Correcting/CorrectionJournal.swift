import Foundation

/// The corrections a model has learned, in order, with the pages: a file of JSON Lines.
///
/// Its lines have the keys of teaching data, too: other verbs read the pages of a journal, `evaluate` scores a model on them.
struct CorrectionJournal {
  struct Entry: Codable {
    /// From 1.
    var number: Int
    /// ISO 8601.
    var date: String
    var verb: Correction.Verb
    var id: String
    var url: String?
    /// The page: its text where it came as such, else its bytes.
    var html: String?
    var base64: String?
    var charset: String?
    /// What was wanted, by verb.
    var mainText: String?
    var markdown: String?
    /// Word F1 of the page against what was wanted.
    var before: Double
    var after: Double
    /// The rehearsed pages, and those of --gold.
    var rehearsalBefore: Rehearsal.Scores
    var rehearsalAfter: Rehearsal.Scores
    var goldBefore: Rehearsal.Scores?
    var goldAfter: Rehearsal.Scores?
    /// Digests.
    var modelBefore: String
    var modelAfter: String
    /// The file of the model it was learned on; nil for the one inside the program.
    var modelFile: String?
    var undone: Bool?

    enum CodingKeys: String, CodingKey {
      case number, date, verb, id, url, html, charset, markdown, before, after, undone
      case base64 = "html_base64"
      case mainText = "main_text"
      case rehearsalBefore = "rehearsal_before"
      case rehearsalAfter = "rehearsal_after"
      case goldBefore = "gold_before"
      case goldAfter = "gold_after"
      case modelBefore = "model_before"
      case modelAfter = "model_after"
      case modelFile = "model_file"
    }

    var isUndone: Bool { undone == true }
  }

  let file: String
  var entries: [Entry] = []

  var active: [Entry] { entries.filter { !$0.isUndone } }

  /// The digest of the model that has learned what stands in the journal; nil for an empty one.
  var model: String? { active.last?.modelAfter ?? entries.first?.modelBefore }

  init(_ file: String, entries: [Entry]) { (self.file, self.entries) = (file, entries) }

  /// - Parameter mustExist: whether a missing file is an error, or a journal without entries.
  init(_ file: String, mustExist: Bool) throws {
    self.file = file
    guard let data = FileManager.default.contents(atPath: file) else {
      if mustExist || FileManager.default.fileExists(atPath: file) {
        throw CommandFailure("\(file): there is no such journal; name one with --journal, or its model with --output")
      }
      return
    }
    for (index, line) in data.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() where !line.isEmpty
    {
      do { entries.append(try JSONDecoder().decode(Entry.self, from: Data(line))) } catch {
        throw CommandFailure("\(file), line \(index + 1): is no correction; mend the line, or name another --journal")
      }
    }
  }

  func write() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var data = Data()
    for entry in entries { data += try encoder.encode(entry) + [0x0a] }
    try data.write(to: URL(fileURLWithPath: file), options: .atomic)
  }
}

extension CorrectionJournal.Entry {
  /// The correction itself, from the journal's line.
  func correction(in file: String) throws -> Correction {
    let place = "\(file), correction \(number)"
    var bytes: [UInt8]?
    if let html {
      bytes = Array(html.utf8)
    } else if let base64 {
      bytes = Data(base64Encoded: base64).map { [UInt8]($0) }
    }
    guard let bytes, let wanted = verb == .text ? mainText : markdown else {
      throw CommandFailure("\(place): lacks the page or what was wanted of it; take the line out of the journal")
    }
    return Correction(
      place: place, verb: verb, id: id, url: url, bytes: bytes, charset: html == nil ? charset : "utf-8", wanted: wanted
    )
  }
}
