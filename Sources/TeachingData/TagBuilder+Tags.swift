import PageTags

/// Start and end tags: https://html.spec.whatwg.org/#parsing-main-inbody.
extension TagBuilder {
  mutating func start(_ token: HTMLToken, index: Int) {
    let element = token.element
    let offset = token.range.lowerBound
    if token.namespace != .html {
      if element == .svg || element == .math { reopen() }
      return
    }
    if element == .table { tablesSeen += 1 }
    if templates > 0 || element == .template {
      if element == .template { templates += 1 }
      return
    }
    if element == .other || (open.modeElement == .select && !startInSelect(element, token)) { return }
    let traits = element.traits
    if traits.contains(.tablePart) { return startTablePart(token) }
    if traits.contains(.formatting) { return startFormatting(token) }
    if traits.contains(.mark) { return startMark(element) }
    if element == .form {
      // A form in a form is none.
      if hasForm { return }
      hasForm = true
      if isBetweenCells { return }
    }
    if traits.contains(.block) { return startBlock(token, index: index) }
    switch element {
    case .li, .dt, .dd: startItem(token)
    case .br:
      reopen()
      boundary(.line, token)
    case .hr:
      closeParagraph(at: offset)
      boundary(.rule, token)
    case .img: startImage(token)
    case .option, .optgroup:
      if open.top == .option { pop(to: open.count - 1, at: offset) }
      reopen()
      open.push(element, open.context)
      boundary(.block, token)
    case .select:
      reopen()
      push(.select, open.context)
      boundary(.block, token)
    case .button:
      if open[.button] > open.scope { pop(to: open[.button], at: offset) }
      reopen()
      push(.button, open.context)
    case .object, .applet, .marquee:
      reopen()
      if element == .object { value(attribute("data", of: token), .resourceOpen) }
      push(element, open.context)
    case .noscript: push(.noscript, open.context)
    case .input:
      reopen()
      startInput(token)
    case .legend, .body, .title, .textarea: boundary(.block, token)
    default: startResource(token)
    }
  }

  private mutating func startBlock(_ token: HTMLToken, index: Int) {
    let element = token.element
    let offset = token.range.lowerBound
    closeParagraph(at: offset)
    if element.headingLevel != nil, open.top.headingLevel != nil { pop(to: open.count - 1, at: offset) }
    var inner = open.context
    var kind = Boundary.block
    switch element {
    case .h1, .h2, .h3, .h4, .h5, .h6:
      if !inner.isCell, let level = element.headingLevel {
        inner.block = BlockKind(rawValue: UInt8(1 + level)) ?? .paragraph
      }
    case .pre, .listing, .xmp, .plaintext:
      codeLanguage(of: token)
      if !inner.isCell { inner.block = .code }
    case .blockquote: inner.marks.insert(.quote)
    case .ul, .menu, .dir, .ol:
      inner.list = ListNesting(ordered: element == .ol, depth: inner.list.depth + 1)
      if element == .ol { value(attribute("start", of: token), .listStartOpen) }
      if !inner.isCell { kind = .list }
    case .div, .figure: wrapperLanguage(of: token, index: index)
    default: break
    }
    push(element, inner)
    boundary(kind, token, list: kind == .list ? inner.list : .none)
  }

  private mutating func startItem(_ token: HTMLToken) {
    let offset = token.range.lowerBound
    let isItem = token.element == .li
    let before = isItem ? open[.li] : max(open[.dt], open[.dd])
    let barrier = isItem ? max(open.barrier, open[.dt], open[.dd]) : max(open.barrier, open[.li])
    if before > barrier { pop(to: before, at: offset) }
    closeParagraph(at: offset)
    var inner = open.context
    if isItem {
      if inner.list == .none { inner.list = .bullet1 }
      if !inner.isCell { inner.block = .paragraph }
    } else if !inner.isCell {
      inner.block = token.element == .dt ? .term : .description
    }
    push(token.element, inner)
    let isListed = isItem && !inner.isCell
    boundary(isListed ? .item : .block, token, list: isListed ? inner.list : .none)
  }

