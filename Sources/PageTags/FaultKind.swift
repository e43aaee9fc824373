/// The kinds of fault that the corrupter plants and the fault head names.
///
/// `rule` is the WHATWG parse-error name where one fits (https://html.spec.whatwg.org/#parse-errors), else a name of ours.
public enum FaultKind: UInt8, CaseIterable, Sendable {
  case none = 0
  case missingOpeningQuote = 1
  case missingClosingQuote = 2
  case missingEquals = 3
  case missingAttributeSpace = 4
  case duplicateAttribute = 5
  case misspeltAttribute = 6
  case missingTagClose = 7
  case missingTagOpen = 8
  case missingSlash = 9
  case missingEndTag = 10
  case missingStartTag = 11
  case strayEndTag = 12
  case misspeltTag = 13
  case swappedBytes = 14
  case missingSemicolon = 15
  case bareAmpersand = 16
  case misspeltEntity = 17
  case rawLessThan = 18
  case brokenComment = 19
  case misnestedTags = 20
  case blockInParagraph = 21
  case truncatedPage = 22
  case strayQuote = 23
  // Faults of JSON documents (RFC 8259).
  case missingStringQuote = 24
  case missingComma = 25
  case extraComma = 26
  case missingColon = 27
  case missingOpeningBracket = 28
  case missingClosingBracket = 29
  case invalidEscape = 30
  case truncatedDocument = 31

  /// The kinds that are planted in HTML.
  public static let markup = allCases.filter { (1...23).contains($0.rawValue) }
  /// The kinds that are planted in JSON.
  public static let json = allCases.filter { (24...31).contains($0.rawValue) }

  public var rule: String {
    switch self {
    case .none: "none"
    case .missingOpeningQuote: "unexpected-character-in-unquoted-attribute-value"
    case .missingClosingQuote: "missing-closing-quote"
    case .missingEquals: "unexpected-character-in-attribute-name"
    case .missingAttributeSpace: "missing-whitespace-between-attributes"
    case .duplicateAttribute: "duplicate-attribute"
    case .misspeltAttribute: "misspelt-attribute-name"
    case .missingTagClose: "missing-greater-than-sign"
    case .missingTagOpen: "missing-less-than-sign"
    case .missingSlash: "missing-solidus-in-end-tag"
    case .missingEndTag: "missing-end-tag"
    case .missingStartTag: "missing-start-tag"
    case .strayEndTag: "stray-end-tag"
    case .misspeltTag: "misspelt-tag-name"
    case .swappedBytes: "swapped-characters"
    case .missingSemicolon: "missing-semicolon-after-character-reference"
    case .bareAmpersand: "unescaped-ampersand"
    case .misspeltEntity: "unknown-named-character-reference"
    case .rawLessThan: "invalid-first-character-of-tag-name"
    case .brokenComment: "incorrectly-opened-comment"
    case .misnestedTags: "misnested-tags"
    case .blockInParagraph: "block-in-paragraph"
    case .truncatedPage: "eof-in-tag"
    case .strayQuote: "unexpected-character-after-attribute-value"
    case .missingStringQuote: "missing-string-quote"
    case .missingComma: "missing-comma"
    case .extraComma: "unexpected-comma"
    case .missingColon: "missing-colon"
    case .missingOpeningBracket: "missing-opening-bracket"
    case .missingClosingBracket: "missing-closing-bracket"
    case .invalidEscape: "invalid-escape"
    case .truncatedDocument: "unexpected-end-of-document"
    }
  }
}
