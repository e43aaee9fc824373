import Pages

/// The pages of a JSON Lines file. Blank lines are no pages; a broken line is a failure, and the next one is read.
final class JSONLinesSource: PageSource {
  private var scanner: LineScanner
  private let maxBytes: Int
  private var hasFailed = false
  private var isFirstLine = true

  init(scanner: LineScanner, maxBytes: Int) {
    self.scanner = scanner
    self.maxBytes = maxBytes
  }

  /// The most bytes a line may have: escapes may make it twice as long as its page, and beside the page there may be
  /// other keys.
  static func lineLimit(maxBytes: Int) -> Int {
    let (doubled, overflows) = maxBytes.multipliedReportingOverflow(by: 2)
    return overflows ? .max : max(doubled, 1 << 20)
  }

  func next() -> Result<InputDocument, InputFailure>? {
    // After a stream failure nothing that follows can be trusted.
    if hasFailed { return nil }
    let path = scanner.stream.path
    do throws(StreamFailure) {
      while let line = try scanner.next(limit: Self.lineLimit(maxBytes: maxBytes)) {
        switch line {
        case .tooLong: return .failure(failure(id: nil, reason: tooLarge(maxBytes)))
        case .line(var bytes):
          if isFirstLine, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
          isFirstLine = false
          if bytes.allSatisfy(Magic.isJSONSpace) { continue }
          return document(bytes)
        }
      }
      return nil
    } catch {
      hasFailed = true
      var failure = InputFailure(error)
      failure.id = "\(path):\(scanner.lineNumber + 1)"
      failure.reason += " (\(scanner.lineNumber) lines before it were read)"
      return .failure(failure)
    }
  }

  private func document(_ line: [UInt8]) -> Result<InputDocument, InputFailure> {
    let page: PageLine
    do throws(JSONFailure) {
      page = try PageLine(line)
    } catch {
      let reason = "the JSON is broken at byte \(error.offset) of the line: \(error.reason); mend or delete the line"
      return .failure(failure(id: nil, reason: reason))
    }
    var document = InputDocument(
      id: page.id ?? "\(scanner.stream.path):\(scanner.lineNumber)", url: page.url, bytes: [],
      path: scanner.stream.path, line: scanner.lineNumber)
    if let html = page.html {
      // No writer of JSON does these (RFC 8259, sections 7 and 8.1).
      if let control = Self.control(in: line) {
        document.damage = damage(document, "has a control character at byte \(control)")
      } else if !CharsetDecoder.isUTF8(line) {
        document.damage = damage(document, "is not UTF-8")
      }
      document.bytes = html
      document.declaredCharset = "utf-8"
      document.kind = InputKind.sniffText(html)
    } else if let text = page.htmlBase64 {
      switch decode(base64: text) {
      case .success(let bytes):
        document.bytes = bytes
        document.kind = InputKind.sniffText(bytes)
      case .failure(let problem): return .failure(failure(id: page.id, reason: problem.reason))
      }
    } else {
      let reason = "the object has neither “html” nor “html_base64” as a string; add the page or delete the line"
      return .failure(failure(id: page.id, reason: reason))
    }
    if document.bytes.count > maxBytes { return .failure(failure(id: page.id, reason: tooLarge(maxBytes))) }
    return .success(document)
  }

  private func damage(_ document: InputDocument, _ words: String) -> InputFailure {
    failure(id: document.id, reason: "the line \(words); the page was read all the same, write the line again")
  }

  /// The first control character; tabs, and line ends of DOS, are let pass.
  private static func control(in line: [UInt8]) -> Int? {
    line.indices.first { line[$0] < 0x20 && line[$0] != 0x09 && !(line[$0] == 0x0D && $0 == line.count - 1) }
  }

  private struct Problem: Error { var reason: String }

  private func decode(base64 text: [UInt8]) -> Result<[UInt8], Problem> {
    switch Base64.decode(text) {
    case .failure(let invalid):
      return .failure(Problem(reason: "“html_base64” is not base64 at its byte \(invalid.offset); encode it again"))
    case .success(let bytes):
      switch InputKind.sniff(bytes.prefix(InputKind.sniffedBytes)) {
      case .gzip, .zstd:
        do throws(StreamFailure) {
          return .success(try decompress(bytes, limit: maxBytes))
        } catch {
          return .failure(Problem(reason: "in “html_base64”, byte \(error.offset ?? 0): \(error.reason)"))
        }
      case .binary:
        let name = Magic.binaryName(Array(bytes.prefix(InputKind.sniffedBytes))) ?? "binary data"
        return .failure(Problem(reason: "“html_base64” holds \(name), not a page; leave it out"))
      default: return .success(bytes)
      }
    }
  }

  private func failure(id: String?, reason: String) -> InputFailure {
    InputFailure(
      id: id ?? "\(scanner.stream.path):\(scanner.lineNumber)", path: scanner.stream.path,
      place: .line(scanner.lineNumber), reason: reason)
  }
}