  private mutating func startFormatting(_ token: HTMLToken) {
    if token.element == .a {
      closeAnchor(at: token.range.lowerBound)
      reopen()
      guard let href = attribute("href", of: token) else { return }
      value(href, .anchorOpen)
      value(attribute("title", of: token), .titleOpen)
      openAnchor(token)
      return
    }
    reopen()
    if token.element == .code { codeLanguage(of: token) }
    formatting.open(token.element, depth: open.count)
  }

  private mutating func startMark(_ element: HTMLElement) {
    reopen()
    var inner = open.context
    switch element {
    case .cite, .dfn, .var: inner.marks.insert(.emphasis)
    case .kbd, .samp: inner.marks.insert(.code)
    case .del: inner.marks.insert(.deleted)
    case .sup: inner.marks.insert(.superscript)
    case .sub: inner.marks.insert(.subscript)
    default: break
    }
    open.push(element, inner)
  }

  /// A start tag in a select; false where it is ignored.
  private mutating func startInSelect(_ element: HTMLElement, _ token: HTMLToken) -> Bool {
    let offset = token.range.lowerBound
    switch element {
    case .option: return true
    case .optgroup, .hr:
      if open.top == .option { pop(to: open.count - 1, at: offset) }
      if open.top == .optgroup { pop(to: open.count - 1, at: offset) }
      return true
    case .select:
      pop(to: open.mode, at: offset)
      boundary(.block, token)
      return false
    case .input, .keygen, .textarea:
      pop(to: open.mode, at: offset)
      return true
    case .script: return true
    default:
      // Cells and rows end a select in a table.
      guard element.traits.contains(.tablePart), open[.table] >= 0 else { return false }
      pop(to: open.mode, at: offset)
      return true
    }
  }

  mutating func end(_ token: HTMLToken) {
    let element = token.element
    let offset = token.range.lowerBound
    guard token.namespace == .html, element != .other else { return }
    if templates > 0 {
      if element == .template { templates -= 1 }
      return
    }
    let traits = element.traits
    if open.modeElement == .select, !traits.contains(.tablePart), open[element] < open.mode { return }
    if traits.contains(.formatting) {
      if element == .a { endAnchor(at: offset) } else { formatting.close(element, scope: open.scope) }
      return
    }
    if traits.contains(.tablePart) { return endTablePart(token) }
    switch element {
    case .h1, .h2, .h3, .h4, .h5, .h6: if open.heading > open.scope { pop(to: open.heading, at: offset) }
    case .p: closeParagraph(at: offset)
    case .li: if open[.li] > open.listItemScope { pop(to: open[.li], at: offset) }
    case .form: endForm(at: offset)
    case .br: return boundary(.line, token)
    case .select: pop(to: open[.select], at: offset)
    case .option, .optgroup, .noscript:
      if open[element] >= open.special { pop(to: open[element], at: offset) }
      if element == .noscript { return }
    case .legend, .body, .html, .head, .title, .textarea: break
    case .button, .object, .applet, .marquee:
      // Objects are scopes themselves.
      if open[element] >= open.scope { pop(to: open[element], at: offset) }
      return
    default:
      if traits.contains(.mark) {
        if open[element] >= open.special { pop(to: open[element], at: offset) }
        return
      }
      guard traits.contains(.block) || element == .dt || element == .dd else { return }
      if open[element] > open.scope { pop(to: open[element], at: offset) }
    }
    boundary(.block, token)
  }

  private mutating func endForm(at offset: Int) {
    hasForm = false
    guard open[.form] > open.scope else { return }
    closeParagraph(at: offset)
    if open.top == .form { pop(to: open.count - 1, at: offset) } else { open.forget(.form) }
  }
}
