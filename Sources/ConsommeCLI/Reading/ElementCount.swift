import Documents

/// Counts what Markdown would mark.
struct ElementCount {
  private(set) var byKind: [String: Int] = [:]

  init(_ document: Document) {
    // A stack of its own: nesting is the page's.
    var blocks = document.blocks
    while let block = blocks.popLast() {
      switch block {
      case .paragraph(let content): add("paragraph", content)
      case .heading(_, let content): add("heading", content)
      case .code: add("code_block", [])
      case .quote(let inner):
        add("block_quote", [])
        blocks += inner
      case .list(let list):
        for item in list.items {
          add("list_item", [])
          blocks += item.blocks
        }
      case .table(let table):
        add("table", table.caption)
        for cell in table.rows.joined() { add("table_cell", cell.content) }
      case .definitions(let definitions):
        for definition in definitions {
          add("definition", [])
          blocks += definition.content
        }
      case .rule: add("rule", [])
      }
    }
  }

  private mutating func add(_ kind: String, _ content: [Inline]) {
    byKind[kind, default: 0] += 1
    var inlines = content
    while let inline = inlines.popLast() {
      var name: String?
      switch inline {
      case .text, .lineBreak: break
      case .strong(let inner):
        name = "strong"
        inlines += inner
      case .emphasis(let inner):
        name = "emphasis"
        inlines += inner
      case .deleted(let inner):
        name = "deleted"
        inlines += inner
      case .superscript(let inner), .subscript(let inner): inlines += inner
      case .code: name = "inline_code"
      case .link(_, _, let inner):
        name = "link"
        inlines += inner
      case .image: name = "image"
      }
      if let name { byKind[name, default: 0] += 1 }
    }
  }
}
