import ArgumentParser
import ByteModel
import Foundation

/// `consomme teach --correct` and what goes with it.
struct CorrectionRun {
  var options: CorrectionOptions
  /// The model's file; nil for the one inside the program.
  var modelFile: String?
  var output: String?
  var seed: UInt64
  var quiet: Bool

  func run() throws {
    do {
      if options.listCorrections {
        try list()
      } else if let number = options.undo {
        try undo(number)
      } else if let journal = options.replay {
        try replay(journal)
      } else {
        try correct()
      }
    } catch let refusal as CorrectionRefusal {
      try StandardStream.error.write("consomme: error: \(refusal)\n")
      throw ExitCode(Outcome.found.rawValue)
    }
  }

  private func correct() throws {
    let model = try ModelOptions.load(modelFile)
    let output = options.output(output, model: modelFile)
    var journal = try CorrectionJournal(options.journal(of: output), mustExist: false)
    if let known = journal.model, known != model.digest {
      throw CommandFailure(
        "\(journal.file): is about the model \(known.prefix(12))…, and this is \(model.digest.prefix(12))…; go on from that "
          + "one with --model, or name another --output or --journal")
    }
    let learning = try CorrectionLearning(
      model: model, name: modelFile ?? "the embedded model", gold: options.gold, seed: seed)
    var pages: [CorrectionLearning.Page] = []
    for correction in try options.correct.flatMap({ try CorrectedResults.load($0, page: options.page) }) {
      let page = try learning.page(correction)
      if page.before > 1 - 1e-9 {
        try note("\(correction.place): nothing was changed: \(correction.id) is read so already")
      } else if page.attainable <= page.before {
        throw CommandFailure(
          String(
            format:
              "%@: this is as near as the model can come to what is wanted of %@ (word F1 %.3f): it chooses blocks of text, "
              + "it does not cut them", correction.place, correction.id, page.before))
      } else {
        pages.append(page)
      }
    }
    guard !pages.isEmpty else {
      throw CommandFailure(
        "\(options.correct.joined(separator: ", ")): nothing was changed, compared with what the model reads; edit the results first"
      )
    }
    let new = pages.count
    // What was learned before must hold, too.
    for entry in journal.active { pages.append(try learning.page(try entry.correction(in: journal.file))) }
    let result = try learning.learn(pages)
    let first = (journal.entries.map(\.number).max() ?? 0) + 1
    for index in 0..<new {
      journal.entries.append(entry(first + index, pages[index], result, result.after[index], model))
    }
    try write(result.bytes, journal, output)
    try report(pages, result, output)
  }

  private func undo(_ number: Int) throws {
    let file = options.journal(of: output ?? "corrected.consomme")
    var journal = try CorrectionJournal(file, mustExist: true)
    guard let index = journal.entries.firstIndex(where: { $0.number == number && !$0.isUndone }) else {
      throw CommandFailure("\(file): has no correction \(number) that is not undone; --list-corrections shows them")
    }
    journal.entries[index].undone = true
    let first = journal.entries[0]
    let name = modelFile ?? first.modelFile
    let model = try ModelOptions.load(name)
    guard model.digest == first.modelBefore else {
      throw CommandFailure(
        "\(name ?? "the embedded model"): is not the model that was corrected first, \(first.modelBefore.prefix(12))…; "
          + "give that one with --model, or teach this one all corrections with --replay")
    }
    try relearn(&journal, model, name, output ?? Self.model(of: file))
  }

  private func replay(_ file: String) throws {
    let old = try CorrectionJournal(file, mustExist: true)
    let model = try ModelOptions.load(modelFile)
    let output = options.output(output, model: modelFile)
    let target = options.journal(of: output)
    if FileManager.default.fileExists(atPath: target), !Self.isSame(target, file) {
      throw CommandFailure("\(target): is another model's journal already; name another --output or --journal")
    }
    var journal = CorrectionJournal(target, entries: old.active)
    for index in journal.entries.indices { journal.entries[index].number = index + 1 }
    try relearn(&journal, model, modelFile, output)
  }

