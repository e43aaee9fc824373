public import PageTags

/// Tells every byte of a page what it is, by the rules of HTML: the teacher of the neural reader's tag heads.
///
/// A tokenizer with positions and a light form of tree construction (https://html.spec.whatwg.org/#tree-construction): implied end
/// tags, scopes, formatting that survives misnesting. On well-formed pages its links are those of a browser's DOM.
public enum MarkupTeacher {
  /// One record a byte of `utf8`. Visible text is `.unjudged`, all else `.markup`.
  public static func tag(_ utf8: [UInt8]) -> [ByteTags] {
    var survey = TableSurvey()
    var tokens = HTMLTokenizer(utf8)
    while let token = tokens.next() {
      switch token {
      case .startTag(_, let name, let attributes):
        let element = HTMLElement(name: utf8[name])
        let role = element == .table ? AttributeReader(utf8, attributes).lowercased("role") : nil
        survey.start(element, isPresentation: role == "presentation" || role == "none")
      case .endTag(_, let name): survey.end(HTMLElement(name: utf8[name]))
      default: break
      }
    }
    survey.finish()
    var builder = TagBuilder(utf8, dataTables: survey.isData)
    tokens = HTMLTokenizer(utf8)
    while let token = tokens.next() { builder.read(token) }
    return builder.finish()
  }
}

/// Looks attributes of one start tag up by name. The first of a name counts.
struct AttributeReader {
  private let bytes: [UInt8]
  let attributes: [HTMLAttribute]

  init(_ bytes: [UInt8], _ attributes: [HTMLAttribute]) {
    self.bytes = bytes
    self.attributes = attributes
  }

  subscript(name: StaticString) -> HTMLAttribute? {
    attributes.first { attribute in
      guard attribute.name.count == name.utf8CodeUnitCount else { return false }
      return name.withUTF8Buffer { wanted in
        for index in 0..<wanted.count {
          let byte = bytes[attribute.name.lowerBound + index]
          if unsafe (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) != wanted[index] { return false }
        }
        return true
      }
    }
  }

  func lowercased(_ name: StaticString) -> String? {
    guard let value = self[name]?.value, value.count < 10_000 else { return nil }
    return String(decoding: bytes[value], as: UTF8.self).lowercased()
  }
}
