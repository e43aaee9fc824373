import ArgumentParser
import Consomme
import Documents

/// What belongs to the content, and what of it is written: for `text` and `markdown`.
struct ContentOptions: ParsableArguments {
  @Flag(help: "Take the whole page: nothing is judged boilerplate.") var wholePage = false
  @Option(help: "When in doubt: leave out, weigh, or keep.") var favor: Favor?
  @Flag(inversion: .prefixedNo, help: "Whether links are written as links.") var links = true
  @Flag(inversion: .prefixedNo, help: "Whether images are written.") var images = true
  @Flag(inversion: .prefixedNo, help: "Whether tables are written.") var tables = true

  enum Favor: String, ExpressibleByArgument, CaseIterable, Sendable { case precision, balanced, recall }

  func check(for reader: ReaderChoice) throws {
    if favor != nil, reader != .neural { throw ValidationError("--favor goes with --reader neural") }
    if favor != nil, wholePage { throw ValidationError("--favor and --whole-page contradict each other") }
  }

  func reading(baseURL: String?) -> ContentReading {
    var options = ReadingOptions()
    options.wholePage = wholePage
    switch favor ?? .balanced {
    case .precision: options.favor = .precision
    case .balanced: options.favor = .balanced
    case .recall: options.favor = .recall
    }
    var writer = WriterOptions()
    (writer.links, writer.images, writer.tables) = (links, images, tables)
    return ContentReading(options: options, writer: writer, baseURL: baseURL)
  }
}

/// The formats of `text` and `markdown`.
enum ContentFormat: String, ExpressibleByArgument, CaseIterable, Sendable { case text, json, jsonl }
