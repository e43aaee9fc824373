/// A message or a part of one (RFC 2045, RFC 2046).
struct MIMEPart {
  var fields: HeaderFields
  var body: ArraySlice<UInt8>
  /// Whether the file ends before the line that ends the part.
  var isCutOff = false
  /// What shows that the file is not as it was written.
  var damage: Damage?

  struct Damage {
    /// Words that follow the path.
    var words: String
    var offset: Int?
  }

  struct DecodedBody {
    var bytes: [UInt8]
    var damage: Damage?
  }

  private var isHTML: Bool { fields.mediaType == "text/html" || fields.mediaType == "application/xhtml+xml" }

  func decodedBody() throws(Base64.InvalidByte) -> DecodedBody {
    let encoding = (fields["content-transfer-encoding"] ?? "").lowercased()
    switch encoding {
    case "quoted-printable":
      let decoded = QuotedPrintable.decode(body)
      let damage = decoded.invalid.map { Damage(words: "the quoted-printable of its HTML part is broken", offset: $0) }
      return DecodedBody(bytes: decoded.bytes, damage: damage)
    case "base64": return DecodedBody(bytes: try Base64.decode(Array(body)).get())
    case "", "7bit", "8bit", "binary":
      return DecodedBody(bytes: Array(body))
    default:
      let words = "the transfer encoding “\(encoding.prefix(40))” of its HTML part is not known"
      return DecodedBody(bytes: Array(body), damage: Damage(words: words, offset: body.startIndex))
    }
  }

  /// The part that `start` names, else the first HTML part; inside `multipart/alternative` too.
  func root() -> MIMEPart? {
    var candidate = self
    // Wrappers inside wrappers: a handful is all that occurs.
    for _ in 0..<8 {
      if candidate.fields.hasBrokenLine, candidate.damage == nil {
        candidate.damage = Damage(words: "a header field before its HTML part is broken", offset: nil)
      }
      if candidate.isHTML { return candidate }
      guard candidate.fields.mediaType.hasPrefix("multipart/"),
        let boundary = candidate.fields.contentParameter("boundary"), !boundary.isEmpty
      else { return nil }
      let parts = candidate.split(Delimiter(boundary: Array(boundary.utf8)))
      let start = candidate.fields.contentParameter("start")
      let named = start.flatMap { start in parts.first { $0.fields["content-id"] == start } }
      guard
        var next = named ?? parts.first(where: \.isHTML)
          ?? parts.first(where: { $0.fields.mediaType.hasPrefix("multipart/") })
      else { return nil }
      next.damage = candidate.damage ?? next.damage
      candidate = next
    }
    return nil
  }

  /// The parts between the lines that begin with the delimiter.
  private func split(_ delimiter: Delimiter) -> [MIMEPart] {
    var parts: [MIMEPart] = []
    var partStart: Int?
    var lineStart = body.startIndex
    var damage: Damage?
    func close(at end: Int, isCutOff: Bool = false) {
      guard let start = partStart, start < end else { return }
      // The line end before a delimiter belongs to it.
      var text = body[start..<end]
      if text.last == 0x0A { text.removeLast() }
      if text.last == 0x0D { text.removeLast() }
      if let (fields, bodyStart) = HeaderFields.parse(text, hasStartLine: false) {
        parts.append(MIMEPart(fields: fields, body: text[bodyStart...], isCutOff: isCutOff, damage: damage))
      }
      damage = nil
    }
    while lineStart < body.endIndex {
      let lineEnd = body[lineStart...].firstIndex(of: 0x0A).map { $0 + 1 } ?? body.endIndex
      let line = body[lineStart..<lineEnd]
      if line.starts(with: delimiter.bytes) {
        close(at: lineStart)
        let rest = line.dropFirst(delimiter.bytes.count)
        if rest.starts(with: Array("--".utf8)) { return parts }
        partStart = lineEnd
      } else if damage == nil, delimiter.wasMeant(in: line) {
        damage = Damage(words: "the line between its HTML part and another is broken", offset: lineStart)
      }
      lineStart = lineEnd
    }
    close(at: body.endIndex, isCutOff: true)
    return parts
  }

  /// The line between two parts (RFC 2046, section 5.1).
  private struct Delimiter {
    /// `--` and the boundary.
    var bytes: [UInt8]

    init(boundary: [UInt8]) { bytes = Array("--".utf8) + boundary }

    /// Whether the line seems to be a broken delimiter: with a byte or two that differ, or with its beginning joined to
    /// the line before. Only for boundaries that do not turn up by chance, and no longer than the standard has them.
    func wasMeant(in line: ArraySlice<UInt8>) -> Bool {
      guard (12...72).contains(bytes.count), line.count >= bytes.count else { return false }
      var different = 0
      for (one, other) in zip(line, bytes) where one != other {
        different += 1
        if different > 2 { break }
      }
      if different <= 2 { return true }
      let tail = bytes[2...]
      var from = line.startIndex
      while let dash = line[from...].firstIndex(of: bytes[2]) {
        if line[dash...].starts(with: tail) { return true }
        from = dash + 1
      }
      return false
    }
  }
}
