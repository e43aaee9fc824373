/// The piece of a source line around a diagnostic, and the caret under it.
///
/// Pages come in lines of a megabyte, so only what fits is looked at, bytes far from the caret never.
struct SourceExcerpt {
  private(set) var source = ""
  /// White space as wide as the source before the caret.
  private(set) var indent = ""
  /// `^`, followed by `~` under the rest of what the diagnostic spans.
  private(set) var caret = "^"

  init(page: DiagnosticPage, diagnostic: DiagnosticRecord, width: Int) {
    let line = page.lineRange(at: diagnostic.offset)
    let caretAt = min(max(page.decodedOffset(diagnostic.offset), line.lowerBound), line.upperBound)
    let spanEnd = min(
      max(page.decodedOffset(DiagnosticPage.end(diagnostic.offset, diagnostic.length)), caretAt), line.upperBound)

    // A little more than a third of the columns before the caret; a scalar is at most four bytes.
    let before = Self.scalars(page.utf8[max(line.lowerBound, caretAt - 4 * width)..<caretAt])
    let after = Self.scalars(page.utf8[caretAt..<min(line.upperBound, caretAt + 4 * width)])
    let spanned = Self.scalars(page.utf8[caretAt..<min(spanEnd, caretAt + 4 * width)]).count

    var left: [Unicode.Scalar] = []
    var columns = 0
    let fits =
      before.reduce(0) { $0 + TerminalText.width($1) } + after.reduce(0) { $0 + TerminalText.width($1) } <= width
    let leftLimit = fits ? width : max(1, width * 2 / 5)
    for scalar in before.reversed() {
      columns += TerminalText.width(scalar)
      if columns > leftLimit { break }
      left.append(scalar)
    }
    let isCutLeft = left.count < before.count || caretAt - 4 * width > line.lowerBound
    if isCutLeft { left.append("…") }
    left.reverse()
    let leftColumns = left.reduce(0) { $0 + TerminalText.width($1) }

    var right: [Unicode.Scalar] = []
    columns = leftColumns
    var markers = 0
    for (index, scalar) in after.enumerated() {
      columns += TerminalText.width(scalar)
      if columns > width { break }
      right.append(scalar)
      if index < spanned { markers += TerminalText.width(scalar) }
    }
    if right.count < after.count || caretAt + 4 * width < line.upperBound { right.append("…") }

    source = String(String.UnicodeScalarView(left + right))
    indent = String(repeating: " ", count: leftColumns)
    if markers > 1 { caret += String(repeating: "~", count: markers - 1) }
  }

  private static func scalars(_ bytes: ArraySlice<UInt8>) -> [Unicode.Scalar] {
    // A cut inside a character leaves up to three bytes of it at the front.
    let whole = bytes.drop { $0 & 0xC0 == 0x80 }
    return String(decoding: whole, as: UTF8.self).unicodeScalars.map(TerminalText.shown)
  }
}
