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
  /// How many bytes `read` gave.
  private(set) var produced = 0
  /// The gzip member or zstd frame that is being read, or was when reading failed.
  private(set) var frame = Frame(decoded: 0, onDisk: 0)
  /// Offset on disk of the bytes that are read next.
  private(set) var offset = 0

  /// Where a gzip member or zstd frame begins: in what `read` gives, and on disk.
  struct Frame {
    var decoded: Int
    var onDisk: Int
  }

  private let descriptor: CInt
  private let closesDescriptor: Bool
  /// Bytes as they are on disk that no one has taken yet: `raw[rawStart..<rawEnd]`. Those before them stay until room is
  /// needed.
  private var raw: [UInt8]
  private var rawStart = 0
  private var rawEnd = 0
  /// Offset on disk where reading ends.
  private var endOffset = Int.max
  private var reachedEnd = false
  private var decoder: (any Decompressor)?
  private var compression: Compression?
  /// Frames that begin at or after what was last forgotten.
  private var frames: [Frame] = []
  /// How many bytes may be read again to find the frame after a broken one: a hostile file must not cost the square of
  /// its size.
  private var lookBackBudget = 64 << 20

  convenience init(path: String, bufferSize: Int = 1 << 17) throws(StreamFailure) {
    try self.init(InputPath(path: path), bufferSize: bufferSize)
  }

  /// Opens a file; the path "-" is standard input. Looks at the first bytes to see whether they are compressed.
  ///
  /// - Parameter presumed: what the file is where its first bytes are damaged.
  init(_ input: InputPath, bufferSize: Int = 1 << 17, presumed: Compression? = nil) throws(StreamFailure) {
    path = input.path
    raw = [UInt8](repeating: 0, count: max(16, bufferSize))
    descriptor = input.path == "-" ? STDIN_FILENO : openForReading(input.file)
    closesDescriptor = input.path != "-"
    guard descriptor >= 0 else {
      throw StreamFailure(path: path, offset: nil, reason: openFailure(code: errno))
    }
    if let range = input.range {
      guard lseek(descriptor, off_t(range.lowerBound), SEEK_SET) >= 0 else {
        throw StreamFailure(path: path, offset: nil, reason: "cannot be read from the middle; give a plain file")
      }
      offset = range.lowerBound
      endOffset = range.upperBound
    }
    while rawEnd < 4, try fill() {}
    let head = Array(raw[..<min(4, rawEnd)])
    compression = Compression(head: head) ?? (head == Array("WARC".utf8) ? nil : presumed)
    try startDecoder()
  }

  /// A stream over bytes in memory; decompressed with `decoder`, or as their first bytes say.
  init(bytes: [UInt8], decoder chosen: (any Decompressor)? = nil) {
    path = ""
    descriptor = -1
    closesDescriptor = false
    raw = bytes
    rawEnd = bytes.count
    reachedEnd = true
    compression = chosen == nil ? Compression(head: Array(bytes.prefix(4))) : nil
    decoder = chosen ?? compression?.decompressor()
    isCompressed = decoder != nil
  }

  deinit {
    if closesDescriptor, descriptor >= 0 { close(descriptor) }
  }

  private func startDecoder() throws(StreamFailure) {
    frame = Frame(decoded: 0, onDisk: offset)
    guard let compression else { return }
    isCompressed = true
    while rawEnd < 8, try fill() {}
    if let size = Compression.dictionarySize(head: Array(raw[..<min(8, rawEnd)])) {
      // The dictionary of a WARC file, in a frame of its own (IIPC, "Zstandard Compression of WARC files").
      raw.append(contentsOf: repeatElement(0, count: max(0, 8 + size - raw.count)))
      while rawEnd < 8 + size, try fill() {}
      self.compression = .zstd(dictionary: Array(raw[8..<max(8, min(rawEnd, 8 + size))]))
    }
    decoder = self.compression?.decompressor() ?? compression.decompressor()
  }

  /// Fills `output` with what comes next; 0 only at the end of the stream.
  func read(into output: UnsafeMutableBufferPointer<UInt8>) throws(StreamFailure) -> Int {
    guard output.count > 0 else { return 0 }
    let count = unsafe try decoder == nil ? readPlain(into: output) : readDecompressed(into: output)
    produced += count
    return count
  }

  private func readDecompressed(into output: UnsafeMutableBufferPointer<UInt8>) throws(StreamFailure) -> Int {
    guard let decoder else { return 0 }
    while true {
      if rawStart == rawEnd, !reachedEnd { _ = try fill() }
      let inputEnds = rawStart == rawEnd && reachedEnd
      let isNewFrame = decoder.isBetweenFrames && !inputEnds
      if isNewFrame { beginFrame() }
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
      let wanted = min(raw.count - end, endOffset - (offset + rawEnd - rawStart))
      let got = unsafe raw.withUnsafeMutableBytes { bytes in
        let free = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[end..<end + max(0, wanted)])
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

// MARK: - Frames, and what comes after broken ones

extension ByteStream {
  /// The place on disk of the byte at `position` of what `read` gives, where it can be read from: in compressed data only
  /// where a frame begins.
  func offsetOnDisk(of position: Int) -> Int? {
    guard isCompressed else { return offset - produced + position }
    return frames.last { $0.decoded == position }?.onDisk
  }

  func forgetFrames(before position: Int) {
    guard let first = frames.first, first.decoded < position else { return }
    frames.removeAll { $0.decoded < position }
  }

  private func beginFrame() {
    if let last = frames.last, last.decoded == produced {
      // Padding, or a frame with nothing in it. A broken zstd frame that is to be skipped may hide good ones, so that
      // its own beginning counts.
      if compression?.isGzip == true { frames[frames.count - 1].onDisk = offset }
    } else {
      frames.append(Frame(decoded: produced, onDisk: offset))
    }
    frame = frames[frames.count - 1]
  }

  /// After a failure: goes to the next place after the broken frame's beginning where a frame may begin; false when there
  /// is none. What was broken may have swallowed the frames behind it, so the search begins in it.
  func skipBrokenFrame() -> Bool {
    guard let compression else { return false }
    let wanted = frame.onDisk + 1
    let back = offset - wanted
    if back > rawStart, back <= lookBackBudget, descriptor >= 0, lseek(descriptor, off_t(wanted), SEEK_SET) >= 0 {
      lookBackBudget -= back
      (rawStart, rawEnd, reachedEnd, offset) = (0, 0, false, wanted)
    } else if back >= 0 {
      // A pipe cannot go back further than its buffer.
      let step = min(rawStart, back, lookBackBudget)
      lookBackBudget -= step
      rawStart -= step
      offset -= step
    } else {
      guard rawStart < rawEnd else { return false }
      rawStart += 1
      offset += 1
    }
    guard skipToMagic(of: compression) else { return false }
    frames.removeAll()
    decoder = compression.decompressor()
    return true
  }

  private func skipToMagic(of compression: Compression) -> Bool {
    while true {
      while rawEnd - rawStart < 4 {
        // Room behind what is left of the buffer.
        if rawStart > 0 {
          raw.replaceSubrange(0..<rawEnd - rawStart, with: Array(raw[rawStart..<rawEnd]))
          (rawStart, rawEnd) = (0, rawEnd - rawStart)
        }
        if reachedEnd { return false }
        guard (try? fill()) == true else { return false }
      }
      while rawEnd - rawStart >= 4 {
        if compression.begins(raw[rawStart], raw[rawStart + 1], raw[rawStart + 2], raw[rawStart + 3]) { return true }
        rawStart += 1
        offset += 1
      }
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
