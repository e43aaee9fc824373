import Documents

/// Reads `pre` elements: verbatim text, without line numbers and buttons, and the language by the names sites use.
enum CodeBlock {
  static func block(of node: Int, tree: PageTree) -> Block? {
    var bytes = text(of: node, tree: tree)
    while bytes.last?.isWhitespace == true { bytes.removeLast() }
    // The parser has dropped one line feed after `<pre>`; further ones are empty lines nobody means.
    while let feed = bytes.firstIndex(of: 0x0A), bytes[..<feed].allSatisfy(\.isWhitespace) {
      bytes.removeFirst(feed + 1)
    }
    guard !bytes.isEmpty else { return nil }
    return .code(language: language(of: node, tree: tree), text: String(decoding: bytes, as: UTF8.self))
  }

  /// The text of a subtree with its white space; line breaks and elements that stand on their own lines end lines.
  static func text(of node: Int, tree: PageTree) -> [UInt8] {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    var index = node + 1
    let end = tree.end(of: node)
    func endLine() { if let last = bytes.last, last != 0x0A { bytes.append(0x0A) } }
    while index < end {
      while let last = ends.last, index >= last {
        ends.removeLast()
        endLine()
      }
      let tag = tree.nodes[index].tag
      switch tag {
      case .text:
        for byte in tree.bytes(of: index) {
          // A no-break space in code is a space.
          if byte == 0xA0, bytes.last == 0xC2 {
            bytes[bytes.count - 1] = 0x20
          } else if byte != 0x0D {
            bytes.append(byte)
          }
        }
      case .br: bytes.append(0x0A)
      case .script, .style, .button, .svg, .template, .textarea, .select:
        index = tree.end(of: index)
        continue
      case .div, .p, .li, .tr:
        // Where the text before and after has its own line feeds, these add none.
        if isLineNumber(index, tree: tree) {
          index = tree.end(of: index)
          continue
        }
        endLine()
        ends.append(tree.end(of: index))
      default:
        if isLineNumber(index, tree: tree) {
          index = tree.end(of: index)
          continue
        }
      }
      index += 1
    }
    return bytes
  }

  private static let numberClasses: Set<String> = [
    "linenos", "lineno", "linenumber", "line-number", "line-numbers-rows", "line-numbers", "linenodiv", "gutter", "lnt",
    "ln",
    "rouge-gutter", "hljs-ln-numbers", "blob-num", "linenumbers", "react-syntax-highlighter-line-number", "gl",
    "code-lineno",
    "line-numbers-wrapper",
  ]

  /// Whether an element holds line numbers.
  static func isLineNumber(_ node: Int, tree: PageTree) -> Bool {
    guard tree.nodes[node].count > 0, tree.has(.class, node) || tree.has(.dataLineNumber, node) else { return false }
    let words = tree.words(.class, of: node)
    guard words.contains(where: { numberClasses.contains($0) }) || tree.has(.dataLineNumber, node) else { return false }
    // `line-numbers` is also put on the whole listing: only what holds digits alone is a gutter.
    for index in node..<min(tree.end(of: node), node + 4000) where tree.nodes[index].tag == .text {
      for byte in tree.bytes(of: index) where !byte.isWhitespace && !(byte >= 0x30 && byte <= 0x39) { return false }
    }
    return true
  }

  // MARK: Language

  /// Looked for on the element, the `code` in it, and the elements around it.
  private static func language(of node: Int, tree: PageTree) -> String? {
    if let name = named(node, tree: tree, isCode: true) { return name }
    for index in node + 1..<max(min(tree.end(of: node), node + 12), node + 1) where tree.nodes[index].tag == .code {
      if let name = named(index, tree: tree, isCode: true) { return name }
      break
    }
    var parent = Int(tree.nodes[node].parent)
    var steps = 0
    while parent >= 0, steps < 8 {
      switch tree.nodes[parent].tag {
      case .div, .figure, .td, .tr, .tbody, .table, .section, .span, .other, .code:
        if let name = named(parent, tree: tree, isCode: false) { return name }
      default: return nil
      }
      parent = Int(tree.nodes[parent].parent)
      steps += 1
    }
    return nil
  }

  /// What an element's attributes say; nil for "text" and the like.
  private static func named(_ node: Int, tree: PageTree, isCode: Bool) -> String? {
    for attribute in [AttributeName.dataLang, .dataLanguage] {
      if let value = tree.string(attribute, of: node), let name = accepted(value) { return name }
    }
    if isCode, let value = tree.string(.lang, of: node), tree.nodes[node].tag == .pre, let name = accepted(value) {
      return name
    }
    let words = tree.words(.class, of: node)
    // `<code class="hljs css language-javascript">`: what is said outright goes first.
    for word in words {
      for prefix in ["language-", "lang-", "highlight-source-", "highlight-text-", "src-", "brush:"]
      where word.hasPrefix(prefix) {
        if let name = accepted(String(word.dropFirst(prefix.count))) { return name }
      }
      if word.hasPrefix("highlight-"), !isCode, let name = accepted(String(word.dropFirst(10))) { return name }
    }
    for (position, word) in words.enumerated() {
      let next = position + 1 < words.count ? words[position + 1] : nil
      switch word {
      case "brush:", "sourcecode": if let next, let name = accepted(next) { return name }
      case "hljs", "src", "prettyprint": if isCode, let next, let name = accepted(next) { return name }
      // `<figure class="highlight cpp">`
      case "highlight":
        if isCode || tree.nodes[node].tag == .figure, let next, let name = accepted(next) { return name }
      default: break
      }
      // `<code class="python hljs">`
      if isCode, next == "hljs", let name = accepted(word) { return name }
    }
    return nil
  }

  private static let refused: Set<String> = [
    "text", "txt", "plain", "plaintext", "none", "nohighlight", "no-highlight", "default", "undefined", "null", "auto",
    "highlighter-rouge", "highlight", "highlighted", "numbers", "linenums", "notranslate", "block", "wrapper",
    "container",
    "sourcecode", "hljs", "copyable", "copy", "inline", "sample", "snippet", "example", "box", "toolbar", "code", "pre",
    "wrap", "content", "line-numbers", "lines", "clipboard", "codeblock", "unknown", "raw", "syntax", "shadow",
  ]

  private static func accepted(_ name: String) -> String? {
    var name = name.lowercased()
    while let last = name.last, last == ";" || last == "," { name.removeLast() }
    guard !name.isEmpty, name.utf8.count <= 24, !refused.contains(name) else { return nil }
    let allowed = name.utf8.allSatisfy { byte in
      byte.isLetter || (byte >= 0x30 && byte <= 0x39) || [0x2B, 0x23, 0x2D, 0x2E, 0x5F].contains(byte)
    }
    return allowed && name.utf8.first?.isLetter == true ? name : nil
  }
}
