import Documents

extension DocumentBuilder {
  // MARK: Code

  /// Inline code; true where the element holds blocks and is to be read through.
  mutating func enterCode(_ node: Int) -> Bool {
    let end = tree.end(of: node)
    var breaks = false
    for index in node..<min(end, node + 400) {
      switch tree.nodes[index].tag {
      case .pre, .table, .p, .ul, .ol: return true
      case .br: breaks = true
      default: break
      }
    }
    if breaks, boundary == nil, wrappers.isEmpty, !InlineContent.shows(line) {
      if let block = CodeBlock.block(of: node, tree: tree) { add(block) }
    } else {
      appendCode(node)
    }
    return false
  }

  mutating func appendCode(_ node: Int) {
    let text = CodeBlock.text(of: node, tree: tree)
    guard text.contains(where: { !$0.isWhitespace }) else {
      if !text.isEmpty { append(.text(" ")) }
      return
    }
    var collapsed = CollapsedText()
    collapsed.append(text)
    // White space around the code stays outside it.
    if text.first?.isWhitespace == true { append(.text(" ")) }
    let code = Inline.code(collapsed.string)
    if let link = soleLink(in: node) {
      append(.link(destination: link.destination, title: link.title, [code]))
    } else {
      append(code)
    }
    if text.last?.isWhitespace == true { append(.text(" ")) }
  }

  /// The link that holds all of an element's text: code cannot hold a link, so the link has to hold the code.
  private func soleLink(in node: Int) -> (destination: String, title: String?)? {
    guard !wrappers.contains(where: { if case .link = $0.kind { true } else { false } }) else { return nil }
    var anchor: Int?
    let end = tree.end(of: node)
    guard end - node < 64 else { return nil }
    for index in node + 1..<max(end, node + 1) {
      if tree.nodes[index].tag == .a, tree.has(.href, index) {
        if anchor != nil { return nil }
        anchor = index
      } else if tree.nodes[index].tag == .text, !tree.bytes(of: index).allSatisfy(\.isWhitespace) {
        guard let anchor, index < tree.end(of: anchor) else { return nil }
      }
    }
    guard let anchor, let href = tree.value(.href, of: anchor) else { return nil }
    return (String(decoding: href.trimmed, as: UTF8.self), tree.string(.title, of: anchor))
  }

  // MARK: Images

  mutating func appendImage(_ node: Int) {
    guard let source = imageSource(node) else { return }
    append(
      .image(source: source, alternative: tree.string(.alt, of: node) ?? "", title: tree.string(.title, of: node)))
  }

  /// The address of the picture itself: not the placeholder of a page that loads pictures late, and no picture
  /// spelled out in the page.
  private func imageSource(_ node: Int) -> String? {
    for name in [AttributeName.dataSrc, .dataOriginal, .dataLazySrc, .src] {
      guard let value = tree.value(name, of: node) else { continue }
      let trimmed = value.trimmed
      if trimmed.isEmpty || trimmed.starts(with: "data:".utf8) { continue }
      return String(decoding: trimmed, as: UTF8.self)
    }
    guard let set = tree.value(.srcset, of: node) else { return nil }
    let first = set.trimmed.prefix { !$0.isWhitespace && $0 != UInt8(ascii: ",") }
    return first.isEmpty || first.starts(with: "data:".utf8) ? nil : String(decoding: first, as: UTF8.self)
  }

  // MARK: Mathematics

  /// The TeX a formula was made from, where the page has it; else its text.
  mutating func appendMath(_ node: Int) {
    let end = tree.end(of: node)
    var tex: ArraySlice<UInt8>?
    var plain = CollapsedText()
    var index = node
    while index < end {
      if tree.nodes[index].tag == .annotation {
        if tex == nil, let encoding = tree.string(.encoding, of: index), encoding.contains("tex"),
          index + 1 < tree.end(of: index)
        {
          tex = tree.bytes(of: index + 1)
        }
        index = tree.end(of: index)
        continue
      }
      if tree.nodes[index].tag == .text { plain.append(tree.bytes(of: index)) }
      index += 1
    }
    let isDisplay = tree.value(.display, of: node).map { $0.elementsEqual("block".utf8) } ?? false
    let mark = isDisplay ? "$$" : "$"
    if let source = tex ?? tree.value(.alttext, of: node), !source.trimmed.isEmpty {
      append(.text(mark + String(decoding: source.trimmed, as: UTF8.self) + mark))
    } else if !plain.bytes.isEmpty {
      append(.text(plain.string))
    }
  }
}
