/// The pages of a WARC file (ISO 28500): HTML in `response` records whose status is 2xx, and in `resource` records.
///
/// Other records (requests, pictures, redirects, revisits) are no pages and are passed over. A record that is damaged, in
/// whatever kind, is a failure; reading goes on at the next one.
final class WARCSource: PageSource {
  private var scanner: LineScanner
  private let maxBytes: Int
  private var isDone = false
  private var recordNumber = 0
  /// Behind something damaged: what stands here is no record's beginning.
  private var isLost = false

  /// Headers and status lines beside the page.
  private static let envelopeLimit = 1 << 20
  /// Records that are no pages are looked at whole up to here.
  private static let otherLimit = 1 << 20
  private static let version = Array("WARC/".utf8)
  private static let http = Array("HTTP/".utf8)
  private static let trailer: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]

  init(scanner: LineScanner, maxBytes: Int) {
    self.scanner = scanner
    self.maxBytes = maxBytes
  }

  func next() -> Result<InputDocument, InputFailure>? {
    while !isDone {
      if let result = nextRecord() { return result }
    }
    return nil
  }

  /// A record's page or failure; nil when it is no page, or at the end.
  private func nextRecord() -> Result<InputDocument, InputFailure>? {
    guard goToRecord() else {
      isDone = true
      return nil
    }
    scanner.stream.forgetFrames(before: scanner.position)
    let wasLost = isLost
    if !wasLost { recordNumber += 1 }
    guard scanner.holds(Self.version, at: 0) else {
      return damage(
        nil, failedReading ?? "does not begin with “WARC/”; the file is damaged, get a good copy")
    }
    guard let (header, headerCount) = header(), let type = header["warc-type"]?.lowercased() else {
      if wasLost {
        scanner.drop(1)
        return nil
      }
      return damage(nil, failedReading ?? "has a damaged header; get a good copy")
    }
    if wasLost { recordNumber += 1 }
    isLost = false
    guard let length = header["content-length"].flatMap(Int.init), length >= 0, length < 1 << 60 else {
      return damage(header, "says no Content-Length; repack it")
    }
    // Other protocols have responses too; a damaged address does not make a page one of theirs.
    scanner.hold(headerCount + Self.http.count)
    let isHTTP =
      scanner.holds(Self.http, at: headerCount) || (header["warc-target-uri"]?.lowercased().contains("http") ?? true)
    let record = Record(
      isResponse: type == "response" && isHTTP, type: type, header: header, headerCount: headerCount, length: length,
      offset: scanner.stream.offsetOnDisk(of: scanner.position))
    guard Self.types.contains(type) else {
      return damage(
        header, "is of a kind that is not known (“\(type.prefix(20))”); the file is damaged, get a good copy")
    }
    if length > (record.isPage ? maxBytes + min(Self.envelopeLimit, Int.max - maxBytes) : Self.otherLimit) {
      return passOver(record)
    }
    switch end(of: record) {
    case .failure(let problem): return damage(header, problem.reason)
    case .success(let end):
      defer { scanner.drop(end) }
      guard record.isPage else { return nil }
      return page(of: record, block: Array(scanner.held.dropFirst(headerCount).prefix(length)))
    }
  }

  private struct Problem: Error { var reason: String }

  /// What stopped the stream, in words about a record.
  private var failedReading: String? { scanner.failure.map { "is damaged: \($0.reason)" } }

  private var cutOff: String { "is cut off: the file ends inside record \(recordNumber); get a whole copy" }

  private static let types: Set<String> = [
    "warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation",
  ]

  /// Goes to where the next record begins, or should; false at the end of the file.
  private func goToRecord() -> Bool {
    if isLost { return seek() }
    while true {
      scanner.hold(Self.version.count)
      guard scanner.heldCount > 0 else { return scanner.failure != nil }
      guard scanner.heldByte(0) == 0x0D || scanner.heldByte(0) == 0x0A else { return true }
      scanner.drop(1)
    }
  }

  /// Goes to the next thing that looks like a record's beginning.
  private func seek() -> Bool {
    var skipped = 0
    while true {
      scanner.hold(1 << 16)
      if let found = boundary(from: 0, upTo: scanner.heldCount, strict: false) {
        scanner.drop(found)
        return true
      }
      let isWhole = scanner.heldCount >= 1 << 16
      // The last bytes may begin a boundary.
      let seen = max(0, scanner.heldCount - 8)
      scanner.drop(seen)
      skipped += seen
      // What a bomb holds is not worth looking through.
      if isWhole, !scanner.stream.isCompressed || skipped < max(maxBytes, Self.otherLimit) { continue }
      skipped = 0
      if isWhole {
        guard scanner.recover() else { return false }
        continue
      }
      guard scanner.failure != nil, scanner.recover() else { return false }
    }
  }

  /// Where in what is held a record seems to begin: at a frame's beginning, or at a line's, after an empty one when it is
  /// to be `strict`.
  private func boundary(from start: Int, upTo end: Int, strict: Bool) -> Int? {
    var from = start
    while let hit = scanner.find(Self.version, from: from), hit < end {
      let isFrame =
        scanner.stream.isCompressed && scanner.stream.offsetOnDisk(of: scanner.position + hit) != nil
      let follows = hit > 0 && (strict ? scanner.holds(Self.trailer, at: hit - 4) : scanner.heldByte(hit - 1) == 0x0A)
      if isFrame || follows { return hit }
      from = hit + 1
    }
    return nil
  }

  /// The header that begins here, and its size; nil when it does not end.
  private func header() -> (HeaderFields, count: Int)? {
    var count = 1 << 12
    while true {
      scanner.hold(count)
      let head = Array(scanner.held.prefix(count))
      if let (fields, bodyStart) = HeaderFields.parse(head[...], hasStartLine: true) { return (fields, bodyStart) }
      if head.count < count || count >= 1 << 20 { return nil }
      count *= 4
    }
  }

  private struct Record {
    /// Of a web server.
    var isResponse: Bool
    var type: String
    var header: HeaderFields
    var headerCount: Int
    var length: Int
    /// On disk.
    var offset: Int?

    var isPage: Bool { isResponse || (type == "resource" && WARCSource.isPage(header.mediaType)) }
  }

  /// Holds the whole record and says where the next one begins; a failure when the record is not whole or its length is
  /// wrong.
  private func end(of record: Record) -> Result<Int, Problem> {
    let end = record.headerCount + record.length
    let next = end + Self.trailer.count
    scanner.hold(next + Self.version.count)
    if scanner.heldCount < next + Self.version.count, let failure = scanner.failure {
      // What was decompressed is good if its frame was: each ends with a checksum.
      let isGood = scanner.heldCount >= end && scanner.stream.frame.decoded >= scanner.position + end
      guard isGood else { return .failure(Problem(reason: "is damaged: \(failure.reason)")) }
      return .success(min(next, scanner.heldCount))
    }
    guard scanner.heldCount >= end else {
      return .failure(Problem(reason: cutOff))
    }
    let isLast = scanner.heldCount <= next
    if isLast || scanner.holds(Self.trailer, at: end) || scanner.holds(Self.version, at: next) {
      return .success(min(next, scanner.heldCount))
    }
    // Some writers leave out a line end, or have too many.
    var blank = end
    while blank < scanner.heldCount, scanner.heldByte(blank) == 0x0D || scanner.heldByte(blank) == 0x0A { blank += 1 }
    if blank == scanner.heldCount || scanner.holds(Self.version, at: blank) { return .success(blank) }
    return .failure(Problem(reason: "has a wrong length; the file is damaged, get a good copy"))
  }

  /// Passes over a record that is too large to hold. A wrong length must not take other records along.
  private func passOver(_ record: Record) -> Result<InputDocument, InputFailure>? {
    let failure = record.isPage ? failure(record.header, record.offset, tooLarge(maxBytes)) : nil
    var left = record.headerCount + record.length
    while left > 0 {
      scanner.hold(min(left, 1 << 16) + Self.version.count)
      if scanner.heldCount == 0 {
        isLost = scanner.failure != nil
        return .failure(failure ?? self.failure(record.header, record.offset, failedReading ?? cutOff))
      }
      if let next = boundary(from: 1, upTo: min(left, scanner.heldCount), strict: true) {
        scanner.drop(next)
        let reason = "has a wrong length; the file is damaged, get a good copy"
        return .failure(self.failure(record.header, record.offset, reason))
      }
      // What may be the beginning of a boundary stays, unless it is all there is.
      let seen = min(left, max(1, scanner.heldCount - 8))
      scanner.drop(seen)
      left -= seen
    }
    return failure.map { .failure($0) }
  }

  private func page(of record: Record, block: [UInt8]) -> Result<InputDocument, InputFailure>? {
    let header = record.header
    var document = InputDocument(
      id: id(header), url: header["warc-target-uri"].map(withoutBrackets), bytes: block, path: scanner.stream.path,
      recordOffset: record.offset)
    // Members and frames have checksums of their own.
    var damage: String?
    if !scanner.stream.isCompressed, header["warc-block-digest"].map({ BlockDigest.agrees($0, with: block) }) == false {
      damage = "does not agree with its digest"
    }
    if record.isResponse {
      guard let response = HTTPResponse(block) else {
        let reason = damage.map { "\($0); get a good copy" } ?? "holds no HTTP response; crawl the page again"
        return .failure(failure(header, record.offset, reason))
      }
      guard (200..<300).contains(response.status), Self.isPage(response.fields.mediaType), !response.body.isEmpty else {
        return damage.map { .failure(failure(header, record.offset, "\($0); get a good copy")) }
      }
      do throws(StreamFailure) {
        let body = try response.decodedBody(limit: maxBytes)
        document.bytes = body.bytes
        // A crawler that left off says so itself.
        if header["warc-truncated"] == nil, damage == nil { damage = body.damage }
      } catch {
        let reason = damage.map { "\($0); get a good copy" } ?? error.reason
        return .failure(failure(header, record.offset, reason))
      }
      document.declaredCharset = response.declaredCharset
    } else {
      document.declaredCharset = knownCharset(header.contentParameter("charset"))
    }
    if document.bytes.count > maxBytes { return .failure(failure(header, record.offset, tooLarge(maxBytes))) }
    document.kind = InputKind.sniffText(document.bytes)
    document.damage = damage.map {
      failure(header, record.offset, "\($0); the page was read all the same, get a good copy")
    }
    return .success(document)
  }

  private static func isPage(_ mediaType: String) -> Bool {
    ["text/html", "application/xhtml+xml", "application/json", ""].contains(mediaType)
  }

  /// The record's failure; reading goes on behind its beginning, wherever the next one is. What is only one more sign of
  /// the damage before it is none.
  private func damage(_ header: HeaderFields?, _ reason: String) -> Result<InputDocument, InputFailure>? {
    let wasLost = isLost
    let offset = scanner.stream.offsetOnDisk(of: scanner.position)
    isLost = true
    scanner.drop(1)
    return wasLost ? nil : .failure(failure(header, offset, reason))
  }

  private func id(_ header: HeaderFields?) -> String {
    header?["warc-record-id"].map(withoutBrackets) ?? "\(scanner.stream.path):\(recordNumber)"
  }

  private func failure(_ header: HeaderFields?, _ offset: Int?, _ reason: String) -> InputFailure {
    InputFailure(
      id: id(header), path: scanner.stream.path, place: offset.map { .byte($0) } ?? .file,
      reason: "record \(recordNumber) \(reason)")
  }

  /// Identifiers stand in `<…>`, and older files put addresses in them too.
  private func withoutBrackets(_ text: String) -> String {
    text.hasPrefix("<") && text.hasSuffix(">") ? String(text.dropFirst().dropLast()) : text
  }
}
