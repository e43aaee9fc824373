import PageTags

/// Faults of JSON documents.
extension CorruptionPlanner {
  /// One of the signs at `places` is left out.
  func missing(_ places: [Int]) -> CorruptionEdit? {
    guard let place = draw(places, where: { isFree($0..<$0 + 1) }) else { return nil }
    return CorruptionEdit(offset: place, delete: 1)
  }

  func missingStringQuote() -> CorruptionEdit? {
    guard let text = draw(json.strings, where: { isFree($0.range.lowerBound - 1..<$0.range.upperBound + 1) }) else {
      return nil
    }
    return CorruptionEdit(offset: random.oneIn(2) ? text.range.lowerBound - 1 : text.range.upperBound, delete: 1)
  }

  /// A comma twice, or one behind the last member.
  func extraComma() -> CorruptionEdit? {
    if random.oneIn(3) {
      guard let place = draw(json.commas, where: { isFree($0..<$0 + 1) }) else { return nil }
      return CorruptionEdit(offset: place + 1, insert: [UInt8(ascii: ",")])
    }
    guard let bracket = draw(json.closings, where: { isFree($0..<$0) }) else { return nil }
    var place = bracket
    while place > 0, bytes[place - 1].isHTMLSpace { place -= 1 }
    guard place > 0, bytes[place - 1] != UInt8(ascii: "{"), bytes[place - 1] != UInt8(ascii: "[") else { return nil }
    return CorruptionEdit(offset: place, insert: [UInt8(ascii: ",")])
  }

  /// A backslash before a letter that has no escape, or none before one that needs it.
  func invalidEscape() -> CorruptionEdit? {
    if random.oneIn(2), let place = draw(json.escapes, where: { isFree($0..<$0 + 2) && $0 + 1 < bytes.count }) {
      let next = bytes[place + 1]
      // A quote without its backslash ends the string early.
      if next == UInt8(ascii: "\"") { return CorruptionEdit(offset: place, delete: 1) }
      guard next < 0x80 else { return nil }
      let wrong = random.pick(Array("xqczagksNT1'".utf8))
      return CorruptionEdit(offset: place, delete: 2, insert: [UInt8(ascii: "\\"), wrong], labels: given(place, 2))
    }
    guard let text = draw(json.strings, where: { $0.range.count >= 3 && isFree($0.range) }) else { return nil }
    let place = text.range.lowerBound + random.below(text.range.count - 1) + 1
    let harmless = Array("\"\\/bfnrtu".utf8)
    guard bytes[place] < 0x80, !harmless.contains(bytes[place]), bytes[place - 1] != UInt8(ascii: "\\") else {
      return nil
    }
    return CorruptionEdit(offset: place, insert: [UInt8(ascii: "\\")], labels: given(place, 1))
  }

  private func given(_ place: Int, _ count: Int) -> CorruptionEdit.Labels { .given(Array(tags[place..<place + count])) }

  /// The document ends somewhere in its last half.
  func truncatedDocument() -> CorruptionEdit? {
    let free = edits.last.map { $0.edit.range.upperBound + Corrupter.spacing } ?? 0
    let first = max(free, bytes.count / 2, 1)
    guard let end = bytes.lastIndex(where: { !$0.isHTMLSpace }), first < end else { return nil }
    let cut = first + random.below(end - first)
    guard bytes[cut] & 0xC0 != 0x80 else { return nil }
    return CorruptionEdit(
      offset: cut, delete: bytes.count - cut, carriesOpenings: false, carriesBoundaries: false)
  }
}
