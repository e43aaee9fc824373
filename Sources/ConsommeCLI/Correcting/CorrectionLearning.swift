import ByteModel
import Consomme
import Documents
import Evaluation
import Foundation
import Pages
import RowTeaching

/// Learns corrections: fine-tunes, and lets nothing through that reads other pages worse.
struct CorrectionLearning {
  struct Page {
    var correction: Correction
    var lesson: ContentLesson
    /// Word F1 against what is wanted: now, and at best, with the right blocks chosen.
    var before: Double
    var attainable: Double

    /// What counts as learned.
    var wanted: Double { max(min(attainable - 0.01, 0.99), before + 0.9 * (attainable - before)) }
  }

  struct Result {
    var model: Model
    var bytes: [UInt8]
    var steps: Int
    /// Word F1 of every page, in order.
    var after: [Double]
    var rehearsal: (before: Rehearsal.Scores, after: Rehearsal.Scores)
    var gold: (before: Rehearsal.Scores, after: Rehearsal.Scores)?
  }

  let model: Model
  let rehearsal: Rehearsal
  let gold: Rehearsal?
  let goldName: String
  let seed: UInt64
  private let reader: PageReader
  private let shared: SharedReader

  init(model: Model, name: String, gold: String?, seed: UInt64) throws {
    guard model.rowNetworks[.content] != nil else {
      throw CommandFailure(
        "\(name): has no part that decides by block what is main content; consomme train content gives it one")
    }
    self.model = model
    self.seed = seed
    rehearsal = try .shipped()
    self.gold = try gold.map { try Rehearsal(gold: $0) }
    goldName = gold ?? ""
    reader = PageReader(model: model)
    shared = SharedReader(model: model)
  }

  /// What there is to learn from a correction.
  func page(_ correction: Correction) throws -> Page {
    let now = try correction.page(shared)
    if let line = try correction.strangeLine(read: correction.read(now)) {
      throw CommandFailure(
        "\(correction.place): “\(line.prefix(80))” is not on the page \(correction.id); take out what the page does not have"
          + " (text can be left out or put back, not written), or name with --page the page that the result was read from"
      )
    }
    guard let lesson = ContentLesson(wanted: correction.wantedWords, page: try correction.decoded, reader: reader)
    else {
      throw CommandFailure("\(correction.place): the model finds no text on \(correction.id), so none can be chosen")
    }
    let document = DocumentDecoder.decode(lesson.settled).document
    let best = correction.verb == .text ? TextWriter.write(document) : MarkdownWriter.write(document)
    return Page(
      correction: correction, lesson: lesson, before: correction.f1(now),
      attainable: MainTextScore.words(
        gold: correction.wantedWords, predicted: Correction.words(of: best, correction.verb)
      ).f1)
  }

  /// Learns all of `pages`; those that are right already are kept so.
  func learn(_ pages: [Page]) throws -> Result {
    let open = pages.filter { $0.before < $0.wanted }
    let before = try rehearsal.scores(shared)
    if open.isEmpty {
      let bytes = ModelFile.encode(model.values.parameters(), notes: notes(pages.count))
      return Result(
        model: try Model(bytes, file: "the model"), bytes: bytes, steps: 0, after: pages.map(\.before),
        rehearsal: (before, before))
    }
    let goldBefore = try gold?.scores(shared)
    var rehearsed: [ContentExample] = []
    // A page that is corrected is not to stay as it was.
    let corrected = Set(open.map(\.correction.bytes))
    for lesson in rehearsal.lessons where !corrected.contains(lesson.bytes) {
      let page = try CharsetDecoder.decode(lesson.bytes, declared: lesson.charset)
      if let kept = ContentLesson(keeping: page, reader: reader) { rehearsed.append(kept.example) }
    }
    rehearsed += pages.filter { $0.before >= $0.wanted }.map(\.lesson.example)
    var complaints: [String] = []
    for (rate, count) in [(Float(2.5e-4), 6), (1e-3, 6), (1e-4, 16)] {
      var options = ContentCorrection.Options()
      (options.rate, options.rehearsed, options.seed) = (rate, count, seed)
      let learned = try ContentCorrection(model: model, options: options)
        .learn(open.map(\.lesson.example), rehearsal: rehearsed) { candidate in
          let reader = SharedReader(model: candidate)
          return try pages.allSatisfy {
            $0.correction.f1(try $0.correction.page(reader)) >= min($0.wanted, $0.before + 1) - 1e-9
          }
        }
      guard let learned else {
        complaints =
          complaints.isEmpty
          ? ["the corrected pages cannot be read as wanted, however long they are learned"] : complaints
        continue
      }
      let bytes = ModelFile.encode(learned.parameters, notes: notes(pages.count))
      let next = try Model(bytes, file: "the corrected model")
      let reader = SharedReader(model: next)
      var result = Result(
        model: next, bytes: bytes, steps: learned.steps,
        after: try pages.map { $0.correction.f1(try $0.correction.page(reader)) },
        rehearsal: (before, try rehearsal.scores(reader)))
      var falls = Rehearsal.falls(from: before, to: result.rehearsal.after, on: "the rehearsed pages")
      if let gold, let goldBefore {
        let after = try gold.scores(reader)
        result.gold = (goldBefore, after)
        falls += Rehearsal.falls(from: goldBefore, to: after, on: goldName)
      }
      for (page, after) in zip(pages, result.after)
      where after < min(page.wanted, page.before) - 1e-9 || after < page.wanted - 1e-9 {
        falls.append(String(format: "word F1 of \(page.correction.id) is %.4f, wanted %.4f", after, page.wanted))
      }
      if falls.isEmpty { return result }
      complaints = falls
    }
    throw CorrectionRefusal(reasons: complaints)
  }

  /// Field heads stand on the trunk, which is still that of the model the first correction was learned on.
  private func notes(_ count: Int) -> [(key: String, value: String)] {
    let notes = model.information.notes
    let trunk = notes.first { $0.key == "trunk" }?.value ?? model.digest
    return notes.filter { $0.key != "trunk" && $0.key != "corrected" } + [
      ("trunk", trunk), ("corrected", "\(count) pages, seed \(seed)"),
    ]
  }
}

/// Why no model was written.
struct CorrectionRefusal: Error, CustomStringConvertible {
  var reasons: [String]
  var description: String { "nothing was written: " + reasons.joined(separator: "; ") }
}
