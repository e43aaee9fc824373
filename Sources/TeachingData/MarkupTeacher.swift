public import PageTags

/// Tells every byte of a page what it is, by the rules of HTML: the teacher of the neural reader's tag heads.
///
/// A tokenizer that keeps positions and the part of tree construction (https://html.spec.whatwg.org/#tree-construction)
/// that decides about links and text: implied end tags, scopes, formatting that survives misnesting, tables. Its links
/// are those of a browser's DOM, but for copies that a DOM makes of one tag. Time and memory are linear in the page.
public enum MarkupTeacher {
  /// One record a byte of `utf8`. Visible text is `.unjudged`, all else `.markup`.
  public static func tag(_ utf8: [UInt8]) -> [ByteTags] {
    var tokenizer = HTMLTokenizer(utf8)
    var tokens: [HTMLToken] = []
    tokens.reserveCapacity(utf8.count / 24)
    while let token = tokenizer.next() { tokens.append(token) }
    let dataTables = TableSurvey.survey(utf8, tokens, tokenizer.attributes)
    var builder = TagBuilder(utf8, tokens: tokens, attributes: tokenizer.attributes, dataTables: dataTables)
    builder.run()
    return builder.tags
  }
}
