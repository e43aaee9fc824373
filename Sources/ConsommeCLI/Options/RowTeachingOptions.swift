import ArgumentParser
import ByteModel
import Foundation
import Inputs
import ModelTraining
import RowTeaching

/// What the commands that teach a network over rows, the trunk frozen, have in common.
struct RowTeachingOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: .init("JSON Lines to learn from, FILE or FILE=SHARE of its lines.", valueName: "file"))
  var data: [String]
  @Option(name: .shortAndLong, help: .init("The new model file.", valueName: "file")) var output: String
  @OptionGroup(title: "Model") var model: ModelOptions
  @Option(help: "Channels of the network.") var channels = 96
  @Option(help: "Seed of everything random.") var seed: UInt64 = 1
  @Option(help: "Threads that read; they do not change the result.") var threads = 2

  func validate() throws {
    if channels % 32 != 0 || !(32...1024).contains(channels) {
      throw ValidationError("--channels is \(channels); wanted a multiple of 32 up to 1024.")
    }
    if threads < 1 { throw ValidationError("--threads is \(threads); wanted 1 or more.") }
  }

  /// Of the networks over blocks that are taught, see `ModelShape`.
  static let contentViews = 2

  func trainer(_ role: RowNetwork.Role, of model: Model) -> RowTrainer {
    var options = RowTrainingOptions()
    (options.channels, options.seed) = (channels, seed)
    var shape = model.shape
    shape.contentViews = Self.contentViews
    return RowTrainer(role, trunk: shape, options: options)
  }

  /// Lines that are not held out, of each file the share that was asked for, shuffled.
  ///
  /// - Parameter limit: longer lines are left out, bytes.
  func lines(limit: Int) throws -> [[UInt8]] {
    var rows: [[UInt8]] = []
    var random = SplitMix64(seed: seed)
    for source in data.map({ TrainingOptions.Source(argument: $0) }) {
      var lines = try LineReader(path: source.path)
      while let line = try lines.next() {
        guard random.nextUniform() < Float(source.share), line.count < limit else { continue }
        guard let page = try? CorpusPage(line: line), page.split != "valid" else { continue }
        rows.append(line)
      }
    }
    rows.shuffle(using: &random)
    return rows
  }

  /// Writes `model` with what was learned.
  func write(_ learned: Parameters, into model: Model, note: (String, String)) throws {
    let bytes = ModelFile.encode(
      learned.joined(to: model.values.parameters()), notes: model.information.notes.filter { $0.0 != note.0 } + [note])
    try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
    try StandardStream.output.write("\(output): \(bytes.count) bytes\n")
  }
}
