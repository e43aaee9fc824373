import ArgumentParser
import ByteModel
import Evaluation
import FieldHeads
import Foundation
import Inputs
import Logging
import Synchronization

/// `consomme evaluate`
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Score results against gold.",
    discussion: """
      Gold is JSON Lines, plain, gzip or zstd, with “id” and what the task needs: text “main_text”; links “links”; markdown \
      “markdown”; check “kind”, “offset”, “end”, “repair”; entropy nothing; \
      fields “title”, “author”, “date”, “page_type” and what stands in “fields”. Without --predicted the gold's own “html” (or \
      base64 in “html_b64”) is read with the chosen reader.
      """)

  @Argument(help: "links, text, markdown, check, entropy or fields.", transform: Self.task(named:)) var task:
    EvaluationTask
  @Option(help: .init("Gold, JSON Lines.", valueName: "file")) var gold: String
  @Option(help: .init("Results of a reading verb, JSON Lines; - is standard input.", valueName: "file")) var predicted:
    String?
  @Option(help: "Who reads the gold's pages.") var reader: EvaluatedReader?
  @Option(help: "How patient the pattern of --reader regex is.") var pattern: PatternChoice?
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Model") var head: HeadOptions
  @Option(help: .init("Only gold of this split, by its key “split”.", valueName: "name")) var split: String?
  @Option(help: .init("At most so many gold lines.", valueName: "n")) var limit: Int?
  @Option(name: [.long, .customShort("j", allowingJoined: true)], help: .init("Pages read at a time.", valueName: "n"))
  var jobs = ProcessInfo.processInfo.activeProcessorCount
  @Option(help: "How the report is printed.") var format = Format.text
  @Option(
    help: .init("Fail where a figure is below its floor in this file, such as models/gate.json.", valueName: "file"))
  var gate: String?
  @Flag(help: "With --gate: raise the floors to what was found; they are never lowered.") var raiseGate = false
  @OptionGroup(title: "Output") var output: OutputOptions

  /// The readers of the other verbs, and one that is there only to be compared with.
  enum EvaluatedReader: String, ExpressibleByArgument, CaseIterable, Sendable { case neural, libxml2, regex, ngram }

  enum Format: String, ExpressibleByArgument, CaseIterable, Sendable { case text, json }

  func validate() throws {
    if output.resume || output.summary != nil { throw ValidationError("--resume and --summary go with reading verbs") }
    if raiseGate, gate == nil { throw ValidationError("--raise-gate says which floors with --gate") }
    if jobs < 1 { throw ValidationError("--jobs is at least 1") }
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
    if gold == "-", predicted == "-" {
      throw ValidationError("only one of --gold and --predicted can be standard input")
    }
    if predicted != nil, reader != nil || model.model != nil || pattern != nil {
      throw ValidationError("--reader, --pattern and --model choose who reads; with --predicted nobody does")
    }
    let reader = reader ?? .neural
    if model.model != nil, reader != .neural {
      throw ValidationError("--model goes with --reader neural; \(reader.rawValue) has no model")
    }
    if reader == .ngram, task != .check, task != .entropy {
      throw ValidationError("--reader ngram knows only check and entropy")
    }
    if pattern != nil, reader != .regex { throw ValidationError("--pattern goes with --reader regex") }
    if reader == .regex, task != .links { throw ValidationError("--reader regex knows only links") }
    if reader != .neural, task == .fields { throw ValidationError("only the neural reader knows fields") }
    if task != .fields, !head.heads.isEmpty { throw ValidationError("--head goes with fields") }
    if reader != .neural, reader != .ngram, task == .entropy {
      throw ValidationError("only the readers neural and ngram measure entropy")
    }
  }

  @Sendable private static func task(named name: String) throws -> EvaluationTask {
    if let task = EvaluationTask(rawValue: name) { return task }
    throw ValidationError("the task is links, text, markdown, check, entropy or fields")
  }

  func run() throws {
    let log = output.startLog()
    var scorer = task.makeScorer()
    let failed: Int
    if let predicted {
      try score(predicted, with: &scorer)
      failed = 0
    } else {
      failed = try readAndScore(with: &scorer, log)
    }
    let report = scorer.report
    let text = format == .json ? try ResultFormats.json(report, pretty: true) + "\n" : report.table
    if let file = output.output {
      let stream = try StandardStream.creating(file)
      try stream.write(text)
      close(stream.descriptor)
    } else {
      try StandardStream.output.write(text)
    }
    if let gate { try keep(gate, report, log) }
    if failed > 0 {
      log.notice("\(failed) gold lines could not be read or scored")
      throw ExitCode(Outcome.inputFailed.rawValue)
    }
  }

  /// Compares `report` with the floors of the gate file, or raises them.
  private func keep(_ file: String, _ report: EvaluationReport, _ log: Logger) throws {
    guard limit == nil else { throw CommandFailure("--gate: floors are about all lines; leave out --limit") }
    var gate = Gate()
    if let content = FileManager.default.contents(atPath: file) {
      do { gate = try Gate(json: content) } catch { throw CommandFailure("\(file): is no gate file: \(error)") }
    } else if !raiseGate {
      throw CommandFailure("\(file): there is no such file; --raise-gate writes one")
    }
    guard let data = FileManager.default.contents(atPath: gold) else {
      throw CommandFailure("\(gold): cannot be read again for its digest; --gate wants a file, not a stream")
    }
    let digest = SHA256.hexDigest([UInt8](data)[...])
    if raiseGate {
      let name = URL(fileURLWithPath: gold).lastPathComponent
      gate.raise(to: report, gold: name, digest: digest, split: split ?? "", columns: task.gateColumns)
      try gate.json().write(to: URL(fileURLWithPath: file), options: .atomic)
      return
    }
    guard let falls = gate.falls(of: report, digest: digest, split: split ?? "") else {
      throw CommandFailure("\(file): has no floors for \(task.rawValue) on this data; --raise-gate adds them")
    }
    for fall in falls { log.error("gate: \(fall)") }
    if !falls.isEmpty { throw ExitCode(Outcome.found.rawValue) }
  }

  private func score(_ predicted: String, with scorer: inout any Scorer) throws {
    var lines = try LineReader(path: predicted)
    while let line = try lines.next() {
      do {
        try scorer.addPrediction(line: line)
      } catch {
        throw CommandFailure("\(predicted), line \(lines.lineNumber): \(error.reason)")
      }
    }
    var golds = GoldLines(try LineReader(path: gold), name: gold, split: split, limit: limit)
    while let row = golds.next() {
      switch row {
      case .failure(let problem): throw problem
      case .success(let row): try add(row, to: &scorer)
      }
    }
  }

  private func add(_ row: GoldRow, to scorer: inout any Scorer) throws {
    do {
      try scorer.addGold(line: row.bytes)
    } catch {
      throw CommandFailure("\(gold), line \(row.number): \(error.reason)")
    }
  }

  /// Reads the gold's pages and scores them as they come; gives the number of pages that could not be read.
  private func readAndScore(with scorer: inout any Scorer, _ log: Logger) throws -> Int {
    let source: ReaderSource
    switch reader ?? .neural {
    case .neural:
      let (pages, json) = try model.loadAll()
      source = .neural(pages, json: json)
    case .libxml2: source = .libxml2
    case .regex: source = .regex((pattern ?? .tolerant).pattern)
    case .ngram: source = .ngram
    }
    var heads: [FieldHead] = []
    if task == .fields, case .neural(let model, _) = source { heads = try head.load(for: model, log: log) }
    let predict = prediction(heads: heads)
    let gold = try Mutex(GoldLines(LineReader(path: gold), name: gold, split: split, limit: limit))
    var failed = 0
    try OrderedPool.run(
      jobs: jobs,
      makeSource: { { gold.withLock { $0.next() } } },
      makeWorker: { Worker(source) },
      size: { if case .success(let row) = $0 { row.bytes.count } else { 0 } },
      work: { item, worker -> Result<(GoldRow, Result<String?, PageProblem>), CommandFailure> in
        item.map { row in
          (
            row,
            Result { () throws(PageProblem) in
              try row.document().map { document throws(PageProblem) in try predict(document, worker) }
            }
          )
        }
      },
      idle: {},
      consume: { item in
        let (row, result) = try item.get()
        switch result {
        case .success(nil): break
        case .success(let line?): try scorer.addPrediction(line: Array(line.utf8))
        case .failure(let problem):
          failed += 1
          log.error("\(self.gold), line \(row.number): \(problem.reason)")
        }
        try add(row, to: &scorer)
        return true
      })
    return failed
  }

  /// What gives a page's line of results, as the task's verb prints it.
  private func prediction(heads: [FieldHead]) -> @Sendable (InputDocument, Worker) throws(PageProblem) -> String {
    switch task {
    case .links: Self.lines(LinkReading())
    case .text: Self.lines(TextReading(content: ContentReading()))
    case .markdown: Self.lines(MarkdownReading(content: ContentReading()))
    case .check: Self.lines(CheckReading(leastScore: -.infinity))
    case .entropy: Self.lines(EntropyReading())
    case .fields: Self.lines(FieldsReading(decoders: heads.map { FieldDecoder($0) }))
    }
  }

  private static func lines<Verb: Reading>(
    _ verb: Verb
  ) -> @Sendable (InputDocument, Worker) throws(PageProblem) -> String {
    { document, worker throws(PageProblem) in
      let page = try worker.open(document)
      let body = try verb.read(page, of: document, with: worker)
      do {
        return try ResultFormats.line(PageRecord(id: document.id, url: document.url, reader: "", body: body))
      } catch {
        throw PageProblem(reason: "\(error)")
      }
    }
  }
}

