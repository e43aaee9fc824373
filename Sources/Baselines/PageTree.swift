/// A parsed page in arrays: nodes in document order, each with the end of its subtree, so that every walk is a loop.
struct PageTree: Sendable {
  struct Node: Sendable {
    /// `.text` for text nodes.
    var tag: Tag
    var parent: Int32
    /// The index just after the last node of the subtree.
    var end: Int32
    /// Of a text node: its bytes in `text`. Of an element: its attributes in `attributes`.
    var start: Int32
    var count: Int32
  }

  struct Attribute: Sendable {
    var name: AttributeName
    var start: Int32
    var count: Int32
  }

  var nodes: [Node] = []
  var attributes: [Attribute] = []
  /// All text and attribute values, UTF-8.
  var text: [UInt8] = []

  func bytes(of node: Int) -> ArraySlice<UInt8> {
    let node = nodes[node]
    return text[Int(node.start)..<Int(node.start) + Int(node.count)]
  }

  func value(_ name: AttributeName, of node: Int) -> ArraySlice<UInt8>? {
    let node = nodes[node]
    guard node.tag != .text else { return nil }
    for attribute in attributes[Int(node.start)..<Int(node.start) + Int(node.count)] where attribute.name == name {
      return text[Int(attribute.start)..<Int(attribute.start) + Int(attribute.count)]
    }
    return nil
  }

  func string(_ name: AttributeName, of node: Int) -> String? {
    value(name, of: node).map { String(decoding: $0, as: UTF8.self) }
  }

  func has(_ name: AttributeName, _ node: Int) -> Bool { value(name, of: node) != nil }

  func end(of node: Int) -> Int { Int(nodes[node].end) }

  /// The first child of `node`, or nil.
  func firstChild(of node: Int) -> Int? { node + 1 < end(of: node) ? node + 1 : nil }

  /// The children of `node`, in order.
  func children(of node: Int) -> [Int] {
    var children: [Int] = []
    var child = node + 1
    let end = end(of: node)
    while child < end {
      children.append(child)
      child = self.end(of: child)
    }
    return children
  }

  /// The white-space-separated words of an attribute, lower-cased.
  func words(_ name: AttributeName, of node: Int) -> [String] {
    guard let value = value(name, of: node) else { return [] }
    return value.split(whereSeparator: \.isWhitespace).map { String(decoding: $0.map(\.lowercased), as: UTF8.self) }
  }
}

/// The attributes anything here asks for.
enum AttributeName: String, CaseIterable, Sendable {
  case href, src, alt, title, id, `class`, rel, type, checked, disabled, start, value, colspan, rowspan, align, style
  case lang, role, hidden, name, content, data, action, poster, srcset, cite, background, encoding, alttext, display
  case itemprop, itemtype
  case ariaHidden = "aria-hidden"
  case ariaLabel = "aria-label"
  case dataSrc = "data-src"
  case dataOriginal = "data-original"
  case dataLazySrc = "data-lazy-src"
  case dataLang = "data-lang"
  case dataLanguage = "data-language"
  case dataLineNumber = "data-line-number"
}

/// The elements anything here tells apart.
enum Tag: String, CaseIterable, Sendable {
  case text = "#text"
  case other = "#other"
  case a, abbr, address, area, article, aside, audio, b, base, bdi, bdo, big, blockquote, body, br, button, canvas
  case caption, center, cite, code, col, colgroup, data, datalist, dd, del, details, dfn, dialog, dir, div, dl, dt, em
  case embed, fieldset, figcaption, figure, font, footer, form, frame, h1, h2, h3, h4, h5, h6, head, header, hgroup, hr
  case html, i, iframe, image, img, input, ins, kbd, label, legend, li, link, listing, main, map, mark, math, menu, meta
  case meter, nav, noframes, noscript, object, ol, optgroup, option, output, p, param, picture, plaintext, pre, progress
  case q, rp, rt, ruby, s, samp, script, search, section, select, small, source, span, strike, strong, style, sub
  case summary, sup, svg, table, tbody, td, template, textarea, tfoot, th, thead, time, title, tr, track, tt, u, ul
  case `var`, video, wbr, xmp, annotation, semantics

  static let byName: [String: Tag] = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

  /// Whether the element interrupts a line of text.
  var isBlock: Bool {
    switch self {
    case .address, .article, .aside, .blockquote, .body, .caption, .center, .dd, .details, .dialog, .dir, .div, .dl,
      .dt,
      .fieldset, .figcaption, .figure, .footer, .form, .h1, .h2, .h3, .h4, .h5, .h6, .header, .hgroup, .hr, .html,
      .legend, .li, .listing, .main, .menu, .nav, .ol, .optgroup, .option, .p, .plaintext, .pre, .search, .section,
      .summary, .table, .tbody, .td, .tfoot, .th, .thead, .tr, .ul, .xmp:
      return true
    default: return false
    }
  }

  /// 1 to 6 for headings, else nil.
  var headingLevel: Int? {
    switch self {
    case .h1: 1
    case .h2: 2
    case .h3: 3
    case .h4: 4
    case .h5: 5
    case .h6: 6
    default: nil
    }
  }

  /// Whether the element never shows text.
  var isInvisible: Bool {
    switch self {
    case .head, .script, .style, .template, .noframes, .svg, .canvas, .audio, .video, .iframe, .object, .embed, .map,
      .datalist, .title, .meta, .link, .base, .param, .source, .track, .col, .colgroup, .rp, .frame:
      return true
    default: return false
    }
  }
}
