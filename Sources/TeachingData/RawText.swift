/// Finds the end of content in which tags are text.
enum RawText {
  /// Where the content of `element` from `start` ends: before its end tag, or with the page.
  static func end(in bytes: [UInt8], from start: Int, of element: HTMLElement) -> Int {
    switch element {
    case .plaintext: bytes.count
    case .script: endOfScript(in: bytes, from: start)
    default: endTag(Array(element.name.utf8), in: bytes, from: start)
    }
  }

  private static func endTag(_ name: [UInt8], in bytes: [UInt8], from start: Int) -> Int {
    var scan = start
    while scan < bytes.count {
      if bytes[scan] == 0x3c, scan + 1 < bytes.count, bytes[scan + 1] == 0x2f, matches(name, bytes, scan + 2) {
        return scan
      }
      scan += 1
    }
    return bytes.count
  }

  /// Scripts hide their end tag in `<!-- <script> … </script> -->` ("script data double escaped").
  private static func endOfScript(in bytes: [UInt8], from start: Int) -> Int {
    let name = Array("script".utf8)
    var isEscaped = false
    var isDoubleEscaped = false
    var scan = start
    while scan < bytes.count {
      let byte = bytes[scan]
      if byte == 0x3c, scan + 1 < bytes.count {
        if bytes[scan + 1] == 0x2f {
          if matches(name, bytes, scan + 2) {
            if !isDoubleEscaped { return scan }
            isDoubleEscaped = false
          }
        } else if bytes[scan + 1] == 0x21, scan + 3 < bytes.count, bytes[scan + 2] == 0x2d, bytes[scan + 3] == 0x2d {
          isEscaped = true
        } else if isEscaped, matches(name, bytes, scan + 1) {
          isDoubleEscaped = true
        }
      } else if byte == 0x3e, isEscaped, scan >= start + 2, bytes[scan - 1] == 0x2d, bytes[scan - 2] == 0x2d {
        isEscaped = false
        isDoubleEscaped = false
      }
      scan += 1
    }
    return bytes.count
  }

  /// Whether `name` stands at `offset`, in any case, and ends there.
  private static func matches(_ name: [UInt8], _ bytes: [UInt8], _ offset: Int) -> Bool {
    let end = offset + name.count
    guard end < bytes.count, bytes[end].isHTMLSpace || bytes[end] == 0x2f || bytes[end] == 0x3e else { return false }
    for index in 0..<name.count where bytes[offset + index].lowercased != name[index] { return false }
    return true
  }
}
