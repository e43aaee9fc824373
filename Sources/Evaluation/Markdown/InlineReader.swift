import Pages

/// Turns the inline content of a block into items and its plain text.
struct InlineReader {
  private enum Element: Hashable {
    case mark(MarkdownItems.Kind)
    case tag(MarkdownItems.Kind)
  }
  private struct Open {
    var element: Element
    /// Of the text inside it.
    var start: Int
    var href: String?
  }

  /// Marks may nest that deep; what is deeper is text.
  private static let deepest = 60
  private var pieces: [UInt8] = []
  private var open: [Open] = []
  private var tooDeep: [Element: Int] = [:]

  func text(from start: Int) -> String { String(decoding: pieces[start...], as: UTF8.self) }

  mutating func take(_ token: InlineToken, into items: inout MarkdownItems) {
    switch token {
    case .text(let text), .special(let text): pieces += text
    case .code(let code):
      let text = ShownText.normal(String(decoding: code, as: UTF8.self))
      if !text.isEmpty { items.add(.inlineCode, .none, text) }
      pieces += code
    case .softBreak: pieces.append(0x20)
    case .hardBreak:
      pieces.append(0x20)
      items.add(.hardBreak)
    case .image(let source, let alternative):
      items.add(
        .image, .source(ImageSource(String(decoding: source, as: UTF8.self))),
        ShownText.normal(String(decoding: alternative, as: UTF8.self)))
    case .open(let mark): begin(.mark(Self.kind(mark)))
    case .close(let mark): end(.mark(Self.kind(mark)), into: &items)
    case .openLink(let destination): begin(.mark(.link), href: String(decoding: destination, as: UTF8.self))
    case .closeLink: end(.mark(.link), into: &items)
    case .html(let html): tag(html, into: &items)
    }
  }

  private static func kind(_ mark: InlineToken.Mark) -> MarkdownItems.Kind {
    switch mark {
    case .strong: .strong
    case .emphasis: .emphasis
    case .deleted: .strikethrough
    }
  }

  private mutating func begin(_ element: Element, href: String? = nil) {
    if open.count < Self.deepest {
      open.append(Open(element: element, start: pieces.count, href: href))
    } else {
      tooDeep[element, default: 0] += 1
    }
  }

  private mutating func end(_ element: Element, into items: inout MarkdownItems) {
    if let count = tooDeep[element], count > 0 {
      tooDeep[element] = count - 1
      return
    }
    guard let index = open.lastIndex(where: { $0.element == element }) else { return }
    let ended = open.remove(at: index)
    let text = ShownText.normal(text(from: ended.start))
    switch element {
    case .mark(.link), .tag(.link):
      if let href = ended.href { items.add(.link, .address(LinkAddress(href)), text) }
    case .mark(let kind), .tag(let kind):
      if !text.isEmpty { items.add(kind, .none, text) }
    }
  }

  private mutating func tag(_ html: [UInt8], into items: inout MarkdownItems) {
    guard let tag = HTMLTag(html) else { return }
    switch tag.name {
    case "br":
      pieces.append(0x20)
      items.add(.hardBreak)
    case "img":
      items.add(
        .image, .source(ImageSource(tag.attributes["src"] ?? "")), ShownText.normal(tag.attributes["alt"] ?? ""))
    case "a": element(.link, tag, into: &items)
    case "b", "strong": element(.strong, tag, into: &items)
    case "i", "em": element(.emphasis, tag, into: &items)
    case "del", "s": element(.strikethrough, tag, into: &items)
    case "code", "tt": element(.inlineCode, tag, into: &items)
    default: break
    }
  }

  private mutating func element(_ kind: MarkdownItems.Kind, _ tag: HTMLTag, into items: inout MarkdownItems) {
    if tag.isEnd { end(.tag(kind), into: &items) } else { begin(.tag(kind), href: tag.attributes["href"]) }
  }
}
