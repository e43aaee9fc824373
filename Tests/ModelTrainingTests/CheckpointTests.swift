import ByteModel
import Foundation
import Testing

@testable import ModelTraining

@Suite struct CheckpointTests {
  private func read(_ file: String) -> [UInt8] { [UInt8](FileManager.default.contents(atPath: file) ?? Data()) }

  /// Pages of about five stretches, so that most checkpoints fall into the middle of one.
  @Test(arguments: [0.0, 0.5, 1.0]) func goesOnExactly(_ nextByte: Double) throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(6, in: scratch)
    let options = quickOptions(steps: 9, nextByte: nextByte)
    let whole = Trainer(corpus: corpus, options: options, shape: .tiny)
    var inPage = 0
    var checkpoints: [TrainingCheckpoint] = []
    for _ in 0..<9 {
      checkpoints.append(whole.checkpoint)
      let read = whole.lanes.map(\.stretchesRead)
      try whole.oneStep()
      inPage += zip(read, whole.lanes).count { $0 > 0 && $1.stretchesRead == $0 + 1 }
    }
    #expect(inPage > 9, "checkpoints in the middle of a page")
    for step in [0, 1, 4, 6] {
      var options = options
      options.threads = 2
      let resumed = Trainer(corpus: corpus, options: options, shape: .tiny)
      try resumed.resume(checkpoints[step], file: "run")
      #expect(resumed.step == step)
      try resumed.steps(9 - step)
      expectSame(whole, resumed, "from step \(step)")
    }
  }

  @Test func resumingARunThatHasBegunStartsAfresh() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(6, in: scratch)
    let whole = Trainer(corpus: corpus, options: quickOptions(steps: 4), shape: .tiny)
    try whole.saveCheckpoint(to: scratch.file("0"))
    try whole.steps(2)
    try whole.saveCheckpoint(to: scratch.file("2"))
    let other = Trainer(corpus: corpus, options: quickOptions(steps: 4), shape: .tiny)
    try other.steps(3)
    try other.resume(from: scratch.file("0"))
    try other.steps(2)
    expectSame(whole, other)
    try other.saveCheckpoint(to: scratch.file("2 again"))
    #expect(firstDifference(read(scratch.file("2")), read(scratch.file("2 again"))) == nil)
  }

  /// A run may be made shorter or longer where it stands: its rate goes on along the new cosine.
  @Test func stepsMayChange() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(6, in: scratch)
    let long = Trainer(corpus: corpus, options: quickOptions(steps: 8), shape: .tiny)
    try long.oneStep()
    let short = Trainer(corpus: corpus, options: quickOptions(steps: 2), shape: .tiny)
    try short.resume(long.checkpoint, file: "run")
    expectSame(long, short)
    try long.oneStep()
    try short.oneStep()
    #expect(short.isFinished && !long.isFinished)
    #expect(firstDifference(bits(short.parameters), bits(long.parameters)) != nil)
  }

  @Test func anotherRunIsRefused() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(6, in: scratch)
    let trainer = Trainer(corpus: corpus, options: quickOptions(steps: 4), shape: .tiny)
    try trainer.oneStep()
    let checkpoint = trainer.checkpoint
    var wider = ModelShape.tiny
    wider.wideChannels = 32
    var lanes = quickOptions(steps: 4)
    lanes.lanes = 2
    let others = [
      Trainer(corpus: corpus, options: quickOptions(steps: 4, seed: 6), shape: .tiny),
      Trainer(corpus: corpus, options: quickOptions(steps: 4), shape: wider),
      Trainer(corpus: corpus, options: lanes, shape: .tiny),
    ]
    for other in others {
      let before = bits(other.parameters)
      let error = #expect(throws: TrainingError.self) { try other.resume(checkpoint, file: "run") }
      #expect(error?.description.contains("run: belongs to a run with other options") == true)
      #expect(firstDifference(bits(other.parameters), before) == nil)
    }
  }

  @Test func dataThatNoLongerFitsIsRefused() throws {
    let scratch = try Scratch()
    let trainer = Trainer(corpus: try Kitchen.corpus(6, in: scratch), options: quickOptions(steps: 20), shape: .tiny)
    try trainer.steps(4)
    let checkpoint = trainer.checkpoint
    // The same options, but the file now holds one short page.
    let text = "<p>\(String(repeating: "x", count: 220))</p>"
    let corpus = try Corpus([
      .init(path: try scratch.write([line(["id": "x", "page_type": "forum", "html": text])]))
    ])
    let other = Trainer(corpus: corpus, options: quickOptions(steps: 20), shape: .tiny)
    let error = #expect(throws: TrainingError.self) { try other.resume(checkpoint, file: "run") }
    #expect(error?.description.contains("does not fit the teaching data") == true)
  }

  @Test func damageIsToldApart() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(3, in: scratch)
    let trainer = Trainer(corpus: corpus, options: quickOptions(steps: 4), shape: .tiny)
    try trainer.oneStep()
    try trainer.saveCheckpoint(to: scratch.file("run"))
    let good = read(scratch.file("run"))
    func complaint(_ bytes: [UInt8]) throws -> String {
      try Data(bytes).write(to: URL(fileURLWithPath: scratch.file("bad")))
      return #expect(throws: TrainingError.self) { try trainer.resume(from: scratch.file("bad")) }?.description ?? ""
    }
    var flipped = good
    flipped[good.count / 2] ^= 1
    #expect(try complaint(flipped).contains("is damaged (its SHA-256 does not match)"))
    #expect(try complaint(Array(good.dropLast(1000))).contains("is damaged"))
    #expect(try complaint([]).contains("is no checkpoint"))
    #expect(try complaint(Array("CONSOMME-MODEL 1\n".utf8) + good).contains("is no checkpoint"))
    #expect(throws: TrainingError.self) { try trainer.resume(from: scratch.file("missing")) }
  }

  /// Checkpoints whose digest is right and whose numbers are not.
  @Test func wrongNumbersAreNoCrash() throws {
    let scratch = try Scratch()
    let corpus = try Kitchen.corpus(3, in: scratch)
    let trainer = Trainer(corpus: corpus, options: quickOptions(steps: 4), shape: .tiny)
    try trainer.oneStep()
    let good = trainer.checkpoint
    let changes: [(inout TrainingCheckpoint) -> Void] = [
      { $0.step = -1 }, { $0.blocks.removeLast() }, { $0.blocks[2].removeLast() }, { $0.lanes.removeLast() },
      { $0.lanes[1].position = -1 }, { $0.lanes[1].position = .max }, { $0.lanes[0].drawn = [] },
      { $0.lanes[0].drawn = [-1] }, { $0.lanes[0].drawn = [.max] }, { $0.lanes[2].bytes = [] },
      { $0.lanes[2].floats = [1] },
      { $0.lanes[2].halves.append(1) },
    ]
    for (number, change) in changes.enumerated() {
      var bad = good
      change(&bad)
      #expect(throws: TrainingError.self, "change \(number)") { try trainer.resume(bad, file: "bad") }
    }
    // Counts that the file cannot hold.
    let magic = Array("CONSOMME-CHECKPOINT 1\n".utf8)
    for counts in [
      [1, 2, Int.max], [1, 2, -5], [1, 2, 0, Int.max], [1, 2, 0, -1, Int.max], [1, 2, 0, 1, Int.max / 4], [1],
    ] {
      var bytes = magic
      for count in counts {
        for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: count >> (8 * byte))) }
      }
      bytes += Array(SHA256.hexDigest(bytes[...]).utf8)
      #expect(throws: TrainingError.self, "\(counts)") { try TrainingCheckpoint(bytes, file: "bad") }
    }
  }

  @Test func aFolderThatIsNotThereIsSaid() throws {
    let scratch = try Scratch()
    let trainer = Trainer(corpus: try Kitchen.corpus(3, in: scratch), options: quickOptions(steps: 4), shape: .tiny)
    let error = #expect(throws: TrainingError.self) { try trainer.saveCheckpoint(to: scratch.file("no/such/folder")) }
    #expect(error?.description.contains("could not be written") == true)
  }
}
