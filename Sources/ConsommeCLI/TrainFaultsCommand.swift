import ArgumentParser
import ByteModel
import Consomme
import Foundation
import Inputs
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

  @OptionGroup var options: RowTeachingOptions
  @Option(help: "Pages to break and learn from; lines come again when there are fewer.") var pages = 8_000

  func validate() throws {
    if pages < 1 { throw ValidationError("--pages is \(pages); wanted 1 or more.") }
  }

  /// Pages read before they are learned from.
  private static let part = 64
  /// Up to this share of the pages faults are dense.
  private static let denseShare = 0.6

  func run() throws {
    let model = try options.model.load()
    let rows = try options.lines(limit: 400_000)
    guard !rows.isEmpty else { throw ValidationError("The data holds no page to learn from.") }
    let parts = (pages + Self.part - 1) / Self.part
    let learned = options.trainer(.fault, of: model).train(parts: parts) {
      examples(of: $0, Double($0) < Self.denseShare * Double(parts) ? .dense : .sparse, rows, model)
    } report: { part, loss in
      guard part % 10 == 0 || part == parts else { return }
      try? StandardStream.error.write("\(part * Self.part) pages  loss \(String(format: "%.4f", loss))\n")
    }
    try options.write(learned, into: model, note: ("faults", "\(pages) pages, seed \(options.seed)"))
  }

  /// The examples of a part, in the order of its pages.
  private func examples(
    of part: Int, _ density: FaultExample.Density, _ rows: [[UInt8]], _ model: Model
  ) -> [FaultExample] {
    let read = Mutex([[FaultExample]](repeating: [], count: Self.part))
    let (seed, threads) = (options.seed, options.threads)
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let reader = PageReader(model: model)
      for index in stride(from: thread, to: Self.part, by: threads) {
        let number = part * Self.part + index
        // Broken differently in each pass.
        guard let row = try? CorpusPage(line: rows[number % rows.count]) else { continue }
        let examples = FaultExample.examples(
          row, seed: seed &+ UInt64(number) &* 7_919, density: density, reader: reader)
        read.withLock { $0[index] = examples }
      }
    }
    return read.withLock { $0.flatMap { $0 } }
  }
}
