import Pages

/// A start or end tag taken apart.
struct HTMLTag {
  var name: String
  var isEnd: Bool
  /// By lower-case name, character references decoded; the last of a name counts, and one without a value is empty.
  var attributes: [String: String] = [:]

  /// nil for comments, declarations and the like.
  init?(_ tag: [UInt8]) {
    guard tag.count > 2, tag[0] == UInt8(ascii: "<") else { return nil }
    isEnd = tag[1] == UInt8(ascii: "/")
    var at = isEnd ? 2 : 1
    guard at < tag.count, tag[at].isLetter else { return nil }
    let nameStart = at
    while at < tag.count, !tag[at].isSpaceOrBreak, tag[at] != UInt8(ascii: "/"), tag[at] != UInt8(ascii: ">") {
      at += 1
    }
    name = String(decoding: tag[nameStart..<at].map(\.lowercase), as: UTF8.self)
    while at < tag.count {
      while at < tag.count, tag[at].isSpaceOrBreak || tag[at] == UInt8(ascii: "/") { at += 1 }
      guard at < tag.count, tag[at] != UInt8(ascii: ">") else { break }
      at = takeAttribute(tag, at)
    }
  }

  private mutating func takeAttribute(_ tag: [UInt8], _ start: Int) -> Int {
    var at = start + 1
    while at < tag.count, !tag[at].isSpaceOrBreak, !"/=>".utf8.contains(tag[at]) { at += 1 }
    let key = String(decoding: tag[start..<at].map(\.lowercase), as: UTF8.self)
    var next = at
    while next < tag.count, tag[next].isSpaceOrBreak { next += 1 }
    guard next < tag.count, tag[next] == UInt8(ascii: "=") else {
      attributes[key] = ""
      return at
    }
    at = next + 1
    while at < tag.count, tag[at].isSpaceOrBreak { at += 1 }
    guard at < tag.count else { return at }
    let value: ArraySlice<UInt8>
    if tag[at] == UInt8(ascii: "\"") || tag[at] == UInt8(ascii: "'") {
      let end = tag[(at + 1)...].firstIndex(of: tag[at]) ?? tag.count
      value = tag[(at + 1)..<end]
      at = min(end + 1, tag.count)
    } else {
      let end = tag[at...].firstIndex { $0.isSpaceOrBreak || $0 == UInt8(ascii: ">") } ?? tag.count
      value = tag[at..<end]
      at = end
    }
    attributes[key] = CharacterReferences.decode(value, inAttribute: true)
    return at
  }
}

/// Turns a block of raw HTML in Markdown into the items it stands for.
struct HTMLItems {
  private struct Open {
    var name: String
    var href: String?
    /// Of the text collected when it began.
    var start: Int
  }
  private static let blocks: Set<String> = [
    "p", "div", "section", "center", "summary", "details", "figcaption", "figure", "body", "main", "article",
  ]
  private static let containers: Set<String> = ["li", "td", "th", "pre", "blockquote", "dt", "dd"]
  private static let void: Set<String> = [
    "img", "br", "hr", "input", "source", "meta", "link", "wbr", "col", "path",
  ]
  private static let deepest = 200
  private var text: [UInt8] = []
  private var open: [Open] = []
  /// Of the open elements: how many there are of a name.
  private var openNames: [String: Int] = [:]
  /// Whether the open lists are ordered.
  private var lists: [Bool] = []
  private var hidden = 0

