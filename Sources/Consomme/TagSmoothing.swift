import PageTags

extension TaggedPage {
  /// The page with labels that cannot be right mended by those around them, so that a wrong byte here and there does not tear
  /// text, values and anchors apart. Only labels are looked at, never what the bytes are.
  ///
  /// No markup is shorter than three bytes (`<b>`, `","`), so one or two bytes of it within text are text.
  func smoothed() -> TaggedPage {
    var page = self
    page.smoothValues()
    page.smoothText()
    page.smoothAnchors()
    return page
  }

  /// The longest run that counts as a slip.
  private static let slip = 2

  /// One or two bytes in the middle of a value are of the value; a slip between the opening byte and its value as well.
  private mutating func smoothValues() {
    // What ends a tag ends its values.
    for index in tags.indices where tags[index].attribute == .value {
      if tags[index].anchor == .open || tags[index].boundary != .none { tags[index].attribute = .none }
    }
    var at = 0
    while at < tags.count {
      let label = tags[at].attribute
      guard label != .none, at + 1 < tags.count else {
        at += 1
        continue
      }
      var next = at + 1
      while next < tags.count, next - at <= Self.slip, tags[next].attribute != .value { next += 1 }
      let slips = at + 1..<next
      // A slip may itself look like the opening of a value, but two openings are two attributes unless a value is around.
      let isSlip =
        next < tags.count && !slips.isEmpty && value(from: next, isAtLeast: 1 + slips.count)
        && (label == .value || (slips.count == 1 && tags[at + 1].attribute == .none))
      if isSlip { for index in slips { tags[index].attribute = .value } }
      at = max(next, at + 1)
    }
  }

  private func value(from start: Int, isAtLeast count: Int) -> Bool {
    start + count <= tags.count && (start..<start + count).allSatisfy { tags[$0].attribute == .value }
  }

  private mutating func smoothText() {
    var at = 0
    while at < tags.count {
      var end = at
      let isText = tags[at].content != .markup
      while end < tags.count, (tags[end].content != .markup) == isText { end += 1 }
      let run = at..<end
      at = end
      if isText {
        // Text does not stand in values.
        if run.allSatisfy({ tags[$0].attribute == .value }) {
          for index in run { tags[index].content = .markup }
        } else {
          for index in run where tags[index].boundary != .none { tags[index].boundary = .none }
        }
        continue
      }
      guard run.count <= Self.slip, run.lowerBound > 0, run.upperBound < tags.count else { continue }
      let before = run.lowerBound - 1
      let after = run.upperBound
      // A single byte of text behind may be the slip; the less sure is.
      let isLone = after + 1 < tags.count && tags[after + 1].content == .markup
      if isLone, run.contains(where: { confidence[$0] > confidence[after] }) { continue }
      for index in run {
        let anchor = tags[index].anchor
        tags[index] = tags[before]
        tags[index].anchor = anchor
        mainProbability[index] = mainProbability[before]
      }
    }
  }

  private mutating func smoothAnchors() {
    // An anchor has no address of an anchor inside.
    var at = 0
    while at < tags.count {
      guard tags[at].attribute == .anchorOpen else {
        at += 1
        continue
      }
      repeat {
        if tags[at].anchor == .inside { tags[at].anchor = .none }
        at += 1
      } while at < tags.count && tags[at].attribute == .value
    }
    // `</a>` has four bytes, and before the opening byte there is always a tag.
    at = 0
    while at < tags.count {
      guard tags[at].anchor == .inside else {
        at += 1
        continue
      }
      var next = at + 1
      while next < tags.count, next - at <= Self.slip + 1, tags[next].anchor != .inside { next += 1 }
      let slips = at + 1..<next
      if next < tags.count, !slips.isEmpty, tags[next].anchor == .inside,
        slips.allSatisfy({ tags[$0].attribute == .none || tags[$0].attribute == .value }), !opens(slips)
      {
        for index in slips { tags[index].anchor = .inside }
      }
      at = max(next, at + 1)
    }
  }

  /// Whether an anchor begins in `range`, which follows bytes inside one: an opening byte that follows no text of an anchor.
  private func opens(_ range: Range<Int>) -> Bool {
    guard let open = range.first(where: { tags[$0].anchor == .open }) else { return false }
    return open > 0 && tags[open - 1].anchor == .none
  }
}
