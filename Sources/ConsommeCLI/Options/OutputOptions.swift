import ArgumentParser
import Foundation
import Logging

/// Where results and log go.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: .init(
      "Write to this file, or, when it ends with / or is a folder, a file for every page into it.",
      valueName: "file|folder/"))
  var output: String?
  @Flag(help: "Go on with a run that was interrupted: with --format jsonl and --output, or with an output folder.")
  var resume = false
  @Option(help: .init("Write pages, bytes, seconds and errors by reason to this file, as JSON.", valueName: "file"))
  var summary: String?
  @Flag(name: .shortAndLong, help: "Log errors only.") var quiet = false
  @Flag(name: .shortAndLong, help: "Log what is done with every page.") var verbose = false
  @Option(help: "Colours: auto has them on a terminal, unless NO_COLOR is set.") var color = ColorChoice.auto

  // Both are read before the rest is parsed (Configuration); they stand here to be known to help and completions.
  @Option(
    help: .init(
      "Take options from this file instead of the consomme.yaml found from here upwards.", valueName: "file"))
  var config: String?
  @Flag(help: "Print the verb's options and where each comes from, and do nothing.") var printConfig = false

  enum ColorChoice: String, ExpressibleByArgument, CaseIterable, Sendable { case auto, always, never }

  func validate() throws {
    if quiet, verbose { throw ValidationError("--quiet and --verbose contradict each other") }
    if output?.isEmpty == true { throw ValidationError("--output wants a name") }
    if resume, output == nil { throw ValidationError("--resume wants the --output of the run it goes on with") }
  }

  /// Whether results are coloured: never in files, unless asked for.
  var colorsResults: Bool { colors(output == nil ? .output : nil) }

  private func colors(_ stream: StandardStream?) -> Bool {
    switch color {
    case .always: return true
    case .never: return false
    case .auto:
      let environment = ProcessInfo.processInfo.environment
      if let no = environment["NO_COLOR"], !no.isEmpty { return false }
      return environment["TERM"] != "dumb" && stream?.isTerminal == true
    }
  }

  /// Makes the log these options ask for. Call it once, before anything is logged.
  func startLog() -> Logger {
    let level: Logger.Level = quiet ? .error : verbose ? .debug : .notice
    let colors = colors(.error)
    return Logger(label: "consomme") { _ in StandardErrorLog(logLevel: level, colors: colors) }
  }

  /// Progress is for people who watch, and would get between results on the same terminal.
  var showsProgress: Bool {
    !quiet && StandardStream.error.isTerminal && (output != nil || !StandardStream.output.isTerminal)
  }
}
