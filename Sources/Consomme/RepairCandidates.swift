import PageTags

/// An edit of a page: at `offset` delete `delete` bytes and insert `insert`.
struct Edit: Hashable {
  var offset: Int
  var delete: Int
  var insert: [UInt8]

  func applied(to bytes: ArraySlice<UInt8>) -> [UInt8] {
    Array(bytes[..<offset]) + insert + Array(bytes[(offset + delete)...])
  }
}

/// Proposes edits for a fault: what each kind of fault would need, tried at and around the place the fault head points to.
///
/// These are guesses to be weighed by the language model; none of them is taken because a rule says so.
struct RepairCandidates {
  let bytes: [UInt8]
  /// Words that follow `<` or `</`, and names before `=`, as the page itself spells them.
  let tagNames: [[UInt8]]
  private let attributeNames: [[UInt8]]

  /// How far from the pointed-at byte single-byte edits are tried.
  private static let reach = 4
  static let limit = 24

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var tags: [[UInt8]: Int] = [:]
    var attributes: [[UInt8]: Int] = [:]
    var word: [UInt8] = []
    var start = 0
    for (index, byte) in bytes.enumerated() {
      if Self.isName(byte) && word.count < 24 {
        if word.isEmpty { start = index }
        word.append(byte)
        continue
      }
      if !word.isEmpty {
        if Self.isTagName(at: start, in: bytes) {
          tags[word, default: 0] += 1
        } else if byte == 0x3d {
          attributes[word, default: 0] += 1
        }
        word.removeAll(keepingCapacity: true)
      }
    }
    func common(_ counts: [[UInt8]: Int], atLeast least: Int) -> [[UInt8]] {
      let found = counts.filter { $0.value >= least }
      return found.sorted { ($0.value, $1.key.count) > ($1.value, $0.key.count) }.prefix(60).map(\.key)
    }
    // A name may be misspelt in one of its two tags.
    tagNames = common(tags, atLeast: 1)
    attributeNames = common(attributes, atLeast: 2)
  }

  /// Whether the name at `start` follows `<` or `</`.
  private static func isTagName(at start: Int, in bytes: [UInt8]) -> Bool {
    guard start > 0 else { return false }
    if bytes[start - 1] == 0x3c { return true }
    return start > 1 && bytes[start - 1] == 0x2f && bytes[start - 2] == 0x3c
  }

  static func isName(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a || byte >= 0x30 && byte <= 0x39 || byte == 0x2d
  }

  /// Edits for a fault of `kind` at `offset`, likeliest first.
  func edits(for kind: FaultKind, at offset: Int) -> [Edit] {
    var list: [Edit] = []
    func insert(_ texts: [String], within reach: Int = Self.reach) {
      for distance in spread(reach) {
        let at = offset + distance
        guard at >= 0, at <= bytes.count else { continue }
        for text in texts { list.append(Edit(offset: at, delete: 0, insert: Array(text.utf8))) }
      }
    }
    switch kind {
    case .missingOpeningQuote, .missingClosingQuote: insert(["\"", "'"])
    case .missingEquals: insert(["="])
    case .missingAttributeSpace: insert([" "])
    case .missingTagClose, .truncatedPage: insert([">"])
    case .missingTagOpen: insert(["<"])
    case .missingSlash: insert(["/"])
    case .missingSemicolon: insert([";"])
    case .bareAmpersand:
      insert(["amp;"], within: 2)
      list.removeAll { $0.offset == 0 || bytes[$0.offset - 1] != 0x26 }
    case .strayQuote:
      delete(0x22, near: offset, &list)
      delete(0x27, near: offset, &list)
    case .rawLessThan:
      replace(0x3c, with: "&lt;", near: offset, &list)
      delete(0x3c, near: offset, &list)
    case .brokenComment: insert(["-", "!", "<!--", "-->", "--", ">"], within: 1)
    case .swappedBytes:
      for distance in spread(Self.reach) {
        let at = offset + distance
        guard at >= 0, at + 1 < bytes.count, bytes[at] != bytes[at + 1], bytes[at] < 0x80, bytes[at + 1] < 0x80 else {
          continue
        }
        list.append(Edit(offset: at, delete: 2, insert: [bytes[at + 1], bytes[at]]))
      }
    case .misspeltTag: respell(tagNames, near: offset, &list)
    case .misspeltAttribute: respell(attributeNames, near: offset, &list)
    case .misspeltEntity: respell(Self.entities, near: offset, &list)
    case .missingEndTag:
      for name in likelyNames(unclosedNames(before: offset)) {
        list.append(Edit(offset: offset, delete: 0, insert: [0x3c, 0x2f] + name + [0x3e]))
      }
    case .missingStartTag:
      for name in likelyNames(unopenedNames(after: offset)) {
        list.append(Edit(offset: offset, delete: 0, insert: [0x3c] + name + [0x3e]))
      }
    case .strayEndTag, .blockInParagraph: deleteTag(near: offset, &list)
    case .duplicateAttribute: deleteAttribute(at: offset, &list)
    case .misnestedTags: swapTags(near: offset, &list)
    // The model's own proposals serve the faults of other kinds of document.
    default: break
    }
    return Array(list.prefix(Self.limit))
  }

  private static let entities = [
    "amp", "lt", "gt", "quot", "nbsp", "copy", "reg", "mdash", "ndash", "rsquo", "lsquo", "ldquo", "rdquo", "hellip",
    "laquo", "raquo",
    "times", "euro", "middot", "bull", "eacute", "trade", "apos", "rarr", "larr",
  ].map { Array($0.utf8) }

  /// 0, 1, −1, 2, −2 …
  private func spread(_ reach: Int) -> [Int] { [0] + (1...max(1, reach)).flatMap { [$0, -$0] } }

  private func delete(_ byte: UInt8, near offset: Int, _ list: inout [Edit]) {
    for distance in spread(Self.reach) {
      let at = offset + distance
      if at >= 0, at < bytes.count, bytes[at] == byte { list.append(Edit(offset: at, delete: 1, insert: [])) }
    }
  }

  private func replace(_ byte: UInt8, with text: String, near offset: Int, _ list: inout [Edit]) {
    for distance in spread(Self.reach) {
      let at = offset + distance
      if at >= 0, at < bytes.count, bytes[at] == byte {
        list.append(Edit(offset: at, delete: 1, insert: Array(text.utf8)))
      }
    }
  }

  /// The name at or just after `offset`.
  private func name(near offset: Int) -> Range<Int>? {
    var start = min(max(0, offset), bytes.count)
    var steps = 0
    while start < bytes.count, !Self.isName(bytes[start]), steps < Self.reach {
      (start, steps) = (start + 1, steps + 1)
    }
    guard start < bytes.count, Self.isName(bytes[start]) else { return nil }
    var end = start
    while start > 0, Self.isName(bytes[start - 1]), end - start < 32 { start -= 1 }
    while end < bytes.count, Self.isName(bytes[end]), end - start < 32 { end += 1 }
    return start..<end
  }

  private func respell(_ names: [[UInt8]], near offset: Int, _ list: inout [Edit]) {
    guard let range = name(near: offset) else { return }
    let found = Array(bytes[range])
    for name in names where name != found && Self.isOneSlipAway(name, found) {
      list.append(Edit(offset: range.lowerBound, delete: range.count, insert: name))
    }
  }

  /// One byte missing, added, changed, or two neighbours swapped.
  static func isOneSlipAway(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    if abs(a.count - b.count) > 1 { return false }
    var front = 0
    while front < min(a.count, b.count), a[front] == b[front] { front += 1 }
    var back = 0
    while back < min(a.count, b.count) - front, a[a.count - 1 - back] == b[b.count - 1 - back] { back += 1 }
    let left = (a.count - front - back, b.count - front - back)
    if left.0 <= 1 && left.1 <= 1 { return true }
    return left == (2, 2) && a[front] == b[front + 1] && a[front + 1] == b[front]
  }

  /// The run from a `<` near `offset` to the next `>`.
  private func tag(near offset: Int) -> Range<Int>? {
    for distance in spread(Self.reach) {
      let start = offset + distance
      guard start >= 0, start < bytes.count, bytes[start] == 0x3c else { continue }
      if let end = bytes[start...].prefix(200).firstIndex(of: 0x3e) { return start..<end + 1 }
    }
    return nil
  }

  private func deleteTag(near offset: Int, _ list: inout [Edit]) {
    if let range = tag(near: offset) { list.append(Edit(offset: range.lowerBound, delete: range.count, insert: [])) }
  }

  private func swapTags(near offset: Int, _ list: inout [Edit]) {
    guard let first = tag(near: offset), first.upperBound < bytes.count,
      let start = bytes[first.upperBound...].prefix(40).firstIndex(of: 0x3c), let second = tag(near: start),
      second.lowerBound == start
    else { return }
    let between = bytes[first.upperBound..<start]
    list.append(
      Edit(
        offset: first.lowerBound, delete: second.upperBound - first.lowerBound,
        insert: Array(bytes[second]) + Array(between) + Array(bytes[first])))
  }

  private func deleteAttribute(at offset: Int, _ list: inout [Edit]) {
    guard let name = name(near: offset), name.upperBound < bytes.count else { return }
    var end = name.upperBound
    if bytes[end] == 0x3d, end + 1 < bytes.count {
      let quote = bytes[end + 1]
      end += 2
      if quote == 0x22 || quote == 0x27 {
        while end < bytes.count, bytes[end] != quote, end - name.lowerBound < 2_000 { end += 1 }
        end = min(bytes.count, end + 1)
      } else {
        while end < bytes.count, bytes[end] > 0x20, bytes[end] != 0x3e { end += 1 }
      }
    }
    let start = name.lowerBound > 0 && bytes[name.lowerBound - 1] <= 0x20 ? name.lowerBound - 1 : name.lowerBound
    list.append(Edit(offset: start, delete: end - start, insert: []))
    list.append(Edit(offset: name.lowerBound, delete: end - name.lowerBound, insert: []))
  }
}
