import PageTags

/// Faults in attributes, character references and comments.
extension CorruptionPlanner {
  /// An edit that plants a fault of this kind at a place chosen uniformly; nil where there is none.
  func edit(for kind: FaultKind) -> CorruptionEdit? {
    switch kind {
    case .none: nil
    case .missingOpeningQuote: missingOpeningQuote()
    case .missingClosingQuote: missingClosingQuote()
    case .missingEquals: missingEquals()
    case .missingAttributeSpace: missingAttributeSpace()
    case .duplicateAttribute: duplicateAttribute()
    case .misspeltAttribute: misspeltAttribute()
    case .strayQuote: strayQuote()
    case .missingSemicolon: missingSemicolon()
    case .bareAmpersand: bareAmpersand()
    case .misspeltEntity: misspeltEntity()
    case .brokenComment: brokenComment()
    case .missingTagClose: missingTagClose()
    case .missingTagOpen: missingTagOpen()
    case .missingSlash: missingSlash()
    case .missingEndTag: missingEndTag()
    case .missingStartTag: missingStartTag()
    case .strayEndTag: strayEndTag()
    case .misspeltTag: misspeltTag()
    case .swappedBytes: swappedBytes()
    case .rawLessThan: rawLessThan()
    case .misnestedTags: misnestedTags()
    case .blockInParagraph: blockInParagraph()
    case .truncatedPage: truncatedPage()
    case .missingStringQuote: missingStringQuote()
    case .missingComma: missing(json.commas)
    case .extraComma: extraComma()
    case .missingColon: missing(json.colons)
    case .missingOpeningBracket: missing(json.openings)
    case .missingClosingBracket: missing(json.closings)
    case .invalidEscape: invalidEscape()
    case .truncatedDocument: truncatedDocument()
    }
  }

  /// An attribute with a quoted value.
  private func quotedAttribute(where accept: (MarkupSurvey.Attribute, Range<Int>) -> Bool) -> (
    attribute: MarkupSurvey.Attribute, value: Range<Int>
  )? {
    let found = draw(survey.attributes) { attribute in
      guard attribute.quote != nil, let value = attribute.valueRange else { return false }
      return isFree(attribute.spaceStart..<value.upperBound + 1) && accept(attribute, value)
    }
    guard let found, let value = found.valueRange else { return nil }
    return (found, value)
  }

  private func missingOpeningQuote() -> CorruptionEdit? {
    guard let (_, value) = quotedAttribute(where: { !$1.isEmpty }) else { return nil }
    return CorruptionEdit(offset: value.lowerBound - 1, delete: 1)
  }

  private func missingClosingQuote() -> CorruptionEdit? {
    guard let (_, value) = quotedAttribute(where: { !$1.isEmpty }) else { return nil }
    return CorruptionEdit(offset: value.upperBound, delete: 1)
  }

  private func missingEquals() -> CorruptionEdit? {
    guard
      let (attribute, _) = quotedAttribute(where: { attribute, value in
        attribute.nameRange.upperBound + 2 == value.lowerBound
      })
    else { return nil }
    return CorruptionEdit(offset: attribute.nameRange.upperBound, delete: 1)
  }

  private func missingAttributeSpace() -> CorruptionEdit? {
    let found = draw(survey.attributes) { attribute in
      let space = attribute.spaceStart..<attribute.nameRange.lowerBound
      return attribute.followsNameOrQuote && (1...4).contains(space.count) && isFree(space)
    }
    guard let found else { return nil }
    return CorruptionEdit(offset: found.spaceStart, delete: found.nameRange.lowerBound - found.spaceStart)
  }

  private func duplicateAttribute() -> CorruptionEdit? {
    guard let (attribute, value) = quotedAttribute(where: { $1.count <= 200 }) else { return nil }
    let copied = attribute.nameRange.lowerBound..<value.upperBound + 1
    return CorruptionEdit(
      offset: copied.upperBound, insert: [UInt8(ascii: " ")] + bytes[copied], faultShift: 1)
  }

  private func misspeltAttribute() -> CorruptionEdit? {
    let found = draw(survey.attributes) { attribute in
      attribute.nameRange.count >= 3 && attribute.nameRange.count <= 30 && isFree(attribute.nameRange)
        && bytes[attribute.nameRange].allSatisfy(isLetterOrDash)
    }
    guard let found, let name = misspelling(of: found.nameRange, known: ElementName.knownAttributes) else { return nil }
    return CorruptionEdit(offset: found.nameRange.lowerBound, delete: found.nameRange.count, insert: name)
  }

