public import ByteModel
import Dispatch
import Foundation
import Synchronization
import Tensors

/// Trains a model: lanes of pages, forward and backward, AdamW, checkpoints.
public final class Trainer {
  let options: TrainingOptions
  let parameters: Parameters
  let weights: PackedParameters
  let optimiser: Optimiser
  private(set) var lanes: [Lane]
  var step = 0
  var bytesRead = 0

  // Since the last report.
  private var reportStart = Date()
  private var reportBytes = 0
  private var nats = 0.0
  private var natBytes = 0
  private var tagNats = [Double](repeating: 0, count: TagHeads.allCases.count)
  private var tagStretches = 0
  private var norm = 0.0
  private var stepsInReport = 0

  /// - Parameter start: weights to begin from; nil for fresh ones of `shape`.
  public init(corpus: Corpus, options: TrainingOptions, shape: ModelShape, start: Parameters? = nil) {
    self.options = options
    parameters = start ?? Parameters(shape: shape, seed: options.seed)
    weights = PackedParameters(parameters, forTraining: true)
    optimiser = Optimiser(parameters: parameters, options: options)
    let weights = weights
    lanes = (0..<options.lanes).map {
      Lane(feed: PageFeed(corpus: corpus, options: options, lane: $0), weights: weights, options: options)
    }
  }

  public var isFinished: Bool { step >= options.steps }

  /// The averaged weights: those to evaluate and ship.
  public var averagedParameters: Parameters { optimiser.average }

  /// Lines for the model file.
  public var notes: [(key: String, value: String)] {
    [
      ("seed", String(options.seed)), ("steps", "\(step) of \(options.steps)"),
      ("megabytes", String(format: "%.1f", Double(bytesRead) / 1e6)), ("kernels", Kernels.current.name),
    ]
  }

  /// Runs until all steps are done or `shouldStop` says so after a step. `report` is called every `reportSteps` steps,
  /// `checkpoint` whenever `checkpointSeconds` have passed, and both at the end.
  public func run(
    reportSteps: Int = 25, checkpointSeconds: Double = 240, shouldStop: () -> Bool, report: (TrainingReport) -> Void,
    checkpoint: (Trainer) throws -> Void
  ) throws {
    reportStart = Date()
    var lastCheckpoint = Date()
    while !isFinished {
      try oneStep()
      let stops = shouldStop()
      if step % max(1, reportSteps) == 0 || isFinished || stops { report(makeReport()) }
      if Date().timeIntervalSince(lastCheckpoint) >= checkpointSeconds || isFinished || stops {
        try checkpoint(self)
        lastCheckpoint = Date()
      }
      if stops { return }
    }
  }

  /// One step over all lanes.
  func oneStep() throws {
    let failure = Mutex<(any Error)?>(nil)
    // Lanes share nothing but read-only weights; each is touched by one thread at a time.
    nonisolated(unsafe) let lanes = lanes
    unsafe Self.concurrently(lanes.count, threads: options.threads) { index in
      do { try unsafe lanes[index].step() } catch { failure.withLock { $0 = $0 ?? error } }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    let total = self.lanes[0].gradient
    for lane in self.lanes.dropFirst() { Kernels.current.add(lane.gradient.all, to: total.all) }
    for lane in self.lanes {
      bytesRead += lane.bytesRead
      reportBytes += lane.bytesRead
      nats += lane.nextByteNats
      natBytes += lane.nextByteCount
      if lane.tagCount > 0 {
        for (index, value) in lane.tagNats.enumerated() { tagNats[index] += value }
        tagStretches += 1
      }
    }
    // The clip compares with the mean over lanes.
    Kernels.current.scale(total.all, by: 1 / Float(options.lanes))
    norm += optimiser.apply(total, step: step)
    weights.repack()
    step += 1
    stepsInReport += 1
  }

  /// Runs `body` for 0..<count on up to `threads` threads; which thread takes which index does not matter.
  private static func concurrently(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
    if threads <= 1 {
      for index in 0..<count { body(index) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= count { return }
        body(index)
      }
    }
  }

  private func makeReport() -> TrainingReport {
    let seconds = max(1e-9, Date().timeIntervalSince(reportStart))
    var result = TrainingReport()
    result.step = step
    result.steps = options.steps
    result.bytesRead = bytesRead
    result.bytesPerSecond = Double(reportBytes) / seconds
    let bytesPerStep = Double(bytesRead) / Double(max(1, step))
    result.secondsLeft = Double(options.steps - step) * bytesPerStep / max(1, result.bytesPerSecond)
    result.rate = Optimiser.rate(step: step, options: options)
    result.gradientNorm = norm / Double(max(1, stepsInReport))
    result.bitsPerByte = natBytes > 0 ? nats / Double(natBytes) / log(2) : nil
    result.tagLosses = TagHeads.allCases.map {
      ("\($0)", tagNats[$0.rawValue] / Double(max(1, tagStretches)))
    }
    reportStart = Date()
    reportBytes = 0
    nats = 0
    natBytes = 0
    tagNats = tagNats.map { _ in 0 }
    tagStretches = 0
    norm = 0
    stepsInReport = 0
    return result
  }
}
