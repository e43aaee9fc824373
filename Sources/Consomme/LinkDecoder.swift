import PageTags
public import Pages

/// Turns tags into links.
public enum LinkDecoder {
  /// The links of the page in reading order: `a` and `area`; with `includeResources` also `link`, `img`, `script` and embedded
  /// documents (`iframe`, named so whatever the element).
  public static func links(in page: TaggedPage, includeResources: Bool = false) -> [ExtractedLink] {
    let page = page.smoothed()
    let scan = TagScan(page)
    var contents = [Range<Int>?](repeating: nil, count: scan.values.count)
    for anchor in scan.anchors { contents[anchor.value] = anchor.content }
    var links: [ExtractedLink] = []
    for (index, value) in scan.values.enumerated() {
      guard let kind = kind(value.tag), includeResources || kind == "a" || kind == "area" else { continue }
      // An empty value is one byte's word; it has to be sure.
      if value.range.isEmpty && value.confidence < 128 { continue }
      let input = page.inputRange(value.range)
      var link = ExtractedLink(
        href: page.attributeText(value.range), text: "", alternative: nil, kind: kind, start: input.lowerBound,
        end: input.upperBound, confidence: Double(value.confidence) / 255)
      if let content = contents[index] {
        link.text = text(of: page, in: content)
        link.alternative = alternative(of: page, scan.values, after: index, in: content)
      } else if kind == "area" || kind == "img" {
        link.alternative = neighbouringAlternative(page, scan.values, index)
      }
      links.append(link)
    }
    return links
  }

  /// What the page says relative links resolve against.
  public static func baseHref(in page: TaggedPage) -> String? {
    let page = page.smoothed()
    return TagScan(page).values.first { $0.tag == .baseOpen && !$0.range.isEmpty }.map { page.attributeText($0.range) }
  }

  private static func kind(_ tag: AttributeTag) -> String? {
    switch tag {
    case .anchorOpen: "a"
    case .areaOpen: "area"
    case .linkOpen: "link"
    case .imageOpen: "img"
    case .scriptOpen: "script"
    case .resourceOpen: "iframe"
    default: nil
    }
  }

  /// The text within `content`, white space collapsed: what a DOM calls text content.
  ///
  /// White space at the edges of blocks is not tagged as text, but text content has it: what touches text or a boundary counts.
  static func text(of page: TaggedPage, in content: Range<Int>) -> String {
    var text = ""
    var at = content.lowerBound
    while at < content.upperBound {
      if page.tags[at].content == .markup {
        if isOuterSpace(page, at) { text += " " }
        at += 1
        continue
      }
      var end = at
      while end < content.upperBound, page.tags[end].content != .markup { end += 1 }
      text += CharacterReferences.decode(page.sourceSlice(at..<end), inAttribute: false)
      at = end
    }
    return collapsed(text)
  }

  private static func isOuterSpace(_ page: TaggedPage, _ offset: Int) -> Bool {
    guard page.bytes[offset].isSpace else { return false }
    // Condensing leaves no more than two bytes of white space; they may differ in what they touch.
    for neighbour in [offset - 1, offset - 2] where page.tags.indices.contains(neighbour) {
      let tag = page.tags[neighbour]
      if tag.content != .markup || tag.boundary != .none { return true }
      guard page.bytes[neighbour].isSpace else { break }
    }
    for neighbour in [offset + 1, offset + 2] where page.tags.indices.contains(neighbour) {
      if page.tags[neighbour].content != .markup { return true }
      guard page.bytes[neighbour].isSpace else { break }
    }
    return false
  }

  /// The alternative text of the first image within `content`: nil without image or without alt.
  private static func alternative(
    of page: TaggedPage, _ values: [MarkedValue], after index: Int, in content: Range<Int>
  ) -> String? {
    guard let image = content.first(where: { page.tags[$0].boundary == .image }) else { return nil }
    for value in values[(index + 1)...] {
      if value.range.lowerBound > image { return nil }
      if value.tag == .alternativeOpen && value.range.lowerBound > content.lowerBound {
        return page.attributeText(value.range)
      }
    }
    return nil
  }

  /// For `area` and `img`: an alt next to the address, before or after, with no other address between.
  private static func neighbouringAlternative(_ page: TaggedPage, _ values: [MarkedValue], _ index: Int) -> String? {
    for neighbour in [index + 1, index - 1] where values.indices.contains(neighbour) {
      let value = values[neighbour]
      let gap =
        neighbour > index
        ? values[index].range.upperBound..<max(values[index].range.upperBound, value.range.lowerBound)
        : value.range.upperBound..<max(value.range.upperBound, values[index].range.lowerBound)
      if value.tag == .alternativeOpen, gap.count < 400, !gap.contains(where: { page.tags[$0].boundary == .image }) {
        return page.attributeText(value.range)
      }
    }
    return nil
  }
}

extension UInt8 {
  /// HTML's white space.
  var isSpace: Bool { self == 0x20 || self == 0x0A || self == 0x09 || self == 0x0D || self == 0x0C }
}
