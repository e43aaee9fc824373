/// A page in UTF-8 in the making, with the map back to the bytes it is decoded from.
struct Transcript {
  private(set) var output: [UInt8] = []
  private(set) var map = OffsetMap()
  private(set) var replacements = 0

  init(capacity: Int) { output.reserveCapacity(capacity) }

  /// Copies bytes that are the same in both encodings.
  mutating func copy(_ bytes: [UInt8], _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    output.append(contentsOf: bytes[range])
    map.append(source: range.lowerBound, count: range.count)
  }

  /// Adds the character that the `width` bytes from `source` on stand for.
  mutating func append(_ codePoint: UInt32, source: Int, width: Int) {
    guard let scalar = Unicode.Scalar(codePoint) else { return replace(source: source, width: width) }
    let before = output.count
    output.append(scalar: scalar)
    map.append(source: source, count: output.count - before, width: width)
  }

  /// Adds U+FFFD for `width` bytes that stand for nothing.
  mutating func replace(source: Int, width: Int) {
    output.append(scalar: "\u{FFFD}")
    map.append(source: source, count: 3, width: width)
    replacements += 1
  }

  consuming func page(encoding: String, sourceCount: Int) -> DecodedPage {
    map.finish(sourceCount: sourceCount)
    return DecodedPage(utf8: output, map: map, encoding: encoding, replacements: replacements)
  }
}
