/// A body in HTTP's chunked transfer coding (RFC 9112, section 7.1), put together.
///
/// Some crawlers store the body without its chunks but keep the field: what does not look chunked is taken as it is.
struct ChunkedBody {
  private(set) var bytes: [UInt8] = []
  /// What is wrong with the chunks, in words that follow "record 3"; of a body that ends early the beginning is there.
  private(set) var damage: String?

  /// More digits would be more bytes than there are anywhere.
  private static let mostDigits = 15

  init(_ body: [UInt8]) {
    var position = 0
    while true {
      guard let (size, start) = Self.size(in: body, at: position) else {
        if position > 0, body[position...].allSatisfy({ $0.hexadecimalDigit != nil || $0 == 0x0D }) {
          damage = "has a chunked body that is cut off"
        } else if position > 0 || Self.endsChunked(body) {
          damage = "has a chunked body that is broken at its byte \(position)"
          bytes += body[position...]
        } else {
          bytes = body
        }
        return
      }
      if size == 0 { return }
      let end = size > body.count - start ? body.count : start + size
      bytes += body[start..<end]
      if size > body.count - start {
        damage = "has a chunked body that is cut off"
        return
      }
      position = end
      if position < body.count, body[position] == 0x0D { position += 1 }
      if position < body.count {
        guard body[position] == 0x0A else {
          damage = "has a chunked body that is broken at its byte \(position)"
          bytes += body[position...]
          return
        }
        position += 1
      }
    }
  }

  /// The size that the line at `position` names, and where the chunk begins.
  private static func size(in body: [UInt8], at position: Int) -> (size: Int, start: Int)? {
    var size = 0
    var i = position
    while i < body.count, i - position <= mostDigits, let digit = body[i].hexadecimalDigit {
      size = size << 4 | digit
      i += 1
    }
    guard i > position, i - position <= mostDigits else { return nil }
    // Some servers pad with spaces; an extension may follow.
    while i < body.count, body[i] == 0x20 { i += 1 }
    if i < body.count, body[i] == UInt8(ascii: ";") {
      i = body[i...].prefix(1 << 12).firstIndex { $0 == 0x0D || $0 == 0x0A } ?? body.count
    }
    if i < body.count, body[i] == 0x0D { i += 1 }
    guard i < body.count, body[i] == 0x0A else { return nil }
    return (size, i + 1)
  }

  /// Whether the body ends as the last chunk does.
  private static func endsChunked(_ body: [UInt8]) -> Bool { body.suffix(7).elementsEqual("\r\n0\r\n\r\n".utf8) }
}

extension UInt8 {
  fileprivate var hexadecimalDigit: Int? {
    switch self {
    case 0x30...0x39: Int(self) - 0x30
    case 0x41...0x46, 0x61...0x66: Int(self | 0x20) - 0x61 + 10
    default: nil
    }
  }
}
