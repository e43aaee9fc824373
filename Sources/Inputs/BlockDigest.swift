/// The digest of a WARC record's block, as `WARC-Block-Digest` has it (ISO 28500, section 5.8).
enum BlockDigest {
  /// Whether `label` (`sha1:` and the digest in base 32 or base 16) is of `block`; nil for other algorithms.
  static func agrees(_ label: String, with block: [UInt8]) -> Bool? {
    let parts = label.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, ["sha1", "sha-1"].contains(parts[0].lowercased()) else { return nil }
    let value = parts[1].uppercased()
    let digest = SHA1.digest(of: block)
    return value == base32(digest) || value == base16(digest)
  }

  static func base32(_ digest: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in digest {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 5 {
        count -= 5
        text.append(alphabet[Int(bits >> count & 31)])
      }
    }
    // 160 bits are 32 letters: nothing is left over, nothing is padded.
    return String(decoding: text, as: UTF8.self)
  }

  private static func base16(_ digest: [UInt8]) -> String {
    let alphabet = Array("0123456789ABCDEF".utf8)
    return String(decoding: digest.flatMap { [alphabet[Int($0 >> 4)], alphabet[Int($0 & 15)]] }, as: UTF8.self)
  }
}
