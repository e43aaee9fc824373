import ByteModel
import Foundation
import Tensors

@testable import ModelTraining

extension ModelShape {
  /// As small as kernels allow.
  static var tiny: ModelShape {
    var shape = ModelShape()
    shape.byteTaps = 2
    shape.byteChannels = 16
    shape.wideChannels = 16
    shape.wideLayers = 2
    shape.tagChannels = 16
    shape.tagHidden = 16
    shape.tagReach = 1
    return shape
  }
}

/// A folder that goes when the test is over.
final class Scratch {
  let path = NSTemporaryDirectory() + "consomme-training-\(UUID().uuidString)"

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// Writes `lines` as a JSON Lines file.
  func write(_ lines: [String], to name: String = "pages.jsonl") throws -> String {
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }
}

/// A line of a corpus; what the values hold is escaped.
func line(_ members: KeyValuePairs<String, String>) -> String {
  let parts = members.map { key, value in
    let escaped = value.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
      .replacingOccurrences(of: "\n", with: "\\n")
    return "\"\(key)\":\"\(escaped)\""
  }
  return "{\(parts.joined(separator: ","))}"
}

/// Small pages about soup, each with its own words, menu and structure, and the text somebody would mark on it.
enum Kitchen {
  private static let soups = [
    ("Leek and potato", "Sweat the leeks in butter until they are soft, then add the potatoes and the stock."),
    ("Onion", "Brown the onions slowly for an hour; a slice of toast with cheese goes on top."),
    ("Borscht", "Grate the beetroot, keep the vinegar for the end, and serve with a spoon of soured cream."),
    ("Minestrone", "Whatever the garden gives: beans, courgettes, celery, and a rind of hard cheese."),
    ("Lentil", "Rinse the lentils, fry cumin & garlic, and simmer everything for half an hour."),
    ("Pho", "Char the ginger, skim the broth, and pour it boiling over noodles and raw beef."),
    ("Gazpacho", "Tomatoes, cucumber, peppers and stale bread, all through the mill and onto ice."),
    ("Ramen", "The stock takes a day, the egg seven minutes, the bowl no time at all."),
  ]

  static func html(_ number: Int) -> String {
    let (name, text) = soups[number % soups.count]
    let escaped = text.replacingOccurrences(of: "&", with: "&amp;")
    return """
      <!DOCTYPE html><html><head><title>\(name) no. \(number)</title><style>p { margin: 0 }</style></head>
      <body><ul class="menu"><li><a href="/">Home</a></li><li><a href="/soups/\(number)">Soups</a></li></ul>
      <h1>\(name)</h1><p class="lead">\(escaped)</p>
      <h2>What you need</h2><ol><li>A large pot</li><li>A <b>wooden</b> spoon</li><li>Salt &amp; patience</li></ol>
      <p>This is card \(number) of the box; see <a href="/soups/\(number + 1)" title="next">the next one</a>.</p>
      <script>count(\(number));</script>
      <div class="foot">Printed on paper from our own mill. <img src="/mill.png" alt="The mill"></div></body></html>
      """
  }

  static func mainText(_ number: Int) -> String {
    let (name, text) = soups[number % soups.count]
    return """
      \(name)
      \(text)
      What you need
      A large pot
      A wooden spoon
      Salt & patience
      This is card \(number) of the box; see the next one.
      """
  }

  /// A page that is taken whenever it is drawn.
  static func row(_ number: Int, gold: Bool = true) -> String {
    gold
      ? line([
        "id": "card-\(number)", "page_type": "documentation", "html": html(number), "main_text": mainText(number),
      ])
      : line(["id": "card-\(number)", "page_type": "documentation", "html": html(number)])
  }

  static func corpus(_ count: Int, in scratch: Scratch) throws -> Corpus {
    try Corpus([.init(path: try scratch.write((0..<count).map { row($0, gold: $0 % 3 != 2) }))])
  }
}

/// Where two lists part; nil where they are the same. `#expect(a == b)` would compare large lists in quadratic time to say
/// how they differ.
func firstDifference<Element: Equatable>(_ a: some Sequence<Element>, _ b: some Sequence<Element>) -> Int? {
  let (a, b) = (Array(a), Array(b))
  if a == b { return nil }
  for (index, pair) in zip(a, b).enumerated() where pair.0 != pair.1 { return index }
  return a.count == b.count ? nil : min(a.count, b.count)
}

/// Bit patterns, so that 0 and −0 differ and a NaN is itself.
func bits(_ parameters: Parameters) -> [UInt32] {
  unsafe UnsafeBufferPointer(start: parameters.base, count: parameters.count).map(\.bitPattern)
}
