import ArgumentParser
import Foundation

/// What `consomme teach` is told of wrong results.
struct CorrectionOptions: ParsableArguments {
  @Option(
    help: .init(
      "Results of text or markdown, printed with --format json or jsonl, that were put right by hand: the model learns them.",
      valueName: "file"))
  var correct: [String] = []
  @Option(help: .init("With --correct: the page, where the result's id is not its path.", valueName: "file"))
  var page: String?
  @Option(
    help: .init(
      "Also refuse a model that reads these pages worse: JSON Lines with “main_text” or “links”.", valueName: "file"))
  var gold: String?
  @Option(help: .init("Where corrections are kept; beside the new model if not said.", valueName: "file"))
  var journal: String?
  @Flag(help: "Print the corrections of the journal.") var listCorrections = false
  @Option(help: .init("Take back a correction of the journal, by its number.", valueName: "n")) var undo: Int?
  @Option(help: .init("Teach --model the corrections of this journal.", valueName: "journal")) var replay: String?

  /// Whether this is about corrections at all, not about a field.
  var isAsked: Bool { !correct.isEmpty || listCorrections || undo != nil || replay != nil }

  func validate() throws {
    let modes = [!correct.isEmpty, listCorrections, undo != nil, replay != nil].filter { $0 }.count
    if modes > 1 { throw ValidationError("--correct, --list-corrections, --undo and --replay are one at a time") }
    if page != nil, correct.isEmpty { throw ValidationError("--page goes with --correct") }
    if gold != nil || journal != nil, !isAsked {
      throw ValidationError("--gold and --journal go with --correct, --list-corrections, --undo or --replay")
    }
    if let undo, undo < 1 { throw ValidationError("--undo \(undo): corrections are numbered from 1 on") }
  }

  /// The new model's file: where `output` says, else beside the model it comes from.
  func output(_ output: String?, model: String?) -> String {
    if let output { return output }
    let folder = model?.lastIndex(of: "/").map { model?[...$0] ?? "" } ?? ""
    return folder + "corrected.consomme"
  }

  /// The journal of the model in `file`.
  func journal(of file: String) -> String {
    journal ?? (file.hasSuffix(".consomme") ? String(file.dropLast(9)) : file) + ".corrections.jsonl"
  }
}
