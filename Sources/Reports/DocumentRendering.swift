import Documents

/// What a reader made of a page, as HTML of our own: the page's text, none of its markup.
///
/// Images are named, not loaded; links are named too and lead nowhere. Written with a stack, because a page
/// may nest as deep as it likes; from `deepest` on nesting is no longer shown.
struct DocumentRendering {
  /// Text of the blocks that another reader has too; the others are pointed out.
  var shared: Set<String>?

  private static let deepest = 8

  private enum Task {
    case raw(String)
    case block(Block)
    case inline(Inline)
    case enter(String)
    case leave(String)
  }

  func html(_ document: Document) -> String {
    var html = ""
    var depth = 0
    var tasks = document.blocks.reversed().map { Task.block($0) }
    func push(_ list: [Task]) { tasks += list.reversed() }
    while let task = tasks.popLast() {
      switch task {
      case .raw(let text): html += text
      case .enter(let tag):
        depth += 1
        if depth <= Self.deepest { html += "<\(tag)>" }
      case .leave(let tag):
        if depth <= Self.deepest { html += "</\(tag)>" }
        depth -= 1
      case .block(let block): push(Self.tasks(block, self))
      case .inline(let inline): push(Self.tasks(inline))
      }
    }
    return html
  }

  private static func tasks(_ block: Block, _ rendering: DocumentRendering) -> [Task] {
    switch block {
    case .paragraph(let content): return rendering.leaf("p", content)
    case .heading(let level, let content): return rendering.leaf(level < 3 ? "h5" : "h6", content)
    case .code(_, let text): return rendering.leaf("pre", [.text(text)])
    case .quote(let inner): return wrapped("blockquote", inner)
    case .list(let list):
      let tag = list.start == nil ? "ul" : "ol"
      var result: [Task] = [.enter(tag)]
      for item in list.items {
        result += [.raw("<li>")]
        if let checked = item.checked { result.append(.raw(checked ? "☑ " : "☐ ")) }
        result += item.blocks.map { .block($0) } + [.raw("</li>")]
      }
      return result + [.leave(tag)]
    case .table(let table):
      var result: [Task] = [.raw("<table>")]
      if !table.caption.isEmpty {
        result += [.raw("<caption>")] + table.caption.map { .inline($0) } + [.raw("</caption>")]
      }
      for row in table.rows {
        result.append(.raw("<tr>"))
        for cell in row {
          let span = cell.columnSpan > 1 ? " colspan=\(min(cell.columnSpan, 1000))" : ""
          result += rendering.leaf(cell.isHeader ? "th" : "td", cell.content, attributes: span)
        }
        result.append(.raw("</tr>"))
      }
      return result + [.raw("</table>")]
    case .definitions(let definitions):
      var result: [Task] = [.enter("dl")]
      for definition in definitions {
        let tag = definition.isTerm ? "dt" : "dd"
        result += [.raw("<\(tag)>")] + definition.content.map { .block($0) } + [.raw("</\(tag)>")]
      }
      return result + [.leave("dl")]
    case .rule: return [.raw("<hr>")]
    }
  }

  private static func wrapped(_ tag: String, _ blocks: [Block]) -> [Task] {
    [.enter(tag)] + blocks.map { .block($0) } + [.leave(tag)]
  }

  /// A block that holds text, pointed out where no other reader has it.
  private func leaf(_ tag: String, _ content: [Inline], attributes: String = "") -> [Task] {
    let key = Self.key(content)
    let isMine = !(shared?.contains(key) ?? true) && !key.isEmpty
    let note = isMine ? "<span class=hidden>only here: </span>" : ""
    return [.raw("<\(tag)\(attributes)\(isMine ? " class=mine" : "")>\(note)")] + content.map { .inline($0) }
      + [.raw("</\(tag)>\n")]
  }

  private static func tasks(_ inline: Inline) -> [Task] {
    func tagged(_ tag: String, _ inner: [Inline]) -> [Task] {
      [.enter(tag)] + inner.map { .inline($0) } + [.leave(tag)]
    }
    switch inline {
    case .text(let text): return [.raw(HTMLText.escaped(text))]
    case .strong(let inner): return tagged("strong", inner)
    case .emphasis(let inner): return tagged("em", inner)
    case .deleted(let inner): return tagged("del", inner)
    case .superscript(let inner): return tagged("sup", inner)
    case .subscript(let inner): return tagged("sub", inner)
    case .code(let text): return [.raw("<code>\(HTMLText.escaped(text))</code>")]
    case .link(let destination, _, let inner):
      return [.raw("<span class=link title=\"\(HTMLText.escaped(destination))\">")] + inner.map { .inline($0) }
        + [.raw("</span>")]
    case .image(_, let alternative, _):
      return [.raw("<span class=soft>[image\(alternative.isEmpty ? "" : ": \(HTMLText.escaped(alternative))")]</span>")]
    case .lineBreak: return [.raw("<br>")]
    }
  }

  /// The text of every block that holds some, as `shared` wants it.
  static func keys(_ document: Document) -> Set<String> {
    var keys: Set<String> = []
    var blocks = document.blocks
    while let block = blocks.popLast() {
      switch block {
      case .paragraph(let content), .heading(_, let content): keys.insert(key(content))
      case .code(_, let text): keys.insert(key([.text(text)]))
      case .quote(let inner): blocks += inner
      case .list(let list): for item in list.items { blocks += item.blocks }
      case .table(let table): for cell in table.rows.joined() { keys.insert(key(cell.content)) }
      case .definitions(let definitions): for definition in definitions { blocks += definition.content }
      case .rule: break
      }
    }
    return keys
  }

  /// Letters and digits of a block's text: readers differ in white space and in what they mark.
  private static func key(_ content: [Inline]) -> String {
    var key = ""
    var inlines = Array(content.reversed())
    while let inline = inlines.popLast() {
      switch inline {
      case .text(let text), .code(let text):
        for scalar in text.unicodeScalars
        where scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
          key.unicodeScalars.append(scalar)
        }
      case .strong(let inner), .emphasis(let inner), .deleted(let inner), .superscript(let inner),
        .subscript(let inner),
        .link(_, _, let inner):
        inlines += inner.reversed()
      case .image, .lineBreak: break
      }
    }
    return key
  }
}
