import ArgumentParser
import Baselines
import ByteModel
import Consomme
import Foundation

/// The ways to read a page.
enum ReaderChoice: String, ExpressibleByArgument, CaseIterable, Sendable { case neural, libxml2, regex }

/// The pattern of the reader `regex`.
enum PatternChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  case naive, tolerant

  var pattern: RegexReader.Pattern { self == .naive ? .naive : .tolerant }
}

struct ModelOptions: ParsableArguments {
  @Option(help: .init("Read with this model instead of the one inside the program.", valueName: "file"))
  var model: String?

  func load() throws -> Model { try Self.load(model) }

  /// The model for pages, and the one for JSON documents where that is another: a model given by name reads everything.
  func loadAll() throws -> (Model, json: Model?) { (try load(), json: model == nil ? try Model.embeddedJSON() : nil) }

  /// The model in a file, or the embedded one.
  static func load(_ file: String?) throws -> Model {
    guard let file else { return try Model.embedded() }
    guard let bytes = FileManager.default.contents(atPath: file) else {
      let exists = FileManager.default.fileExists(atPath: file)
      throw CommandFailure(
        exists
          ? "\(file): may not be read, or is a folder; give a model file"
          : "\(file): there is no such model file; check the path")
    }
    return try Model([UInt8](bytes), file: file)
  }
}

/// The reader for verbs that two readers know.
struct ReaderOptions: ParsableArguments {
  @Option(help: "Who reads the page.") var reader = ReaderChoice.neural
  @OptionGroup var model: ModelOptions

  func validate() throws {
    if reader == .regex { throw ValidationError("--reader regex knows only links; use neural or libxml2") }
    try ReaderOptions.reject(model, for: reader)
  }

  static func reject(_ model: ModelOptions, for reader: ReaderChoice) throws {
    if model.model != nil, reader != .neural {
      throw ValidationError("--model goes with --reader neural; \(reader.rawValue) has no model")
    }
  }

  func source() throws -> ReaderSource {
    try ReaderSource(choice: reader) { try model.loadAll() }
  }
}
