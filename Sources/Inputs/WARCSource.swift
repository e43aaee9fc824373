/// The pages of a WARC file (ISO 28500): HTML in `response` records whose status is 2xx, and in `resource` records.
///
/// Other records (requests, pictures, redirects, revisits) are no pages and are passed over.
final class WARCSource: PageSource {
  private var scanner: LineScanner
  private let maxBytes: Int
  private var isDone = false
  private var recordNumber = 0

  /// Headers and status lines beside the page.
  private static let envelopeLimit = 1 << 20
  private static let headerLineLimit = 1 << 16

  init(scanner: LineScanner, maxBytes: Int) {
    self.scanner = scanner
    self.maxBytes = maxBytes
  }

  func next() -> Result<InputDocument, InputFailure>? {
    let path = scanner.stream.path
    while !isDone {
      do throws(StreamFailure) {
        guard let record = try nextHeader() else {
          isDone = true
          return nil
        }
        guard let length = record["content-length"].flatMap(Int.init), length >= 0 else {
          throw StreamFailure(
            path: path, offset: nil, reason: "record \(recordNumber) says no Content-Length; repack it")
        }
        if let result = try page(of: record, length: length) { return result }
      } catch {
        isDone = true
        var failure = InputFailure(error)
        failure.id = "\(path):\(recordNumber)"
        if case .file = failure.place {} else { failure.reason += " (in record \(recordNumber))" }
        return .failure(failure)
      }
    }
    return nil
  }

  /// The header of the next record, past the empty lines before it.
  private func nextHeader() throws(StreamFailure) -> HeaderFields? {
    var lines: [ArraySlice<UInt8>] = []
    while let line = try scanner.next(limit: Self.headerLineLimit) {
      guard case .line(var bytes) = line else { continue }
      if bytes.last == 0x0D { bytes.removeLast() }
      if bytes.isEmpty {
        if lines.isEmpty { continue }
        break
      }
      if lines.isEmpty {
        recordNumber += 1
        guard bytes.starts(with: Array("WARC/".utf8)) else {
          let reason = "record \(recordNumber) does not begin with “WARC/”; the record before it has a wrong length"
          throw StreamFailure(path: scanner.stream.path, offset: nil, reason: reason)
        }
      }
      lines.append(bytes[...])
      if lines.count > 1000 { break }
    }
    return lines.isEmpty ? nil : HeaderFields(lines: lines, hasStartLine: true)
  }

  /// Takes the record's block; its page or failure, or nil when it is no page.
  private func page(of record: HeaderFields, length: Int) throws(StreamFailure) -> Result<InputDocument, InputFailure>?
  {
    let type = record["warc-type"]?.lowercased() ?? ""
    let isResponse = type == "response" && (record["warc-target-uri"]?.lowercased().contains("http") ?? true)
    guard isResponse || (type == "resource" && isPage(record.mediaType)) else {
      try scanner.skip(length)
      return nil
    }
    if length > maxBytes, length - maxBytes > Self.envelopeLimit {
      try scanner.skip(length)
      return .failure(failure(record, tooLarge(maxBytes)))
    }
    guard let block = try scanner.take(length) else {
      let reason = "the file ends inside record \(recordNumber); get a whole copy"
      throw StreamFailure(path: scanner.stream.path, offset: nil, reason: reason)
    }
    var document = InputDocument(
      id: id(record), url: record["warc-target-uri"].map(withoutBrackets), bytes: block, path: scanner.stream.path)
    if isResponse {
      guard let response = HTTPResponse(block) else {
        return .failure(failure(record, "holds no HTTP response; crawl the page again"))
      }
      guard (200..<300).contains(response.status), isPage(response.fields.mediaType), !response.body.isEmpty else {
        return nil
      }
      do throws(StreamFailure) {
        document.bytes = try response.decodedBody(limit: maxBytes)
      } catch {
        return .failure(failure(record, error.reason))
      }
      document.declaredCharset = response.declaredCharset
    } else {
      document.declaredCharset = knownCharset(record.contentParameter("charset"))
    }
    if document.bytes.count > maxBytes { return .failure(failure(record, tooLarge(maxBytes))) }
    document.kind = InputKind.sniffText(document.bytes)
    return .success(document)
  }

  private func isPage(_ mediaType: String) -> Bool {
    ["text/html", "application/xhtml+xml", "application/json", ""].contains(mediaType)
  }

  private func id(_ record: HeaderFields) -> String {
    record["warc-record-id"].map(withoutBrackets) ?? "\(scanner.stream.path):\(recordNumber)"
  }

  private func failure(_ record: HeaderFields, _ reason: String) -> InputFailure {
    InputFailure(id: id(record), path: scanner.stream.path, reason: "record \(recordNumber) \(reason)")
  }

  /// Identifiers stand in `<…>`, and older files put addresses in them too.
  private func withoutBrackets(_ text: String) -> String {
    text.hasPrefix("<") && text.hasSuffix(">") ? String(text.dropFirst().dropLast()) : text
  }
}
