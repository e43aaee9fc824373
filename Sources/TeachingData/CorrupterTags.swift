import PageTags

/// Faults of tags, and of text that looks like tags.
extension CorruptionPlanner {
  private typealias Tag = MarkupSurvey.Tag

  private func tag(where accept: (MarkupSurvey.Tag) -> Bool) -> MarkupSurvey.Tag? {
    draw(survey.tags) { isFree($0.range) && accept($0) }
  }

  private func isPaired(_ tag: MarkupSurvey.Tag) -> Bool { ElementName.paired.contains(tag.name) }

  func missingTagClose() -> CorruptionEdit? {
    // At the page's end nothing shows that the tag goes on.
    let count = bytes.count
    guard let tag = tag(where: { $0.range.upperBound < count }) else { return nil }
    return CorruptionEdit(offset: tag.range.upperBound - 1, delete: 1)
  }

  func missingTagOpen() -> CorruptionEdit? {
    guard let tag = tag(where: { _ in true }) else { return nil }
    return CorruptionEdit(offset: tag.range.lowerBound, delete: 1)
  }

  func missingSlash() -> CorruptionEdit? {
    guard let tag = tag(where: { $0.isEnd && isPaired($0) }) else { return nil }
    return CorruptionEdit(offset: tag.range.lowerBound + 1, delete: 1)
  }

  func missingEndTag() -> CorruptionEdit? {
    guard let tag = tag(where: { $0.isEnd && isPaired($0) && $0.range.count <= 300 }) else { return nil }
    return CorruptionEdit(offset: tag.range.lowerBound, delete: tag.range.count, carriesOpenings: false)
  }

  func missingStartTag() -> CorruptionEdit? {
    guard
      let tag = tag(where: {
        !$0.isEnd && isPaired($0) && $0.range.count <= 300 && bytes[$0.range.upperBound - 2] != UInt8(ascii: "/")
      })
    else { return nil }
    if tag.name == .anchor {
      // Its address went with it: there is no link left to read.
      var i = tag.range.upperBound
      while i < tags.count, tags[i].anchor == .inside {
        tags[i].anchor = .none
        i += 1
      }
    }
    return CorruptionEdit(offset: tag.range.lowerBound, delete: tag.range.count, carriesOpenings: false)
  }

  /// An end tag in the middle of a text, or an end tag twice.
  func strayEndTag() -> CorruptionEdit? {
    if random.oneIn(3),
      let tag = tag(where: { $0.isEnd && isPaired($0) && $0.range.count <= 40 && !isCode(tags[$0.range.lowerBound]) })
    {
      return CorruptionEdit(offset: tag.range.upperBound, insert: Array(bytes[tag.range]))
    }
    guard let place = textPlace() else { return nil }
    return CorruptionEdit(
      offset: place.offset, insert: Array("</".utf8) + random.pick(ElementName.strayNames) + [UInt8(ascii: ">")])
  }

  func misspeltTag() -> CorruptionEdit? {
    guard
      let tag = tag(where: {
        ($0.nameRange.count >= 2 || isPaired($0)) && $0.nameRange.count <= 30
          && bytes[$0.nameRange].allSatisfy(isNameByte)
      }), let name = misspelling(of: tag.nameRange, known: ElementName.known)
    else { return nil }
    // `<1h>` would be text: keep a letter in front.
    guard (name[0] | 0x20) &- 0x61 < 26 else { return nil }
    return CorruptionEdit(offset: tag.nameRange.lowerBound, delete: tag.nameRange.count, insert: name)
  }

  private func isNameByte(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 }

  /// Two neighbouring bytes of a tag the wrong way round, at least one of them not in an attribute's value.
  func swappedBytes() -> CorruptionEdit? {
    for _ in 0..<8 {
      guard let tag = tag(where: { $0.range.count >= 3 }) else { return nil }
      let first = tag.range.lowerBound + random.below(min(tag.range.count - 1, 60))
      if isMarkupSwap(first) {
        return CorruptionEdit(
          offset: first, delete: 2, insert: [bytes[first + 1], bytes[first]],
          labels: .given([tags[first], tags[first + 1]]))
      }
    }
    return nil
  }

  private func isMarkupSwap(_ first: Int) -> Bool {
    let (a, b) = (bytes[first], bytes[first + 1])
    guard a != b, a < 0x80, b < 0x80, tags[first].attribute != .value, tags[first + 1].attribute != .value else {
      return false
    }
    if a <= 0x20 && b <= 0x20 { return false }
    // The attribute that holds the bytes, if one does; the bytes inside a value say nothing about markup.
    let next = survey.attributes.partitioningIndex { $0.spaceStart > first }
    guard next > 0, let value = survey.attributes[next - 1].valueRange else { return true }
    return !(first >= value.lowerBound && first + 1 < value.upperBound)
  }

  func rawLessThan() -> CorruptionEdit? {
    if random.oneIn(4) {
      let lessThan = Array("&lt;".utf8)
      let found = draw(survey.references) { range in
        isFree(range) && bytes[range].elementsEqual(lessThan) && isPlainText(range.lowerBound)
      }
      if let found {
        return CorruptionEdit(
          offset: found.lowerBound, delete: 4, insert: [UInt8(ascii: "<")], labels: .given([tags[found.lowerBound]]))
      }
    }
    guard let place = textPlace() else { return nil }
    let text = random.pick(["<", "< ", "<3 ", "<- ", "<= ", "<< ", "<5 ", "<\"", "<("])
    // Before a letter a lone `<` would begin a tag.
    let plain = text == "<" && (bytes[place.offset] | 0x20) &- 0x61 < 26 ? "< " : text
    return CorruptionEdit(offset: place.offset, insert: Array(plain.utf8), labels: .text)
  }

