import ArgumentParser
import ByteModel
import Consomme
import FieldHeads
import Foundation
import Inputs
import ModelTraining
import Tensors

/// The program `consomme`: one subcommand a verb.
@main
struct Program: ParsableCommand {
  /// The program's version; models have their own, the digest.
  static let versionNumber = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "consomme", abstract: "Reads web pages with a small neural network: links, text, Markdown, faults.",
    discussion: """
      Exit codes: 0 done; 1 check found something at or above --fail-on; 2 some input could not be read (the rest was done, \
      each failure is reported); 64 wrong usage; 70 a fault of the program itself.
      """,
    subcommands: [
      LinksCommand.self, TextCommand.self, MarkdownCommand.self, CheckCommand.self, CompareCommand.self,
      EntropyCommand.self, FieldsCommand.self, ServeCommand.self, TeachCommand.self, EvaluateCommand.self,
      ModelCommand.self,
      TrainCommand.self,
    ])

  @Flag(help: "Print the versions of program, kernels and model.") var version = false

  func run() throws {
    guard version else { throw CleanExit.helpRequest(self) }
    let model = try Model.embedded()
    try print("consomme \(Self.versionNumber)\nkernels \(Kernels.current.name)\nmodel \(model.digest)\n")
  }

  static func main() {
    // A reader that goes away shows as EPIPE, which ends the program in good order.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try configured(Array(CommandLine.arguments.dropFirst()))
      try command?.run()
    } catch {
      leave(after: error)
    }
  }

  /// The command with what environment and configuration file say; nil where it was only to be printed.
  private static func configured(_ arguments: [String]) throws -> (any ParsableCommand)? {
    let configuration = try Configuration(
      arguments: arguments, environment: ProcessInfo.processInfo.environment,
      folder: FileManager.default.currentDirectoryPath)
    guard let configuration else { return try parseAsRoot(arguments) }
    let command: any ParsableCommand
    do {
      command = try parseAsRoot(configuration.arguments(for: arguments))
    } catch {
      guard let culprit = configuration.culprit(given: arguments) else { throw error }
      throw ConfigurationError("\(culprit.setting.origin.description): \(culprit.message)")
    }
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    guard arguments[..<end].contains("--print-config") else { return command }
    try StandardStream.output.write(configuration.printed(given: Array(arguments.dropFirst())))
    return nil
  }

  /// Ends the program with the exit code an error stands for.
  private static func leave(after error: any Error) -> Never {
    switch error {
    case is OutputClosed: Foundation.exit(0)
    case is CommandFailure, is ModelFileError, is TrainingError, is InputFailure, is StreamFailure, is CocoaError,
      is OutputError, is HeadFileError:
      complain("\(error)")
      Foundation.exit(Outcome.inputFailed.rawValue)
    case is ConfigurationError:
      complain("\(error)")
      Foundation.exit(EX_USAGE)
    default:
      // Usage errors and requests for help; what the parser does not know has the code of a plain failure.
      let code = exitCode(for: error)
      if error is ExitCode || code != .failure { exit(withError: error) }
      complain("a fault of the program itself: \(error)")
      Foundation.exit(Outcome.programFault.rawValue)
    }
  }

  private static func complain(_ sentence: String) {
    try? StandardStream.error.write("consomme: error: \(sentence)\n")
  }

  private func print(_ text: String) throws { try StandardStream.output.write(text) }
}

/// How a run ended, as the exit code says it.
enum Outcome: Int32 {
  case done = 0
  case found = 1
  case inputFailed = 2
  case programFault = 70
}

/// Something the user gave cannot be used; the sentence says what and what to do.
struct CommandFailure: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
