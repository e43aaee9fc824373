import Documents

/// Questions about inline runs. Nesting is bounded by `DocumentBuilder.wrapperLimit`.
enum InlineContent {
  /// Whether anything is to be seen.
  static func shows(_ inlines: [Inline]) -> Bool {
    inlines.contains { inline in
      switch inline {
      case .text(let text): text.utf8.contains { !$0.isWhitespace }
      case .code, .image: true
      case .lineBreak: false
      case .strong(let content), .emphasis(let content), .deleted(let content), .superscript(let content),
        .subscript(let content), .link(_, _, let content):
        shows(content)
      }
    }
  }

  static func isEmpty(_ inlines: [Inline]) -> Bool {
    inlines.allSatisfy { inline in
      if case .text(let text) = inline { return text.isEmpty }
      return false
    }
  }

  /// Splits a line where two line breaks follow each other.
  static func paragraphs(_ line: [Inline]) -> [[Inline]] {
    var paragraphs: [[Inline]] = []
    var current: [Inline] = []
    var breaks = 0
    for inline in line {
      switch inline {
      case .lineBreak: breaks += 1
      case .text(let text) where breaks > 0 && text.utf8.allSatisfy(\.isWhitespace): continue
      default:
        if breaks > 1 {
          if shows(current) { paragraphs.append(current) }
          current = []
        } else if breaks == 1 {
          current.append(.lineBreak)
        }
        breaks = 0
        current.append(inline)
      }
    }
    if shows(current) { paragraphs.append(current) }
    return paragraphs
  }

  /// A heading's links to itself are no links.
  static func withoutFragmentLinks(_ inlines: [Inline]) -> [Inline] {
    inlines.flatMap { inline -> [Inline] in
      switch inline {
      case .link(let destination, let title, let content):
        if destination.utf8.first == UInt8(ascii: "#") { return withoutFragmentLinks(content) }
        return [.link(destination: destination, title: title, withoutFragmentLinks(content))]
      case .strong(let content): return [.strong(withoutFragmentLinks(content))]
      case .emphasis(let content): return [.emphasis(withoutFragmentLinks(content))]
      default: return [inline]
      }
    }
  }
}
