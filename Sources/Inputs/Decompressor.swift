import CZlib
import CZstd

/// What one call of a decompressor did.
struct DecompressionStep {
  var consumed = 0
  var produced = 0
  /// Why the data cannot be decompressed on; bytes produced before it are good.
  var failure: String?
}

/// A streaming decompressor; several frames (gzip members) one after the other are one stream.
protocol Decompressor: AnyObject {
  var name: String { get }
  /// Whether the stream may end here.
  var isBetweenFrames: Bool { get }
  func decompress(_ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>)
    -> DecompressionStep
}

/// All of `bytes` decompressed when they are gzip or zstd. Offsets in the failure count in `bytes`.
func decompress(
  _ bytes: [UInt8], with decoder: (any Decompressor)? = nil, limit: Int
) throws(StreamFailure) -> [UInt8] {
  let stream = ByteStream(bytes: bytes, decoder: decoder)
  var scanner = LineScanner(stream: stream)
  guard let result = try scanner.rest(limit: limit) else {
    throw StreamFailure(path: stream.path, offset: 0, reason: tooLarge(limit))
  }
  return result
}

/// RFC 1952 (gzip), 1950 (zlib) or 1951 (raw) by zlib.
@safe
final class GzipDecompressor: Decompressor {
  enum Wrapper: CInt {
    // As `inflateInit2` wants them: the largest window, plus 16 for gzip, negative for none.
    case gzip = 31
    case zlib = 15
    case none = -15
  }

  let name: String
  private let stream: UnsafeMutablePointer<z_stream>
  private let isReady: Bool
  private(set) var isBetweenFrames = true
  private var finishedMember = false

  init(_ wrapper: Wrapper = .gzip) {
    name = wrapper == .gzip ? "gzip" : "deflate"
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    isReady = unsafe inflateInit2_(stream, wrapper.rawValue, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit {
    if isReady { unsafe inflateEnd(stream) }
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  func decompress(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> DecompressionStep {
    var step = DecompressionStep()
    guard isReady else {
      step.failure = "there is no memory to decompress \(name) data"
      return step
    }
    guard input.count > 0 else { return step }
    if isBetweenFrames, finishedMember {
      // Tapes and some servers pad with zeros.
      while unsafe step.consumed < input.count && input[step.consumed] == 0 { step.consumed += 1 }
      if step.consumed == input.count { return step }
      if step.consumed > 0 { return step }
      unsafe inflateReset(stream)
    }
    isBetweenFrames = false
    unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    unsafe stream.pointee.avail_in = UInt32(clamping: input.count)
    unsafe stream.pointee.next_out = output.baseAddress
    unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
    let offered = unsafe (input: stream.pointee.avail_in, output: stream.pointee.avail_out)
    let status = unsafe inflate(stream, Z_NO_FLUSH)
    step.consumed = unsafe Int(offered.input - stream.pointee.avail_in)
    step.produced = unsafe Int(offered.output - stream.pointee.avail_out)
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END:
      isBetweenFrames = true
      finishedMember = true
    default:
      let words = unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "error \(status)"
      step.failure = "the \(name) data is broken (\(words)); get a good copy of the file"
    }
    return step
  }
}

/// RFC 8878 by libzstd, with windows up to 2 GiB (`zstd --long=31`).
@safe
final class ZstdDecompressor: Decompressor {
  let name = "zstd"
  private let context: OpaquePointer?
  private(set) var isBetweenFrames = true

  /// - Parameter dictionary: what the frames build on, itself compressed or not; empty for none.
  init(dictionary: [UInt8] = []) {
    unsafe context = ZSTD_createDCtx()
    guard let context = unsafe context else { return }
    _ = unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 31)
    if !dictionary.isEmpty {
      let plain = Compression.plain(dictionary)
      // One that cannot be used shows at the first frame.
      _ = unsafe plain.withUnsafeBytes { unsafe ZSTD_DCtx_loadDictionary(context, $0.baseAddress, $0.count) }
    }
  }

  deinit { unsafe _ = ZSTD_freeDCtx(context) }

  func decompress(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> DecompressionStep {
    var step = DecompressionStep()
    guard let context = unsafe context else {
      step.failure = "there is no memory to decompress zstd data"
      return step
    }
    var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let hint = unsafe ZSTD_decompressStream(context, &target, &source)
    step.consumed = unsafe source.pos
    step.produced = unsafe target.pos
    if ZSTD_isError(hint) != 0 {
      let words = unsafe String(cString: ZSTD_getErrorName(hint))
      step.failure = "the zstd data is broken (\(words)); get a good copy of the file"
    } else if step.consumed > 0 || step.produced > 0 {
      isBetweenFrames = hint == 0
    }
    return step
  }
}