  /// `</b></a>` for `</a></b>`.
  func misnestedTags() -> CorruptionEdit? {
    let pairs = survey.tags.indices
    guard !pairs.isEmpty else { return nil }
    func accepts(_ index: Int) -> Bool {
      guard index + 1 < survey.tags.count else { return false }
      let (first, second) = (survey.tags[index], survey.tags[index + 1])
      let between = first.range.upperBound..<second.range.lowerBound
      return first.isEnd && second.isEnd && first.name != second.name && isPaired(first) && isPaired(second)
        && between.count <= 40 && bytes[between].allSatisfy { $0 <= 0x20 }
        && isFree(first.range.lowerBound..<second.range.upperBound)
    }
    guard let index = draw(Array(pairs), where: accepts) else { return nil }
    let (first, second) = (survey.tags[index], survey.tags[index + 1])
    let between = first.range.upperBound..<second.range.lowerBound
    var labels = Array(tags[second.range]) + tags[between] + tags[first.range]
    // Bytes are inside a link as long as its end tag has not come.
    let wasInside = first.range.lowerBound > 0 && tags[first.range.lowerBound - 1].anchor != .none
    for i in labels.indices {
      let isBeforeEnd =
        wasInside && (first.name == .anchor ? i < second.range.count + between.count : second.name != .anchor)
      if first.name == .anchor || second.name == .anchor { labels[i].anchor = isBeforeEnd ? .inside : .none }
    }
    return CorruptionEdit(
      offset: first.range.lowerBound, delete: second.range.upperBound - first.range.lowerBound,
      insert: Array(bytes[second.range]) + bytes[between] + bytes[first.range], labels: .given(labels))
  }

  /// A block that begins in the middle of a paragraph's text, with or without its end.
  func blockInParagraph() -> CorruptionEdit? {
    guard let place = textPlace(inParagraph: true) else { return nil }
    let name = random.pick(["div", "div", "div", "ul", "h3", "table", "blockquote", "section", "ol", "form"])
    let open = Array((name == "ul" || name == "ol" ? "<\(name)><li>" : "<\(name)>").utf8)
    guard name == "div" || name == "blockquote" || name == "section", random.oneIn(2) else {
      return CorruptionEdit(offset: place.offset, insert: open)
    }
    let end = min(place.textEnd, place.offset + 400)
    var wrapped = place.offset..<place.offset + random.below(max(1, end - place.offset)) + 1
    while wrapped.upperBound < place.textEnd,
      bytes[wrapped.upperBound] & 0xC0 == 0x80 || !isSpaceByte(bytes[wrapped.upperBound])
    {
      wrapped = wrapped.lowerBound..<wrapped.upperBound + 1
    }
    guard isFree(wrapped) else { return CorruptionEdit(offset: place.offset, insert: open) }
    let close = Array("</\(name)>".utf8)
    let before = [ByteTags](repeating: markupLabel(at: wrapped.lowerBound), count: open.count)
    let after = [ByteTags](repeating: markupLabel(at: wrapped.upperBound), count: close.count)
    return CorruptionEdit(
      offset: wrapped.lowerBound, delete: wrapped.count, insert: open + bytes[wrapped] + close,
      labels: .given(before + tags[wrapped] + after))
  }

  private func isSpaceByte(_ byte: UInt8) -> Bool { byte <= 0x20 }

  /// The page ends within a tag of its last fifth (at least its last 4,096 bytes).
  func truncatedPage() -> CorruptionEdit? {
    let end = bytes.count
    let tail = min(end - end / 5, max(0, end - 4096))
    let free = edits.last.map { $0.edit.range.upperBound + Corrupter.spacing } ?? 0
    let first = survey.tags.partitioningIndex { $0.range.lowerBound >= max(tail, free, 1) }
    guard first < survey.tags.count else { return nil }
    let tag = survey.tags[first + random.below(survey.tags.count - first)]
    let cut = tag.range.lowerBound + 1 + random.below(tag.range.count - 1)
    // Not within a character, and then no longer in the tag's first byte alone.
    guard cut < end, bytes[cut] & 0xC0 != 0x80 else { return nil }
    return CorruptionEdit(
      offset: cut, delete: end - cut, faultShift: 0, carriesOpenings: false, carriesBoundaries: false)
  }

  // MARK: Texts

  func isPlainText(_ offset: Int) -> Bool { tags[offset].content != .markup && !isCode(tags[offset]) }

  /// The beginning of a word (in text without spaces: of a character) in visible text that is no code.
  func textPlace(inParagraph: Bool = false) -> (offset: Int, textEnd: Int)? {
    for _ in 0..<6 {
      let found = draw(survey.texts) { text in
        (text.isInParagraph || !inParagraph) && isPlainText(text.range.lowerBound + text.range.count / 2)
      }
      guard let found else { return nil }
      var offset = found.range.lowerBound + 1 + random.below(found.range.count - 2)
      let limit = min(found.range.upperBound - 1, offset + 40)
      while offset < limit, !isWordStart(offset) { offset += 1 }
      if isWordStart(offset), isPlainText(offset), isFree(offset..<offset) { return (offset, found.range.upperBound) }
    }
    return nil
  }

  private func isWordStart(_ offset: Int) -> Bool {
    let byte = bytes[offset]
    if byte >= 0xE3 && byte <= 0xED && bytes[offset - 1] >= 0x80 { return true }
    return bytes[offset - 1] == UInt8(ascii: " ") && byte > 0x20 && byte & 0xC0 != 0x80
  }
}
