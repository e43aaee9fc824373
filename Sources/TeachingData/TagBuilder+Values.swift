import PageTags

/// Attributes whose values the reader needs.
extension TagBuilder {
  /// The first attribute of that name, which is the one that counts.
  func attribute(_ name: StaticString, of token: HTMLToken) -> HTMLAttribute? {
    for index in token.attributes where isName(name, attributes[index].name) { return attributes[index] }
    return nil
  }

  private func isName(_ name: StaticString, _ range: Range<Int>) -> Bool {
    guard range.count == name.utf8CodeUnitCount else { return false }
    return name.withUTF8Buffer { wanted in
      for index in wanted.indices
      where unsafe bytes[range.lowerBound + index].lowercased != wanted[index] { return false }
      return true
    }
  }

  func lowercased(_ name: StaticString, of token: HTMLToken) -> String? {
    guard let value = attribute(name, of: token)?.value, value.count < 1_000 else { return nil }
    return String(decoding: bytes[value], as: UTF8.self).lowercased()
  }

  /// Tags the value of an attribute, or only `part` of it.
  mutating func value(_ attribute: HTMLAttribute?, _ tag: AttributeTag, only part: Range<Int>? = nil) {
    guard let attribute else { return }
    guard let range = part ?? attribute.value, range.lowerBound > 0 else {
      tags[attribute.name.upperBound - 1].attribute = tag
      return
    }
    tags[range.lowerBound - 1].attribute = tag
    for index in range { tags[index].attribute = .value }
  }

  mutating func startResource(_ token: HTMLToken) {
    switch token.element {
    case .area:
      reopen()
      value(attribute("href", of: token), .areaOpen)
      value(attribute("alt", of: token), .alternativeOpen)
    case .base: value(attribute("href", of: token), .baseOpen)
    case .link: value(attribute("href", of: token), .linkOpen)
    case .script: value(attribute("src", of: token), .scriptOpen)
    case .iframe, .frame, .embed, .source, .video, .audio, .track:
      value(attribute("src", of: token), .resourceOpen)
    default: break
    }
  }

  mutating func startInput(_ token: HTMLToken) {
    value(attribute("src", of: token), .resourceOpen)
    if open.context.list != .none, lowercased("type", of: token) == "checkbox" {
      let isChecked = attribute("checked", of: token) != nil
      tags[token.range.upperBound - 1].boundary = isChecked ? .checkedTask : .uncheckedTask
    }
  }

  // MARK: Images

  mutating func startImage(_ token: HTMLToken) {
    reopen()
    value(imageSource(token), .imageOpen)
    value(attribute("alt", of: token), .alternativeOpen)
    value(attribute("title", of: token), .titleOpen)
    tags[token.range.upperBound - 1].boundary = .image
    countAsText()
  }

  /// `src`, or what a script would put there later.
  private func imageSource(_ token: HTMLToken) -> HTMLAttribute? {
    let source = attribute("src", of: token)
    if let source, !isPlaceholder(source) { return source }
    for name: StaticString in ["data-src", "data-original", "data-lazy-src", "data-lazy"] {
      if let lazy = attribute(name, of: token), let value = lazy.value, !value.isEmpty, !isData(value) { return lazy }
    }
    return source
  }

  private func isData(_ value: Range<Int>) -> Bool {
    let scheme = bytes[value].drop(while: \.isHTMLSpace).prefix(5).map(\.lowercased)
    return scheme == Array("data:".utf8)
  }

  private func isPlaceholder(_ source: HTMLAttribute) -> Bool {
    guard let value = source.value, !value.isEmpty, value.count < 300 else { return source.value?.isEmpty ?? true }
    if isData(value) { return true }
    let address = String(decoding: bytes[value], as: UTF8.self).lowercased()
    if address == "#" || address.hasPrefix("about:") || address.hasPrefix("javascript:") { return true }
    let file = address.split(separator: "/").last ?? ""
    return ["blank", "spacer", "placeholder", "loading", "lazy", "pixel", "transparent", "1x1"].contains {
      file.hasPrefix($0)
    }
  }

  // MARK: Code languages

  /// The language a `pre` or `code` says it is in.
  mutating func codeLanguage(of token: HTMLToken) {
    guard !token.attributes.isEmpty else { return }
    for name: StaticString in ["data-lang", "data-language"] {
      if let said = attribute(name, of: token), let value = said.value, isLanguage(value) {
        return self.value(said, .codeLanguageOpen)
      }
    }
    classLanguage(of: token, prefixes: Self.codePrefixes, markers: ["brush:", "sourceCode", "hljs"])
  }

  /// The language that an element says of the `pre` it wraps.
  mutating func wrapperLanguage(of token: HTMLToken, index: Int) {
    guard !token.attributes.isEmpty, wrapsCode(index) else { return }
    let isFigure = token.element == .figure
    classLanguage(of: token, prefixes: Self.wrapperPrefixes, markers: isFigure ? ["highlight"] : ["sourceCode"])
  }

  /// Whether a `pre` begins a few tags behind token `index`, before any end tag.
  private func wrapsCode(_ index: Int) -> Bool {
    for token in tokens.dropFirst(index + 1).prefix(16) {
      if token.kind == .startTag, token.element == .pre { return true }
      if token.kind == .endTag, token.element == .div || token.element == .figure { return false }
    }
    return false
  }

  private mutating func classLanguage(of token: HTMLToken, prefixes: [[UInt8]], markers: [String]) {
    guard let attribute = attribute("class", of: token), let value = attribute.value, value.count < 400 else { return }
    // What says that it is a language outweighs what stands where one often does: `hljs css language-javascript`.
    for (prefixes, markers) in [(prefixes, []), ([], markers)] {
      var isMarked = false
      for word in bytes[value].split(whereSeparator: \.isHTMLSpace) {
        let prefix = prefixes.first { word.starts(with: $0) }
        if prefix != nil || isMarked {
          let end = word.last == 0x3b ? word.endIndex - 1 : word.endIndex
          let name = min(end, word.startIndex + (prefix?.count ?? 0))..<end
          if isLanguage(name) { return self.value(attribute, .codeLanguageOpen, only: name) }
        }
        isMarked = markers.contains { word.elementsEqual($0.utf8) }
      }
    }
  }

  /// Whether a value can be the name of a language, and not of the lack of one.
  private func isLanguage(_ value: Range<Int>) -> Bool {
    guard (1...24).contains(value.count), !bytes[value].contains(where: \.isHTMLSpace) else { return false }
    return !["none", "default", "unknown", "nohighlight"].contains { bytes[value].elementsEqual($0.utf8) }
  }

  private static let codePrefixes = ["language-", "lang-", "highlight-source-", "highlight-text-", "src-", "brush:"]
    .map { Array($0.utf8) }
  private static let wrapperPrefixes = ["language-", "highlight-source-", "highlight-text-", "highlight-", "lang-"]
    .map { Array($0.utf8) }
}
