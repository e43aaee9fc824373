import ArgumentParser
import ByteModel
import Foundation
import ModelTraining
import Synchronization

/// `consomme train run`: learns a model from JSON Lines of pages.
struct TrainRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Train a model; what “consomme train” does without a subcommand.",
    discussion: """
      Every data file is JSON Lines, plain, gzip or zstd, one page a line: {"html": …} or {"html_base64": …} with, where \
      somebody marked it, "main_text", or "must_have"/"must_not_have" snippets. Lines with "split": "valid" are left out. \
      Write FILE=SHARE to draw from a file more or less often than from the others.

      The run writes model.consomme (averaged weights) and run.checkpoint into the output folder every few minutes and goes \
      on from there when it is started again with the same options; with another --steps it ends sooner or later. Ctrl-C stops it cleanly.
      """)

  @Option(
    name: .customLong("data"), parsing: .upToNextOption,
    help: .init("Teaching data, FILE or FILE=SHARE.", valueName: "file"))
  var data: [String]
  @Option(help: "Folder for the model and the checkpoint.") var output: String
  @Option(help: "A model file to start from instead of fresh weights.") var start: String?
  @Option(help: "Optimiser steps.") var steps = 1000
  @Option(help: "Seed of everything random.") var seed: UInt64 = 1
  @Option(help: "Pages read side by side.") var lanes = 4
  @Option(help: "Bytes of a page read at once by a lane.") var stretchBytes = 16_384
  @Option(help: "Threads; they do not change the result.") var threads = 2
  @Option(help: "Highest learning rate.") var rate: Float = 3e-3
  @Option(help: "Steps over which the learning rate rises.") var warmup = 100
  @Option(help: "Share of pages without gold that are read for the next byte rather than for tags.")
  var nextByteShare = 0.7
  @Option(help: "The same for pages with gold.") var nextByteShareOfGold = 0.1
  @Option(help: "How much the fault head counts beside the others.") var faultWeight: Float = 0.3
  @Option(
    help: .init(
      "A field of the shape of fresh weights, such as wideChannels=320; may be given several times.",
      valueName: "field=value"))
  var shape: [String] = []
  @Option(help: "Seconds between checkpoints.") var checkpointSeconds = 240.0
  @Option(help: "Steps between reports.") var reportSteps = 25
  @Flag(help: "Report only failures.") var quiet = false

  func validate() throws {
    if steps < 1 || lanes < 1 || threads < 1 || reportSteps < 1 || !(256...1 << 24).contains(stretchBytes) {
      throw ValidationError(
        "--steps, --lanes, --threads and --report-steps are at least 1, --stretch-bytes is 256 to 16777216")
    }
    if !(rate > 0 && rate < .infinity) || warmup < 0 || !(checkpointSeconds >= 0) {
      throw ValidationError("--rate is more than 0, --warmup and --checkpoint-seconds are not less")
    }
    for share in [nextByteShare, nextByteShareOfGold] where !(0...1).contains(share) {
      throw ValidationError("--next-byte-share and --next-byte-share-of-gold are between 0 and 1")
    }
    if !(faultWeight >= 0 && faultWeight < .infinity) { throw ValidationError("--fault-weight is not less than 0") }
    _ = try freshShape()
  }

  private func freshShape() throws -> ModelShape {
    var result = ModelShape()
    for field in shape {
      let parts = field.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let value = Int(parts[1]), result.set(String(parts[0]), to: value) else {
        throw ValidationError(
          "--shape \(field): wanted FIELD=VALUE with one of \(ModelShape.fieldNames.joined(separator: ", "))")
      }
    }
    if let complaint = result.complaint { throw ValidationError("--shape: \(complaint)") }
    return result
  }

  func run() throws {
    var options = TrainingOptions()
    options.sources = data.map { TrainingOptions.Source(argument: $0) }
    options.seed = seed
    options.steps = steps
    options.lanes = lanes
    options.stretchBytes = stretchBytes
    options.threads = threads
    options.rate = rate
    options.warmupSteps = warmup
    options.nextByteShare = nextByteShare
    options.nextByteShareOfGold = nextByteShareOfGold

    options.faultWeight = faultWeight
    var shape = try freshShape()
    var parameters: Parameters?
    if let start {
      guard let bytes = FileManager.default.contents(atPath: start) else {
        throw TrainingError("\(start): there is no such file; --start wants a model file")
      }
      let (loaded, _) = try ModelFile.decode([UInt8](bytes), file: start)
      shape = loaded.shape
      parameters = loaded
    }
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    let checkpoint = output + "/run.checkpoint"
    let model = output + "/model.consomme"
    log("reading the teaching data")
    let corpus = try Corpus(options.sources)
    log("\(corpus.pageCount) pages")
    let trainer = Trainer(corpus: corpus, options: options, shape: shape, start: parameters)
    if FileManager.default.fileExists(atPath: checkpoint) {
      try trainer.resume(from: checkpoint)
      log("going on from \(checkpoint)")
    }
    StopRequest.install()
    try trainer.run(
      reportSteps: reportSteps, checkpointSeconds: checkpointSeconds, shouldStop: { StopRequest.isSet },
      report: { log(Self.describe($0)) },
      checkpoint: { trainer in
        try trainer.saveCheckpoint(to: checkpoint)
        let bytes = ModelFile.encode(trainer.averagedParameters, notes: trainer.notes)
        try Data(bytes).write(to: URL(fileURLWithPath: model), options: .atomic)
      })
    log(trainer.isFinished ? "done; the model is in \(model)" : "stopped; start again with the same options to go on")
  }

  private func log(_ line: String) {
    if !quiet { FileHandle.standardError.write(Data((line + "\n").utf8)) }
  }

  private static func describe(_ report: TrainingReport) -> String {
    let left = Int(report.secondsLeft)
    var line = String(
      format: "step %d/%d  %.1f MB  %.0f KB/s  %d:%02d:%02d left  rate %.5f  |g| %.2f", report.step, report.steps,
      Double(report.bytesRead) / 1e6, report.bytesPerSecond / 1e3, left / 3600, left / 60 % 60, left % 60,
      Double(report.rate),
      report.gradientNorm)
    if let bits = report.bitsPerByte { line += String(format: "  %.3f bits/byte", bits) }
    for (head, loss) in report.tagLosses where loss > 0 {
      line += String(format: "  %@ %.4f", "\(head)" as NSString, loss)
    }
    return line
  }
}

/// Ctrl-C and SIGTERM ask the run to stop after the step in progress; a second one stops it at once.
enum StopRequest {
  private static let flag = Atomic<Bool>(false)
  static var isSet: Bool { flag.load(ordering: .relaxed) }

  static func install() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { received in
        StopRequest.flag.store(true, ordering: .relaxed)
        signal(received, SIG_DFL)
      }
    }
  }
}

extension TrainingOptions.Source {
  /// FILE or FILE=SHARE.
  init(argument: String) {
    if let split = argument.lastIndex(of: "="), let share = Double(argument[argument.index(after: split)...]) {
      self.init(path: String(argument[..<split]), share: share)
    } else {
      self.init(path: argument)
    }
  }
}
