import PageTags
import Pages

/// Shortens taught pages as the reader shortens pages, labels and faults following.
public enum CondensingTeacher {
  /// `page` without the bytes that `Pages.Condenser` drops. A fault whose byte goes moves to the next byte that stays.
  public static func condense(_ page: TaughtPage) -> TaughtPage {
    let condensed = Condenser.condense(page.bytes)
    let runs = condensed.map.runs
    var kept: [Range<Int>] = []
    kept.reserveCapacity(runs.count)
    for (index, run) in runs.enumerated() {
      let end = index + 1 < runs.count ? runs[index + 1].output : condensed.bytes.count
      kept.append(run.source..<run.source + (end - run.output))
    }
    return keeping(kept, of: page)
  }

  /// `page` without its `script`, `style` and `noscript` elements and its comments: the form in which some sites' saved
  /// pages come. A `noscript` that holds main content stays, else the labels would tell of text that is gone.
  public static func strip(_ page: TaughtPage) -> TaughtPage {
    var scan = StripScan(page: page)
    return keeping(scan.keptRanges(), of: page)
  }

  /// `kept`: ascending, not overlapping.
  private static func keeping(_ kept: [Range<Int>], of page: TaughtPage) -> TaughtPage {
    var bytes: [UInt8] = []
    var tags: [ByteTags] = []
    var faults: [Fault] = []
    bytes.reserveCapacity(page.bytes.count)
    tags.reserveCapacity(page.bytes.count)
    var next = 0
    for range in kept {
      while next < page.faults.count, page.faults[next].offset < range.upperBound {
        var fault = page.faults[next]
        fault.offset = bytes.count + max(0, fault.offset - range.lowerBound)
        faults.append(fault)
        next += 1
      }
      bytes.append(contentsOf: page.bytes[range])
      tags.append(contentsOf: page.tags[range])
    }
    for var fault in page.faults[next...] {
      fault.offset = max(0, bytes.count - 1)
      faults.append(fault)
    }
    return TaughtPage(bytes: bytes, tags: tags, faults: faults)
  }
}

/// Finds whole elements and comments to leave out. Where an end is missing nothing goes.
private struct StripScan {
  let page: TaughtPage
  /// Elements without another end tag in the page: not searched again.
  private var endless: Set<String> = []

  init(page: TaughtPage) { self.page = page }

  mutating func keptRanges() -> [Range<Int>] {
    let bytes = page.bytes
    var kept: [Range<Int>] = []
    var keptFrom = 0
    var i = 0
    while i < bytes.count {
      guard bytes[i] == UInt8(ascii: "<"), let end = end(ofPartAt: i) else {
        i += 1
        continue
      }
      if keptFrom < i { kept.append(keptFrom..<i) }
      keptFrom = end
      i = end
    }
    if keptFrom < bytes.count { kept.append(keptFrom..<bytes.count) }
    return kept
  }

  private mutating func end(ofPartAt start: Int) -> Int? {
    if matches("<!--", at: start) { return find("-->", after: start + 4) }
    for name in ["script", "style", "noscript"] where matches("<" + name, at: start) {
      let nameEnd = start + 1 + name.utf8.count
      guard nameEnd < page.bytes.count, isNameEnd(page.bytes[nameEnd]) else { continue }
      guard let body = find("</" + name, after: nameEnd), let end = find(">", after: body) else { return nil }
      if name == "noscript", page.tags[start..<end].contains(where: { $0.content == .main }) { return nil }
      return end
    }
    return nil
  }

  /// The offset just after the first `text` from `start` on.
  private mutating func find(_ text: String, after start: Int) -> Int? {
    if endless.contains(text) { return nil }
    var i = start
    while i < page.bytes.count {
      if matches(text, at: i) { return i + text.utf8.count }
      i += 1
    }
    endless.insert(text)
    return nil
  }

  private func matches(_ text: String, at start: Int) -> Bool {
    guard start + text.utf8.count <= page.bytes.count else { return false }
    var i = start
    for byte in text.utf8 {
      let given = page.bytes[i]
      guard (given &- 0x41 < 26 ? given | 0x20 : given) == byte else { return false }
      i += 1
    }
    return true
  }

  private func isNameEnd(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") }
}
