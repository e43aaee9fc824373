import ArgumentParser
import ByteModel
import Consomme
import Foundation
import Inputs
import ModelTraining
import RowTeaching
import Synchronization

/// `consomme train faults`: the network over patches of a model.
struct TrainFaultsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faults",
    abstract: "Train the part of a model that decides where a fault begins.",
    discussion: """
      Everything else of the model stays as it is. Pages with few faults of their own are broken in known ways, each time anew, and read \
      with the model: what its fault head says of each patch, and how surprised it is there, is what is learned from. Run this after \
      every change of the model, and “train fields” last.

        consomme train faults --model models/default.consomme --output models/default.consomme \
      --data ../shared/corpus/web-train.jsonl.zst ../shared/corpus/markdown-train.jsonl.zst=0.3
      """)

  @Option(
    parsing: .upToNextOption, help: .init("JSON Lines with pages, FILE or FILE=SHARE of its lines.", valueName: "file"))
  var data: [String]
  @Option(name: .shortAndLong, help: .init("The new model file.", valueName: "file")) var output: String
  @OptionGroup(title: "Model") var model: ModelOptions
  @Option(help: "Channels of the network.") var channels = 96
  @Option(help: "Pages to break and learn from; lines come again when there are fewer.") var pages = 8_000
  @Option(help: "Seed of everything random.") var seed: UInt64 = 1
  @Option(help: "Threads that read; they do not change the result.") var threads = 2

  func validate() throws {
    if channels % 32 != 0 || !(32...1024).contains(channels) {
      throw ValidationError("--channels is \(channels); wanted a multiple of 32 up to 1024.")
    }
    if pages < 1 { throw ValidationError("--pages is \(pages); wanted 1 or more.") }
  }

  /// Pages read before they are learned from.
  private static let part = 64

  func run() throws {
    let model = try model.load()
    let rows = try TeachingLines.chosen(data, seed: seed, limit: 400_000)
    guard !rows.isEmpty else { throw ValidationError("The data holds no page to learn from.") }
    var options = RowTrainingOptions()
    (options.channels, options.seed) = (channels, seed)
    let parts = (pages + Self.part - 1) / Self.part
    let trainer = RowTrainer(.fault, trunk: model.shape, options: options)
    let learned = trainer.train(parts: parts) {
      examples(of: $0, rows, model)
    } report: { part, loss in
      guard part % 10 == 0 || part == parts else { return }
      try? StandardStream.error.write("\(part * Self.part) pages  loss \(String(format: "%.4f", loss))\n")
    }
    let notes = model.information.notes + [("faults", "\(pages) pages, seed \(seed)")]
    let bytes = ModelFile.encode(learned.joined(to: model.values.parameters()), notes: notes)
    try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
    try StandardStream.output.write("\(output): \(bytes.count) bytes\n")
  }

  /// The examples of a part, in the order of its pages.
  private func examples(of part: Int, _ rows: [[UInt8]], _ model: Model) -> [FaultExample] {
    let read = Mutex([[FaultExample]](repeating: [], count: Self.part))
    let (seed, threads) = (seed, max(1, threads))
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let reader = PageReader(model: model)
      for index in stride(from: thread, to: Self.part, by: threads) {
        let number = part * Self.part + index
        // Broken differently in each pass.
        guard let row = try? CorpusPage(line: rows[number % rows.count]) else { continue }
        let examples = FaultExample.examples(row, seed: seed &+ UInt64(number) &* 7_919, reader: reader)
        read.withLock { $0[index] = examples }
      }
    }
    return read.withLock { $0.flatMap { $0 } }
  }
}

/// Lines of teaching data for the parts of a model that are taught by themselves.
enum TeachingLines {
  /// Lines that are not held out, of each file the share that was asked for, shuffled.
  static func chosen(_ data: [String], seed: UInt64, limit: Int) throws -> [[UInt8]] {
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
}
