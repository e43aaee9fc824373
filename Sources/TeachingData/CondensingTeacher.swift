import PageTags
import Pages

/// Shortens taught pages; labels and faults keep to their bytes.
public enum CondensingTeacher {
  /// The page as the neural reader sees it: condensed by `Pages.Condenser`.
  public static func condense(_ page: TaughtPage) -> TaughtPage {
    let condensed = Condenser.condense(page.bytes)
    let tags = condensed.bytes.indices.map { page.tags[condensed.map.source(of: $0)] }
    return TaughtPage(
      bytes: condensed.bytes, tags: tags,
      faults: moved(page.faults, kept: condensed.bytes.indices.map { condensed.map.source(of: $0) }))
  }

  /// The page without scripts, styles, comments and noscript: how many archives keep pages.
  public static func strip(_ page: TaughtPage) -> TaughtPage {
    var dropped: [Range<Int>] = []
    var tokens = HTMLTokenizer(page.bytes)
    var openStart: Int?
    var openElement = HTMLElement.other
    while let token = tokens.next() {
      switch token {
      case .startTag(let range, let name, _):
        let element = HTMLElement(name: page.bytes[name])
        if openStart == nil, element == .script || element == .style || element == .noscript {
          openStart = range.lowerBound
          openElement = element
        }
      case .endTag(let range, let name):
        if let start = openStart, HTMLElement(name: page.bytes[name]) == openElement {
          dropped.append(start..<range.upperBound)
          openStart = nil
        }
      case .comment(let range): if openStart == nil { dropped.append(range) }
      default: break
      }
    }
    var bytes: [UInt8] = []
    var tags: [ByteTags] = []
    var kept: [Int] = []
    var at = 0
    for range in dropped + [page.bytes.count..<page.bytes.count] {
      bytes += page.bytes[at..<range.lowerBound]
      tags += page.tags[at..<range.lowerBound]
      kept += at..<range.lowerBound
      at = range.upperBound
    }
    return TaughtPage(bytes: bytes, tags: tags, faults: moved(page.faults, kept: kept))
  }

  /// A fault whose byte went moves to the next byte that stayed.
  private static func moved(_ faults: [Fault], kept: [Int]) -> [Fault] {
    faults.compactMap { fault in
      var low = 0
      var high = kept.count
      while low < high {
        let middle = (low + high) / 2
        if kept[middle] < fault.offset { low = middle + 1 } else { high = middle }
      }
      return kept.isEmpty ? nil : Fault(offset: min(low, kept.count - 1), kind: fault.kind)
    }
  }
}
