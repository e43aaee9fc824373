/// UTF-16 of either byte order (WHATWG Encoding, section 14.2).
enum UTF16Decoding {
  static func decode(_ bytes: [UInt8], from start: Int, isBigEndian: Bool) -> DecodedPage {
    var transcript = Transcript(capacity: bytes.count)
    let low = isBigEndian ? 1 : 0
    func unit(at offset: Int) -> UInt32? {
      guard offset + 1 < bytes.count else { return nil }
      return UInt32(bytes[offset + 1 - low]) << 8 | UInt32(bytes[offset + low])
    }
    var i = start
    while let first = unit(at: i) {
      if first & 0xF800 != 0xD800 {
        transcript.append(first, source: i, width: 2)
        i += 2
      } else if first < 0xDC00, let second = unit(at: i + 2), second & 0xFC00 == 0xDC00 {
        transcript.append(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00), source: i, width: 4)
        i += 4
      } else {
        transcript.replace(source: i, width: 2)
        i += 2
      }
    }
    if i < bytes.count { transcript.replace(source: i, width: bytes.count - i) }
    return transcript.page(encoding: isBigEndian ? "UTF-16BE" : "UTF-16LE", sourceCount: bytes.count)
  }
}
