/// A page without the bytes no reader needs: what was dropped, and where every kept byte stood.
public struct CondensedPage: Sendable {
  /// A place where bytes were dropped.
  public struct Gap: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      case script, style, comment, svg, base64, whitespace
    }

    /// The gap is before this byte of the condensed page.
    public var offset: Int
    /// The dropped bytes of the uncondensed page; never empty.
    public var source: Range<Int>
    public var kind: Kind

    public init(offset: Int, source: Range<Int>, kind: Kind) {
      self.offset = offset
      self.source = source
      self.kind = kind
    }
  }

  public var bytes: [UInt8]
  /// From offsets in `bytes` to offsets in the uncondensed page.
  public var map: OffsetMap
  /// Ascending, and no two touch.
  public var gaps: [Gap]

  public init(bytes: [UInt8], map: OffsetMap, gaps: [Gap]) {
    self.bytes = bytes
    self.map = map
    self.gaps = gaps
  }
}

/// Drops the bytes of a page that carry no text, links or structure: about half of a usual page.
///
/// One forward scan over bytes, not a parser, so broken markup cannot mislead it far:
/// - the bodies of `script`, `style` and `svg` elements and of comments go, their delimiters stay; where the end
///   delimiter is missing, everything stays;
/// - a run of more than 32 base64 characters after `data:…;base64,` keeps its first 8;
/// - a run of 3 or more white-space bytes keeps its first 2.
public enum Condenser {
  /// Time is linear in the number of bytes, whatever they are. The kept bytes are unchanged and in order.
  public static func condense(_ utf8: [UInt8]) -> CondensedPage {
    unsafe utf8.withUnsafeBufferPointer { buffer in
      var scan = unsafe CondenserScan(bytes: buffer)
      unsafe scan.run()
      let (map, gaps) = unsafe (scan.map, scan.gaps)
      let condensed = unsafe [UInt8](unsafeUninitializedCapacity: map.outputCount) { output, count in
        for (index, run) in map.runs.enumerated() {
          let end = index + 1 < map.runs.count ? map.runs[index + 1].output : map.outputCount
          let source = unsafe UnsafeBufferPointer(rebasing: buffer[run.source..<run.source + end - run.output])
          _ = unsafe UnsafeMutableBufferPointer(rebasing: output[run.output..<end]).initialize(fromContentsOf: source)
        }
        count = map.outputCount
      }
      return CondensedPage(bytes: condensed, map: map, gaps: gaps)
    }
  }
}
