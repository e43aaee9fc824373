import Foundation

/// What came instead of a whole frame.
struct FrameProblem: Error, Equatable {
  /// Offset in the input where the frame begins.
  var offset: Int
  /// What is wrong and what can be done, without a full stop.
  var reason: String
  /// Whether the input ended inside the frame.
  var isCut = false
}

/// Takes length-prefixed frames from a file descriptor: four bytes, big-endian, that say how many bytes follow.
///
/// Memory grows with the bytes that come, not with the length that is announced.
struct FrameReader {
  /// The most bytes a frame may have behind its length; longer ones are passed over.
  let limit: Int
  private let descriptor: Int32
  private var offset = 0
  private var hasEnded = false
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var start = 0
  private var end = 0

  init(descriptor: Int32 = STDIN_FILENO, limit: Int) {
    self.descriptor = descriptor
    self.limit = limit
  }

  /// The next frame without its length, or why there is none; nil at the end of the input.
  mutating func next() -> Result<[UInt8], FrameProblem>? {
    if hasEnded { return nil }
    let frame = offset
    let prefix = take(4)
    if prefix.isEmpty {
      hasEnded = true
      return nil
    }
    guard prefix.count == 4 else { return .failure(cut(frame, "its length has \(prefix.count) of 4 bytes")) }
    let length = prefix.reduce(0) { $0 << 8 | Int($1) }
    if length > limit {
      let passed = skip(length)
      if passed < length { return .failure(cut(frame, "\(passed) of \(length) bytes came")) }
      let reason = "the frame has \(length) bytes and may have \(limit); raise --max-bytes or send a smaller page"
      return .failure(FrameProblem(offset: frame, reason: reason))
    }
    let body = take(length)
    if body.count < length { return .failure(cut(frame, "\(body.count) of \(length) bytes came")) }
    return .success(body)
  }

  private mutating func cut(_ frame: Int, _ what: String) -> FrameProblem {
    hasEnded = true
    return FrameProblem(offset: frame, reason: "the input ends inside a frame: \(what); send whole frames", isCut: true)
  }

  /// Up to `count` bytes; fewer only at the end of the input.
  private mutating func take(_ count: Int) -> [UInt8] {
    var result: [UInt8] = []
    while result.count < count, fill() {
      let piece = min(count - result.count, end - start)
      result += buffer[start..<start + piece]
      start += piece
    }
    offset += result.count
    return result
  }

  /// Passes over up to `count` bytes and gives how many there were.
  private mutating func skip(_ count: Int) -> Int {
    var passed = 0
    while passed < count, fill() {
      let piece = min(count - passed, end - start)
      start += piece
      passed += piece
    }
    offset += passed
    return passed
  }

  /// Reads when nothing is left; false at the end of the input.
  private mutating func fill() -> Bool {
    if start < end { return true }
    while true {
      let got = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if got < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN {
          // Somebody made the pipe non-blocking; wait until there is more.
          var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
          _ = unsafe Foundation.poll(&poll, 1, -1)
          continue
        }
      }
      (start, end) = (0, max(0, got))
      return got > 0
    }
  }
}
