/// Finds a page's main content by rules: what is named boilerplate goes, then the walk goes down to where the text is.
struct MainContent {
  private let tree: PageTree
  private var excluded: [Bool]
  /// Bytes of text (no white space) below each node, and how many of them stand in links; excluded parts not counted.
  private var text: [Int32] = []
  private var linked: [Int32] = []

  static func selection(in tree: PageTree) -> Selection {
    guard !tree.nodes.isEmpty else { return .wholePage(of: tree) }
    var content = MainContent(tree: tree)
    return content.select()
  }

  private init(tree: PageTree) {
    self.tree = tree
    excluded = [Bool](repeating: false, count: tree.nodes.count)
  }

  private mutating func select() -> Selection {
    measure()
    let total = text[0]
    exclude(total: total)
    measure()
    if text[0] * 20 < total {
      // Hardly anything is left: the names lied.
      excluded = [Bool](repeating: false, count: tree.nodes.count)
      measure()
    }
    let root = descend(from: landmark() ?? 0)
    var roots = [root]
    if let title = title(outside: root) { roots.insert(title, at: 0) }
    return Selection(roots: roots, excluded: excluded, isMainContent: true)
  }

  /// Sums up text from the leaves to the root.
  private mutating func measure() {
    let count = tree.nodes.count
    text = [Int32](repeating: 0, count: count)
    linked = [Int32](repeating: 0, count: count)
    for index in (0..<count).reversed() {
      let node = tree.nodes[index]
      if node.tag == .text {
        var length: Int32 = 0
        for byte in tree.bytes(of: index) where !byte.isWhitespace { length += 1 }
        text[index] = length
      } else if node.tag.isInvisible || excluded[index] {
        text[index] = 0
        linked[index] = 0
      } else if node.tag == .a {
        linked[index] = text[index]
      }
      if node.parent >= 0 {
        text[Int(node.parent)] += text[index]
        linked[Int(node.parent)] += linked[index]
      }
    }
  }

  // MARK: What goes

  private mutating func exclude(total: Int32) {
    /// The end of the innermost `main` or `article`.
    var contentEnd = 0
    var index = 0
    while index < tree.nodes.count {
      let tag = tree.nodes[index].tag
      if tag == .text {
        index += 1
        continue
      }
      if tag == .main || tag == .article { contentEnd = max(contentEnd, tree.end(of: index)) }
      if isBoilerplate(index, tag, inContent: index < contentEnd), text[index] * 2 < total {
        excluded[index] = true
        index = tree.end(of: index)
      } else {
        index += 1
      }
    }
  }

  private func isBoilerplate(_ node: Int, _ tag: Tag, inContent: Bool) -> Bool {
    switch tag {
    case .html, .body, .main, .article, .p, .pre, .code, .table, .tbody, .tr, .td, .th, .li, .h1, .h2, .h3, .h4, .h5,
      .h6, .b,
      .strong, .em, .i, .img:
      return tree.nodes[node].count > 0 && Hints.isHidden(node, tree: tree)
    case .nav, .footer, .dialog: return true
    case .aside: return Hints.verdict(of: node, tree: tree) != .note
    case .header: return !inContent
    case .form: return true
    default: break
    }
    guard tree.nodes[node].count > 0 else { return false }
    if Hints.isHidden(node, tree: tree) || Hints.roleIsBoilerplate(node, tree: tree) { return true }
    return Hints.verdict(of: node, tree: tree) == .boilerplate
  }

  // MARK: Where the content is

  /// The element the page itself names its content, if that holds a good part of the text.
  private func landmark() -> Int? {
    var best: Int?
    var articles: [Int] = []
    var index = 0
    while index < tree.nodes.count {
      let node = tree.nodes[index]
      if excluded[index] {
        index = tree.end(of: index)
        continue
      }
      let isMain = node.tag == .main || (node.count > 0 && node.tag != .text && tree.string(.role, of: index) == "main")
      if isMain, text[index] * 4 > text[0], best == nil || text[index] > text[best ?? 0] { best = index }
      if node.tag == .article {
        articles.append(index)
        if best == nil || index < tree.end(of: best ?? 0) {
          index = tree.end(of: index)
          continue
        }
      }
      index += 1
    }
    let whole = best.map { text[$0] } ?? text[0]
    if let article = articles.max(by: { text[$0] < text[$1] }), text[article] * 2 > whole { return article }
    return best
  }

  /// How much a subtree's text counts: what stands in links counts only on pages that are mostly links.
  private func weight(_ node: Int, linksCount: Bool) -> Int {
    Int(text[node]) * 4 - Int(linked[node]) * (linksCount ? 3 : 4)
  }

  /// Goes down while one child holds nearly all of the text.
  private func descend(from start: Int) -> Int {
    var node = start
    /// The last one that is no part of a table; a table is not cut open.
    var found = start
    let linksCount = Int(linked[start]) * 2 > Int(text[start])
    while true {
      var heaviest: Int?
      var most = 0
      var sum = 0
      var child = node + 1
      let end = tree.end(of: node)
      while child < end {
        let own = weight(child, linksCount: linksCount)
        sum += own
        if own > most, tree.nodes[child].tag != .text {
          most = own
          heaviest = child
        }
        child = tree.end(of: child)
      }
      guard let heaviest, most * 10 > sum * 9, mayHoldContent(tree.nodes[heaviest].tag) else { return found }
      node = heaviest
      switch tree.nodes[node].tag {
      case .table, .tbody, .tr: break
      default: found = node
      }
    }
  }

  private func mayHoldContent(_ tag: Tag) -> Bool {
    switch tag {
    case .html, .body, .div, .main, .article, .section, .form, .center, .other, .span, .td, .tr, .tbody, .table,
      .noscript:
      return true
    default: return false
    }
  }

  /// The page's only `h1`, where it stands outside the content.
  private func title(outside root: Int) -> Int? {
    var title: Int?
    let rootEnd = tree.end(of: root)
    for index in tree.nodes.indices where tree.nodes[index].tag == .h1 {
      if index >= root && index < rootEnd || title != nil { return nil }
      title = index
    }
    guard let title, title < root else { return nil }
    return title
  }
}
