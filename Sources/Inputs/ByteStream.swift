#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a file or of standard input, in pieces, decompressed when they are gzip or zstd.
///
/// Memory stays at the size of the buffers (and of the zstd window), however long the file is.
final class ByteStream {
  let path: String
  /// Whether the file's own bytes were gzip or zstd.
  private(set) var isCompressed = false

  private let descriptor: CInt
  private let closesDescriptor: Bool
  /// Bytes as they are on disk that no one has taken yet: `raw[rawStart..<rawEnd]`.
  private var raw = [UInt8](repeating: 0, count: 1 << 17)
  private var rawStart = 0
  private var rawEnd = 0
  /// Offset in the file of `raw[rawStart]`.
  private(set) var offset = 0
  private var reachedEnd = false
  private var decoder: (any Decompressor)?

  /// Opens `path`; "-" is standard input. Looks at the first bytes to see whether they are compressed.
  init(path: String, bufferSize: Int = 1 << 17) throws(StreamFailure) {
    self.path = path
    raw = [UInt8](repeating: 0, count: max(16, bufferSize))
    if path == "-" {
      descriptor = STDIN_FILENO
      closesDescriptor = false
    } else {
      descriptor = openForReading(path)
      closesDescriptor = true
      guard descriptor >= 0 else {
        throw StreamFailure(path: path, offset: nil, reason: openFailure(code: errno))
      }
    }
    while rawEnd < 4, try fill() {}
    decoder = unsafe raw.withUnsafeBufferPointer { unsafe decompressor(for: $0[..<rawEnd]) }
    isCompressed = decoder != nil
  }

  /// A stream over bytes in memory; decompressed with `decoder`, or as their first bytes say.
  init(bytes: [UInt8], decoder chosen: (any Decompressor)? = nil) {
    path = ""
    descriptor = -1
    closesDescriptor = false
    raw = bytes
    rawEnd = bytes.count
    reachedEnd = true
    decoder = unsafe chosen ?? raw.withUnsafeBufferPointer { unsafe decompressor(for: $0[...]) }
    isCompressed = decoder != nil
  }

  deinit {
    if closesDescriptor, descriptor >= 0 { close(descriptor) }
  }

  /// Fills `output` with what comes next; 0 only at the end of the stream.
  func read(into output: UnsafeMutableBufferPointer<UInt8>) throws(StreamFailure) -> Int {
    guard output.count > 0 else { return 0 }
    guard let decoder else { return unsafe try readPlain(into: output) }
    while true {
      if rawStart == rawEnd, !reachedEnd { _ = try fill() }
      let inputEnds = rawStart == rawEnd && reachedEnd
      let step = unsafe raw.withUnsafeBufferPointer {
        unsafe decoder.decompress(UnsafeBufferPointer(rebasing: $0[rawStart..<rawEnd]), into: output)
      }
      rawStart += step.consumed
      offset += step.consumed
      if step.produced > 0 { return step.produced }
      if let reason = step.failure { throw StreamFailure(path: path, offset: offset, reason: reason) }
      if inputEnds {
        if decoder.isBetweenFrames { return 0 }
        let reason = "the \(decoder.name) data ends too early; the file is cut off, get a whole copy"
        throw StreamFailure(path: path, offset: offset, reason: reason)
      }
      if step.consumed == 0, rawStart < rawEnd {
        // A decompressor that neither eats nor gives would spin here for ever.
        throw StreamFailure(path: path, offset: offset, reason: "the \(decoder.name) data cannot be decompressed")
      }
    }
  }

  private func readPlain(into output: UnsafeMutableBufferPointer<UInt8>) throws(StreamFailure) -> Int {
    if rawStart == rawEnd {
      if reachedEnd { return 0 }
      guard try fill() else { return 0 }
    }
    let count = min(output.count, rawEnd - rawStart)
    for index in 0..<count { unsafe output[index] = raw[rawStart + index] }
    rawStart += count
    offset += count
    return count
  }

  /// Reads once from the file into free room of `raw`; false at the end.
  private func fill() throws(StreamFailure) -> Bool {
    if rawStart == rawEnd {
      rawStart = 0
      rawEnd = 0
    }
    while true {
      let end = rawEnd
      let got = unsafe raw.withUnsafeMutableBytes { bytes in
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[end...])
        return unsafe readBytes(descriptor, into: free)
      }
      if got < 0 {
        let code = errno
        if code == EINTR { continue }
        let reason =
          code == EISDIR
          ? "is a folder; add --recursive to read the files in it" : "reading stopped: \(systemMessage(code))"
        throw StreamFailure(path: path, offset: code == EISDIR ? nil : offset + rawEnd - rawStart, reason: reason)
      }
      if got == 0 { reachedEnd = true }
      rawEnd += got
      return got > 0
    }
  }
}

private func openForReading(_ path: String) -> CInt { unsafe open(path, O_RDONLY | O_CLOEXEC) }

private func readBytes(_ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer) -> Int {
  unsafe read(descriptor, buffer.baseAddress, buffer.count)
}

func openFailure(code: CInt) -> String {
  switch code {
  case ENOENT: "there is no such file; check the path"
  case EACCES: "may not be read; check its permissions"
  default: "cannot be opened: \(systemMessage(code))"
  }
}

/// The C library's words for an error number.
func systemMessage(_ code: CInt) -> String {
  guard let words = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: words)
}
