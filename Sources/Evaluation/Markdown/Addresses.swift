import Pages

/// Addresses of links, made comparable: the author's Markdown names a source file, the page what it was built into.
struct LinkAddress: Hashable, Sendable {
  enum Kind: Hashable, Sendable { case absolute, fragment, relative }
  var kind: Kind
  var value: String
  /// The last part of the path, without extension, date and number.
  var stem: String

  init(_ href: String) {
    let href = Words.stripped(CharacterReferences.decode(Array(href.utf8), inAttribute: false))
    guard let parts = URLParts(href) else {
      (kind, value, stem) = (.absolute, href, "")
      return
    }
    if ["mailto", "tel", "javascript", "data"].contains(parts.scheme) {
      kind = .absolute
      value = Words.lowercased(String(String.UnicodeScalarView(href.unicodeScalars.prefix(200))))
      stem = ""
    } else if !parts.scheme.isEmpty || href.hasPrefix("//") {
      var host = Words.lowercased(parts.host)
      if host.hasPrefix("www.") { host.removeFirst(4) }
      var path = parts.path[...]
      while path.last == "/" { path.removeLast() }
      kind = .absolute
      value = Self.decoded(
        host + path + (parts.query.isEmpty ? "" : "?" + parts.query)
          + (parts.fragment.isEmpty ? "" : "#" + parts.fragment))
      let stem = Self.stem(parts.path)
      self.stem = stem.isEmpty ? host : stem
    } else if parts.path.isEmpty && !parts.fragment.isEmpty {
      kind = .fragment
      let words = Words.split(Words.lowercased(Self.decoded(parts.fragment)))
      value = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
      stem = ""
    } else {
      kind = .relative
      stem = Self.stem(parts.path)
      value = stem
    }
  }

  func agrees(with other: LinkAddress) -> Bool {
    if self == other { return true }
    switch (kind, other.kind) {
    case (.absolute, .absolute): return value == other.value
    case (.fragment, .fragment): return value.replacing("-", with: "") == other.value.replacing("-", with: "")
    case (.fragment, _), (_, .fragment): return false
    default: return (stem == other.stem && !stem.isEmpty) || (kind == other.kind && value == other.value)
    }
  }

  /// Percent-encoded bytes decoded, wrong UTF-8 replaced.
  static func decoded(_ text: String) -> String {
    text.utf8.contains(UInt8(ascii: "%")) ? String(decoding: PercentDecoding.decode(text.utf8), as: UTF8.self) : text
  }

  private static func stem(_ path: String) -> String {
    let parts = decoded(path).split(separator: "/").filter { $0 != "." && $0 != ".." }
    guard var base = parts.last.map(String.init) else { return "" }
    let lower = base.lowercased()
    let name = lower.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let extensionIsWord =
      name.count == 1 || (!name[1].isEmpty && name[1].unicodeScalars.allSatisfy(Words.isWordScalar))
    if ["index", "readme", "_index"].contains(String(name[0])), extensionIsWord {
      base = parts.count > 1 ? String(parts[parts.count - 2]) : ""
    }
    let extensions = [
      ".md", ".mdx", ".markdown", ".htm", ".html", ".rst", ".ipynb", ".qmd", ".rmd", ".php", ".asp", ".aspx",
    ]
    if let dot = base.lastIndex(of: "."), extensions.contains(base[dot...].lowercased()) { base = String(base[..<dot]) }
    var scalars = Array(base.unicodeScalars)[...]
    // `2024-05-31-title` and `03_title` are `title`.
    let shape = scalars.prefix(11).map { $0.properties.numericType == .decimal ? "9" : $0 }
    if String(String.UnicodeScalarView(shape)) == "9999-99-99-" { scalars = scalars.dropFirst(11) }
    let afterNumber = scalars.drop { $0.properties.numericType == .decimal }
    let afterSeparator = afterNumber.drop { "-_. ".unicodeScalars.contains($0) }
    if afterNumber.count < scalars.count, afterSeparator.count < afterNumber.count, let next = afterSeparator.first,
      next.properties.numericType != .decimal
    {
      scalars = afterSeparator
    }
    var result = String.UnicodeScalarView()
    var isSeparator = false
    for scalar in Words.lowercased(String(String.UnicodeScalarView(scalars))).unicodeScalars {
      let separates = Words.isSpace(scalar) || scalar == "_" || scalar == "-"
      if !separates { result.append(scalar) } else if !isSeparator { result.append("-") }
      isSeparator = separates
    }
    return String(result)
  }
}

/// The name of an image's file, made comparable.
struct ImageSource: Hashable, Sendable {
  var name: String

  init(_ source: String) {
    let source = Words.stripped(CharacterReferences.decode(Array(source.utf8), inAttribute: false))
    if source.hasPrefix("data:") {
      name = "data:"
      return
    }
    let path = URLParts(source).map { LinkAddress.decoded($0.path) } ?? source
    name = Words.lowercased(path.split(separator: "/").last.map(String.init) ?? "")
  }

  /// Names that one is the front of the other agree: builders add sizes and digests.
  func agrees(with other: ImageSource) -> Bool {
    if name == other.name { return true }
    let (left, right) = (withoutExtension, other.withoutExtension)
    return min(left.unicodeScalars.count, right.unicodeScalars.count) >= 3
      && (left.hasPrefix(right) || right.hasPrefix(left))
  }

  private var withoutExtension: Substring { name.lastIndex(of: ".").map { name[..<$0] } ?? name[...] }
}

/// An address taken apart as RFC 3986, appendix B, does it.
struct URLParts {
  var scheme = ""
  var host = ""
  var path = ""
  var query = ""
  var fragment = ""

  /// nil where the brackets of an IPv6 address do not match.
  init?(_ address: String) {
    var rest = address.unicodeScalars.filter { $0 != "\t" && $0 != "\n" && $0 != "\r" }[...]
    while let first = rest.first, first.value <= 0x20 { rest.removeFirst() }
    if let colon = rest.firstIndex(of: ":"), let first = rest.first, first.isASCII, first.properties.isAlphabetic {
      let isScheme = rest[..<colon].allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || (0x30...0x39).contains($0.value) || "+-.".unicodeScalars.contains($0))
      }
      if isScheme {
        scheme = String(rest[..<colon]).lowercased()
        rest = rest[rest.index(after: colon)...]
      }
    }
    if rest.starts(with: "//".unicodeScalars) {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
      host = String(rest[..<end])
      rest = rest[end...]
      if host.contains("[") != host.contains("]") { return nil }
    }
    if let mark = rest.firstIndex(of: "#") {
      fragment = String(rest[rest.index(after: mark)...])
      rest = rest[..<mark]
    }
    if let mark = rest.firstIndex(of: "?") {
      query = String(rest[rest.index(after: mark)...])
      rest = rest[..<mark]
    }
    path = String(rest)
  }
}
