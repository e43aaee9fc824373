/// A block's inline runs as a flat list in writing order: white space collapsed and moved out of delimiters, empty and doubled
/// emphasis gone, adjacent emphasis of one kind joined.
struct InlineTokens {
  enum Style: Int, Hashable { case strong, emphasis, deleted, superscript, `subscript` }

  enum Token {
    case text([UInt8])
    case open(Style)
    case close(Style)
    case code([UInt8])
    case linkOpen
    case linkClose(destination: String, title: String?)
    case image(source: String, alternative: String, title: String?)
    case lineBreak
  }

  private(set) var tokens: [Token] = []
  private var pendingOpens: [Token] = []
  private var pendingSpace: [UInt8] = []
  private var pendingBreaks = 0
  private var linkIsOpen = false
  private var openStyles: Set<Style> = []
  private let breaksAllowed: Bool

  /// - Parameter breaksAllowed: false where a line break has to become a space (headings).
  init(_ inlines: [Inline], options: WriterOptions, breaksAllowed: Bool) {
    self.breaksAllowed = breaksAllowed
    // An explicit stack: nesting is the page's, and must not be the call stack's.
    struct Frame {
      var inlines: [Inline]
      var next = 0
      var end: Token?
    }
    var stack = [Frame(inlines: inlines)]
    while let top = stack.indices.last {
      guard stack[top].next < stack[top].inlines.count else {
        if let end = stack.removeLast().end { close(end) }
        continue
      }
      let inline = stack[top].inlines[stack[top].next]
      stack[top].next += 1
      switch inline {
      case .text(let text): append(text: text)
      case .code(let text): append(code: text)
      case .lineBreak: appendBreak()
      case .image(let source, let alternative, let title):
        if options.images {
          begin()
          tokens.append(.image(source: source, alternative: alternative, title: title))
        }
      case .link(let destination, let title, let content):
        // Links do not nest: a link inside a link is its text.
        guard options.links, !linkIsOpen else {
          stack.append(Frame(inlines: content))
          continue
        }
        linkIsOpen = true
        pendingOpens.append(.linkOpen)
        stack.append(Frame(inlines: content, end: .linkClose(destination: destination, title: title)))
      case .strong(let content): stack.append(Frame(inlines: content, end: open(.strong)))
      case .emphasis(let content): stack.append(Frame(inlines: content, end: open(.emphasis)))
      case .deleted(let content): stack.append(Frame(inlines: content, end: open(.deleted)))
      case .superscript(let content): stack.append(Frame(inlines: content, end: open(.superscript)))
      case .subscript(let content): stack.append(Frame(inlines: content, end: open(.subscript)))
      }
    }
  }

  /// Opens `style` once content comes; nil where it is open already.
  private mutating func open(_ style: Style) -> Token? {
    guard openStyles.insert(style).inserted else { return nil }
    pendingOpens.append(.open(style))
    return .close(style)
  }

  private mutating func close(_ token: Token) {
    switch token {
    case .close(let style):
      openStyles.remove(style)
      if case .open(style)? = pendingOpens.last {
        pendingOpens.removeLast()
      } else {
        tokens.append(token)
      }
    default:
      // A link with nothing in it is still a link.
      if case .linkOpen? = pendingOpens.last { begin() }
      linkIsOpen = false
      tokens.append(token)
    }
  }

  /// Content comes: what was waiting goes before it, white space first.
  private mutating func begin() {
    if pendingBreaks > 0, !tokens.isEmpty {
      for _ in 0..<pendingBreaks { tokens.append(.lineBreak) }
    } else if !pendingSpace.isEmpty, !tokens.isEmpty {
      append(bytes: pendingSpace)
    }
    pendingBreaks = 0
    pendingSpace.removeAll(keepingCapacity: true)
    for token in pendingOpens {
      if case .open(let style) = token, case .close(style)? = tokens.last {
        tokens.removeLast()
      } else {
        tokens.append(token)
      }
    }
    pendingOpens.removeAll(keepingCapacity: true)
  }

  private mutating func append(bytes: [UInt8]) {
    if case .text(var last)? = tokens.last {
      tokens.removeLast()
      last += bytes
      tokens.append(.text(last))
    } else {
      tokens.append(.text(bytes))
    }
  }

  private mutating func append(text: String) {
    let bytes = Array(text.utf8)
    var run: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let length = Characters.whitespaceLength(bytes, at: index)
      if length > 0 {
        if !run.isEmpty {
          append(bytes: run)
          run.removeAll(keepingCapacity: true)
        }
        // A lone no-break or wide space stays what it is; any run of white space is one space.
        pendingSpace = pendingSpace.isEmpty && length > 1 ? Array(bytes[index..<index + length]) : [0x20]
        index += length
        continue
      }
      if run.isEmpty { begin() }
      run.append(bytes[index])
      index += 1
    }
    if !run.isEmpty { append(bytes: run) }
  }

  private mutating func append(code text: String) {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      // A line break in code is a space when parsed back; say so at once.
      bytes.append(byte == 0x0A || byte == 0x0D || byte == 0x09 ? 0x20 : byte)
    }
    guard bytes.contains(where: { $0 != 0x20 }) else {
      if !bytes.isEmpty { pendingSpace = [0x20] }
      return
    }
    begin()
    // Two code spans side by side would read as one with doubled backticks.
    if case .code(let last)? = tokens.last {
      tokens[tokens.count - 1] = .code(last + bytes)
    } else {
      tokens.append(.code(bytes))
    }
  }

  private mutating func appendBreak() {
    if breaksAllowed, !linkIsOpen {
      pendingBreaks += 1
      pendingSpace.removeAll(keepingCapacity: true)
    } else {
      pendingSpace = [0x20]
    }
  }
}
