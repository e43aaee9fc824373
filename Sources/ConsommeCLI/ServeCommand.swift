import ArgumentParser
import FieldHeads
import Foundation
import Logging

/// `consomme serve`
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Answer requests of another program, with one reader kept warm.",
    discussion: """
      A request on standard input is four bytes, big-endian, that say how many bytes follow; then a line of JSON such as \
      {"verb": "links", "id": "1", "url": "https://example.org/"}; then the page's bytes. The reply on standard output is \
      four bytes and the line that --format jsonl has for the page. Replies come in the order of the requests, failures \
      included. It ends when standard input does. docs/serve.md says the rest, and Examples/serve has a client in Python.
      """)

  @Flag(help: "Speak through standard input and output; there is no other way.") var stdio = false
  @Option(help: "Who reads the pages.") var reader = ReaderChoice.neural
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Model") var head: HeadOptions
  @Option(
    name: [.long, .customShort("j", allowingJoined: true)],
    help: .init("Pages read at a time; replies keep their order.", valueName: "n"))
  var jobs = 1
  @Option(help: .init("The most bytes a page may have; k, M and G are understood.", valueName: "n"))
  var maxBytes = ByteCount(count: 64 << 20)
  @Option(help: .init("A page that takes longer gets an error for a reply.", valueName: "seconds"))
  var timeout: Double?

  func validate() throws {
    guard stdio else { throw ValidationError("serve speaks only through standard input and output; add --stdio") }
    if reader == .regex { throw ValidationError("--reader regex knows only links; use neural or libxml2") }
    try ReaderOptions.reject(model, for: reader)
    if !head.heads.isEmpty, reader != .neural { throw ValidationError("--head goes with --reader neural") }
    if jobs < 1 { throw ValidationError("--jobs is at least 1") }
    if let timeout, !(timeout > 0) { throw ValidationError("--timeout is more than 0") }
  }

  func run() throws {
    let log = Logger(label: "consomme") { _ in StandardErrorLog(logLevel: .notice, colors: false) }
    let source = try ReaderSource(choice: reader) { try model.loadAll() }
    var decoders: [FieldDecoder]?
    if case .neural(let model, _) = source {
      do {
        decoders = try head.load(for: model, log: log).map { FieldDecoder($0) }
      } catch  where head.heads.isEmpty {
        // The other verbs can be served; a request for fields is told.
        log.notice("\(error)")
      }
    }
    if isatty(0) == 1 { log.notice("waiting for frames on the terminal; docs/serve.md says what they are") }
    try ServeRun(
      reader: source, fieldDecoders: decoders, jobs: jobs, maxBytes: maxBytes.count, timeout: timeout
    ).run()
  }
}
