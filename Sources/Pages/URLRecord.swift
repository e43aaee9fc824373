/// A parsed URL (WHATWG URL, section 4.1), percent-encoded and ready to be written.
struct URLRecord: Sendable {
  var scheme: [UInt8] = [] {
    didSet { learnScheme() }
  }
  /// Whether the scheme is one with rules of its own: `http`, `https`, `ws`, `wss`, `ftp`, `file`.
  private(set) var isSpecial = false
  private(set) var isFile = false
  private(set) var defaultPort: Int?
  var username: [UInt8] = []
  var password: [UInt8] = []
  /// Nil where there is none; empty for `file:///`.
  var host: [UInt8]?
  var port: Int?
  /// What is between the slashes of the path.
  var segments: [[UInt8]] = []
  /// The path of URLs such as `mailto:`, which have no hierarchy; then there are no segments.
  var opaquePath: [UInt8]?
  var query: [UInt8]?
  var fragment: [UInt8]?

  private mutating func learnScheme() {
    let name = String(decoding: scheme, as: UTF8.self)
    isSpecial = ["http", "https", "ws", "wss", "ftp", "file"].contains(name)
    isFile = name == "file"
    defaultPort = ["http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21][name]
  }

  /// "Shorten": takes the last segment off, but never a drive's letter.
  mutating func shortenPath() {
    if isFile, segments.count == 1, segments[0].isNormalizedDriveLetter { return }
    if !segments.isEmpty { segments.removeLast() }
  }

  /// "URL serializer".
  var href: String {
    var output = scheme
    output.append(UInt8(ascii: ":"))
    if let host {
      output += "//".utf8
      if !username.isEmpty || !password.isEmpty {
        output += username
        if !password.isEmpty {
          output.append(UInt8(ascii: ":"))
          output += password
        }
        output.append(UInt8(ascii: "@"))
      }
      output += host
      if let port { output += ":\(port)".utf8 }
    }
    if let opaquePath {
      output += opaquePath
    } else {
      // Otherwise the first, empty segment would read as a host.
      if host == nil, segments.count > 1, segments[0].isEmpty { output += "/.".utf8 }
      for segment in segments {
        output.append(UInt8(ascii: "/"))
        output += segment
      }
    }
    if let query {
      output.append(UInt8(ascii: "?"))
      output += query
    }
    if let fragment {
      output.append(UInt8(ascii: "#"))
      output += fragment
    }
    return String(decoding: output, as: UTF8.self)
  }
}

extension [UInt8] {
  /// A letter and `:` or `|`.
  var isDriveLetter: Bool { count == 2 && self[0].isASCIILetter && (self[1] == 0x3A || self[1] == 0x7C) }

  /// A letter and `:`.
  var isNormalizedDriveLetter: Bool { isDriveLetter && self[1] == 0x3A }
}
