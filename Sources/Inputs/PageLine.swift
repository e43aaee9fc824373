/// One line of JSON Lines in, as `INTERFACE.md` has it: `id`, `url`, and `html` or `html_base64`; other keys are ignored.
struct PageLine {
  var id: String?
  var url: String?
  /// The page as a string gave it: UTF-8.
  var html: [UInt8]?
  /// The undecoded base64 text.
  var htmlBase64: [UInt8]?

  init(_ line: [UInt8]) throws(JSONFailure) {
    var page = PageLine()
    try unsafe line.withUnsafeBufferPointer { buffer throws(JSONFailure) in
      var scanner = unsafe JSONScanner(buffer)
      unsafe try scanner.beginObject()
      var isFirst = true
      while let key = unsafe try scanner.nextKey(isFirst: &isFirst) {
        switch key {
        case "id": page.id = unsafe try scanner.text()
        case "url": page.url = unsafe try scanner.text()
        case "html": page.html = unsafe try scanner.stringOrNil()
        case "html_base64": page.htmlBase64 = unsafe try scanner.stringOrNil()
        default: unsafe try scanner.skipValue()
        }
      }
      unsafe try scanner.expectEnd()
    }
    self = page
  }

  private init() {}

  /// Whether the line is an object with a page in it, even if it is broken after the page's key; or before it, where
  /// another object follows on the next line.
  static func looksLikePage(_ line: [UInt8], isFollowed: Bool) -> Bool {
    var found = false
    unsafe line.withUnsafeBufferPointer { buffer in
      var scanner = unsafe JSONScanner(buffer)
      do throws(JSONFailure) {
        unsafe try scanner.beginObject()
        var isFirst = true
        while let key = unsafe try scanner.nextKey(isFirst: &isFirst) {
          if key == "html" || key == "html_base64" {
            found = true
            return
          }
          unsafe try scanner.skipValue()
        }
      } catch {
        found = isFollowed && ["\"html\"", "\"html_base64\""].contains { line.firstRange(of: $0.utf8) != nil }
      }
    }
    return found
  }
}
