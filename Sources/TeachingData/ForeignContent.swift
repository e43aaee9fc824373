/// Where svg and math begin and end (https://html.spec.whatwg.org/#parsing-main-inforeign), by a stack of only their
/// elements.
///
/// HTML inside svg (`foreignObject`, `desc`, `title`) is read as HTML but counts as svg: nobody reads it as text of the
/// page.
struct ForeignContent: Sendable {
  private struct Entry {
    var element: HTMLElement
    /// Whether the content is read by the rules of HTML.
    var isHTML: Bool
    var namespace: HTMLToken.Namespace
  }
  private var open: [Entry] = []
  /// How many of the open entries are of an element: an end tag without one need not search.
  private var counts = [Int](repeating: 0, count: HTMLElement.allCases.count)

  /// What the content at this place counts as.
  var namespace: HTMLToken.Namespace {
    guard let top = open.last else { return .html }
    return top.isHTML && top.namespace == .math ? .html : top.namespace
  }

  /// Whether the rules of HTML hold at this place.
  var readsHTML: Bool { open.last?.isHTML ?? true }

  /// Takes a start tag; returns whose it is.
  mutating func start(_ token: HTMLToken, encoding saysHTML: Bool) -> HTMLToken.Namespace {
    let element = token.element
    let isRoot = element == .svg || element == .math
    guard let top = open.last, !top.isHTML else {
      guard isRoot else { return namespace }
      let outer = namespace
      let own: HTMLToken.Namespace = outer == .svg || element == .svg ? .svg : .math
      if !token.isSelfClosing { push(Entry(element: element, isHTML: false, namespace: own)) }
      return own
    }
    if element.traits.contains(.breakout) {
      leave()
      return namespace
    }
    guard !token.isSelfClosing else { return top.namespace }
    switch element {
    case .svg: push(Entry(element: element, isHTML: false, namespace: .svg))
    case .math: push(Entry(element: element, isHTML: false, namespace: top.namespace))
    case .foreignObject, .desc, .title: push(Entry(element: element, isHTML: true, namespace: .svg))
    case .mi, .mo, .mn, .ms, .mtext: push(Entry(element: element, isHTML: true, namespace: top.namespace))
    // What an annotation says is said again in another language: not text.
    case .annotation: push(Entry(element: element, isHTML: false, namespace: .svg))
    case .annotationXML: push(Entry(element: element, isHTML: saysHTML, namespace: .svg))
    case .a: push(Entry(element: element, isHTML: false, namespace: top.namespace))
    default: break
    }
    return top.namespace
  }

  /// Takes an end tag; returns whose it is.
  mutating func end(_ element: HTMLElement) -> HTMLToken.Namespace {
    guard let top = open.last else { return .html }
    if counts[Int(element.rawValue)] > 0 {
      let namespace = top.namespace
      while let last = open.last {
        pop()
        if last.element == element { break }
      }
      return namespace
    }
    if top.isHTML { return namespace }
    switch element {
    case .other, .title, .style, .script: return top.namespace
    default:
      // An element around svg ends, and svg with it.
      leave()
      return namespace
    }
  }

  /// Leaves svg and math up to where HTML is allowed.
  private mutating func leave() {
    while let top = open.last, !top.isHTML { pop() }
  }

  private mutating func push(_ entry: Entry) {
    open.append(entry)
    counts[Int(entry.element.rawValue)] += 1
  }

  private mutating func pop() {
    if let last = open.popLast() { counts[Int(last.element.rawValue)] -= 1 }
  }
}