  /// Teaches `model` all corrections of the journal that stand, and writes both.
  private func relearn(_ journal: inout CorrectionJournal, _ model: Model, _ name: String?, _ output: String) throws {
    let learning = try CorrectionLearning(
      model: model, name: name ?? "the embedded model", gold: options.gold, seed: seed)
    let standing = journal.entries.indices.filter { !journal.entries[$0].isUndone }
    let pages = try standing.map { try learning.page(try journal.entries[$0].correction(in: journal.file)) }
    let result = try learning.learn(pages)
    for (place, index) in standing.enumerated() {
      var entry = entry(journal.entries[index].number, pages[place], result, result.after[place], model)
      (entry.date, entry.modelFile) = (journal.entries[index].date, name)
      journal.entries[index] = entry
    }
    try write(result.bytes, journal, output)
    try report(pages, result, output)
  }

  private func list() throws {
    let file = options.journal(of: output ?? modelFile ?? "corrected.consomme")
    for entry in try CorrectionJournal(file, mustExist: true).entries {
      let scores = String(format: "%.3f → %.3f", entry.before, entry.after)
      try StandardStream.output.write(
        "\(entry.number)\t\(entry.date)\t\(entry.verb.rawValue)\t\(TerminalText.shown(entry.id))\tF1 \(scores)"
          + (entry.isUndone ? "\tundone\n" : "\n"))
    }
  }

  private func entry(
    _ number: Int, _ page: CorrectionLearning.Page, _ result: CorrectionLearning.Result, _ after: Double, _ model: Model
  ) -> CorrectionJournal.Entry {
    let correction = page.correction
    let isText = correction.charset == "utf-8" && String(validating: correction.bytes, as: UTF8.self) != nil
    return .init(
      number: number, date: Date().formatted(.iso8601), verb: correction.verb, id: correction.id, url: correction.url,
      html: isText ? String(decoding: correction.bytes, as: UTF8.self) : nil,
      base64: isText ? nil : Data(correction.bytes).base64EncodedString(), charset: isText ? nil : correction.charset,
      mainText: correction.verb == .text ? correction.wanted : nil,
      markdown: correction.verb == .markdown ? correction.wanted : nil, before: page.before, after: after,
      rehearsalBefore: result.rehearsal.before, rehearsalAfter: result.rehearsal.after,
      goldBefore: result.gold?.before, goldAfter: result.gold?.after, modelBefore: model.digest,
      modelAfter: result.model.digest, modelFile: modelFile)
  }

  private func write(_ bytes: [UInt8], _ journal: CorrectionJournal, _ output: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
    try journal.write()
  }

  private func report(_ pages: [CorrectionLearning.Page], _ result: CorrectionLearning.Result, _ output: String) throws
  {
    guard !quiet else { return }
    var text = "\(output): \(result.bytes.count) bytes, \(result.steps) steps\n"
    for (page, after) in zip(pages, result.after) {
      text += String(
        format: "  %@: word F1 %.3f before, %.3f now, %.3f at best\n", page.correction.id, page.before, after,
        page.attainable)
    }
    func line(_ name: String, _ before: Rehearsal.Scores, _ after: Rehearsal.Scores) {
      for (what, old, new) in [("main text", before.text, after.text), ("links", before.links, after.links)] {
        guard let old, let new else { continue }
        text += String(format: "  %@: F1 of %@ %.4f before, %.4f now\n", name, what, old, new)
      }
    }
    line("rehearsed pages", result.rehearsal.before, result.rehearsal.after)
    if let gold = result.gold { line(options.gold ?? "", gold.before, gold.after) }
    try StandardStream.output.write(text)
  }

  private func note(_ sentence: String) throws {
    if !quiet { try StandardStream.error.write("consomme: \(sentence)\n") }
  }

  private static func model(of journal: String) -> String {
    let suffix = ".corrections.jsonl"
    return (journal.hasSuffix(suffix) ? String(journal.dropLast(suffix.count)) : journal) + ".consomme"
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    URL(fileURLWithPath: one).standardizedFileURL == URL(fileURLWithPath: other).standardizedFileURL
  }
}
