import Foundation

/// Diagnostics of an earlier run, which are not reported again.
///
/// One is known by its page, its rule and its column: lines put in or taken out above it do not bring it back. Each covers one.
struct CheckBaseline: Sendable {
  private struct Known: Hashable {
    var rule: String
    var column: Int
  }
  private struct Page: Decodable {
    struct Entry: Decodable {
      var rule: String
      var column: Int
    }
    var id: String
    var diagnostics: [Entry]?
  }

  private var pages: [String: [Known: Int]] = [:]

  /// Reads what `check --format json` or `jsonl` printed.
  init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure("\(path): cannot be read; give --baseline what check --format jsonl printed")
    }
    let decoder = JSONDecoder()
    if let all = try? decoder.decode([Page].self, from: data) {
      for page in all { add(page) }
    } else if let one = try? decoder.decode(Page.self, from: data) {
      add(one)
    } else {
      for (number, line) in data.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
      where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
        guard let page = try? decoder.decode(Page.self, from: Data(line)) else {
          throw CommandFailure(
            "\(path), line \(number + 1): is no result of check; give --baseline what check --format jsonl printed")
        }
        add(page)
      }
    }
  }

  private mutating func add(_ page: Page) {
    for entry in page.diagnostics ?? [] {
      pages[page.id, default: [:]][Known(rule: entry.rule, column: entry.column), default: 0] += 1
    }
  }

  /// What is new on page `id`, in the order given.
  func unknown(_ diagnostics: [DiagnosticRecord], id: String) -> [DiagnosticRecord] {
    guard var known = pages[id] else { return diagnostics }
    return diagnostics.filter { diagnostic in
      let key = Known(rule: diagnostic.rule, column: diagnostic.column)
      guard let left = known[key], left > 0 else { return true }
      known[key] = left - 1
      return false
    }
  }
}
