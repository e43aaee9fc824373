/// UTF-8, checked and mended (WHATWG Encoding, section 8.1.1: each maximal invalid part becomes one U+FFFD).
enum UTF8Decoding {
  struct Census {
    /// Characters of two bytes or more.
    var multiByte = 0
    /// Maximal invalid parts.
    var invalid = 0
  }

  /// The offset of the first byte that is not part of valid UTF-8, from `start` on, or nil.
  static func firstInvalid(in bytes: [UInt8], from start: Int) -> Int? {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      var i = start
      while i < buffer.count {
        unsafe i = asciiEnd(in: buffer, from: i)
        // Text in other scripts comes in runs: stay here until ASCII comes back.
        while i < buffer.count, unsafe buffer[i] >= 0x80 {
          let (length, isValid) = unsafe character(in: buffer, at: i)
          if !isValid { return i }
          i += length
        }
      }
      return nil
    }
  }

  static func census(of bytes: [UInt8], from start: Int) -> Census {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      var census = Census()
      var i = start
      while i < buffer.count {
        unsafe i = asciiEnd(in: buffer, from: i)
        guard i < buffer.count else { break }
        let (length, isValid) = unsafe character(in: buffer, at: i)
        if isValid { census.multiByte += 1 } else { census.invalid += 1 }
        i += length
      }
      return census
    }
  }

  /// The page from `start` (after a byte order mark) on.
  static func decode(_ bytes: [UInt8], from start: Int) -> DecodedPage {
    guard var next = firstInvalid(in: bytes, from: start) else {
      if start == 0 {
        return DecodedPage(utf8: bytes, map: OffsetMap(identity: bytes.count), encoding: "UTF-8", replacements: 0)
      }
      var transcript = Transcript(capacity: bytes.count)
      transcript.copy(bytes, start..<bytes.count)
      return transcript.page(encoding: "UTF-8", sourceCount: bytes.count)
    }
    var transcript = Transcript(capacity: bytes.count + 64)
    var copied = start
    while true {
      transcript.copy(bytes, copied..<next)
      let length = unsafe bytes.withUnsafeBufferPointer { unsafe character(in: $0, at: next).length }
      transcript.replace(source: next, width: length)
      copied = next + length
      guard let invalid = firstInvalid(in: bytes, from: copied) else { break }
      next = invalid
    }
    transcript.copy(bytes, copied..<bytes.count)
    return transcript.page(encoding: "UTF-8", sourceCount: bytes.count)
  }

  /// The length of the character at `start`, whose first byte is not ASCII; where it is not valid, that of its maximal
  /// invalid part. Ranges of the second byte: The Unicode Standard, table 3-7.
  @inline(__always)
  private static func character(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> (length: Int, isValid: Bool) {
    let first = unsafe bytes[start]
    let count: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: count = 2
    case 0xE0...0xEF:
      count = 3
      if first == 0xE0 { second = 0xA0...0xBF } else if first == 0xED { second = 0x80...0x9F }
    case 0xF0...0xF4:
      count = 4
      if first == 0xF0 { second = 0x90...0xBF } else if first == 0xF4 { second = 0x80...0x8F }
    default: return (1, false)
    }
    guard start + 1 < bytes.count, unsafe second.contains(bytes[start + 1]) else { return (1, false) }
    var length = 2
    while length < count {
      guard start + length < bytes.count, unsafe bytes[start + length] & 0xC0 == 0x80 else { return (length, false) }
      length += 1
    }
    return (count, true)
  }

  /// The offset of the first byte from `start` on that is not ASCII, or the count.
  @inline(__always)
  static func asciiEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var i = start
    if let base = bytes.baseAddress {
      let raw = unsafe UnsafeRawPointer(base)
      while i + 32 <= bytes.count {
        let block = unsafe raw.loadUnaligned(fromByteOffset: i, as: SIMD4<UInt64>.self)
        if (block[0] | block[1] | block[2] | block[3]) & 0x8080_8080_8080_8080 != 0 { break }
        i += 32
      }
    }
    while i < bytes.count, unsafe bytes[i] < 0x80 { i += 1 }
    return i
  }

  static func asciiEnd(in bytes: [UInt8], from start: Int) -> Int {
    unsafe bytes.withUnsafeBufferPointer { unsafe asciiEnd(in: $0, from: start) }
  }
}