/// A line of gold that counts.
private struct GoldRow: Sendable {
  var bytes: [UInt8]
  /// From 1.
  var number: Int
  var page: CorpusPage

  private struct Base64Page: Decodable {
    var base64: String?
    var longBase64: String?

    private enum CodingKeys: String, CodingKey {
      case base64 = "html_b64"
      case longBase64 = "html_base64"
    }
  }

  /// The page to read; nil for gold without one to be scored.
  func document() throws(PageProblem) -> InputDocument? {
    if page.kind == "reference" { return nil }
    var document = InputDocument(
      id: page.id, url: page.url, bytes: page.document, path: page.id, declaredCharset: "utf-8")
    if page.html == nil, page.json == nil {
      let encoded = try? JSONDecoder().decode(Base64Page.self, from: Data(bytes))
      guard let text = encoded?.base64 ?? encoded?.longBase64 else {
        throw PageProblem(reason: "there is no “html” to read; give --predicted, or gold with pages")
      }
      guard let data = Data(base64Encoded: text) else { throw PageProblem(reason: "the base64 is broken") }
      document.bytes = Array(data)
      document.declaredCharset = nil
    }
    document.kind = InputKind.sniffText(document.bytes)
    return document
  }
}

/// The lines of a gold file, those of another split left out.
private struct GoldLines {
  private var lines: LineReader
  private let name: String
  private let split: String?
  private var left: Int
  private var hasFailed = false

  init(_ lines: LineReader, name: String, split: String?, limit: Int?) {
    self.lines = lines
    self.name = name
    self.split = split
    left = limit ?? .max
  }

  mutating func next() -> Result<GoldRow, CommandFailure>? {
    while left > 0, !hasFailed {
      do {
        guard let line = try lines.next() else { return nil }
        if line.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { continue }
        let page = try CorpusPage(line: line)
        if let split, page.split != split { continue }
        left -= 1
        return .success(GoldRow(bytes: line, number: lines.lineNumber, page: page))
      } catch let failure as StreamFailure {
        hasFailed = true
        return .failure(CommandFailure("\(failure)"))
      } catch {
        hasFailed = true
        return .failure(CommandFailure("\(name), line \(lines.lineNumber): is no JSON object; mend or delete the line"))
      }
    }
    return nil
  }
}
