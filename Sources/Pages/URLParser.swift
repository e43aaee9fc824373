/// The WHATWG URL parser (section 4.4), with the states that consume one part each as functions.
struct URLParser {
  private let bytes: [UInt8]
  private var i = 0
  private let base: URLRecord?
  private var url = URLRecord()

  /// The record of `text`, which may be relative to `base`; nil where the standard says failure.
  static func parse(_ text: String, base: URLRecord?) -> URLRecord? {
    var trimmed = Array(text.utf8)[...]
    trimmed = trimmed.drop { $0 <= 0x20 }
    while let last = trimmed.last, last <= 0x20 { trimmed.removeLast() }
    var parser = URLParser(bytes: trimmed.filter { $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }, base: base)
    return parser.run() ? parser.url : nil
  }

  private init(bytes: [UInt8], base: URLRecord?) {
    self.bytes = bytes
    self.base = base
  }

  private func byte(_ ahead: Int = 0) -> UInt8? { i + ahead < bytes.count ? bytes[i + ahead] : nil }

  /// Whether a slash is at `ahead`; for special schemes `\` is one.
  private func isSlash(_ ahead: Int = 0) -> Bool {
    byte(ahead) == UInt8(ascii: "/") || (url.isSpecial && byte(ahead) == UInt8(ascii: "\\"))
  }

  private mutating func run() -> Bool {
    if let scheme = schemeAtStart() {
      url.scheme = scheme
      i = scheme.count + 1
      return afterScheme()
    }
    guard let base else { return false }
    if base.opaquePath != nil {
      guard byte() == UInt8(ascii: "#") else { return false }
      url = base
      url.fragment = nil
      return rest()
    }
    return base.isFile ? file() : relative(to: base)
  }

  /// The scheme in lower case when the text begins with one and `:`.
  private func schemeAtStart() -> [UInt8]? {
    guard let first = bytes.first, first.isASCIILetter, let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
      return nil
    }
    let scheme = bytes[..<colon]
    guard scheme.allSatisfy({ $0.isASCIIAlphanumeric || $0.isOne(of: "+-.") }) else { return nil }
    return scheme.map(\.asciiLowercased)
  }

  private mutating func afterScheme() -> Bool {
    if url.isFile { return file() }
    if url.isSpecial {
      let hasSlashes = byte() == UInt8(ascii: "/") && byte(1) == UInt8(ascii: "/")
      if let base, base.scheme == url.scheme, !hasSlashes { return relative(to: base) }
      while isSlash() { i += 1 }
      return authority()
    }
    if byte() == UInt8(ascii: "/") {
      if byte(1) == UInt8(ascii: "/") {
        i += 2
        return authority()
      }
      path()
      return rest()
    }
    opaquePath()
    return rest()
  }

  private mutating func relative(to base: URLRecord) -> Bool {
    url.scheme = base.scheme
    if isSlash() {
      if isSlash(1) {
        i += 2
        if url.isSpecial {
          while isSlash() { i += 1 }
        }
        return authority()
      }
      copyAuthority(of: base)
      path()
      return rest()
    }
    copyAuthority(of: base)
    url.segments = base.segments
    url.query = base.query
    if let next = byte(), next != UInt8(ascii: "?"), next != UInt8(ascii: "#") {
      url.query = nil
      url.shortenPath()
      path()
    }
    return rest()
  }

  private mutating func copyAuthority(of base: URLRecord) {
    url.username = base.username
    url.password = base.password
    url.host = base.host
    url.port = base.port
  }
}

// MARK: Authority

extension URLParser {
  private mutating func authority() -> Bool {
    let start = i
    while let next = byte(), next != UInt8(ascii: "?"), next != UInt8(ascii: "#"), !isSlash() {
      _ = next
      i += 1
    }
    var hostPort = bytes[start..<i]
    let hasCredentials = hostPort.contains(UInt8(ascii: "@"))
    if let at = hostPort.lastIndex(of: UInt8(ascii: "@")) {
      let credentials = hostPort[..<at]
      hostPort = hostPort[(at + 1)...]
      if hostPort.isEmpty { return false }
      let colon = credentials.firstIndex(of: UInt8(ascii: ":"))
      url.username = PercentEncoding.encode(credentials[..<(colon ?? at)], .userinfo)
      if let colon { url.password = PercentEncoding.encode(credentials[(colon + 1)...], .userinfo) }
    }
    guard hostAndPort(hostPort, hasCredentials: hasCredentials) else { return false }
    pathAfterAuthority()
    return rest()
  }

  private mutating func hostAndPort(_ text: ArraySlice<UInt8>, hasCredentials: Bool) -> Bool {
    var colon: Int?
    var inBrackets = false
    for (index, byte) in zip(text.indices, text) {
      if byte == UInt8(ascii: "[") { inBrackets = true }
      if byte == UInt8(ascii: "]") { inBrackets = false }
      if byte == UInt8(ascii: ":"), !inBrackets {
        colon = index
        break
      }
    }
    let host = text[..<(colon ?? text.endIndex)]
    if host.isEmpty, url.isSpecial || colon != nil || hasCredentials { return false }
    if host.isEmpty {
      url.host = []
    } else {
      guard let parsed = URLHost.parse(host, isSpecial: url.isSpecial) else { return false }
      url.host = parsed
    }
    guard let colon else { return true }
    var port = 0
    for byte in text[(colon + 1)...] {
      guard byte.isASCIIDigit else { return false }
      port = port * 10 + Int(byte - 0x30)
      if port > 65535 { return false }
    }
    if colon + 1 < text.endIndex, port != url.defaultPort { url.port = port }
    return true
  }

