/// The encodings in which a byte is a character (WHATWG Encoding, section 9), and x-user-defined.
enum SingleByteDecoding {
  /// The page, or nil when `encoding` is not one of these.
  static func decode(_ bytes: [UInt8], encoding: String) -> DecodedPage? {
    guard let table = tables[encoding] else { return nil }
    var transcript = Transcript(capacity: bytes.count + bytes.count / 8)
    var i = 0
    while i < bytes.count {
      let end = UTF8Decoding.asciiEnd(in: bytes, from: i)
      transcript.copy(bytes, i..<end)
      i = end
      while i < bytes.count, bytes[i] >= 0x80 {
        let codePoint = table[Int(bytes[i]) - 0x80]
        if codePoint == 0 {
          transcript.replace(source: i, width: 1)
        } else {
          transcript.append(codePoint, source: i, width: 1)
        }
        i += 1
      }
    }
    return transcript.page(encoding: encoding, sourceCount: bytes.count)
  }

  /// Code points of 0x80 to 0xFF by encoding; 0 for none.
  static let tables: [String: [UInt32]] = {
    var tables: [String: [UInt32]] = [:]
    var name = ""
    for line in singleByteTableText.split(separator: "\n") {
      var words = line.split(separator: " ")
      if !line.hasPrefix(" "), let first = words.first {
        name = String(first)
        words.removeFirst()
      }
      var table = tables[name] ?? []
      for word in words {
        if word.hasPrefix("r"), let last = table.last {
          for step in 1...max(1, UInt32(word.dropFirst()) ?? 1) { table.append(last + step) }
        } else {
          table.append(UInt32(word, radix: 16) ?? 0)
        }
      }
      tables[name] = table
    }
    tables["ISO-8859-8-I"] = tables["ISO-8859-8"]
    tables["x-user-defined"] = (0..<128).map { 0xF780 + $0 }
    return tables.filter { $0.value.count == 128 }
  }()
}
