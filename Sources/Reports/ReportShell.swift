import ByteModel

/// What stands around the parts of a report: one HTML document that loads nothing.
///
/// Its content security policy lets run only the script whose digest it names, so that even a piece of a page that came
/// through unescaped could neither run nor load anything.
public enum ReportShell {
  /// - Parameters:
  ///   - title: plain text.
  ///   - page: the page the report is about; nil for several.
  public static func header(title: String, page: String? = nil) -> String {
    """
    <!DOCTYPE html>
    <html lang=en><head><meta charset=utf-8>
    <meta http-equiv=Content-Security-Policy content="\(policy)">
    <meta name=viewport content="width=device-width, initial-scale=1">
    <meta name=referrer content=no-referrer>
    <title>\(HTMLText.escaped(title + (page.map { ": \($0)" } ?? "")))</title>
    <style>\(ReportStyle.sheet)</style></head><body>
    <header><h1>\(HTMLText.escaped(title))</h1></header>
    <main>

    """
  }

  public static let footer = """
    </main>
    <footer><p class=soft>Made by consomme. This page loads nothing and sends nothing.</p></footer>
    <script>\(ReportScript.code)</script></body></html>

    """

  private static let policy =
    "default-src 'none'; base-uri 'none'; form-action 'none'; "
    + "style-src '\(digest(ReportStyle.sheet))'; script-src '\(digest(ReportScript.code))'"

  private static func digest(_ text: String) -> String {
    let digits = Array(SHA256.hexDigest(Array(text.utf8)[...]))
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    return "sha256-" + HTMLText.base64(bytes)
  }
}
