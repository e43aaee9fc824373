import Consomme
import Evaluation
import Foundation
import Inputs
import Pages

/// Pages that a corrected model must go on to read as well as before.
struct Rehearsal {
  struct Lesson {
    var id: String
    var bytes: [UInt8]
    /// nil: to be found out from the bytes.
    var charset: String?
    var mainText: String?
    var links: [LinkScore.Link]?

    func page(_ reader: SharedReader) throws -> Page {
      try Page(bytes, declaredCharset: charset, reader: reader)
    }
  }

  private(set) var lessons: [Lesson] = []

  /// The pages inside the program.
  static func shipped() throws -> Rehearsal {
    var result = Rehearsal()
    for line in embeddedRehearsal().split(separator: 0x0a) { try result.add(Array(line), place: "the rehearsal") }
    return result
  }

  /// The pages of a gold file that have main text or links.
  init(gold: String) throws {
    var reader = try LineReader(path: gold)
    while let line = try reader.next() {
      if line.allSatisfy({ $0 <= 0x20 }) { continue }
      try add(line, place: "\(gold), line \(reader.lineNumber)")
    }
    lessons.removeAll { $0.mainText == nil && $0.links == nil }
    if lessons.isEmpty {
      throw CommandFailure("\(gold): has no page with “main_text” or “links”; wanted JSON Lines as evaluate reads them")
    }
  }

  private init() {}

  private struct Links: Decodable {
    var links: [LinkScore.Link]?
  }

  private mutating func add(_ line: [UInt8], place: String) throws {
    let row: CorpusPage
    do { row = try CorpusPage(line: line) } catch { throw CommandFailure("\(place): is no JSON object: \(error)") }
    guard let bytes = row.html ?? row.servedHTML else {
      throw CommandFailure("\(place): has neither “html” nor “html_base64”; add the page")
    }
    let links = (try? JSONDecoder().decode(Links.self, from: Data(line)))?.links
    lessons.append(
      Lesson(
        id: row.id, bytes: bytes, charset: row.html == nil ? nil : "utf-8", mainText: row.mainText, links: links))
  }

  /// How well a reader reads them, 0…1; nil where no page has gold of the kind.
  struct Scores: Codable, Equatable {
    /// Mean word F1 of the main text.
    var text: Double?
    /// F1 of (address, text) pairs.
    var links: Double?
  }

  func scores(_ reader: SharedReader) throws -> Scores {
    var texts: [Double] = []
    var links = LinkScore()
    var hasLinks = false
    for (number, lesson) in lessons.enumerated() {
      guard lesson.mainText != nil || lesson.links != nil else { continue }
      let page = try lesson.page(reader)
      if let text = lesson.mainText { texts.append(MainTextScore.words(gold: text, predicted: page.text).f1) }
      guard let gold = lesson.links else { continue }
      hasLinks = true
      links.addPrediction(
        id: "\(number)", links: page.links.map { .init(href: $0.href, url: $0.url, text: $0.text, tag: $0.kind) })
      links.addGold(id: "\(number)", source: nil, links: gold)
    }
    let pairs = links.report.rows.first { $0.name == "ALL pair" }?.figures["f1"] ?? nil
    return Scores(
      text: texts.isEmpty ? nil : texts.reduce(0, +) / Double(texts.count), links: hasLinks ? pairs : nil)
  }

  /// What may be lost.
  static let tolerance = 0.002

  /// Sentences about what fell by more than that.
  static func falls(from before: Scores, to after: Scores, on name: String) -> [String] {
    [("main text", before.text, after.text), ("links", before.links, after.links)].compactMap { what, before, after in
      guard let before, let after, after < before - tolerance else { return nil }
      return String(format: "F1 of \(what) on \(name) falls from %.4f to %.4f", before, after)
    }
  }
}
