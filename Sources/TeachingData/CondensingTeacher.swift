import PageTags
public import Pages

/// Shortens taught pages as the reader and some archives shorten pages; labels and faults keep to their bytes.
public enum CondensingTeacher {
  /// `page` without the bytes that `Pages.Condenser` drops. A fault whose byte goes moves to the next byte that stays.
  public static func condense(_ page: TaughtPage) -> TaughtPage { condenseWithMap(page).page }

  /// As `condense`, with the map from offsets of the shortened page to those of `page`.
  public static func condenseWithMap(_ page: TaughtPage) -> (page: TaughtPage, map: OffsetMap) {
    let condensed = Condenser.condense(page.bytes)
    let runs = condensed.map.runs
    let kept = runs.indices.map { index in
      let end = index + 1 < runs.count ? runs[index + 1].output : condensed.bytes.count
      return runs[index].source..<runs[index].source + (end - runs[index].output)
    }
    return (keeping(kept, of: page), condensed.map)
  }

  /// `page` without its `script`, `style` and `noscript` elements and its comments: the form in which many archives keep
  /// pages. A `noscript` that holds main content stays, else the labels would lack what the gold has.
  public static func strip(_ page: TaughtPage) -> TaughtPage { stripWithMap(page).page }

  /// As `strip`, with the map from offsets of the shortened page to those of `page`.
  public static func stripWithMap(_ page: TaughtPage) -> (page: TaughtPage, map: OffsetMap) {
    var scan = StripScan(page: page)
    let kept = scan.keptRanges()
    var map = OffsetMap()
    for range in kept { map.append(source: range.lowerBound, count: range.count) }
    map.finish(sourceCount: page.bytes.count)
    return (keeping(kept, of: page), map)
  }

  /// - Parameter kept: ascending ranges that do not overlap.
  private static func keeping(_ kept: [Range<Int>], of page: TaughtPage) -> TaughtPage {
    var bytes: [UInt8] = []
    var tags: [ByteTags] = []
    var faults: [Fault] = []
    bytes.reserveCapacity(page.bytes.count)
    tags.reserveCapacity(page.bytes.count)
    var next = 0
    for range in kept {
      while next < page.faults.count, page.faults[next].offset < range.upperBound {
        let fault = page.faults[next]
        faults.append(Fault(offset: bytes.count + max(0, fault.offset - range.lowerBound), kind: fault.kind))
        next += 1
      }
      bytes.append(contentsOf: page.bytes[range])
      tags.append(contentsOf: page.tags[range])
    }
    for fault in page.faults[next...] where !bytes.isEmpty {
      faults.append(Fault(offset: bytes.count - 1, kind: fault.kind))
    }
    return TaughtPage(bytes: bytes, tags: tags, faults: faults)
  }
}

/// Finds whole elements and comments to leave out. Where an end is missing nothing goes.
private struct StripScan {
  let page: TaughtPage
  /// Texts known not to come any more: not searched again.
  private var missing: Set<[UInt8]> = []

  private static let names = ["script", "style", "noscript"].map { Array($0.utf8) }
  private static let commentStart = Array("<!--".utf8)
  private static let commentEnd = Array("-->".utf8)
  private static let tagEnd = Array(">".utf8)

  init(page: TaughtPage) { self.page = page }

  mutating func keptRanges() -> [Range<Int>] {
    var kept: [Range<Int>] = []
    var keptFrom = 0
    var i = 0
    while i < page.bytes.count {
      guard page.bytes[i] == UInt8(ascii: "<"), let end = end(ofPartAt: i) else {
        i += 1
        continue
      }
      if keptFrom < i { kept.append(keptFrom..<i) }
      keptFrom = end
      i = end
    }
    if keptFrom < page.bytes.count { kept.append(keptFrom..<page.bytes.count) }
    return kept
  }

  /// The end of the element or comment to drop that begins at `start`; nil where none does.
  private mutating func end(ofPartAt start: Int) -> Int? {
    if matches(Self.commentStart, at: start) { return find(Self.commentEnd, from: start + 4) }
    for name in Self.names where matches(name, at: start + 1) {
      let nameEnd = start + 1 + name.count
      guard nameEnd < page.bytes.count, isNameEnd(page.bytes[nameEnd]) else { continue }
      let endTag = [UInt8(ascii: "<"), UInt8(ascii: "/")] + name
      guard let close = find(endTag, from: nameEnd), let end = find(Self.tagEnd, from: close) else { return nil }
      if name.count == 8, page.tags[start..<end].contains(where: { $0.content == .main }) {
        return nil
      }
      return end
    }
    return nil
  }

  /// The offset just after the first `text` (lower case) from `start` on.
  private mutating func find(_ text: [UInt8], from start: Int) -> Int? {
    if missing.contains(text) { return nil }
    let first = text[0]
    var i = start
    while i + text.count <= page.bytes.count {
      if page.bytes[i] == first, matches(text, at: i) { return i + text.count }
      i += 1
    }
    missing.insert(text)
    return nil
  }

  private func matches(_ text: [UInt8], at start: Int) -> Bool {
    guard start + text.count <= page.bytes.count else { return false }
    for (offset, byte) in text.enumerated() {
      let given = page.bytes[start + offset]
      if (given &- 0x41 < 26 ? given | 0x20 : given) != byte { return false }
    }
    return true
  }

  private func isNameEnd(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/")
  }
}
