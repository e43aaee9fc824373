import Documents

extension DocumentBuilder {
  // MARK: Frames

  mutating func push(_ kind: Frame.Kind, _ node: Int) {
    flush()
    guard boundary == nil, frames.count < Self.depthLimit else { return }
    frames.append(Frame(kind: kind, node: node))
  }

  mutating func enterContainer(_ node: Int, _ tag: Tag) {
    switch tag {
    case .ul, .menu, .dir: push(.list(start: nil), node)
    case .ol: push(.list(start: tree.string(.start, of: node).flatMap { Int($0) } ?? 1), node)
    case .li:
      // An item outside any list is a list of its own to a reader; without the list, its text suffices.
      if case .list? = frames.last?.kind {
        push(.item(checked: checkbox(in: node)), node)
      } else {
        flush()
      }
    case .blockquote: push(.quote, node)
    case .dl: push(.definitions, node)
    case .dt, .dd:
      if case .definitions? = frames.last?.kind { push(.definition(isTerm: tag == .dt), node) } else { flush() }
    default: flush()
    }
  }

  mutating func closeFrame() {
    guard frames.count > 1, let frame = frames.popLast() else { return }
    switch frame.kind {
    case .list(let start):
      if !frame.items.isEmpty { add(.list(List(start: start, items: frame.items))) }
    case .item(let checked):
      guard !frame.blocks.isEmpty, let last = frames.indices.last else { return }
      frames[last].items.append(List.Item(checked: checked, blocks: frame.blocks))
    case .quote: if !frame.blocks.isEmpty { add(.quote(frame.blocks)) }
    case .definitions: if !frame.definitions.isEmpty { add(.definitions(frame.definitions)) }
    case .definition(let isTerm):
      guard !frame.blocks.isEmpty, let last = frames.indices.last else { return }
      frames[last].definitions.append(Definition(isTerm: isTerm, content: frame.blocks))
    default: for block in frame.blocks { add(block) }
    }
  }

  /// Whether an item begins with a check box, and whether that is ticked.
  private func checkbox(in item: Int) -> Bool? {
    var index = item + 1
    let end = min(tree.end(of: item), item + 8)
    while index < end {
      switch tree.nodes[index].tag {
      case .input:
        guard let type = tree.value(.type, of: index), type.elementsEqual("checkbox".utf8) else { return nil }
        return tree.has(.checked, index)
      case .p, .label, .span, .div: break
      case .text: if !tree.bytes(of: index).allSatisfy(\.isWhitespace) { return nil }
      default: return nil
      }
      index += 1
    }
    return nil
  }

  // MARK: Headings

  /// A heading on one line; false where that is all of it.
  mutating func enterHeading(_ level: Int, _ node: Int) -> Bool {
    flush()
    // A heading that was never closed holds half the page; it is read as what it holds.
    guard boundary == nil, !holdsBlocks(node) else { return true }
    var content = Self.line(of: node, tree: tree, selection: selection, boundary: .text(" "))
    content = InlineContent.withoutFragmentLinks(content)
    guard InlineContent.shows(content) else { return false }
    for wrapper in wrappers.reversed() {
      if case .link = wrapper.kind { content = Self.wrap(content, wrapper.kind) }
    }
    add(.heading(level: level, content))
    return false
  }

  private func holdsBlocks(_ node: Int) -> Bool {
    let end = tree.end(of: node)
    guard end - node < 600 else { return true }
    for index in node + 1..<max(end, node + 1) {
      switch tree.nodes[index].tag {
      case .ul, .ol, .table, .pre, .blockquote, .dl, .h1, .h2, .h3, .h4, .h5, .h6: return true
      default: break
      }
    }
    return false
  }

  // MARK: Inline elements

  mutating func enterInline(_ node: Int, _ tag: Tag) -> Bool {
    guard wrappers.count < Self.wrapperLimit else { return true }
    let kind: Wrapper.Kind
    switch tag {
    case .a:
      guard let href = tree.value(.href, of: node) else { return true }
      if isAnchorMark(node) { return false }
      let destination = String(decoding: href.trimmed, as: UTF8.self)
      if destination.utf8.count >= 11, destination.prefix(11).lowercased() == "javascript:" { return true }
      kind = .link(destination: destination, title: tree.string(.title, of: node))
    case .b, .strong: kind = .strong
    case .i, .em: kind = .emphasis
    case .del, .s, .strike: kind = .deleted
    case .sup: kind = .superscript
    case .sub: kind = .subscript
    default: return true
    }
    wrappers.append(Wrapper(kind: kind, node: node))
    return true
  }

  /// A link that only marks its place: `¶`, `#`, or nothing a reader sees.
  func isAnchorMark(_ node: Int) -> Bool {
    guard let href = tree.value(.href, of: node), href.contains(UInt8(ascii: "#")) else { return false }
    let classes = tree.words(.class, of: node)
    if classes.contains(where: { Self.anchorClasses.contains($0) }) {
      // Some sites put the heading itself into such a link.
      return !holdsWords(node)
    }
    if href.first == UInt8(ascii: "#"), let hidden = tree.value(.ariaHidden, of: node),
      hidden.elementsEqual("true".utf8)
    {
      return true
    }
    return href.first == UInt8(ascii: "#") && !holdsWords(node) && !holdsImage(node)
  }

  private static let anchorClasses: Set<String> = [
    "headerlink", "header-anchor", "hash-link", "anchor", "anchor-link", "anchorjs-link", "heading-anchor", "permalink",
    "heading-link", "header-link", "headinganchor", "anchor-heading", "toclink-anchor", "direct-link", "deep-link",
    "sl-anchor-link", "td-heading-self-link", "zola-anchor", "subheading-anchor", "hanchor", "headline-hash",
  ]

  private static let anchorWords: Set<String> = [
    "link to this heading", "link to this section", "permalink", "anchor", "direct link to heading", "link",
    "copy link",
    "section titled",
  ]

  /// How much of a subtree is looked at; whatever is larger holds words.
  private static let lookLimit = 64

  /// Whether a subtree shows a letter or digit other than words for "link".
  private func holdsWords(_ node: Int) -> Bool {
    let end = tree.end(of: node)
    guard end - node < Self.lookLimit else { return true }
    var text = CollapsedText()
    for index in node..<end where tree.nodes[index].tag == .text {
      text.append(tree.bytes(of: index))
      if text.bytes.count > 200 { return true }
    }
    let string = text.string.lowercased()
    if Self.anchorWords.contains(string) || string.hasPrefix("section titled") || string.hasPrefix("permalink to") {
      return false
    }
    return string.unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
  }

  private func holdsImage(_ node: Int) -> Bool {
    for index in node..<min(tree.end(of: node), node + Self.lookLimit) where tree.nodes[index].tag == .img {
      return true
    }
    return false
  }

  /// Whether a subtree has text at all.
  func holdsText(_ node: Int) -> Bool {
    let end = tree.end(of: node)
    guard end - node < Self.lookLimit else { return true }
    for index in node..<end
    where tree.nodes[index].tag == .text && !tree.bytes(of: index).allSatisfy(\.isWhitespace) {
      return true
    }
    return false
  }
}
