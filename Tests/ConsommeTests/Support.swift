import Documents
import PageTags
import Pages

@testable import Consomme

/// A page as a perfect model would read it; without `mainText` all of it is main content.
func taught(_ html: String, mainText: String? = nil) throws -> TaggedPage {
  try FixtureDecodingTests.perfect(Array(html.utf8), mainText: mainText)
}

/// The blocks of a page that is main content throughout.
func blocks(_ html: String) throws -> [Block] { try DocumentDecoder.decode(taught(html)).document.blocks }

/// The same, as Markdown.
func markdown(_ html: String) throws -> String { MarkdownWriter.write(Document(blocks: try blocks(html))) }

/// A page whose tags are written by hand: nothing is labelled but what `label` labels.
///
/// The page is neither transcoded nor condensed.
func labelled(_ html: String, _ label: (inout HandTags) -> Void) -> TaggedPage {
  let bytes = Array(html.utf8)
  var hand = HandTags(html)
  label(&hand)
  let map = OffsetMap(identity: bytes.count)
  return TaggedPage(
    bytes: bytes, tags: hand.tags, mainProbability: hand.tags.map { $0.content == .main ? 255 : 0 },
    confidence: [UInt8](repeating: 255, count: bytes.count), map: map, source: bytes, condensedMap: map)
}

struct HandTags {
  private let bytes: [UInt8]
  var tags: [ByteTags]

  init(_ html: String) {
    bytes = Array(html.utf8)
    tags = [ByteTags](repeating: ByteTags(), count: bytes.count)
  }

  /// The first place of `part`, which has to be there.
  func range(_ part: String) -> Range<Int> {
    let wanted = Array(part.utf8)
    let start = bytes.indices.first { bytes[$0...].starts(with: wanted) }!
    return start..<start + wanted.count
  }

  mutating func text(_ part: String, _ block: BlockKind = .paragraph, marks: InlineMarks = []) {
    for index in range(part) {
      tags[index].content = .main
      tags[index].block = block
      tags[index].marks = marks
    }
  }

  mutating func value(_ part: String, _ kind: AttributeTag) {
    let range = range(part)
    tags[range.lowerBound - 1].attribute = kind
    for index in range { tags[index].attribute = .value }
  }

  mutating func anchor(_ part: String) {
    let range = range(part)
    tags[range.lowerBound - 1].anchor = .open
    for index in range { tags[index].anchor = .inside }
  }
}

/// SplitMix64: the same numbers every time.
struct FixedNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
