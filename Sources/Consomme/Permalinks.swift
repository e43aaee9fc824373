import Pages

extension Segment {
  /// Drops what points at the text itself: the `#`, `¶` or icon beside a heading, the arrow behind a footnote, whatever link into a
  /// page has nothing to say; and unlinks headings that link into their page.
  mutating func dropPermalinks(_ inlines: InlineBuilder) {
    guard block != .code else { return }
    var drops: Set<Int> = []
    var unlinks: Set<Int> = []
    var at = 0
    while at < pieces.count {
      guard let anchor = pieces[at].anchor else {
        at += 1
        continue
      }
      var end = at
      var says = false
      while end < pieces.count, pieces[end].anchor == anchor || pieces[end].isBreak {
        if case .image = pieces[end] { says = true }
        if !says, case .text(let run) = pieces[end] { says = Self.hasWords(inlines.page.visibleText(run.range)) }
        end += 1
      }
      at = end
      let value = inlines.scan.values[inlines.scan.anchors[anchor].value].range
      let href = inlines.page.sourceSlice(value)
      guard href.contains(UInt8(ascii: "#")) else { continue }
      if !says {
        drops.insert(anchor)
      } else if block.headingLevel != nil, href.first == UInt8(ascii: "#") {
        unlinks.insert(anchor)
      }
    }
    if drops.isEmpty && unlinks.isEmpty { return }
    pieces = pieces.compactMap { piece in
      guard let anchor = piece.anchor else { return piece }
      if drops.contains(anchor) { return nil }
      guard unlinks.contains(anchor), case .text(var run) = piece else { return piece }
      run.anchor = nil
      return .text(run)
    }
    while case .lineBreak? = pieces.last { pieces.removeLast() }
  }

  private static func hasWords(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
  }
}

extension InlinePiece {
  var anchor: Int? {
    switch self {
    case .text(let run): run.anchor
    case .image(let image): image.anchor
    case .lineBreak: nil
    }
  }

  var isBreak: Bool { if case .lineBreak = self { true } else { false } }
}

extension SegmentedPage {
  /// Whether a code block is only the numbers of the lines of the one that follows.
  func isGutter(_ index: Int, _ inlines: InlineBuilder) -> Bool {
    guard segments[index].block == .code, index + 1 < segments.count, segments[index + 1].block == .code else {
      return false
    }
    let lines = inlines.code(segments[index]).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == "1" else { return false }
    return lines.enumerated().allSatisfy { $1 == String($0 + 1) }
  }

  /// The language said of a code block, or of the numbers of its lines before it.
  func codeLanguage(of index: Int, _ inlines: InlineBuilder) -> Int? {
    if let language = segments[index].codeLanguage { return language }
    guard index > 0, segments[index].block == .code, isGutter(index - 1, inlines) else { return nil }
    return segments[index - 1].codeLanguage
  }
}
