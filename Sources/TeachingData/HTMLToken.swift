/// An attribute of a tag, as byte ranges of the page.
public struct HTMLAttribute: Hashable, Sendable {
  public enum Quote: UInt8, Sendable {
    case none, double, single
  }
  public var name: Range<Int>
  /// Without quotes; nil where there is no `=`.
  public var value: Range<Int>?
  public var quote: Quote
}

/// A token of a page, as byte ranges of the page. Tokens follow one another without gaps.
public struct HTMLToken: Sendable {
  public enum Kind: UInt8, Sendable {
    case text
    case startTag
    case endTag
    /// Comments, processing instructions, CDATA sections, and what else is read like a comment.
    case comment
    case doctype
    /// The content of a script, style, title, textarea or other element in which tags are text.
    case rawText
    /// A tag that the page ends in.
    case cutOff
  }
  /// Whose rules hold where the token stands.
  public enum Namespace: UInt8, Sendable {
    case html, svg, math
  }

  public var kind: Kind
  /// For tags from `<` to just after `>`.
  public var range: Range<Int>
  /// Empty where the token is no tag.
  public var name: Range<Int>
  /// Indices into `HTMLTokenizer.attributes`.
  public var attributes: Range<Int>
  /// Whether the tag ends in `/>`.
  public var isSelfClosing = false
  public var namespace = Namespace.html
  var element = HTMLElement.other

  init(_ kind: Kind, _ range: Range<Int>) {
    self.kind = kind
    self.range = range
    name = range.lowerBound..<range.lowerBound
    attributes = 0..<0
  }
}
