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
  @Option(help: "Networks, taught in different orders, whose answers are averaged.") var members = 3

  func validate() throws {
    if epochs < 1 { throw ValidationError("--epochs is \(epochs); wanted 1 or more.") }
    if !(1...8).contains(members) { throw ValidationError("--members is \(members); wanted 1 to 8.") }
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
    let learned = (0..<members).map { member in
      options.trainer(.content, of: model, member: member).train(
        examples, epochs: epochs, seed: seed &+ UInt64(member)
      ) { epoch, loss in
        let place = "network \(member + 1)/\(members)  epoch \(epoch)/\(epochs)"
        try? StandardStream.error.write("\(place)  loss \(String(format: "%.4f", loss))\n")
      }
    }
    try options.write(
      learned, into: model,
      note: ("content", "\(examples.count) pages, \(epochs) epochs, \(members) networks, seed \(seed)"))
  }
}