  private mutating func pathAfterAuthority() {
    // A special URL has a path even where none is written.
    if url.isSpecial || isSlash() { path() }
  }
}

// MARK: File URLs

extension URLParser {
  private mutating func file() -> Bool {
    url.scheme = Array("file".utf8)
    url.host = []
    let fileBase = base.flatMap { $0.isFile ? $0 : nil }
    if isSlash() {
      i += 1
      if isSlash() {
        i += 1
        return fileHost()
      }
      if let fileBase {
        url.host = fileBase.host
        if !startsWithDriveLetter(), let first = fileBase.segments.first, first.isNormalizedDriveLetter {
          url.segments.append(first)
        }
      }
      // The slash is gone already; a segment begins here.
      segments()
      return rest()
    }
    guard let fileBase else {
      path()
      return rest()
    }
    url.host = fileBase.host
    url.segments = fileBase.segments
    url.query = fileBase.query
    if let next = byte(), next != UInt8(ascii: "?"), next != UInt8(ascii: "#") {
      url.query = nil
      if startsWithDriveLetter() { url.segments = [] } else { url.shortenPath() }
      path()
    }
    return rest()
  }

  private mutating func fileHost() -> Bool {
    let start = i
    while let next = byte(), next != UInt8(ascii: "?"), next != UInt8(ascii: "#"), !isSlash() {
      _ = next
      i += 1
    }
    let text = bytes[start..<i]
    if Array(text).isDriveLetter {
      // `file://c:/` means the drive, not a host.
      i = start
      segments()
      return rest()
    }
    if !text.isEmpty {
      guard let host = URLHost.parse(text, isSpecial: true) else { return false }
      url.host = host == Array("localhost".utf8) ? [] : host
    }
    pathAfterAuthority()
    return rest()
  }

  /// "Starts with a Windows drive letter".
  private func startsWithDriveLetter() -> Bool {
    guard let first = byte(), let second = byte(1), [first, second].isDriveLetter else { return false }
    guard let third = byte(2) else { return true }
    return third.isOne(of: "/\\?#")
  }
}

// MARK: Path, query, fragment

extension URLParser {
  /// A path whose first slash, if there is one, is still to be read.
  private mutating func path() {
    if isSlash() { i += 1 }
    segments()
  }

  private mutating func segments() {
    while true {
      var segment: [UInt8] = []
      while let next = byte(), next != UInt8(ascii: "?"), next != UInt8(ascii: "#"), !isSlash() {
        PercentEncoding.append(next, to: &segment, .path)
        i += 1
      }
      let continues = isSlash()
      if segment.isDoubleDot {
        url.shortenPath()
        if !continues { url.segments.append([]) }
      } else if segment.isSingleDot {
        if !continues { url.segments.append([]) }
      } else {
        if url.isFile, url.segments.isEmpty, segment.isDriveLetter {
          segment[1] = UInt8(ascii: ":")
        }
        url.segments.append(segment)
      }
      guard continues else { return }
      i += 1
    }
  }

  private mutating func opaquePath() {
    var text: [UInt8] = []
    while let next = byte(), next != UInt8(ascii: "?"), next != UInt8(ascii: "#") {
      if next == 0x20, byte(1) == UInt8(ascii: "?") || byte(1) == UInt8(ascii: "#") {
        // A space before the query would be lost when the URL is read again.
        text += "%20".utf8
      } else {
        PercentEncoding.append(next, to: &text, .control)
      }
      i += 1
    }
    url.opaquePath = text
  }

  /// `?query` and `#fragment`, where they are.
  private mutating func rest() -> Bool {
    if byte() == UInt8(ascii: "?") {
      i += 1
      var query: [UInt8] = []
      while let next = byte(), next != UInt8(ascii: "#") {
        PercentEncoding.append(next, to: &query, url.isSpecial ? .specialQuery : .query)
        i += 1
      }
      url.query = query
    }
    if byte() == UInt8(ascii: "#") {
      url.fragment = PercentEncoding.encode(bytes[(i + 1)...], .fragment)
      i = bytes.count
    }
    return true
  }
}

extension [UInt8] {
  /// `.`, also as `%2e`.
  fileprivate var isSingleDot: Bool { count == 1 ? self[0] == 0x2E : count == 3 && isEncodedDot(0) }

  /// `..`, also with one or both as `%2e`.
  fileprivate var isDoubleDot: Bool {
    switch count {
    case 2: self[0] == 0x2E && self[1] == 0x2E
    case 4: (self[0] == 0x2E && isEncodedDot(1)) || (isEncodedDot(0) && self[3] == 0x2E)
    case 6: isEncodedDot(0) && isEncodedDot(3)
    default: false
    }
  }

  private func isEncodedDot(_ start: Int) -> Bool {
    start + 3 <= count && self[start] == 0x25 && self[start + 1] == 0x32 && self[start + 2] | 0x20 == 0x65
  }
}
