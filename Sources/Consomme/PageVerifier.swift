public import Documents
import PageTags
import Pages

/// Proves that a document says nothing its page does not say.
///
/// Every run of text has to be found in the page's text, which is a row of slices of the source with character references decoded, and
/// every address, description, title and language among the values of the page's attributes. White space does not count.
public struct PageVerifier {
  /// The page's text without white space, and where the search goes on: documents keep the order of the page.
  private let text: [UInt8]
  private let values: Set<String>
  private var cursor = 0
  /// How many more bytes may be searched a second time, so that time stays linear.
  private var budget: Int

  public init(_ page: TaggedPage) {
    let page = page.smoothed()
    let scan = TagScan(page)
    var text: [UInt8] = []
    var at = 0
    while at < page.tags.count {
      guard page.tags[at].content != .markup else {
        at += 1
        continue
      }
      var end = at
      while end < page.tags.count, page.tags[end].content != .markup { end += 1 }
      text += Self.squeezed(page.visibleText(at..<end))
      at = end
    }
    self.text = text
    values = Set(scan.values.map { page.attributeText($0.range) })
    budget = 64 * (text.count + 1024)
  }

  /// The strings of `document` that cannot be found on the page, in order; none for a document that is proven.
  public mutating func unproven(in document: Document) -> [String] {
    cursor = 0
    var unproven: [String] = []
    // An explicit stack: nesting is the page's, and must not be the call stack's.
    var stack: [Part] = [.blocks(document.blocks[...])]
    while let part = stack.popLast() {
      switch part {
      case .blocks(var blocks):
        guard let block = blocks.popFirst() else { continue }
        stack.append(.blocks(blocks))
        switch block {
        case .paragraph(let inlines), .heading(_, let inlines): stack.append(.inlines(inlines[...]))
        case .code(let language, let text):
          if let language { check(value: language, &unproven) }
          check(text: text, &unproven)
        case .quote(let inner): stack.append(.blocks(inner[...]))
        case .list(let list): stack.append(.blocks(list.items.flatMap(\.blocks)[...]))
        case .definitions(let definitions): stack.append(.blocks(definitions.flatMap(\.content)[...]))
        case .table(let table):
          stack.append(.inlines((table.caption + table.rows.joined().flatMap(\.content))[...]))
        case .rule: break
        }
      case .inlines(var inlines):
        guard let inline = inlines.popFirst() else { continue }
        stack.append(.inlines(inlines))
        switch inline {
        case .text(let text), .code(let text): check(text: text, &unproven)
        case .strong(let inner), .emphasis(let inner), .deleted(let inner), .superscript(let inner),
          .subscript(let inner):
          stack.append(.inlines(inner[...]))
        case .link(let destination, let title, let inner):
          check(value: destination, &unproven)
          if let title { check(value: title, &unproven) }
          stack.append(.inlines(inner[...]))
        case .image(let source, let alternative, let title):
          for value in [source, alternative, title ?? ""] where !value.isEmpty { check(value: value, &unproven) }
        case .lineBreak: break
        }
      }
    }
    return unproven
  }

  private enum Part {
    case blocks(ArraySlice<Block>)
    case inlines(ArraySlice<Inline>)
  }

  private func check(value: String, _ unproven: inout [String]) {
    if !value.isEmpty && !values.contains(value) { unproven.append(value) }
  }

  private mutating func check(text wanted: String, _ unproven: inout [String]) {
    let wanted = Self.squeezed(wanted)
    if wanted.isEmpty { return }
    if let end = find(wanted, from: cursor) ?? find(wanted, from: 0) {
      cursor = end
    } else {
      unproven.append(String(decoding: wanted, as: UTF8.self))
    }
  }

  /// The offset just behind the first place of `wanted` from `start` on.
  private mutating func find(_ wanted: [UInt8], from start: Int) -> Int? {
    var at = start
    while at + wanted.count <= text.count, budget > 0 {
      var length = 0
      while length < wanted.count, text[at + length] == wanted[length] { length += 1 }
      if length == wanted.count { return at + length }
      budget -= length + 1
      at += 1
    }
    return nil
  }

  private static func squeezed(_ text: String) -> [UInt8] { text.utf8.filter { !$0.isSpace } }
}
