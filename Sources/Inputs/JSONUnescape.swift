/// The bytes of a JSON string's body with its escapes undone (RFC 8259, section 7).
///
/// A surrogate without its partner becomes U+FFFD. Offsets in the failure count from the start of `body`.
func unescape(_ body: UnsafeBufferPointer<UInt8>) throws(JSONFailure) -> [UInt8] {
  var failure: JSONFailure?
  // No escape is shorter than what it stands for.
  let result = unsafe [UInt8](unsafeUninitializedCapacity: body.count) { output, count in
    var read = 0
    while read < body.count {
      let byte = unsafe body[read]
      if byte != UInt8(ascii: "\\") {
        unsafe output.initializeElement(at: count, to: byte)
        count += 1
        read += 1
        continue
      }
      guard let (scalar, length) = unsafe escape(in: body, at: read) else {
        failure = JSONFailure(offset: read, reason: "an escape is wrong")
        return
      }
      if scalar.value < 0x80 {
        unsafe output.initializeElement(at: count, to: UInt8(scalar.value))
        count += 1
      } else {
        for unit in String(scalar).utf8 {
          unsafe output.initializeElement(at: count, to: unit)
          count += 1
        }
      }
      read += length
    }
  }
  if let failure { throw failure }
  return result
}

/// The scalar the escape at `start` stands for, and how many bytes the escape has.
@inline(__always)
private func escape(in body: UnsafeBufferPointer<UInt8>, at start: Int) -> (Unicode.Scalar, Int)? {
  guard start + 1 < body.count else { return nil }
  switch unsafe body[start + 1] {
  case UInt8(ascii: "\""): return ("\"", 2)
  case UInt8(ascii: "n"): return ("\n", 2)
  case UInt8(ascii: "\\"): return ("\\", 2)
  case UInt8(ascii: "t"): return ("\t", 2)
  case UInt8(ascii: "r"): return ("\r", 2)
  case UInt8(ascii: "/"): return ("/", 2)
  case UInt8(ascii: "b"): return ("\u{8}", 2)
  case UInt8(ascii: "f"): return ("\u{C}", 2)
  case UInt8(ascii: "u"): break
  default: return nil
  }
  guard let unit = unsafe hexadecimalUnit(in: body, at: start + 2) else { return nil }
  if let scalar = Unicode.Scalar(unit) { return (scalar, 6) }
  if unit < 0xDC00, start + 7 < body.count, unsafe body[start + 6] == UInt8(ascii: "\\"),
    unsafe body[start + 7] == UInt8(ascii: "u"), let low = unsafe hexadecimalUnit(in: body, at: start + 8),
    (0xDC00...0xDFFF).contains(low),
    let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
  {
    return (scalar, 12)
  }
  return ("\u{FFFD}", 6)
}

private func hexadecimalUnit(in body: UnsafeBufferPointer<UInt8>, at start: Int) -> UInt16? {
  guard start + 4 <= body.count else { return nil }
  var unit: UInt16 = 0
  for index in start..<start + 4 {
    let byte = unsafe body[index]
    switch byte {
    case 0x30...0x39: unit = unit << 4 | UInt16(byte - 0x30)
    case 0x41...0x46, 0x61...0x66: unit = unit << 4 | UInt16((byte | 0x20) - 0x61 + 10)
    default: return nil
    }
  }
  return unit
}
