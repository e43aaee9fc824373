/// The page of an MHTML file (RFC 2557): its root part, decoded. Pictures, styles and frames in it are not pages.
final class MHTMLSource: PageSource {
  private var scanner: LineScanner
  private let maxBytes: Int
  private var isDone = false

  init(scanner: LineScanner, maxBytes: Int) {
    self.scanner = scanner
    self.maxBytes = maxBytes
  }

  func next() -> Result<InputDocument, InputFailure>? {
    if isDone { return nil }
    isDone = true
    let path = scanner.stream.path
    do throws(StreamFailure) {
      guard let bytes = try scanner.rest(limit: maxBytes) else {
        throw StreamFailure(path: path, offset: nil, reason: tooLarge(maxBytes))
      }
      guard let (header, bodyStart) = HeaderFields.parse(bytes[...], hasStartLine: false) else {
        throw StreamFailure(path: path, offset: nil, reason: "has no end of its mail header; save the page again")
      }
      let whole = Part(fields: header, body: bytes[bodyStart...])
      guard let page = Self.root(of: whole) else {
        throw StreamFailure(path: path, offset: nil, reason: "holds no HTML part; save the page again")
      }
      if page.isCutOff {
        throw StreamFailure(path: path, offset: nil, reason: "ends inside its HTML part; save the page again")
      }
      let body: [UInt8]
      switch page.decodedBody {
      case .success(let bytes): body = bytes
      case .failure(let invalid):
        let place = page.body.startIndex + invalid.offset
        throw StreamFailure(
          path: path, offset: scanner.stream.isCompressed ? nil : place,
          reason: "the base64 of its HTML part is broken; save the page again")
      }
      let url = page.fields["content-location"] ?? header["snapshot-content-location"] ?? header["content-location"]
      return .success(
        InputDocument(
          id: path, url: url, bytes: body, path: path,
          declaredCharset: knownCharset(page.fields.contentParameter("charset"))))
    } catch {
      return .failure(InputFailure(error))
    }
  }

  private struct Part {
    var fields: HeaderFields
    var body: ArraySlice<UInt8>
    /// Whether the file ends before the line that ends the part.
    var isCutOff = false

    var isHTML: Bool { fields.mediaType == "text/html" || fields.mediaType == "application/xhtml+xml" }

    var decodedBody: Result<[UInt8], Base64.InvalidByte> {
      switch (fields["content-transfer-encoding"] ?? "").lowercased() {
      case "quoted-printable": .success(QuotedPrintable.decode(body))
      case "base64": Base64.decode(Array(body))
      default: .success(Array(body))
      }
    }
  }

  /// The part that `start` names, else the first HTML part; inside `multipart/alternative` too.
  private static func root(of message: Part) -> Part? {
    var candidate = message
    // Wrappers inside wrappers: a handful is all that occurs.
    for _ in 0..<8 {
      if candidate.isHTML { return candidate }
      guard candidate.fields.mediaType.hasPrefix("multipart/"),
        let boundary = candidate.fields.contentParameter("boundary"), !boundary.isEmpty
      else { return nil }
      let parts = split(candidate.body, boundary: Array(boundary.utf8))
      let start = candidate.fields.contentParameter("start")
      let named = start.flatMap { start in parts.first { $0.fields["content-id"] == start } }
      guard
        let next = named ?? parts.first(where: \.isHTML)
          ?? parts.first(where: { $0.fields.mediaType.hasPrefix("multipart/") })
      else { return nil }
      candidate = next
    }
    return nil
  }

  /// The parts between the lines that begin with `--` and the boundary (RFC 2046, section 5.1).
  private static func split(_ body: ArraySlice<UInt8>, boundary: [UInt8]) -> [Part] {
    let delimiter = Array("--".utf8) + boundary
    var parts: [Part] = []
    var partStart: Int?
    var lineStart = body.startIndex
    func close(at end: Int, isCutOff: Bool = false) {
      guard let start = partStart, start < end else { return }
      // The line end before a delimiter belongs to it.
      var text = body[start..<end]
      if text.last == 0x0A { text.removeLast() }
      if text.last == 0x0D { text.removeLast() }
      if let (fields, bodyStart) = HeaderFields.parse(text, hasStartLine: false) {
        parts.append(Part(fields: fields, body: text[bodyStart...], isCutOff: isCutOff))
      }
    }
    while lineStart < body.endIndex {
      let lineEnd = body[lineStart...].firstIndex(of: 0x0A).map { $0 + 1 } ?? body.endIndex
      let line = body[lineStart..<lineEnd]
      if line.starts(with: delimiter) {
        close(at: lineStart)
        let rest = line.dropFirst(delimiter.count)
        if rest.starts(with: Array("--".utf8)) { return parts }
        partStart = lineEnd
      }
      lineStart = lineEnd
    }
    close(at: body.endIndex, isCutOff: true)
    return parts
  }
}

/// Quoted-printable (RFC 2045, section 6.7). What is not valid stays as it is.
enum QuotedPrintable {
  static func decode(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var i = text.startIndex
    while i < text.endIndex {
      let byte = text[i]
      guard byte == UInt8(ascii: "=") else {
        output.append(byte)
        i += 1
        continue
      }
      // `=` at a line's end joins it with the next.
      var end = i + 1
      while end < text.endIndex, text[end] == 0x20 || text[end] == 0x09 { end += 1 }
      if end < text.endIndex, text[end] == 0x0D { end += 1 }
      if end == text.endIndex || text[end] == 0x0A {
        i = min(end + 1, text.endIndex)
      } else if i + 2 < text.endIndex, let high = digit(text[i + 1]), let low = digit(text[i + 2]) {
        output.append(high << 4 | low)
        i += 3
      } else {
        output.append(byte)
        i += 1
      }
    }
    return output
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x61 + 10
    default: nil
    }
  }
}
