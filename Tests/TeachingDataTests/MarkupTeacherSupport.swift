import PageTags

@testable import TeachingData

/// A page and its tags, asked for in words.
struct Taught {
  let bytes: [UInt8]
  let tags: [ByteTags]

  init(_ html: String) {
    bytes = Array(html.utf8)
    tags = MarkupTeacher.tag(bytes)
  }

  private func slice(_ indices: some Sequence<Int>) -> String {
    String(decoding: indices.map { bytes[$0] }, as: UTF8.self)
  }

  /// All bytes for which `isIn` holds, one string.
  func string(where isIn: (ByteTags) -> Bool) -> String { slice(tags.indices.filter { isIn(tags[$0]) }) }

  var text: String { string { $0.content == .unjudged } }

  /// Visible text cut where something changes: `key` of it, or a boundary.
  func runs<Key: Equatable>(_ key: (ByteTags) -> Key) -> [(text: String, key: Key)] {
    var result: [(text: [Int], key: Key)] = []
    var isCut = true
    for index in tags.indices {
      if tags[index].content == .markup {
        if tags[index].boundary != .none { isCut = true }
        continue
      }
      let key = key(tags[index])
      if isCut || result.last?.key != key { result.append(([], key)) }
      isCut = false
      result[result.count - 1].text.append(index)
    }
    return result.map { (slice($0.text), $0.key) }
  }

  /// `text:kind` of each run.
  var blocks: [String] { runs(\.block).map { "\($0.text):\($0.key)" } }
  var lists: [String] { runs(\.list).map { "\($0.text):\($0.key)" } }
  func marked(_ mark: InlineMarks) -> [String] { runs { $0.marks.contains(mark) }.filter(\.key).map(\.text) }

  /// The values behind `tag`, in order.
  func values(_ tag: AttributeTag) -> [String] {
    tags.indices.filter { tags[$0].attribute == tag }.map { open in
      slice(tags.indices[(open + 1)...].prefix { tags[$0].attribute == .value })
    }
  }

  /// The content of each anchor with an href.
  var anchors: [String] {
    tags.indices.filter { tags[$0].anchor == .open }.map { open in
      slice(tags.indices[(open + 1)...].prefix { tags[$0].anchor == .inside })
    }
  }

  /// Boundaries in order, with the tag each stands on.
  var boundaries: [String] {
    tags.indices.filter { tags[$0].boundary != .none }.map { index in
      let start = bytes[...index].lastIndex(of: 0x3c) ?? 0
      return slice(start...index) + " \(tags[index].boundary)"
    }
  }
}
