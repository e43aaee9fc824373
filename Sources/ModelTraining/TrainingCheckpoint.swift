import ByteModel
import Foundation

/// A training run as it stood between two steps: weights, moments, average, and where every lane was reading.
///
///     CONSOMME-CHECKPOINT 1\n, then little-endian numbers, then 64 hexadecimal digits of SHA-256.
struct TrainingCheckpoint {
  struct LaneState {
    var random: UInt64
    var drawn: [Int]
    var position: Int
    var stretchesRead: Int
    var bytes: [UInt8]
    var floats: [Float]
    var halves: [UInt16]
  }

  var step = 0
  var bytesRead = 0
  /// Digest of options and shape: a run resumes only under those it began with.
  var fingerprint = ""
  /// Parameters, first and second moments, average.
  var blocks: [[Float]] = []
  var lanes: [LaneState] = []

  private static let magic = Array("CONSOMME-CHECKPOINT 1\n".utf8)

  /// What has to stay the same for a run to go on. The number of threads may change; so may that of steps, which makes the rate fall
  /// sooner or later from there on.
  static func fingerprint(_ options: TrainingOptions, _ shape: ModelShape) -> String {
    var same = options
    same.threads = 0
    same.steps = 0
    return SHA256.hexDigest(Array("\(same) \(shape)".utf8)[...])
  }

  func encode() -> [UInt8] {
    var out = Self.magic
    func put(_ value: Int) {
      unsafe withUnsafeBytes(of: Int64(value).littleEndian) { unsafe out.append(contentsOf: $0) }
    }
    func put<Element: BitwiseCopyable>(_ values: [Element]) {
      put(values.count)
      unsafe values.withUnsafeBytes { unsafe out.append(contentsOf: $0) }
    }
    put(step)
    put(bytesRead)
    put(Array(fingerprint.utf8))
    put(blocks.count)
    for block in blocks { put(block) }
    put(lanes.count)
    for lane in lanes {
      put(Int(bitPattern: UInt(lane.random)))
      put(lane.drawn)
      put(lane.position)
      put(lane.stretchesRead)
      put(lane.bytes)
      put(lane.floats)
      put(lane.halves)
    }
    return out + Array(SHA256.hexDigest(out[...]).utf8)
  }

  init() {}

  init(_ bytes: [UInt8], file: String) throws {
    let body = bytes.count - 64
    guard bytes.starts(with: Self.magic), body > Self.magic.count else {
      throw TrainingError(
        "\(file): is no checkpoint of this program; wanted one that begins with \"CONSOMME-CHECKPOINT 1\"")
    }
    guard SHA256.hexDigest(bytes[..<body]).utf8.elementsEqual(bytes[body...]) else {
      throw TrainingError("\(file): is damaged (its SHA-256 does not match); remove it to start over")
    }
    var at = Self.magic.count
    func number() throws -> Int {
      guard at + 8 <= body else { throw TrainingError("\(file): is cut short at byte \(at); remove it to start over") }
      var value: UInt64 = 0
      for index in 0..<8 { value |= UInt64(bytes[at + index]) << UInt64(8 * index) }
      at += 8
      return Int(Int64(bitPattern: value))
    }
    func list<Element: BitwiseCopyable>(_ zero: Element) throws -> [Element] {
      let count = try number()
      guard count >= 0, count <= (body - at) / MemoryLayout<Element>.stride else {
        throw TrainingError("\(file): is cut short at byte \(at); remove it to start over")
      }
      let size = count * MemoryLayout<Element>.stride
      var values = [Element](repeating: zero, count: count)
      unsafe values.withUnsafeMutableBytes { target in unsafe target.copyBytes(from: bytes[at..<at + size]) }
      at += size
      return values
    }
    step = try number()
    bytesRead = try number()
    fingerprint = String(decoding: try list(UInt8(0)), as: UTF8.self)
    // A list takes eight bytes at least, so that wrong numbers end at the end of the file.
    for _ in 0..<max(0, try number()) { blocks.append(try list(Float(0))) }
    for _ in 0..<max(0, try number()) {
      lanes.append(
        LaneState(
          random: UInt64(UInt(bitPattern: try number())), drawn: try list(0), position: try number(),
          stretchesRead: try number(),
          bytes: try list(UInt8(0)), floats: try list(Float(0)), halves: try list(UInt16(0))))
    }
  }

  /// Writes beside `file` and renames, so that a crash leaves the old checkpoint or the new one.
  static func writeAtomically(_ bytes: [UInt8], to file: String) throws {
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch {
      throw TrainingError("\(file): could not be written: \(error.localizedDescription)")
    }
  }
}

extension Trainer {
  /// Writes everything that is needed to go on exactly where this run stands.
  public func saveCheckpoint(to file: String) throws {
    try TrainingCheckpoint.writeAtomically(checkpoint.encode(), to: file)
  }

  var checkpoint: TrainingCheckpoint {
    var checkpoint = TrainingCheckpoint()
    checkpoint.step = step
    checkpoint.bytesRead = bytesRead
    checkpoint.fingerprint = TrainingCheckpoint.fingerprint(options, parameters.shape)
    checkpoint.blocks = [parameters, optimiser.first, optimiser.second, optimiser.average].map { $0.all.values }
    checkpoint.lanes = lanes.map { lane in
      let state = lane.state.snapshot
      return .init(
        random: lane.feedBeforePage.random.state, drawn: lane.feedBeforePage.drawn, position: lane.position,
        stretchesRead: lane.stretchesRead, bytes: state.bytes, floats: state.floats, halves: state.halves)
    }
    return checkpoint
  }

  /// Goes on from a checkpoint of a run with the same options and data.
  public func resume(from file: String) throws {
    guard let data = FileManager.default.contents(atPath: file) else { throw TrainingError("\(file): cannot be read") }
    try resume(TrainingCheckpoint([UInt8](data), file: file), file: file)
  }

  /// - Parameter file: its name, for error messages.
  func resume(_ checkpoint: TrainingCheckpoint, file: String) throws {
    guard checkpoint.fingerprint == TrainingCheckpoint.fingerprint(options, parameters.shape),
      checkpoint.lanes.count == lanes.count, checkpoint.blocks.allSatisfy({ $0.count == parameters.count }),
      checkpoint.blocks.count == 4, checkpoint.step >= 0
    else {
      throw TrainingError(
        "\(file): belongs to a run with other options, data files or model shape; give the same ones, or another output folder"
      )
    }
    for (lane, saved) in zip(lanes, checkpoint.lanes) {
      guard saved.drawn.count == lane.feedBeforePage.drawn.count, saved.drawn.allSatisfy({ (0...1 << 40).contains($0) })
      else {
        throw TrainingError("\(file): was written with other data files; give the same ones, or another output folder")
      }
      guard let state = NetworkState(parameters.shape, bytes: saved.bytes, floats: saved.floats, halves: saved.halves)
      else {
        throw TrainingError("\(file): holds lane states of another model shape")
      }
      var feed = lane.feedBeforePage
      feed.random.state = saved.random
      feed.drawn = saved.drawn
      try lane.restore(feed: feed, state: state, position: saved.position, stretchesRead: saved.stretchesRead)
    }
    for (block, target) in zip(checkpoint.blocks, [parameters, optimiser.first, optimiser.second, optimiser.average]) {
      target.all.copy(from: block)
    }
    weights.repack()
    step = checkpoint.step
    bytesRead = checkpoint.bytesRead
  }
}
