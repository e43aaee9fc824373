/// Words in `class`, `id` and `role` by which sites name what is not content.
enum Hints {
  /// What names a part a reader skips, whole words of `class` and `id` (split at punctuation and at capitals).
  private static let boilerplate: Set<UInt64> = hashes(
    """
    nav navbar navigation topnav sidenav subnav mainnav sitenav globalnav navmenu navlinks menu menus megamenu submenu dropdown
    sidebar sidebars offcanvas drawer breadcrumb breadcrumbs crumbs footer colophon copyright legal
    share sharing sharebar sharethis addthis social socials sociallinks followus
    related recommended recommendations recirc suggested morefrom promo promotion promos advert advertisement advertisements ad ads
    adsense adslot sponsor sponsored taboola outbrain banner cookie cookies consent gdpr onetrust newsletter subscribe subscription
    signup mailchimp popup modal lightbox overlay pagination pager paginator prevnext postnav toc tocbot pagetoc minitoc toolbar
    skiplink skip screenreader masthead login signin search searchbox searchform disqus trackback pingback
    paywall toast tooltip snackbar
    """)

  /// What names a note of the content, though it may be an `aside`.
  private static let notes: Set<UInt64> = hashes(
    "note tip warning caution danger info important admonition callout starlight alert hint")

  enum Verdict { case boilerplate, note, none }

  /// What an element's class and identifier say.
  static func verdict(of node: Int, tree: PageTree) -> Verdict {
    var verdict = Verdict.none
    for name in [AttributeName.class, .id] {
      guard let value = tree.value(name, of: node) else { continue }
      var hash = Self.seed
      var previous: UInt8 = 0x20
      var word = 0
      func check() -> Verdict {
        if word < 2 { return .none }
        if boilerplate.contains(hash) { return .boilerplate }
        if notes.contains(hash) { return .note }
        return .none
      }
      for byte in value {
        let isWord = byte.isLetter || (byte >= 0x30 && byte <= 0x39) || byte >= 0x80
        let isCapital = byte &- 0x41 < 26 && previous &- 0x61 < 26
        if !isWord || isCapital {
          let found = check()
          if found == .note { return .note }
          if found != .none { verdict = found }
          hash = Self.seed
          word = 0
        }
        if isWord {
          hash = (hash ^ UInt64(byte.lowercased)) &* Self.prime
          word += 1
        }
        previous = byte
      }
      let found = check()
      if found == .note { return .note }
      if found != .none { verdict = found }
    }
    return verdict
  }

  /// Whether an element is not shown.
  static func isHidden(_ node: Int, tree: PageTree) -> Bool {
    if tree.has(.hidden, node) { return true }
    if let hidden = tree.value(.ariaHidden, of: node), hidden.elementsEqual("true".utf8) { return true }
    if let style = tree.value(.style, of: node), style.count >= 12 {
      let compact = style.lazy.filter { !$0.isWhitespace }.map(\.lowercased)
      if contains(Array(compact), "display:none") || contains(Array(compact), "visibility:hidden") { return true }
    }
    if let classes = tree.value(.class, of: node) {
      for word in classes.split(whereSeparator: \.isWhitespace) {
        for name in ["sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only"]
        where word.elementsEqual(name.utf8) {
          return true
        }
      }
    }
    return false
  }

  private static func contains(_ bytes: [UInt8], _ word: StaticString) -> Bool {
    word.withUTF8Buffer { word in
      guard bytes.count >= word.count else { return false }
      for start in 0...bytes.count - word.count {
        var offset = 0
        while offset < word.count, unsafe bytes[start + offset] == word[offset] { offset += 1 }
        if offset == word.count { return true }
      }
      return false
    }
  }

  static func roleIsBoilerplate(_ node: Int, tree: PageTree) -> Bool {
    switch tree.string(.role, of: node) {
    case "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog", "alertdialog",
      "toolbar", "tablist":
      return true
    default: return false
    }
  }

  // FNV-1a: words are compared by hash, for classes are many and sets of strings slow.
  private static let seed: UInt64 = 0xcbf2_9ce4_8422_2325
  private static let prime: UInt64 = 0x100_0000_01b3

  private static func hashes(_ words: String) -> Set<UInt64> {
    Set(
      words.split(whereSeparator: \.isWhitespace).map { word in
        word.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* prime }
      })
  }
}
