import Pages

/// Reads the links off a page's tree.
struct LinkCollector {
  private let tree: PageTree
  private let includeResources: Bool
  private var links: [ExtractedLink] = []

  static func links(in tree: PageTree, includeResources: Bool) -> [ExtractedLink] {
    var collector = LinkCollector(tree: tree, includeResources: includeResources)
    collector.collect()
    return collector.links
  }

  private init(tree: PageTree, includeResources: Bool) {
    self.tree = tree
    self.includeResources = includeResources
  }

  /// An anchor whose text is being read.
  private struct Open {
    var link: Int
    var end: Int
    var text = CollapsedText()
  }

  private mutating func collect() {
    // Anchors do not nest in a browser: the next one ends the one before.
    var open: Open?
    var index = 0
    while index < tree.nodes.count {
      if let anchor = open, index >= anchor.end { finish(&open) }
      let node = tree.nodes[index]
      switch node.tag {
      case .text: open?.text.append(tree.bytes(of: index))
      case .template:
        index = tree.end(of: index)
        continue
      case .script, .style:
        addResource(index, node.tag)
        index = tree.end(of: index)
        continue
      case .a:
        finish(&open)
        if let href = tree.value(.href, of: index) {
          links.append(ExtractedLink(href: Self.address(href), text: ""))
          open = Open(link: links.count - 1, end: tree.end(of: index))
        }
      case .area:
        if let href = tree.value(.href, of: index) {
          links.append(
            ExtractedLink(
              href: Self.address(href), text: "", alternative: tree.value(.alt, of: index).map(Self.collapsed),
              kind: "area"))
        }
      case .img:
        if let anchor = open, links[anchor.link].alternative == nil, let alternative = tree.value(.alt, of: index) {
          links[anchor.link].alternative = Self.collapsed(alternative)
        }
        addResource(index, .img)
      default: addResource(index, node.tag)
      }
      index += 1
    }
    finish(&open)
  }

  private mutating func finish(_ open: inout Open?) {
    guard let anchor = open else { return }
    links[anchor.link].text = anchor.text.string
    open = nil
  }

  private mutating func addResource(_ node: Int, _ tag: Tag) {
    guard includeResources else { return }
    let attribute: AttributeName
    switch tag {
    case .link: attribute = .href
    case .img, .script, .iframe, .embed, .source, .audio, .video, .track, .frame, .input: attribute = .src
    case .object: attribute = .data
    default: return
    }
    guard let value = tree.value(attribute, of: node) else { return }
    links.append(
      ExtractedLink(
        href: Self.address(value), text: "",
        alternative: tag == .img ? tree.value(.alt, of: node).map(Self.collapsed) : nil, kind: tag.rawValue))
  }

  private static func address(_ value: ArraySlice<UInt8>) -> String { String(decoding: value.trimmed, as: UTF8.self) }

  private static func collapsed(_ value: ArraySlice<UInt8>) -> String {
    var text = CollapsedText()
    text.append(value)
    return text.string
  }
}
