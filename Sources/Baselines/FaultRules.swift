import CLibxml2

/// Turns libxml2's complaints into diagnostics: names rules, finds the place a person would look at, counts lines.
enum FaultRules {
  static func diagnostics(_ faults: [LibXML2Parser.Fault], in utf8: [UInt8]) -> [ParserDiagnostic] {
    var diagnostics: [ParserDiagnostic] = []
    for fault in faults {
      guard let rule = rule(of: fault) else { continue }
      let offset = place(of: fault, rule: rule, in: utf8)
      let message = String(decoding: fault.message.utf8.trimmed, as: UTF8.self)
      diagnostics.append(
        ParserDiagnostic(
          offset: offset, length: offset < utf8.count ? 1 : 0, line: 0, column: 0, rule: rule, message: message))
    }
    diagnostics.sort { $0.offset < $1.offset }
    addPositions(to: &diagnostics, in: utf8)
    return diagnostics
  }

  /// The rule's name; nil for what HTML allows and only libxml2 (which speaks HTML 4) objects to.
  private static func rule(of fault: LibXML2Parser.Fault) -> String? {
    let message = fault.message
    // Named XML_HTML_INCORRECTLY_OPENED_COMMENT from libxml2 2.10 on.
    if fault.code == 802 { return "incorrectly-opened-comment" }
    switch xmlParserErrors(rawValue: UInt32(clamping: fault.code)) {
    case XML_HTML_UNKNOWN_TAG, XML_ERR_UNDECLARED_ENTITY, XML_ERR_ENTITY_PE_INTERNAL: return nil
    case XML_ERR_NAME_REQUIRED:
      if message.contains("StartTag") || message.contains("EndTag") { return "invalid-first-character-of-tag-name" }
      // A lone `&` is allowed.
      return message.contains("EntityRef") ? nil : "libxml2-\(fault.code)"
    case XML_ERR_ENTITYREF_SEMICOL_MISSING: return "missing-semicolon-after-character-reference"
    case XML_ERR_INVALID_HEX_CHARREF, XML_ERR_INVALID_DEC_CHARREF:
      return "absence-of-digits-in-numeric-character-reference"
    case XML_ERR_INVALID_CHARREF, XML_ERR_INVALID_CHAR:
      return message.contains("xmlParseCharRef")
        ? "character-reference-outside-unicode-range" : "control-character-in-input-stream"
    case XML_ERR_ATTRIBUTE_REDEFINED: return "duplicate-attribute"
    case XML_ERR_ATTRIBUTE_NOT_STARTED, XML_ERR_ATTRIBUTE_NOT_FINISHED: return "missing-closing-quote"
    case XML_ERR_ATTRIBUTE_WITHOUT_VALUE: return "missing-attribute-value"
    case XML_ERR_SPACE_REQUIRED: return "missing-whitespace-between-attributes"
    case XML_ERR_GT_REQUIRED: return "missing-greater-than-sign"
    case XML_ERR_LT_REQUIRED, XML_ERR_LTSLASH_REQUIRED: return "missing-less-than-sign"
    case XML_ERR_COMMENT_NOT_FINISHED: return "eof-in-comment"
    case XML_ERR_DOCTYPE_NOT_FINISHED: return "eof-in-doctype"
    case XML_ERR_TAG_NAME_MISMATCH:
      return message.contains("Unexpected end tag") ? "stray-end-tag" : "misnested-tags"
    case XML_ERR_TAG_NOT_FINISHED: return "missing-end-tag"
    default: return "libxml2-\(fault.code)"
    }
  }

  /// libxml2 reports where it stands when it notices; tags are looked up backwards from there.
  private static func place(of fault: LibXML2Parser.Fault, rule: String, in utf8: [UInt8]) -> Int {
    let reported = min(fault.offset, utf8.count)
    guard rule == "stray-end-tag" || rule == "misnested-tags" else { return reported }
    var index = min(reported, utf8.count - 1)
    let limit = max(0, reported - 256)
    while index > limit {
      if utf8[index] == 0x3C, index < reported { return index }
      index -= 1
    }
    return reported
  }

  /// Lines and columns of sorted diagnostics, in one pass over the page.
  private static func addPositions(to diagnostics: inout [ParserDiagnostic], in utf8: [UInt8]) {
    var line = 1
    var column = 1
    var offset = 0
    for index in diagnostics.indices {
      let target = min(diagnostics[index].offset, utf8.count)
      while offset < target {
        let byte = utf8[offset]
        if byte == 0x0A {
          line += 1
          column = 1
        } else if byte & 0xC0 != 0x80 {
          // Four-byte characters are two UTF-16 units.
          column += byte >= 0xF0 ? 2 : 1
        }
        offset += 1
      }
      diagnostics[index].line = line
      diagnostics[index].column = column
    }
  }
}
