import ArgumentParser
import Consomme
import Foundation

/// `consomme check`
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Print where the markup is malformed, the likeliest first, with repairs.",
    discussion: """
      The score of a diagnostic is its evidence in bits: at 0 a fault is as likely as not, and each bit more doubles the \
      odds. The exit code is 1 when one has a score at or above --fail-on.

      Examples:
        consomme check page.html
        consomme check --fix page.html > mended.html
        consomme check --recursive --format sarif saved-pages/ > faults.sarif
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable, Sendable { case text, gnu, json, jsonl, sarif, github }

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Reader") var reader: ReaderOptions
  @Option(help: "How results are printed.") var format: Format?
  @Option(
    parsing: .unconditional,
    help: .init("Exit with 1 when a diagnostic has this score or more (default: any printed).", valueName: "score"))
  var failOn: Double?
  @Option(
    parsing: .unconditional,
    help: .init("Leave out diagnostics with a lower score (neural: 3; 0 is even).", valueName: "score"))
  var minScore: Double?
  @Option(
    name: .customLong("ignore"), help: .init("Leave out diagnostics of this rule; may be repeated.", valueName: "rule"))
  var ignored: [String] = []
  @Flag(help: "Print the page with the repairs made instead of diagnostics.") var fix = false
  @Flag(help: "Print what --fix would change, as a unified diff, instead of diagnostics.") var diff = false
  @Option(
    help: .init("Leave out what an earlier run with --format json or jsonl printed to this file.", valueName: "file"))
  var baseline: String?

  func validate() throws {
    if diff, fix { throw ValidationError("--diff shows what --fix would write; choose one") }
    if diff, format != nil { throw ValidationError("--diff prints a diff; leave out --format") }
    if fix, format != nil { throw ValidationError("--fix prints the page; leave out --format") }
    if minScore?.isNaN == true || failOn?.isNaN == true { throw ValidationError("a score is a number") }
  }

  func run() throws {
    let format = format ?? .text
    let printer = DiagnosticPrinter(
      format: format, fixes: fix, showsDiff: diff, failOn: failOn,
      formats: DiagnosticFormats(color: output.colorsResults, errorScore: failOn))
    try PageRun(
      input: input, output: output, reader: try reader.source(),
      verb: CheckReading(
        leastScore: minScore, ignoredRules: Set(ignored), baseline: try baseline.map { try CheckBaseline(path: $0) }),
      fileExtension: fix ? "html" : diff ? "diff" : format.fileExtension,
      mendsInPlace: fix, wantsOnePageAFile: fix, print: { try printer.print($0) },
      framing: {
        switch format {
        case .json: JSONFraming()
        case .sarif: SARIFFraming(formats: printer.formats)
        default: PlainFraming()
        }
      }
    ).run()
  }
}

extension CheckCommand.Format {
  fileprivate var fileExtension: String {
    switch self {
    case .text, .gnu, .github: "txt"
    case .json, .jsonl, .sarif: rawValue
    }
  }
}

/// Prints what `check` found on a page.
private struct DiagnosticPrinter: Sendable {
  let format: CheckCommand.Format
  let fixes: Bool
  let showsDiff: Bool
  let failOn: Double?
  let formats: DiagnosticFormats

  func print(_ result: PageResult<CheckBody>) throws -> PageOutput {
    let record = result.record
    var output = PageOutput()
    output.isFlagged = record.body.diagnostics.contains { $0.score >= failOn ?? -.infinity }
    if fixes {
      if let document = result.document, let page = result.page {
        output.bytes = PageMending.mend(document.bytes, encoding: page.encoding, record.body.diagnostics)
      }
      return output
    }
    if showsDiff {
      if let document = result.document, let page = result.page {
        output.bytes = PageMending.diff(
          document.bytes, encoding: page.encoding, record.body.diagnostics, name: TerminalText.shown(record.id))
      }
      return output
    }
    switch format {
    case .json: output.bytes = Array(try ResultFormats.json(record, pretty: true).utf8)
    case .jsonl: output.bytes = Array(try ResultFormats.line(record).utf8)
    case .text, .gnu, .github, .sarif:
      guard let page = result.page else { break }
      let shown = DiagnosticPage(name: record.id, utf8: page.utf8, map: page.map, diagnostics: record.body.diagnostics)
      switch format {
      case .gnu: output.bytes = Array(formats.gnu(shown).utf8)
      case .github: output.bytes = Array(formats.github(shown).utf8)
      case .sarif: output.diagnostics = shown
      default: output.bytes = Array(formats.text(shown).utf8)
      }
    }
    return output
  }
}

/// One SARIF log for all pages.
private struct SARIFFraming: Framing {
  private var builder: SARIFBuilder

  init(formats: DiagnosticFormats) { builder = SARIFBuilder(formats: formats, version: Program.versionNumber) }

  mutating func page(_ output: PageOutput) -> [UInt8] {
    if let page = output.diagnostics { builder.add(page) }
    if let failure = output.failure { builder.addFailure(name: output.name, error: failure.description) }
    return []
  }

  mutating func end() throws -> [UInt8] { Array(try builder.json().utf8) }
}
