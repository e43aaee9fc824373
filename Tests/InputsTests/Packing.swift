import CZlib
import CZstd

@testable import Inputs

/// Numbers that are the same in every run (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}

/// How the records of a test archive are packed: each in a member or frame of its own.
enum Packing: String, CaseIterable, Sendable {
  case plain, gzip, zstd

  var suffix: String { [.plain: "", .gzip: ".gz", .zstd: ".zst"][self] ?? "" }

  func pack(_ bytes: [UInt8], dictionary: [UInt8] = []) -> [UInt8] {
    switch self {
    case .plain: bytes
    case .gzip: Self.gzip(bytes)
    case .zstd: Self.zstd(bytes, dictionary)
    }
  }

  private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = unsafe z_stream()
    unsafe deflateInit2_(
      &stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    defer { unsafe deflateEnd(&stream) }
    var input = bytes
    return unsafe [UInt8](unsafeUninitializedCapacity: bytes.count + bytes.count / 100 + 100) { output, count in
      unsafe input.withUnsafeMutableBufferPointer { input in
        unsafe stream.next_in = input.baseAddress
        unsafe stream.avail_in = UInt32(input.count)
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = UInt32(output.count)
        _ = unsafe deflate(&stream, Z_FINISH)
        count = unsafe output.count - Int(stream.avail_out)
      }
    }
  }

  private static func zstd(_ bytes: [UInt8], _ dictionary: [UInt8]) -> [UInt8] {
    guard let context = unsafe ZSTD_createCCtx() else { return [] }
    defer { _ = unsafe ZSTD_freeCCtx(context) }
    _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    if !dictionary.isEmpty { _ = unsafe ZSTD_CCtx_loadDictionary(context, dictionary, dictionary.count) }
    return unsafe [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { output, count in
      count = unsafe ZSTD_compress2(context, output.baseAddress, output.count, bytes, bytes.count)
    }
  }
}

/// A WARC file whose records are known.
struct TestArchive {
  var bytes: [UInt8] = []
  /// Where each record stands in the file.
  var records: [Range<Int>] = []
  /// The page of each record; nil where it has none.
  var pages: [[UInt8]?] = []

  static func id(_ record: Int) -> String { "urn:uuid:\(record)" }

  /// - Parameter isChunked: whether the bodies are in HTTP's chunks, as some crawlers keep them.
  init(records count: Int, packing: Packing, seed: UInt64, dictionary: [UInt8] = [], isChunked: Bool = false) {
    var random = SeededRandom(state: seed)
    for number in 0..<count {
      let isPage = number % 3 != 1
      let page = Self.page(number, &random)
      let coding = isChunked ? "Transfer-Encoding: chunked\r\n" : ""
      let block =
        isPage
        ? Array("HTTP/1.1 200 OK\r\n\(coding)Content-Type: text/html; charset=utf-8\r\n\r\n".utf8)
          + (isChunked ? Self.chunked(page) : page)
        : Array("GET /\(number) HTTP/1.1\r\nHost: h.org\r\n\r\n".utf8)
      let header =
        "WARC/1.\(number % 2)\r\nWARC-Type: \(isPage ? "response" : "request")\r\nWARC-Record-ID: <\(Self.id(number))>\r\n"
        + "WARC-Target-URI: http://h.org/\(number)\r\nWARC-Block-Digest: sha1:\(BlockDigest.base32(SHA1.digest(of: block)))\r\n"
        + "Content-Length: \(block.count)\r\n\r\n"
      let packed = packing.pack(Array(header.utf8) + block + [13, 10, 13, 10], dictionary: dictionary)
      records.append(bytes.count..<bytes.count + packed.count)
      bytes += packed
      pages.append(isPage ? page : nil)
    }
  }

  static func chunked(_ page: [UInt8]) -> [UInt8] {
    var body: [UInt8] = []
    for start in stride(from: 0, to: page.count, by: 700) {
      let chunk = page[start..<min(page.count, start + 700)]
      body += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + [13, 10]
    }
    return body + Array("0\r\n\r\n".utf8)
  }

  private static func page(_ number: Int, _ random: inout SeededRandom) -> [UInt8] {
    var text = "<!DOCTYPE html><title>Page \(number)</title>\r\n\r\n"
    for _ in 0..<Int.random(in: 5...120, using: &random) {
      text += "<p class=c\(random.next() % 977)>word \(random.next() % 99991) and more</p>\n"
    }
    return Array(text.utf8)
  }
}
