import ArgumentParser
import FieldHeads
import Foundation
import Inputs

/// Answers requests on standard input until it ends, in their order.
struct ServeRun: Sendable {
  var reader: ReaderSource
  /// nil: no field head fits the model.
  var fieldDecoders: [FieldDecoder]?
  var jobs = 1
  var maxBytes: Int
  var timeout: Double?

  private enum Item: Sendable {
    case request(ServeRequest)
    case problem(ServeRequest.Problem)
    /// There was no whole frame.
    case broken(FrameProblem)
  }

  private struct Reply: Sendable {
    /// A line of JSON.
    var line: [UInt8]
    /// Whether the input ended inside a frame.
    var isCut = false

    /// The line with its length before it.
    var frame: [UInt8] {
      let count = UInt32(clamping: line.count)
      return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + line
    }
  }

  /// - Throws: also the exit code of a signal, and 2 where the input ended inside a frame.
  func run() throws {
    Interruption.watch()
    let frameLimit = min(maxBytes, Int(UInt32.max) - ServeRequest.headerLimit) + ServeRequest.headerLimit
    let maxBytes = maxBytes
    let (reader, timeout) = (reader, timeout)
    var isCut = false
    try OrderedPool.run(
      jobs: jobs,
      makeSource: {
        var frames = FrameReader(limit: frameLimit)
        var number = 0
        return {
          if Interruption.signal != nil { return nil }
          number += 1
          return frames.next().map { Self.item($0, number: number, maxBytes: maxBytes) }
        }
      },
      makeWorker: { Worker(reader, timeout: timeout) },
      size: { (item: Item) in
        if case .request(let request) = item { request.document.bytes.count } else { 0 }
      },
      timeout: timeout, work: { item, worker in Result { try reply(to: item, worker) } },
      late: { item in Result { try reply(to: item, nil) } }, idle: {},
      consume: { result in
        let reply = try result.get()
        if reply.isCut { isCut = true }
        // Every reply is written at once: whoever asked waits for it.
        try StandardStream.output.write(reply.frame)
        return true
      })
    if let signal = Interruption.signal { throw ExitCode(128 + signal) }
    if isCut { throw ExitCode(Outcome.inputFailed.rawValue) }
  }

  private static func item(_ next: Result<[UInt8], FrameProblem>, number: Int, maxBytes: Int) -> Item {
    let frame: [UInt8]
    switch next {
    case .success(let bytes): frame = bytes
    case .failure(let problem): return .broken(problem)
    }
    do throws(ServeRequest.Problem) {
      let request = try ServeRequest(frame: frame, number: number)
      guard request.document.bytes.count <= maxBytes else {
        let reason = "the page has more than \(maxBytes) bytes; raise --max-bytes to read it"
        throw ServeRequest.Problem(id: request.document.id, url: request.document.url, reason: reason)
      }
      return .request(request)
    } catch {
      return .problem(error)
    }
  }

  // MARK: - Replies

  /// - Parameter worker: nil for an item whose time is over.
  private func reply(to item: Item, _ worker: Worker?) throws -> Reply {
    switch item {
    case .broken(let problem):
      let failure = InputFailure(id: "", path: "-", place: .byte(problem.offset), reason: problem.reason)
      return Reply(line: try complaint(failure, url: nil), isCut: problem.isCut)
    case .problem(let problem):
      let failure = InputFailure(id: problem.id, path: "request \(problem.id)", reason: problem.reason)
      return Reply(line: try complaint(failure, url: problem.url))
    case .request(let request): return Reply(line: try answer(request, worker))
    }
  }

  private func answer(_ request: ServeRequest, _ worker: Worker?) throws -> [UInt8] {
    let (options, document) = (request.options, request.document)
    switch request.verb {
    case .links:
      return try perform(LinkReading(includesResources: options.resources ?? false), document, worker)
    case .text:
      let verb = TextReading(content: options.content, withSpans: options.spans ?? false)
      return try perform(verb, document, worker)
    case .markdown: return try perform(MarkdownReading(content: options.content), document, worker)
    case .check:
      let verb = CheckReading(leastScore: options.minScore, ignoredRules: Set(options.ignore ?? []))
      return try perform(verb, document, worker)
    case .fields:
      guard let fieldDecoders else {
        let reason = "no field head goes with this reader and model; teach one: consomme help teach"
        return try complaint(
          InputFailure(id: document.id, path: document.path, reason: reason), url: document.url)
      }
      return try perform(FieldsReading(decoders: fieldDecoders), document, worker)
    }
  }

  /// The line that `--format jsonl` has for the page.
  private func perform<Verb: Reading>(_ verb: Verb, _ document: InputDocument, _ worker: Worker?) throws -> [UInt8] {
    let work = PageWork(reader: reader, readerName: nil, verb: verb, timeout: timeout) { result in
      PageOutput(bytes: Array(try ResultFormats.line(result.record).utf8))
    }
    let item = PageItem(input: .success(document))
    return try (worker.map { try work.work(item, $0) } ?? work.late(item)).bytes
  }

  /// The line for a request that no verb has seen.
  private func complaint(_ failure: InputFailure, url: String?) throws -> [UInt8] {
    let record = PageRecord<NoBody>.failure(
      id: failure.id, url: url, reader: reader.name, model: reader.digest, error: failure.description)
    return Array(try ResultFormats.line(record).utf8)
  }
}

/// What stands in a line that is no verb's.
private struct NoBody: Codable, Sendable, EmptyBody {
  static var empty: NoBody { NoBody() }
}

extension ServeOptions {
  fileprivate var content: ContentReading {
    var content = ContentReading()
    content.options.wholePage = wholePage ?? false
    switch favor ?? .balanced {
    case .precision: content.options.favor = .precision
    case .balanced: content.options.favor = .balanced
    case .recall: content.options.favor = .recall
    }
    (content.writer.links, content.writer.images, content.writer.tables) = (
      links ?? true, images ?? true, tables ?? true
    )
    return content
  }
}
