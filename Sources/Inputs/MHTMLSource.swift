import Pages

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
      let whole = MIMEPart(fields: header, body: bytes[bodyStart...])
      guard let page = whole.root() else {
        throw StreamFailure(path: path, offset: nil, reason: "holds no HTML part; save the page again")
      }
      if page.isCutOff {
        throw StreamFailure(path: path, offset: nil, reason: "ends inside its HTML part; save the page again")
      }
      let body: MIMEPart.DecodedBody
      do throws(Base64.InvalidByte) {
        body = try page.decodedBody()
      } catch {
        let reason = "the base64 of its HTML part is broken; save the page again"
        throw StreamFailure(path: path, offset: place(page.body.startIndex + error.offset), reason: reason)
      }
      let url = page.fields["content-location"] ?? header["snapshot-content-location"] ?? header["content-location"]
      var document = InputDocument(
        id: path, url: url, bytes: body.bytes, path: path,
        declaredCharset: knownCharset(page.fields.contentParameter("charset")))
      document.damage = (page.damage ?? body.damage ?? notUTF8(document)).map { damage in
        InputFailure(
          StreamFailure(
            path: path, offset: damage.offset.flatMap(place),
            reason: "\(damage.words); the page was read all the same, save it again"))
      }
      return .success(document)
    } catch {
      return .failure(InputFailure(error))
    }
  }

  private func place(_ offset: Int) -> Int? { scanner.stream.isCompressed ? nil : offset }

  /// Browsers save what they have parsed: there is nothing in it that is not in the charset they name.
  private func notUTF8(_ document: InputDocument) -> MIMEPart.Damage? {
    guard let label = document.declaredCharset, CharsetDecoder.encodingName(forLabel: label) == "UTF-8",
      !CharsetDecoder.isUTF8(document.bytes)
    else { return nil }
    return MIMEPart.Damage(words: "its HTML part is not the UTF-8 it should be", offset: nil)
  }
}