  mutating func read(_ html: [UInt8], into items: inout MarkdownItems) {
    var at = 0
    var missingComment = false
    while at < html.count {
      if html[at] != UInt8(ascii: "<") {
        let end = html[at...].firstIndex(of: UInt8(ascii: "<")) ?? html.count
        add(CharacterReferences.decode(html[at..<end], inAttribute: false))
        at = end
        continue
      }
      let rest = html[(at + 1)...]
      if rest.starts(with: "!--".utf8) {
        let end = missingComment ? nil : html[min(at + 4, html.count)...].firstRange(of: "-->")
        missingComment = end == nil
        at = end?.upperBound ?? html.count
      } else if rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "?") {
        at = rest.firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? html.count
      } else if let end = Self.tagEnd(html, at), let tag = HTMLTag(Array(html[at..<end])) {
        if tag.isEnd {
          endTag(tag.name, &items)
        } else {
          startTag(tag, &items)
          if html[at..<end].dropLast().last == UInt8(ascii: "/") { endTag(tag.name, &items) }
        }
        at = end
      } else {
        add("<")
        at += 1
      }
    }
    flush(.paragraph, .none, &items)
  }

  /// The offset after the tag at `start`; quoted values may hold `>`.
  private static func tagEnd(_ html: [UInt8], _ start: Int) -> Int? {
    var at = start + 1
    if at < html.count, html[at] == UInt8(ascii: "/") { at += 1 }
    guard at < html.count, html[at].isLetter else { return nil }
    var quote: UInt8?
    var previous: UInt8 = 0
    while at < html.count {
      let byte = html[at]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: ">") {
        return at + 1
      } else if (byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")) && previous == UInt8(ascii: "=") {
        quote = byte
      }
      if !byte.isSpaceOrBreak { previous = byte }
      at += 1
    }
    return nil
  }

  private mutating func add(_ data: String) {
    if hidden == 0 { text += data.utf8 }
  }

  private func isInside(_ names: String...) -> Bool { names.contains { (openNames[$0] ?? 0) > 0 } }

  private static func headingLevel(_ name: String) -> Int? {
    let bytes = Array(name.utf8)
    guard bytes.count == 2, bytes[0] == UInt8(ascii: "h"), (0x31...0x36).contains(bytes[1]) else { return nil }
    return Int(bytes[1] - 0x30)
  }

  private mutating func startTag(_ tag: HTMLTag, _ items: inout MarkdownItems) {
    switch tag.name {
    case "script", "style": hidden += 1
    case "img":
      items.add(
        .image, .source(ImageSource(tag.attributes["src"] ?? "")), ShownText.normal(tag.attributes["alt"] ?? ""))
    case "br": text.append(0x20)
    case "hr":
      flush(.paragraph, .none, &items)
      items.add(.rule)
    case "ul", "ol":
      flushContext(&items)
      lists.append(tag.name == "ol")
    case let name where Self.containers.contains(name) || Self.headingLevel(name) != nil: flushContext(&items)
    case let name where Self.blocks.contains(name) && !isInside("td", "th", "li"): flush(.paragraph, .none, &items)
    default: break
    }
    guard !Self.void.contains(tag.name), open.count < Self.deepest else { return }
    open.append(Open(name: tag.name, href: tag.attributes["href"], start: text.count))
    openNames[tag.name, default: 0] += 1
  }

  private mutating func endTag(_ name: String, _ items: inout MarkdownItems) {
    if name == "script" || name == "style" { hidden = max(0, hidden - 1) }
    guard let index = open.lastIndex(where: { $0.name == name }) else { return }
    let ended = open[index]
    for element in open[index...] { openNames[element.name, default: 1] -= 1 }
    open.removeSubrange(index...)
    let shown =
      ended.start <= text.count ? ShownText.normal(String(decoding: text[ended.start...], as: UTF8.self)) : ""
    switch name {
    case "a":
      if let href = ended.href { return items.add(.link, .address(LinkAddress(href)), shown) }
    case "b", "strong": if !shown.isEmpty { return items.add(.strong, .none, shown) }
    case "i", "em": if !shown.isEmpty { return items.add(.emphasis, .none, shown) }
    case "del", "s", "strike": if !shown.isEmpty { return items.add(.strikethrough, .none, shown) }
    case "code": if !shown.isEmpty, !isInside("pre") { return items.add(.inlineCode, .none, shown) }
    case "pre":
      let code = ShownText.code(String(decoding: text, as: UTF8.self))
      text = []
      if !code.isEmpty {
        items.add(.codeBlock, .language(""), code)
        items.addPassage(code)
      }
    case "td", "th": flush(.tableCell, .flag(name == "th"), &items)
    case "li": flush(.listItem, .list(depth: max(1, lists.count), isOrdered: lists.last ?? false), &items)
    case "ul", "ol": _ = lists.popLast()
    case "blockquote": flush(.blockQuote, .none, &items)
    case let name where Self.blocks.contains(name) && !isInside("td", "th", "li"): flush(.paragraph, .none, &items)
    default: if let level = Self.headingLevel(name) { flush(.heading, .level(level), &items) }
    }
  }

  /// Makes an item of the text collected.
  private mutating func flush(
    _ kind: MarkdownItems.Kind, _ attribute: MarkdownItems.Attribute, _ items: inout MarkdownItems
  ) {
    let shown = ShownText.normal(String(decoding: text, as: UTF8.self))
    text = []
    guard !shown.isEmpty else { return }
    items.add(kind, attribute, shown)
    items.addPassage(shown)
  }

  private mutating func flushContext(_ items: inout MarkdownItems) {
    if !lists.isEmpty, isInside("li") {
      flush(.listItem, .list(depth: lists.count, isOrdered: lists.last ?? false), &items)
    } else {
      flush(.paragraph, .none, &items)
    }
  }
}