  /// A second quote before or after the value, or a lone one after it where there was none.
  private func strayQuote() -> CorruptionEdit? {
    let found = draw(survey.attributes) { attribute in
      guard let value = attribute.valueRange, !value.isEmpty else { return false }
      return isFree(attribute.nameRange.lowerBound..<value.upperBound + 1)
    }
    guard let found, let value = found.valueRange else { return nil }
    guard let quote = found.quote else {
      return CorruptionEdit(offset: value.upperBound, insert: [UInt8(ascii: "\"")])
    }
    let offset = random.oneIn(3) ? value.lowerBound - 1 : value.upperBound + 1
    let other = quote == UInt8(ascii: "\"") ? UInt8(ascii: "'") : UInt8(ascii: "\"")
    return CorruptionEdit(offset: offset, insert: [random.oneIn(8) ? other : quote])
  }

  // MARK: Character references

  /// A reference outside code.
  private func reference(where accept: (Range<Int>) -> Bool) -> Range<Int>? {
    draw(survey.references) { range in
      isFree(range) && !isCode(tags[range.lowerBound]) && accept(range)
    }
  }

  private func missingSemicolon() -> CorruptionEdit? {
    guard let range = reference(where: { _ in true }) else { return nil }
    return CorruptionEdit(offset: range.upperBound - 1, delete: 1)
  }

  /// `&amp;` without its `amp;`, or an ampersand in front of a word.
  private func bareAmpersand() -> CorruptionEdit? {
    let ampersand = Array("&amp;".utf8)
    if random.oneIn(3), let place = textPlace() {
      return CorruptionEdit(offset: place.offset, insert: [UInt8(ascii: "&")], labels: .text)
    }
    if let range = reference(where: { bytes[$0].elementsEqual(ampersand) }) {
      return CorruptionEdit(offset: range.lowerBound + 1, delete: 4, faultShift: -1)
    }
    guard let place = textPlace() else { return nil }
    return CorruptionEdit(offset: place.offset, insert: [UInt8(ascii: "&")], labels: .text)
  }

  private func misspeltEntity() -> CorruptionEdit? {
    guard let range = reference(where: { $0.count >= 4 }) else { return nil }
    let labels = CorruptionEdit.Labels.given
    if bytes[range.lowerBound + 1] == UInt8(ascii: "#") {
      return CorruptionEdit(offset: range.lowerBound + 1, delete: 1, faultShift: -1)
    }
    let name = range.lowerBound + 1..<range.upperBound - 1
    guard let wrong = misspelling(of: name, known: []) else { return nil }
    let tag = tags[name.lowerBound]
    return CorruptionEdit(
      offset: name.lowerBound, delete: name.count, insert: wrong,
      labels: labels([ByteTags](repeating: tag, count: wrong.count)), faultShift: -1)
  }

  // MARK: Comments

  private func brokenComment() -> CorruptionEdit? {
    guard let range = draw(survey.comments, where: { isFree($0.lowerBound..<$0.lowerBound + 4) && isFree($0) }) else {
      return nil
    }
    switch random.below(6) {
    case 0: return CorruptionEdit(offset: range.lowerBound, delete: 1)
    case 1: return CorruptionEdit(offset: range.lowerBound + 1, delete: 1)
    case 2: return CorruptionEdit(offset: range.lowerBound + 2, delete: 1)
    case 3: return CorruptionEdit(offset: range.lowerBound + 2, insert: [UInt8(ascii: " ")])
    case 4: return CorruptionEdit(offset: range.upperBound - 3, delete: 1)
    default: return CorruptionEdit(offset: range.upperBound - 1, delete: 1)
    }
  }

  // MARK: Words

  func isLetterOrDash(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "-") }

  func isCode(_ tag: ByteTags) -> Bool { tag.block == .code || tag.marks.contains(.code) }

  /// The word at `range` with one letter lost, doubled, swapped or replaced; nil where only words of `known` came of it.
  func misspelling(of range: Range<Int>, known: Set<ElementName>) -> [UInt8]? {
    for _ in 0..<8 {
      var word = Array(bytes[range])
      let at = random.below(word.count)
      switch random.below(4) {
      case 0 where word.count > 1: word.remove(at: at)
      case 1 where word.count > 1:
        let first = min(at, word.count - 2)
        word.swapAt(first, first + 1)
      case 2: word.insert(word[at], at: at)
      default: word[at] = UInt8(ascii: "a") + UInt8(random.below(26))
      }
      // A dash in front or case alone would not be a misspelling.
      guard let first = word.first, first != UInt8(ascii: "-") else { continue }
      let name = ElementName(word)
      if name != ElementName(bytes[range]), !known.contains(name) { return word }
    }
    return nil
  }
}
