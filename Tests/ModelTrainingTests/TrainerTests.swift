import ByteModel
import Testing

@testable import ModelTraining

/// Options under which a debug build trains in no time.
func quickOptions(steps: Int, seed: UInt64 = 5, nextByte: Double = 0.5) -> TrainingOptions {
  var options = TrainingOptions()
  options.seed = seed
  options.steps = steps
  options.lanes = 3
  options.stretchBytes = 256
  options.threads = 1
  options.rate = 0.01
  options.warmupSteps = 2
  options.nextByteShare = nextByte
  options.nextByteShareOfGold = nextByte
  return options
}

extension Trainer {
  func steps(_ count: Int) throws { for _ in 0..<count { try oneStep() } }

  /// Everything a run is, bit for bit.
  var blocks: [[UInt32]] { [parameters, optimiser.first, optimiser.second, optimiser.average].map(bits) }
}

func expectSame(_ a: Trainer, _ b: Trainer, _ comment: Comment? = nil, location: SourceLocation = #_sourceLocation) {
  for (mine, other) in zip(a.blocks, b.blocks) {
    #expect(firstDifference(mine, other) == nil, comment, sourceLocation: location)
  }
  #expect(a.bytesRead == b.bytesRead && a.step == b.step, comment, sourceLocation: location)
}

@Suite struct TrainerTests {
  @Test(arguments: [0.0, 1.0]) func trainingLowersTheLoss(_ nextByte: Double) throws {
    let scratch = try Scratch()
    let trainer = Trainer(
      corpus: try Kitchen.corpus(4, in: scratch), options: quickOptions(steps: 40, nextByte: nextByte), shape: .tiny)
    var reports: [TrainingReport] = []
    try trainer.run(
      reportSteps: 10, checkpointSeconds: 1000, shouldStop: { false }, report: { reports.append($0) },
      checkpoint: { _ in })
    #expect(reports.map(\.step) == [10, 20, 30, 40])
    let (first, last) = (try #require(reports.first), try #require(reports.last))
    #expect(last.bytesRead == trainer.bytesRead && last.bytesRead > first.bytesRead && last.secondsLeft == 0)
    #expect(reports.allSatisfy { $0.gradientNorm > 0 && $0.gradientNorm.isFinite })
    if nextByte == 1 {
      let (before, after) = (try #require(first.bitsPerByte), try #require(last.bitsPerByte))
      #expect(before < 9 && after < 0.75 * before, "\(before) bits a byte, then \(after)")
    } else {
      #expect(first.bitsPerByte == nil)
      for (before, after) in zip(first.tagLosses, last.tagLosses) where before.loss > 0.02 {
        #expect(after.loss < before.loss, "\(before.head): \(before.loss), then \(after.loss)")
      }
    }
  }

  @Test func sameSeedSameWeights() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(8, in: scratch)
    let first = Trainer(corpus: corpus, options: quickOptions(steps: 8), shape: .tiny)
    let second = Trainer(corpus: corpus, options: quickOptions(steps: 8), shape: .tiny)
    let other = Trainer(corpus: corpus, options: quickOptions(steps: 8, seed: 6), shape: .tiny)
    for trainer in [first, second, other] { try trainer.steps(8) }
    expectSame(first, second)
    #expect(firstDifference(bits(first.parameters), bits(other.parameters)) != nil)
  }

  @Test func threadsDoNotChangeTheResult() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(8, in: scratch)
    let trainers = [1, 2, 5].map { threads in
      var options = quickOptions(steps: 6)
      options.threads = threads
      return Trainer(corpus: corpus, options: options, shape: .tiny)
    }
    for trainer in trainers { try trainer.steps(6) }
    expectSame(trainers[0], trainers[1])
    expectSame(trainers[0], trainers[2])
  }

  @Test func stopsAfterTheStepInProgress() throws {
    let scratch = try Scratch()
    let trainer = Trainer(corpus: try Kitchen.corpus(4, in: scratch), options: quickOptions(steps: 20), shape: .tiny)
    var asked = 0
    var saved: [Int] = []
    var reported: [Int] = []
    try trainer.run(
      reportSteps: 100, checkpointSeconds: 1000,
      shouldStop: {
        asked += 1
        return asked == 3
      }, report: { reported.append($0.step) }, checkpoint: { saved.append($0.step) })
    #expect(trainer.step == 3 && saved == [3] && reported == [3] && !trainer.isFinished)
    // And goes on when it is asked to.
    try trainer.run(
      reportSteps: 0, checkpointSeconds: 0, shouldStop: { trainer.step == 5 }, report: { reported.append($0.step) },
      checkpoint: { saved.append($0.step) })
    #expect(saved == [3, 4, 5] && reported == [3, 4, 5])
  }

  @Test func aFailingLaneFailsTheStep() throws {
    let scratch = try Scratch()
    let corpus = try Corpus([.init(path: try scratch.write(["{}"]))])
    var options = quickOptions(steps: 2)
    options.threads = 2
    let trainer = Trainer(corpus: corpus, options: options, shape: .tiny)
    #expect(throws: TrainingError.self) { try trainer.oneStep() }
    #expect(trainer.step == 0)
  }

  @Test func startsFromGivenWeights() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(4, in: scratch)
    let start = Parameters(shape: .tiny, seed: 77)
    let before = bits(start)
    let trainer = Trainer(corpus: corpus, options: quickOptions(steps: 2), shape: .tiny, start: start)
    #expect(firstDifference(bits(trainer.averagedParameters), before) == nil)
    try trainer.steps(1)
    #expect(firstDifference(bits(trainer.parameters), before) != nil)
  }

  @Test func theModelFileHoldsTheAverage() throws {
    let scratch = try Scratch()
    let trainer = Trainer(corpus: try Kitchen.corpus(4, in: scratch), options: quickOptions(steps: 2), shape: .tiny)
    try trainer.steps(2)
    let file = ModelFile.encode(trainer.averagedParameters, notes: trainer.notes)
    let (read, information) = try ModelFile.decode(file, file: "model")
    #expect(read.shape == .tiny)
    #expect(information.notes.map(\.key) == ["seed", "steps", "megabytes", "kernels"])
    #expect(information.notes[1].value == "2 of 2")
    let most = zip(read.all.values, trainer.averagedParameters.all.values).reduce(Float(0)) {
      max($0, abs($1.0 - $1.1))
    }
    #expect(most < 0.02)
  }
}
