import Pages

/// An HTTP response as it stands in a WARC record (RFC 9112).
struct HTTPResponse {
  var fields: HeaderFields
  var body: [UInt8]

  /// Nil when the bytes hold no response.
  init?(_ bytes: [UInt8]) {
    guard bytes.starts(with: Array("HTTP/".utf8)),
      let (fields, bodyStart) = HeaderFields.parse(bytes[...], hasStartLine: true)
    else { return nil }
    self.fields = fields
    body = Array(bytes[bodyStart...])
  }

  /// 0 where none can be read.
  var status: Int {
    let words = fields.startLine.split(separator: " ")
    return words.count > 1 ? Int(words[1]) ?? 0 : 0
  }

  /// The body without its transfer and content encodings, and in words what is damaged about it. The failure's reason is
  /// the words to show.
  func decodedBody(limit: Int) throws(StreamFailure) -> (bytes: [UInt8], damage: String?) {
    guard fields["transfer-encoding"]?.lowercased().contains("chunked") == true else {
      return (try withoutContentEncoding(body, limit: limit), nil)
    }
    let chunks = ChunkedBody(body)
    do throws(StreamFailure) {
      return (try withoutContentEncoding(chunks.bytes, limit: limit), chunks.damage)
    } catch {
      guard let damage = chunks.damage else { throw error }
      throw StreamFailure(path: error.path, offset: error.offset, reason: "\(damage); crawl the page again")
    }
  }

  private func withoutContentEncoding(_ bytes: [UInt8], limit: Int) throws(StreamFailure) -> [UInt8] {
    switch (fields["content-encoding"] ?? "identity").lowercased() {
    case "", "identity", "none": return bytes
    case "gzip", "x-gzip", "zstd":
      // The same goes for compression: what does not look compressed is not.
      return try decompress(bytes, limit: limit)
    case "deflate":
      // The name means zlib's format (RFC 9110, section 8.4.1.2), but some servers send it bare.
      guard bytes.count >= 2 else { return bytes }
      let isZlib = bytes[0] & 0x0F == 8 && (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0
      return try decompress(bytes, with: GzipDecompressor(isZlib ? .zlib : .none), limit: limit)
    case let other:
      let reason = "its content encoding “\(other)” is not read; save the page without it"
      throw StreamFailure(path: "", offset: nil, reason: reason)
    }
  }

  var declaredCharset: String? { knownCharset(fields.contentParameter("charset")) }
}

/// `label` if the encoding standard knows it: envelopes say many things, and a wrong one must not lose the page.
func knownCharset(_ label: String?) -> String? {
  label.flatMap { CharsetDecoder.encodingName(forLabel: $0) == nil ? nil : $0 }
}
