/// Decides which emphasis can be written with `*` and `~` and which needs tags.
///
/// CommonMark, "Emphasis and strong emphasis": whether a run of delimiters opens or closes hangs on the characters on both its
/// sides. `a**"b"**c` is no emphasis; `a<strong>"b"</strong>c` is.
struct Emphasis {
  /// For each token: whether this opening or closing is written as a tag.
  private(set) var asTag: [Bool]
  private let tokens: [InlineTokens.Token]
  private var partner: [Int]
  private let inCell: Bool

  /// - Parameter inCell: whether a line break is written as a tag.
  init(_ tokens: [InlineTokens.Token], inCell: Bool) {
    self.tokens = tokens
    self.inCell = inCell
    asTag = Array(repeating: false, count: tokens.count)
    partner = Array(repeating: -1, count: tokens.count)
    var opened: [[Int]] = Array(repeating: [], count: 5)
    var needed = false
    for (index, token) in tokens.enumerated() {
      switch token {
      case .open(let style):
        opened[style.rawValue].append(index)
        if style == .superscript || style == .subscript { asTag[index] = true } else { needed = true }
      case .close(let style):
        if let start = opened[style.rawValue].popLast() {
          partner[start] = index
          partner[index] = start
        }
        if style == .superscript || style == .subscript { asTag[index] = true }
      default: break
      }
    }
    guard needed else { return }
    // A tag is punctuation to its neighbours, so one choice may change another; the choices only grow.
    var passes = 0
    while passes < 6, settle() { passes += 1 }
    if passes == 6 { markAll() }
  }

  private mutating func mark(_ index: Int) {
    asTag[index] = true
    if partner[index] >= 0 { asTag[partner[index]] = true }
  }

  private mutating func markAll() {
    for index in tokens.indices {
      switch tokens[index] {
      case .open, .close: asTag[index] = true
      default: break
      }
    }
  }

  private func delimiter(at index: Int) -> (style: InlineTokens.Style, opens: Bool)? {
    guard !asTag[index] else { return nil }
    switch tokens[index] {
    case .open(let style): return (style, true)
    case .close(let style): return (style, false)
    default: return nil
    }
  }

  /// One pass over all runs of delimiters; true when a choice was made.
  private mutating func settle() -> Bool {
    var changed = false
    /// The widths of the runs whose asterisks are still open.
    var openWidths: [Int] = []
    var index = 0
    while index < tokens.count {
      guard let first = delimiter(at: index) else {
        index += 1
        continue
      }
      var end = index
      var opens = 0
      var closes = 0
      var width = 0
      while end < tokens.count, let next = delimiter(at: end),
        (next.style == .deleted) == (first.style == .deleted)
      {
        if next.opens { opens += 1 } else { closes += 1 }
        width += next.style == .emphasis ? 1 : 2
        end += 1
      }
      let mixed = opens > 0 && closes > 0
      let before = neighbour(before: index)
      let after = neighbour(after: end - 1)
      // Runs that close and open and are longer than three meet the "multiple of 3" rule.
      var works =
        !(mixed && (width > 3 || first.style == .deleted))
        && flanks(before: before, after: after, opens: opens > 0, closes: closes > 0)
      if works, first.style != .deleted {
        // A run that opens but might close as well must not be taken for the end of one that is open.
        if closes == 0, before != .whitespace, before != .punctuation || after != .other {
          works = openWidths.allSatisfy { ($0 + width) % 3 == 0 && width % 3 != 0 }
        }
        if works {
          openWidths.removeLast(min(closes, openWidths.count))
          openWidths += [Int](repeating: width, count: opens)
        }
      }
      if !works {
        for position in index..<end { mark(position) }
        changed = true
      }
      index = end
    }
    return changed
  }

  private func flanks(before: Characters.Class, after: Characters.Class, opens: Bool, closes: Bool) -> Bool {
    // A symbol counts as punctuation or as a letter, whichever is worse.
    let beforeIsOpen = before == .whitespace || before == .punctuation
    let afterIsOpen = after == .whitespace || after == .punctuation
    if opens, after == .whitespace || ((after == .punctuation || after == .symbol) && !beforeIsOpen) { return false }
    if closes, before == .whitespace || ((before == .punctuation || before == .symbol) && !afterIsOpen) { return false }
    return true
  }

  private func neighbour(before index: Int) -> Characters.Class {
    guard index > 0 else { return .whitespace }
    switch tokens[index - 1] {
    case .text(let bytes): return Characters.classify(Characters.scalar(in: bytes, before: bytes.count))
    case .lineBreak: return inCell ? .punctuation : .whitespace
    default: return .punctuation
    }
  }

  private func neighbour(after index: Int) -> Characters.Class {
    guard index + 1 < tokens.count else { return .whitespace }
    if case .text(let bytes) = tokens[index + 1] { return Characters.classify(Characters.scalar(in: bytes, at: 0)) }
    return .punctuation
  }
}
