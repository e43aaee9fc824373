import ArgumentParser
import Foundation
import Inputs
import Logging
import Pages

/// Reads every page of the input with one verb and writes the results, in order, to where they shall go.
struct PageRun<Verb: Reading> {
  var input: InputOptions
  var output: OutputOptions
  var reader: ReaderSource
  /// The reader's name in results, where it is not the reader's own.
  var readerName: String?
  var verb: Verb
  /// The ending of files in a folder.
  var fileExtension: String
  /// Whether the output may be one of the inputs.
  var mendsInPlace = false
  /// Whether more than one page in one file makes no sense.
  var wantsOnePageAFile = false
  /// Prints a result; called on the workers.
  var print: @Sendable (PageResult<Verb.Body>) throws -> PageOutput
  var framing: () -> any Framing

  func run() throws {
    let log = output.startLog()
    let paths = try input.allPaths()
    if !mendsInPlace { try refuseOverwriting(paths) }
    if paths == ["-"], isatty(0) == 1 { log.notice("reading a page from the terminal; end it with Ctrl-D") }
    let sink = OutputSink(output: output.output, paths: paths, fileExtension: fileExtension, makeFraming: framing)
    let failures = try input.failures.map { try StandardStream.creating($0) }
    let options = input.readerOptions
    let (stopsAtFailure, timeout, source) = (input.onError == .fail, input.timeout, reader)
    var tally = Tally(showsProgress: output.showsProgress)

    let work = PageWork(reader: reader, readerName: readerName, verb: verb, print: print)
    try OrderedPool.run(
      jobs: input.jobs,
      makeSource: {
        // An empty list is no input; to the reader no path means standard input.
        if paths.isEmpty { return { nil } }
        var reader = InputReader(paths: paths, options: options)
        return { reader.next() }
      },
      makeWorker: { Worker(source, timeout: timeout) },
      size: { if case .success(let document) = $0 { document.bytes.count } else { 0 } },
      work: { item, worker in work.work(item, worker) },
      idle: { try sink.flush() },
      consume: { result in
        var page = try result.get()
        page.wantsHeading = !sink.isFolder && (input.mayHoldSeveral || page.isPart)
        tally.add(page)
        if wantsOnePageAFile, !sink.isFolder, tally.pages > 1 {
          throw ValidationError("there are several pages; give --output a folder, with / at its end")
        }
        try sink.add(page)
        guard let failure = page.failure else {
          log.debug("\(page.name): done")
          return true
        }
        log.error("\(failure)")
        try failures?.write(try ResultFormats.line(FailureRecord(failure)))
        return !stopsAtFailure
      })
    try sink.finish()
    ProgressLine.clear()
    if tally.failed > 0 {
      log.notice("\(tally.failed) of \(tally.pages) pages could not be read")
      throw ExitCode(Outcome.inputFailed.rawValue)
    }
    if tally.flagged > 0 { throw ExitCode(Outcome.found.rawValue) }
  }

  private func refuseOverwriting(_ paths: [String]) throws {
    guard let file = output.output, !file.hasSuffix("/") else { return }
    func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
    let target = real(file)
    if paths.contains(where: { $0 != "-" && real($0) == target && FileManager.default.isReadableFile(atPath: $0) }) {
      var isFolder: ObjCBool = false
      if unsafe FileManager.default.fileExists(atPath: target, isDirectory: &isFolder), isFolder.boolValue { return }
      throw CommandFailure("\(file): is both input and output; choose another name for the output")
    }
  }
}

/// A line of `--failures`.
private struct FailureRecord: Encodable {
  var id: String
  var path: String
  var line: Int?
  var byte: Int?
  var error: String

  init(_ failure: InputFailure) {
    id = failure.id
    path = failure.path
    error = failure.description
    switch failure.place {
    case .file: break
    case .line(let number): line = number
    case .byte(let offset): byte = offset
    }
  }
}

/// Counts what went through.
private struct Tally {
  let showsProgress: Bool
  var pages = 0
  var failed = 0
  var flagged = 0
  private var bytes = 0
  private let start = ContinuousClock.now

  init(showsProgress: Bool) { self.showsProgress = showsProgress }

  mutating func add(_ page: PageOutput) {
    pages += 1
    bytes += page.size
    if page.failure != nil { failed += 1 }
    if page.isFlagged { flagged += 1 }
    if showsProgress {
      let seconds = max(0.001, (.now - start) / .seconds(1))
      let (pages, failed, bytes) = (pages, failed, Double(bytes))
      ProgressLine.show(
        "\(pages) pages, \(failed) failed, \(String(format: "%.1f MB, %.2f MB/s", bytes / 1e6, bytes / 1e6 / seconds))")
    }
  }
}

/// What the workers do with each page.
private struct PageWork<Verb: Reading>: Sendable {
  let reader: ReaderSource
  let readerName: String?
  let verb: Verb
  let print: @Sendable (PageResult<Verb.Body>) throws -> PageOutput

  func work(_ item: Result<InputDocument, InputFailure>, _ worker: Worker) -> Result<PageOutput, any Error> {
    Result {
      let result: PageResult<Verb.Body>
      var failure: InputFailure?
      switch item {
      case .success(let document):
        do throws(PageProblem) {
          result = try read(document, worker)
        } catch {
          let place = document.line.map { InputFailure.Place.line($0) } ?? .file
          let problem = InputFailure(id: document.id, path: document.path, place: place, reason: error.reason)
          failure = problem
          result = failed(problem, url: document.url)
        }
      case .failure(let problem):
        failure = problem
        result = failed(problem, url: nil)
      }
      var page = try print(result)
      page.name = result.record.id
      page.failure = failure
      if case .success(let document) = item {
        page.path = document.path
        page.isPart = document.id != document.path
        page.size = document.bytes.count
      } else if let failure {
        page.path = failure.path
        page.isPart = failure.id != failure.path
      }
      return page
    }
  }

  private func read(_ document: InputDocument, _ worker: Worker) throws(PageProblem) -> PageResult<Verb.Body> {
    let page = try worker.open(document)
    let body = try verb.read(page, of: document, with: worker)
    try worker.checkTime()
    let record = PageRecord(
      id: document.id, url: document.url, reader: readerName ?? reader.name, model: reader.digest, body: body)
    return PageResult(record: record, document: document, page: page)
  }

  private func failed(_ failure: InputFailure, url: String?) -> PageResult<Verb.Body> {
    PageResult(
      record: .failure(
        id: failure.id, url: url, reader: readerName ?? reader.name, model: reader.digest,
        error: failure.description))
  }
}
