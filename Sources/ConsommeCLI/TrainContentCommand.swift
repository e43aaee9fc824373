import ArgumentParser
import ByteModel
import Foundation
import Inputs
import ModelTraining
import RowTeaching
import Synchronization

/// `consomme train content`: the network over blocks of a model.
struct TrainContentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "content",
    abstract: "Train the part of a model that decides by block what is main content.",
    discussion: """
      Everything else of the model stays as it is. Pages are read with the model once; what is learned from are lines with "main_text", \
      "markdown", "gold_html" or snippets. Run this after every change of the model, and “train fields” after this.

        consomme train content --model models/default.consomme --output models/default.consomme \
      --data ../shared/corpus/labelled.jsonl.zst ../shared/corpus/markdown-train.jsonl.zst=0.2
      """)

  @OptionGroup var options: RowTeachingOptions
  @Option(help: "Passes over the pages.") var epochs = 8

  func validate() throws {
    if epochs < 1 { throw ValidationError("--epochs is \(epochs); wanted 1 or more.") }
  }

  func run() throws {
    let model = try options.model.load()
    let rows = try options.lines(limit: 2_500_000)
    let read = Mutex([[ContentExample]](repeating: [], count: rows.count))
    let (seed, threads) = (options.seed, options.threads)
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let tagger = PageTagger(model: model)
      for index in stride(from: thread, to: rows.count, by: threads) {
        var random = SplitMix64(seed: seed &+ UInt64(index))
        let isStripped = random.nextUniform() < 0.6
        let example = (try? CorpusPage(line: rows[index])).flatMap {
          ContentExample($0, tagger: tagger, views: RowTeachingOptions.contentViews, isStripped: isStripped)
        }
        if let example { read.withLock { $0[index] = [example] } }
      }
    }
    let examples = read.withLock { $0.flatMap { $0 } }
    guard !examples.isEmpty else {
      throw ValidationError(
        "No page of the data has gold that fits it; wanted \"main_text\", \"markdown\" or the like.")
    }
    try StandardStream.error.write("\(examples.count) pages of \(rows.count) lines\n")
    let learned = options.trainer(.content, of: model).train(examples, epochs: epochs, seed: seed) { epoch, loss in
      try? StandardStream.error.write("epoch \(epoch)/\(epochs)  loss \(String(format: "%.4f", loss))\n")
    }
    try options.write(
      learned, into: model, note: ("content", "\(examples.count) pages, \(epochs) epochs, seed \(seed)"))
  }
}
