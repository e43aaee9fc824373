/// The elements of a Markdown document as they are compared: kinds, each with attributes and normalised text, in order.
struct MarkdownItems: Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case heading, paragraph
    case listItem = "list_item"
    case codeBlock = "code_block"
    case inlineCode = "inline_code"
    case strong, emphasis, link, image
    case blockQuote = "block_quote"
    case tableCell = "table_cell"
    // Shown, but outside the mean.
    case codeText = "code_text"
    case linkText = "link_text"
    case strikethrough, task, rule
    case hardBreak = "hard_break"

    /// The kinds in the overall mean, and those outside it.
    static let main = allCases.filter { !outside.contains($0) }
    static let outside: [Kind] = [.codeText, .linkText, .strikethrough, .task, .rule, .hardBreak]
  }

  /// What has to agree besides the text.
  enum Attribute: Hashable, Sendable {
    case none
    case level(Int)
    case list(depth: Int, isOrdered: Bool)
    case language(String)
    case address(LinkAddress)
    case source(ImageSource)
    case flag(Bool)

    func agrees(with other: Attribute) -> Bool {
      switch (self, other) {
      case (.address(let left), .address(let right)): left.agrees(with: right)
      case (.source(let left), .source(let right)): left.agrees(with: right)
      default: self == other
      }
    }
  }

  struct Item: Hashable, Sendable {
    var attribute: Attribute
    var text: String
  }

  /// A block's text, for the word score.
  struct Passage: Sendable {
    var text: String
    var isHeading: Bool
  }

  private(set) var items: [Kind: [Item]] = [:]
  private(set) var passages: [Passage] = []

  subscript(kind: Kind) -> [Item] { items[kind] ?? [] }

  mutating func add(_ kind: Kind, _ attribute: Attribute = .none, _ text: String = "") {
    items[kind, default: []].append(Item(attribute: attribute, text: text))
  }

  mutating func addPassage(_ text: String, isHeading: Bool = false) {
    passages.append(Passage(text: text, isHeading: isHeading))
  }

  /// Takes out the heading at `index` and the passage it made.
  mutating func removeHeading(at index: Int) {
    guard let text = items[.heading]?.remove(at: index).text else { return }
    if let passage = passages.firstIndex(where: { $0.isHeading && $0.text == text }) { passages.remove(at: passage) }
  }

  /// - Parameter normalisesDialects: whether what no page shows is taken out first.
  init(markdown: String, normalisesDialects: Bool = true) {
    let text =
      normalisesDialects
      ? DialectNormaliser.normalise(markdown)
      : Array(markdown.replacing("\r\n", with: "\n").replacing("\r", with: "\n").utf8)
    let (events, definitions) = BlockParser.parse(text)
    var reader = BlockReader(definitions: definitions)
    for event in events { reader.take(event, into: &self) }
    for item in self[.codeBlock] { add(.codeText, .none, item.text) }
    for item in self[.link] { add(.linkText, .none, item.text) }
  }
}

/// Turns blocks into items.
private struct BlockReader {
  struct ListItem {
    var depth: Int
    var isOrdered: Bool
    /// Whether its own text was seen; paragraphs after that are paragraphs.
    var hasText = false
  }
  let definitions: LinkDefinitions
  private var lists: [Bool] = []
  private var listItems: [ListItem] = []
  /// Whether the innermost containers are items (else quotes).
  private var containers: [Bool] = []
  /// Texts of the open quotes.
  private var quotes: [[String]] = []

  init(definitions: LinkDefinitions) { self.definitions = definitions }

  mutating func take(_ event: BlockEvent, into items: inout MarkdownItems) {
    switch event {
    case .openList(let isOrdered): lists.append(isOrdered)
    case .closeList: lists.removeLast()
    case .openItem:
      listItems.append(ListItem(depth: lists.count, isOrdered: lists.last ?? false))
      containers.append(true)
    case .closeItem:
      listItems.removeLast()
      containers.removeLast()
    case .openQuote:
      quotes.append([])
      containers.append(false)
    case .closeQuote:
      containers.removeLast()
      let text = ShownText.normal(quotes.removeLast().joined(separator: " "))
      if !text.isEmpty { items.add(.blockQuote, .none, text) }
    case .heading(let level, let source):
      let text = inline(source, &items)
      guard !text.isEmpty else { return }
      items.add(.heading, .level(level), text)
      items.addPassage(text, isHeading: true)
      quote(text)
    case .paragraph(let source): paragraph(inline(source, &items), &items)
    case .code(let info, let source):
      let text = ShownText.code(String(decoding: source, as: UTF8.self))
      if !text.isEmpty {
        items.add(
          .codeBlock, .language(info.map { CodeLanguage.name(info: $0) } ?? ""), text)
        items.addPassage(text)
        quote(text)
      }
      if !listItems.isEmpty { listItems[listItems.count - 1].hasText = true }
    case .cell(let isHeader, let source):
      let text = inline(source, &items)
      guard !text.isEmpty else { return }
      items.add(.tableCell, .flag(isHeader), text)
      items.addPassage(text)
      quote(text)
    case .rule: items.add(.rule)
    case .html(let source):
      var reader = HTMLItems()
      reader.read(source, into: &items)
    }
  }

  private func inline(_ source: [UInt8], _ items: inout MarkdownItems) -> String {
    var reader = InlineReader()
    for token in InlineParser.parse(source, definitions: definitions) { reader.take(token, into: &items) }
    return ShownText.normal(reader.text(from: 0))
  }

  private mutating func paragraph(_ text: String, _ items: inout MarkdownItems) {
    guard !text.isEmpty else { return }
    var text = text
    if let item = listItems.last, !item.hasText, containers.last == true {
      let start = Array(text.unicodeScalars.prefix(4))
      if start.count == 4, start[0] == "[", " xX".unicodeScalars.contains(start[1]), start[2] == "]", start[3] == " " {
        text = String(text.unicodeScalars.dropFirst(4))
        items.add(.task, .flag(start[1] != " "), text)
      }
      listItems[listItems.count - 1].hasText = true
      items.add(.listItem, .list(depth: item.depth, isOrdered: item.isOrdered), text)
    } else if quotes.isEmpty {
      items.add(.paragraph, .none, text)
    }
    items.addPassage(text)
    quote(text)
  }

  private mutating func quote(_ text: String) {
    for index in quotes.indices { quotes[index].append(text) }
  }
}
