import Documents
import Inputs
import Pages

/// Changes the texts and the addresses of a document one by one.
struct DocumentRewriting {
  var text: (String) -> String = { $0 }
  var address: (String) -> String = { $0 }
  /// Blocks and inlines nested deeper stay as they are; the readers do not nest so deep.
  private static let depthLimit = 200

  func document(_ document: Document) -> Document { Document(blocks: document.blocks.map { block($0, 0) }) }

  /// Makes relative addresses absolute; `#…` stays, because it points into the document itself.
  static func resolving(against base: URLResolver.Base) -> DocumentRewriting {
    DocumentRewriting(address: { href in
      if href.hasPrefix("#") || href.isEmpty || URLResolver.resolve(href, base: URLResolver.Base?.none) != nil {
        return href
      }
      return URLResolver.resolve(href, base: base) ?? href
    })
  }

  /// What strings of a JSON document say, their escapes undone.
  static var unescapingJSON: DocumentRewriting {
    DocumentRewriting(text: JSONString.unescaped, address: JSONString.unescaped)
  }

  private func block(_ block: Block, _ depth: Int) -> Block {
    guard depth < Self.depthLimit else { return block }
    switch block {
    case .paragraph(let content): return .paragraph(inlines(content, depth))
    case .heading(let level, let content): return .heading(level: level, inlines(content, depth))
    case .code(let language, let text): return .code(language: language, text: self.text(text))
    case .rule: return block
    case .quote(let blocks): return .quote(blocks.map { self.block($0, depth + 1) })
    case .list(var list):
      for index in list.items.indices {
        list.items[index].blocks = list.items[index].blocks.map { self.block($0, depth + 1) }
      }
      return .list(list)
    case .table(var table):
      table.caption = inlines(table.caption, depth)
      table.rows = table.rows.map { row in
        row.map { cell in
          var cell = cell
          cell.content = inlines(cell.content, depth)
          return cell
        }
      }
      return .table(table)
    case .definitions(let definitions):
      return .definitions(
        definitions.map { Definition(isTerm: $0.isTerm, content: $0.content.map { self.block($0, depth + 1) }) })
    }
  }

  private func inlines(_ inlines: [Inline], _ depth: Int) -> [Inline] {
    guard depth < Self.depthLimit else { return inlines }
    func inside(_ content: [Inline]) -> [Inline] { self.inlines(content, depth + 1) }
    return inlines.map { inline in
      switch inline {
      case .text(let text): .text(self.text(text))
      case .code(let text): .code(self.text(text))
      case .lineBreak: inline
      case .strong(let content): .strong(inside(content))
      case .emphasis(let content): .emphasis(inside(content))
      case .deleted(let content): .deleted(inside(content))
      case .superscript(let content): .superscript(inside(content))
      case .subscript(let content): .subscript(inside(content))
      case .link(let destination, let title, let content):
        .link(destination: address(destination), title: title, inside(content))
      case .image(let source, let alternative, let title):
        .image(source: address(source), alternative: text(alternative), title: title)
      }
    }
  }
}
