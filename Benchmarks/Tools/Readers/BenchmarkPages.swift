import Foundation

/// Pages to measure on, put together from the hand-written ones under `fixtures/`.
public struct BenchmarkPages {
  /// Every fixture page by itself, in order of their names.
  public var fixtures: [[UInt8]]
  /// All fixture pages' bodies in one page, again and again, up to about 1 MB.
  public var large: [UInt8]
  /// About 20 KB.
  public var small: [UInt8]
  /// The fixtures with scripts and styles put in, about as much as pages carry on the web: 54 % of the bytes.
  public var served: [[UInt8]]

  /// - Parameter folder: `fixtures/` of this repository.
  public init(folder: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    fixtures = names.compactMap { name in
      FileManager.default.contents(atPath: "\(folder)/\(name)/page.html").map { [UInt8]($0) }
    }
    guard !fixtures.isEmpty else {
      throw BenchmarkError("\(folder): no NAME/page.html there; name the folder fixtures")
    }
    let bodies = fixtures.map { Self.body(of: $0) }
    large = Self.page(of: bodies, bytes: 1_000_000)
    small = Self.page(of: bodies, bytes: 20_000)
    served = fixtures.enumerated().map { Self.withScripts($1, seed: UInt64($0 + 1)) }
  }

  /// The repository's own folder: two above this package's Tools.
  public static var fixtureFolder: String {
    URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../fixtures").standardized.path
  }

  private static func body(of page: [UInt8]) -> String {
    let text = String(decoding: page, as: UTF8.self)
    guard let open = text.range(of: "<body"), let start = text[open.upperBound...].firstIndex(of: ">") else {
      return text
    }
    let end = text.range(of: "</body>")?.lowerBound ?? text.endIndex
    return String(text[text.index(after: start)..<max(end, text.index(after: start))])
  }

  /// Bodies in turn, cut at line ends, until the page is `bytes` long. A counter in each keeps them from being all alike.
  private static func page(of bodies: [String], bytes: Int) -> [UInt8] {
    var page = Array(
      "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>Many pages</title></head>\n<body>\n".utf8)
    var turn = 0
    while page.count < bytes {
      let body = bodies[turn % bodies.count].replacingOccurrences(of: "href=\"/", with: "href=\"/part-\(turn)/")
      for line in body.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
        page += line
        page.append(0x0A)
        if page.count >= bytes { break }
      }
      turn += 1
    }
    return page + Array("</body></html>\n".utf8)
  }

  /// A made-up script and style sheet before `</head>`, as long as the page and a bit more.
  private static func withScripts(_ page: [UInt8], seed: UInt64) -> [UInt8] {
    var state = seed
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    let wanted = page.count * 54 / 46
    var script = "<style>\n"
    while script.utf8.count < wanted / 3 {
      script += ".c\(random(999))-item{margin:\(random(40))px auto;color:#\(String(random(0xFFFFFF), radix: 16))}\n"
    }
    script += "</style>\n<script>\n"
    while script.utf8.count < wanted {
      script +=
        "window.q\(random(999))=function(a,b){return a<b?a[\(random(9))]:\"<b>\"+b.x\(random(999))(\(random(99999)))};\n"
    }
    script += "</script>\n"
    let text = String(decoding: page, as: UTF8.self)
    guard let head = text.range(of: "</head>") else { return Array((script + text).utf8) }
    return Array((text[..<head.lowerBound] + script + text[head.lowerBound...]).utf8)
  }
}

/// Why nothing was measured.
public struct BenchmarkError: Error, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}
