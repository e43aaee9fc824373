/// A page's content as blocks of inline runs: what both readers make and the text and Markdown writers print.
public struct Document: Hashable, Sendable {
  public var blocks: [Block]
  public init(blocks: [Block] = []) { self.blocks = blocks }
}

public indirect enum Block: Hashable, Sendable {
  case paragraph([Inline])
  /// Level 1 to 6.
  case heading(level: Int, [Inline])
  /// `text` is verbatim, without a trailing line break; `language` is nil where unknown.
  case code(language: String?, text: String)
  case quote([Block])
  case list(List)
  case table(Table)
  /// Terms and descriptions, in order.
  case definitions([Definition])
  case rule
}

public struct List: Hashable, Sendable {
  public struct Item: Hashable, Sendable {
    /// nil where the item is no task.
    public var checked: Bool?
    public var blocks: [Block]
    public init(checked: Bool? = nil, blocks: [Block]) {
      self.checked = checked
      self.blocks = blocks
    }
  }
  /// nil for bullets, else the first number.
  public var start: Int?
  public var items: [Item]
  public init(start: Int? = nil, items: [Item] = []) {
    self.start = start
    self.items = items
  }
}

public struct Table: Hashable, Sendable {
  public enum Alignment: Hashable, Sendable { case none, left, centre, right }
  public struct Cell: Hashable, Sendable {
    public var isHeader: Bool
    /// 1 where the cell stands in one column only.
    public var columnSpan: Int
    public var alignment: Alignment
    /// A cell may hold line breaks (`Inline.lineBreak`) but no blocks.
    public var content: [Inline]
    public init(isHeader: Bool = false, columnSpan: Int = 1, alignment: Alignment = .none, content: [Inline] = []) {
      self.isHeader = isHeader
      self.columnSpan = columnSpan
      self.alignment = alignment
      self.content = content
    }
  }
  public var caption: [Inline]
  public var rows: [[Cell]]
  public init(caption: [Inline] = [], rows: [[Cell]] = []) {
    self.caption = caption
    self.rows = rows
  }
}

public struct Definition: Hashable, Sendable {
  public var isTerm: Bool
  public var content: [Block]
  public init(isTerm: Bool, content: [Block]) {
    self.isTerm = isTerm
    self.content = content
  }
}

public indirect enum Inline: Hashable, Sendable {
  /// Character references are decoded; white space may still be uncollapsed (the writers collapse it).
  case text(String)
  case strong([Inline])
  case emphasis([Inline])
  case deleted([Inline])
  case superscript([Inline])
  case `subscript`([Inline])
  case code(String)
  case link(destination: String, title: String?, [Inline])
  case image(source: String, alternative: String, title: String?)
  case lineBreak
}
