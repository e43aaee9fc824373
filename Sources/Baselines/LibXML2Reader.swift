import Documents
import Pages

/// The rule-based baseline: parses a page with libxml2 and reads links, text and Markdown off its tree.
///
/// Every walk is a loop over arrays; nesting costs no stack. Bytes are UTF-8 as `CharsetDecoder` gives them.
public struct LibXML2Reader: Sendable {
  public enum Scope: Hashable, Sendable {
    /// Everything the page shows.
    case wholePage
    /// What a density heuristic takes for the content: no menus, footers, side bars.
    case mainContent
  }

  public init() {}

  /// The links in reading order, without offsets: libxml2 keeps none.
  ///
  /// - Parameter includeResources: also what the page loads: `link`, `img`, `script`, `iframe` …
  public func links(in utf8: [UInt8], includeResources: Bool = false) -> [ExtractedLink] {
    LinkCollector.links(in: LibXML2Parser.tree(of: utf8), includeResources: includeResources)
  }

  /// The page's content as blocks.
  public func document(in utf8: [UInt8], scope: Scope) -> Document {
    let tree = LibXML2Parser.tree(of: utf8)
    let selection = scope == .wholePage ? Selection.wholePage(of: tree) : MainContent.selection(in: tree)
    return DocumentBuilder.document(of: tree, selection: selection)
  }

  /// The page's text; a block a line.
  public func text(in utf8: [UInt8], scope: Scope, options: WriterOptions = .init()) -> String {
    TextWriter.write(document(in: utf8, scope: scope), options: options)
  }

  /// What libxml2 objects to, in the order of the page; at most `limit`.
  public func diagnostics(in utf8: [UInt8], limit: Int = 10_000) -> [ParserDiagnostic] {
    FaultRules.diagnostics(LibXML2Parser.faults(in: utf8, limit: limit), in: utf8)
  }
}
