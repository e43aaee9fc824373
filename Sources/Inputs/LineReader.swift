#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The lines of a file (plain, gzip or zstd), one at a time, in flat memory.
///
/// A line ends with a line feed, which is not part of it; the last one may lack it.
public struct LineReader {
  private var scanner: LineScanner

  /// Opens `path`; "-" is standard input.
  public init(path: String) throws {
    scanner = LineScanner(stream: try ByteStream(path: path))
  }

  /// The next line, or nil after the last. Throws `StreamFailure` where the data is broken or cut off.
  public mutating func next() throws -> [UInt8]? {
    switch try scanner.next(limit: .max) {
    case .line(let bytes): bytes
    case .tooLong, nil: nil
    }
  }

  /// The number of the line `next` gave last, from 1.
  public var lineNumber: Int { scanner.lineNumber }
}

/// Cuts a stream into lines.
struct LineScanner {
  enum Line {
    case line([UInt8])
    /// The line had more bytes than the limit; it was skipped.
    case tooLong
  }

  let stream: ByteStream
  /// Bytes read and not yet given: `buffer[start..<end]`.
  private var buffer = [UInt8](repeating: 0, count: 1 << 17)
  private var start = 0
  private var end = 0
  private(set) var lineNumber = 0
  /// What stopped the stream, behind what is held.
  private(set) var failure: StreamFailure?

  init(stream: ByteStream) { self.stream = stream }

  /// What was read and not yet taken.
  var held: ArraySlice<UInt8> { buffer[start..<end] }

  var heldCount: Int { end - start }

  /// The byte `index` behind the next one, of those that are held.
  func heldByte(_ index: Int) -> UInt8 { buffer[start + index] }

  /// Whether what is held goes on with `bytes` at `index`.
  func holds(_ bytes: [UInt8], at index: Int) -> Bool {
    guard index >= 0, index + bytes.count <= heldCount else { return false }
    return bytes.indices.allSatisfy { buffer[start + index + $0] == bytes[$0] }
  }

  /// Where in what is held `bytes` stand first, at `index` or later.
  func find(_ bytes: [UInt8], from index: Int) -> Int? {
    var from = start + index
    guard let first = bytes.first else { return nil }
    while from < end {
      guard let hit = position(of: first, from: from) else { return nil }
      if holds(bytes, at: hit - start) { return hit - start }
      from = hit + 1
    }
    return nil
  }

  /// The place of the next byte in what the stream gives.
  var position: Int { stream.produced - heldCount }

  mutating func drop(_ count: Int) { start += min(count, heldCount) }

  /// After a failure: drops what is held and goes on behind what is broken; false when nothing comes behind it.
  mutating func recover() -> Bool {
    start = end
    guard stream.skipBrokenFrame() else { return false }
    failure = nil
    return true
  }

  /// Reads until `count` bytes are held or the stream ends or fails. A failure is thrown when its place is reached.
  mutating func hold(_ count: Int) {
    while end - start < count {
      guard (try? fill()) == true else { return }
    }
  }

  /// Reads until the line that begins `offset` bytes on is held whole, or more than `limit` bytes are, or the stream
  /// ends or fails.
  mutating func holdLine(after offset: Int, limit: Int) {
    var searched = offset
    while end - start <= limit {
      if lineFeed(from: start + searched) != nil { return }
      searched = end - start
      guard (try? fill()) == true else { return }
    }
  }

  /// The rest of the stream, or nil when it has more than `limit` bytes.
  mutating func rest(limit: Int) throws(StreamFailure) -> [UInt8]? {
    while end - start <= limit {
      guard try fill() else {
        let rest = Array(buffer[start..<end])
        start = end
        return rest
      }
    }
    return nil
  }

  /// The next `count` bytes, or nil when the stream ends before.
  mutating func take(_ count: Int) throws(StreamFailure) -> [UInt8]? {
    while end - start < count {
      guard try fill() else { return nil }
    }
    let taken = Array(buffer[start..<start + count])
    start += count
    return taken
  }

  /// Passes over `count` bytes, or what there is of them.
  mutating func skip(_ count: Int) throws(StreamFailure) {
    var left = count
    while left > end - start {
      left -= end - start
      start = end
      guard try fill() else { return }
    }
    start += left
  }

  mutating func next(limit: Int) throws(StreamFailure) -> Line? {
    var searched = start
    var skips = false
    while true {
      if let feed = lineFeed(from: searched) {
        let line = buffer[start..<feed]
        start = feed + 1
        lineNumber += 1
        return skips || line.count > limit ? .tooLong : .line(Array(line))
      }
      if end - start > limit {
        skips = true
        start = end
      }
      let held = end - start
      guard try fill() else { break }
      searched = start + held
    }
    guard start < end || skips else { return nil }
    let line = buffer[start..<end]
    start = end
    lineNumber += 1
    return skips || line.count > limit ? .tooLong : .line(Array(line))
  }

  private func lineFeed(from position: Int) -> Int? { self.position(of: 0x0A, from: position) }

  /// Where in the buffer `byte` stands first.
  private func position(of byte: UInt8, from position: Int) -> Int? {
    unsafe buffer.withUnsafeBytes { bytes in
      guard position < end, let base = bytes.baseAddress else { return nil }
      guard let hit = unsafe memchr(base + position, CInt(byte), end - position) else { return nil }
      return unsafe UnsafeRawPointer(hit) - base
    }
  }

  /// Reads more; false at the end of the stream. May move what is held to the front of the buffer.
  private mutating func fill() throws(StreamFailure) -> Bool {
    if let failure { throw failure }
    if end == buffer.count {
      if start > buffer.count / 2 {
        buffer.replaceSubrange(0..<end - start, with: Array(buffer[start..<end]))
        end -= start
        start = 0
      } else {
        buffer.append(contentsOf: repeatElement(0, count: buffer.count))
      }
    }
    let free = end
    do throws(StreamFailure) {
      let got = try unsafe buffer.withUnsafeMutableBufferPointer { bytes throws(StreamFailure) in
        try unsafe stream.read(into: UnsafeMutableBufferPointer(rebasing: bytes[free...]))
      }
      end += got
      return got > 0
    } catch {
      failure = error
      throw error
    }
  }
}
