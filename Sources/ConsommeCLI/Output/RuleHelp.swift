/// What SARIF says about a rule of `check`; docs/RULES.md says more under the same name.
enum RuleHelp {
  /// Where docs/RULES.md can be read on the web, without a fragment; nil as long as the repository has no public address. SARIF wants
  /// absolute addresses (3.49.12).
  static let page: String? = nil

  /// What is wrong, in words; nil for what is not a rule of the neural reader.
  static func sentence(_ rule: String) -> String? { sentences[rule] }

  /// The rule's section in docs/RULES.md, where that has an address; else in the standard, for rules that it names.
  static func address(_ rule: String) -> String? {
    if let page, sentences[rule] != nil { return page + "#" + rule }
    return standard.contains(rule) ? "https://html.spec.whatwg.org/#parse-error-" + rule : nil
  }

  private static let sentences: [String: String] = [
    "unexpected-character-in-unquoted-attribute-value": "a value has no opening quote",
    "missing-closing-quote": "a value has no closing quote",
    "unexpected-character-in-attribute-name": "no `=` between an attribute and its value",
    "missing-whitespace-between-attributes": "two attributes run together",
    "unexpected-character-after-attribute-value": "a quote too many",
    "duplicate-attribute": "an attribute stands twice in one tag",
    "misspelt-attribute-name": "an attribute's name looks misspelt",
    "misspelt-tag-name": "a tag's name looks misspelt",
    "missing-greater-than-sign": "a tag is not closed with `>`",
    "missing-less-than-sign": "a tag begins without `<`",
    "missing-solidus-in-end-tag": "an end tag lacks its slash",
    "missing-end-tag": "an element that needs an end tag has none",
    "missing-start-tag": "an end tag whose start tag is gone",
    "stray-end-tag": "an end tag that closes nothing",
    "misnested-tags": "elements are closed in the wrong order",
    "block-in-paragraph": "a block element stands inside a `p`",
    "swapped-characters": "two neighbouring characters of a tag are swapped",
    "missing-semicolon-after-character-reference": "a character reference lacks its semicolon",
    "unescaped-ampersand": "a bare `&`",
    "unknown-named-character-reference": "there is no character reference of this name",
    "invalid-first-character-of-tag-name": "a raw `<` in the text",
    "incorrectly-opened-comment": "a comment's delimiter lost a character",
    "eof-in-tag": "the page ends inside a tag",
    "missing-string-quote": "a string of a JSON document lacks a quote",
    "missing-comma": "no comma between two members or elements of a JSON document",
    "unexpected-comma": "a comma too many in a JSON document",
    "missing-colon": "no colon between a key and its value in a JSON document",
    "missing-opening-bracket": "an opening bracket of a JSON document is missing",
    "missing-closing-bracket": "a closing bracket of a JSON document is missing",
    "invalid-escape": "no such escape exists in JSON",
    "unexpected-end-of-document": "a JSON document ends too early",
  ]

  /// Rules with the names of the standard's parse errors.
  private static let standard: Set<String> = [
    "unexpected-character-in-unquoted-attribute-value",
    "unexpected-character-in-attribute-name",
    "missing-whitespace-between-attributes",
    "duplicate-attribute",
    "missing-semicolon-after-character-reference",
    "unknown-named-character-reference",
    "invalid-first-character-of-tag-name",
    "incorrectly-opened-comment",
    "eof-in-tag",
  ]
}
