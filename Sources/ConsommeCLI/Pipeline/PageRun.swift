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
    Interruption.watch()
    let earlier = try earlierResults(log)
    let sink = try OutputSink(
      output: output.output, paths: paths, fileExtension: fileExtension, resumes: earlier != nil, makeFraming: framing)
    let failures = try input.failures.map { try ResultFile($0) }
    let options = try input.readerOptions()
    var summary = RunSummary(
      reader: readerName ?? reader.name, model: reader.digest, jobs: input.jobs, shard: options.shard)
    let progress = output.showsProgress ? RunProgress(paths: paths, recursive: options.recursive) : nil
    var isStopped = false
    do {
      isStopped = try read(paths, options, earlier, sink: sink, progress: progress) { page in
        summary.add(page)
        progress?.show(summary)
        if wantsOnePageAFile, !sink.isFolder, summary.pages > 1 {
          throw ValidationError("there are several pages; give --output a folder, with / at its end")
        }
        if let damage = page.damage {
          if !page.isWritten { log.warning("\(damage)") }
          try failures?.write(Array(try ResultFormats.line(FailureRecord(damage, isRead: true)).utf8))
        }
        guard let failure = page.failure else {
          log.debug("\(page.name): \(page.isWritten ? "was done before" : "done")")
          return true
        }
        if !page.isWritten { log.error("\(failure)") }
        try failures?.write(Array(try ResultFormats.line(FailureRecord(failure)).utf8))
        return input.onError != .fail || page.isWritten
      }
    } catch {
      _ = try? sink.interrupt(keepsPart: holdsLines)
      throw error
    }
    ProgressLine.clear()
    summary.interrupted = Interruption.name
    try finish(sink, failures, summary, isStopped: isStopped || summary.interrupted != nil, log)
  }

  /// Reads the pages; true when it was stopped before the end.
  private func read(
    _ paths: [String], _ options: InputReader.Options, _ earlier: Resumption.Place?, sink: OutputSink,
    progress: RunProgress?, take: (PageOutput) throws -> Bool
  ) throws -> Bool {
    let work = PageWork(reader: reader, readerName: readerName, verb: verb, timeout: input.timeout, print: print)
    let (source, timeout) = (reader, input.timeout)
    var isStopped = false
    try OrderedPool.run(
      jobs: input.jobs,
      makeSource: {
        // An empty list is no input; to the reader no path means standard input.
        if paths.isEmpty { return { nil } }
        var reader = InputReader(paths: paths, options: options)
        var resumption: Resumption?
        return {
          if Interruption.signal != nil { return nil }
          let next = reader.next()
          progress?.bytesRead = reader.bytesRead
          guard let earlier else { return next.map { .success(PageItem(input: $0)) } }
          do {
            if resumption == nil { resumption = try Resumption(earlier) }
            return try resumption?.item(for: next).map { .success($0) }
          } catch {
            return .failure(error)
          }
        }
      },
      makeWorker: { Worker(source, timeout: timeout) },
      size: { (item: Result<PageItem, any Error>) in (try? item.get().size) ?? 0 },
      timeout: timeout, work: { item, worker in Result { try work.work(try item.get(), worker) } },
      late: { item in Result { try work.late(try item.get()) } }, idle: { try sink.flush() },
      consume: { result in
        var page = try result.get()
        page.wantsHeading = !sink.isFolder && (input.mayHoldSeveral || page.isPart)
        let goesOn = try take(page)
        try sink.add(page)
        if !goesOn { isStopped = true }
        return goesOn
      })
    return isStopped
  }

  /// Gives the files their names, reports, and throws the exit code that is not 0.
  private func finish(
    _ sink: OutputSink, _ failures: ResultFile?, _ summary: RunSummary, isStopped: Bool, _ log: Logger
  ) throws {
    try failures?.finish()
    if let name = output.summary {
      let file = try ResultFile(name)
      try file.write(Array((try ResultFormats.json(summary, pretty: true) + "\n").utf8))
      try file.finish()
    }
    if isStopped {
      if let part = try sink.interrupt(keepsPart: holdsLines || Interruption.signal != nil) {
        log.notice("\(part): holds what was done\(holdsLines ? "; give the same command with --resume to go on" : "")")
      }
    } else {
      try sink.finish()
    }
    if summary.pages > 1 || summary.failed > 0 { log.notice("\(summary.sentence)") }
    if let signal = Interruption.signal { throw ExitCode(128 + signal) }
    if summary.failed > 0 { throw ExitCode(Outcome.inputFailed.rawValue) }
    if summary.flagged > 0 { throw ExitCode(Outcome.found.rawValue) }
  }

  /// With `--resume`: what is done already.
  private func earlierResults(_ log: Logger) throws -> Resumption.Place? {
    guard output.resume, let name = output.output else { return nil }
    if OutputSink.isFolder(name) {
      return Resumption.Place(part: nil, folder: name, paths: try input.allPaths(), fileExtension: fileExtension)
    }
    guard holdsLines else {
      throw ValidationError("--resume goes with --format jsonl, or with --output FOLDER/")
    }
    let part = ResultFile.unfinished(name)
    if part == nil, FileManager.default.fileExists(atPath: name) {
      // The run before this one ended; its exit code is this one's.
      var lines = try LineReader(path: name)
      var failed = 0
      while let line = try lines.next() {
        if try ResultLine(line).error != nil { failed += 1 }
      }
      log.notice("\(name): is whole already, with \(lines.lineNumber) pages; delete it to read them again")
      throw ExitCode(failed > 0 ? Outcome.inputFailed.rawValue : Outcome.done.rawValue)
    }
    return Resumption.Place(part: part, folder: nil, paths: try input.allPaths(), fileExtension: fileExtension)
  }

  /// Whether the results are a line a page, so that an unfinished file of them can be gone on with.
  private var holdsLines: Bool { fileExtension == "jsonl" }

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
  /// Set for a damaged page that was read all the same.
  var read: Bool?

  init(_ failure: InputFailure, isRead: Bool = false) {
    if isRead { read = true }
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
