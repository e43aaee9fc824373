/// How a file is compressed, as its first bytes say.
enum Compression: Equatable {
  case gzip
  /// - dictionary: what every frame of the file builds on; empty for none.
  case zstd(dictionary: [UInt8])

  var isGzip: Bool { self == .gzip }

  init?(head: [UInt8]) {
    if Magic.isGzip(head) {
      self = .gzip
    } else if Magic.isZstd(head) {
      self = .zstd(dictionary: [])
    } else {
      return nil
    }
  }

  func decompressor() -> any Decompressor {
    switch self {
    case .gzip: GzipDecompressor()
    case .zstd(let dictionary): ZstdDecompressor(dictionary: dictionary)
    }
  }

  /// Whether a frame may begin with these bytes.
  func begins(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) -> Bool {
    switch self {
    case .gzip: first == 0x1F && second == 0x8B && third == 8 && fourth & 0xE0 == 0
    case .zstd: first == 0x28 && second == 0xB5 && third == 0x2F && fourth == 0xFD
    }
  }

  /// The largest dictionary that is taken.
  private static let dictionaryLimit = 16 << 20

  /// The size of the dictionary that stands in the skippable frame beginning with `head`; nil when there is none.
  static func dictionarySize(head: [UInt8]) -> Int? {
    guard head.count >= 8, head.starts(with: [0x5D, 0x2A, 0x4D, 0x18]) else { return nil }
    let size = head[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    return size <= dictionaryLimit ? size : nil
  }

  /// All of `bytes` decompressed when they are gzip or zstd, for short things; as they are when they cannot be.
  static func plain(_ bytes: [UInt8]) -> [UInt8] { (try? decompress(bytes, limit: dictionaryLimit)) ?? bytes }
}
