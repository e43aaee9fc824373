import Pages

/// The statistical baseline: bytes predicted from the five before them by counting, learned from nothing but the page itself.
///
/// An n-gram model of order 5 whose counts lie in hashed tables, interpolated over all shorter contexts after Witten and Bell
/// (IEEE Trans. Inf. Theory 37(4), 1991). Before a page it reads a short piece of plain HTML (`primer`). Published work on program text found that
/// such a model's surprise is hard to beat for finding syntax errors (Campbell, Hindle and Amaral, MSR 2014).
public struct NGramReader: Sendable {
  /// Bytes of context.
  public static let order = 5

  /// Bytes over which surprise is averaged to find a fault: what follows a fault is unlikely too.
  public var window = 2
  /// Two faults are at least this far apart.
  private static let spacing = 24

  /// What counts as a fault where one has to say: standard deviations above the mean of the page. Reached by about one in twenty
  /// pages without planted faults (docs/RULES.md, “unlikely-bytes”).
  public static let leastScore = 10.0

  public init() {}

  /// What each byte costs, in bits. Linear in the page; the tables take at most 32 MB.
  public func surprise(of bytes: [UInt8]) -> [Float] {
    var counts = NGramCounts(bytes: bytes.count + Self.primer.count)
    for byte in Self.primer { _ = counts.read(byte) }
    return bytes.map { -log2(counts.read($0)) }
  }

  /// A place less likely than the rest of the page.
  public struct Peak: Hashable, Sendable {
    /// In bytes of the UTF-8 given.
    public var offset: Int
    public var length: Int
    /// Standard deviations above the mean of the page.
    public var score: Double
  }

  /// The places that are least likely, the worst first. Bodies of scripts and styles are left out, as the neural reader leaves
  /// them out.
  public func peaks(in utf8: [UInt8], limit: Int = 20) -> [Peak] {
    let condensed = Condenser.condense(utf8)
    let bits = surprise(of: condensed.bytes)
    guard bits.count > window else { return [] }
    // Means over windows from a running sum.
    var sums: [Double] = [0]
    for bit in bits { sums.append(sums[sums.count - 1] + Double(bit)) }
    let means = (0...bits.count - window).map { (sums[$0 + window] - sums[$0]) / Double(window) }
    let mean = means.reduce(0, +) / Double(means.count)
    let variance = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(means.count)
    guard variance > 0 else { return [] }
    var taken: [Int] = []
    for index in means.indices.sorted(by: { (means[$1], $0) < (means[$0], $1) }) {
      if taken.count >= limit { break }
      if !taken.contains(where: { abs($0 - index) < Self.spacing }) { taken.append(index) }
    }
    return taken.map { index in
      let range = condensed.map.source(of: index..<index + window)
      return Peak(offset: range.lowerBound, length: range.count, score: (means[index] - mean) / variance.squareRoot())
    }
  }

  private func log2(_ value: Double) -> Float {
    // ln(m) = 2 artanh((m − 1)/(m + 1)) for the significand m in [1, 2); six terms are good to 1e-6 bits.
    let ratio = (value.significand - 1) / (value.significand + 1)
    let square = ratio * ratio
    var series = 0.0
    for power in stride(from: 11.0, through: 1, by: -2) { series = series * square + 1 / power }
    return Float(Double(value.exponent) + 2 * ratio * series * 1.442_695_040_888_963_4)
  }

  /// What any page begins with, and the tags every page has.
  static let primer = Array(
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><title>A page</title>
    <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/css/main.css">
    <script src="/js/main.js"></script></head>
    <body><div id="page" class="page"><header class="header"><nav><ul><li><a href="/">Home</a></li>
    <li><a href="/about/">About us</a></li></ul></nav></header>
    <main><article><h1>The title of the page</h1><p>This is the first of the paragraphs, and there is <a href="https://www.example.com/">a link</a> in it.</p>
    <h2>And more</h2><p>It is not long &amp; it has <strong>words</strong> and <em>more</em> of them.<br></p>
    <img src="/images/image.jpg" alt="An image" width="640" height="480"><ul><li>one</li><li>two</li></ul>
    <table><tr><th>Name</th><td>Value</td></tr></table></article></main>
    <footer><p>&copy; 2024 <span>All rights reserved.</span>&nbsp;</p></footer></div></body></html>

    """.utf8)
}

/// The counts of an n-gram model, hashed: contexts that fall together share theirs.
private struct NGramCounts {
  /// How often a byte followed a context, by a hash of both.
  private var followers: [UInt32]
  /// How many bytes followed a context, and how many different ones, by a hash of it.
  private var totals: [UInt32]
  private var kinds: [UInt32]
  private let mask: Int
  /// The last eight bytes, the latest lowest.
  private var history: UInt64 = 0

  init(bytes: Int) {
    var size = 1 << 12
    while size < bytes * 8, size < 1 << 21 { size *= 2 }
    mask = size - 1
    followers = [UInt32](repeating: 0, count: size)
    totals = followers
    kinds = followers
  }

  /// The probability that `byte` comes next, by what was read so far; then learns that it did.
  mutating func read(_ byte: UInt8) -> Double {
    var probability = 1.0 / 256
    for length in 0...NGramReader.order {
      let context = slot(history & (1 << UInt64(8 * length) - 1), length)
      let follower = (context &* 0x9E37_79B1 &+ Int(byte) &* 0x85EB_CA77 &+ length) & .max
      let at = (follower ^ follower >> 15) & mask
      let place = context & mask
      let (count, total, kind) = (Double(followers[at]), Double(totals[place]), Double(kinds[place]))
      if total > 0 { probability = min(1, (count + kind * probability) / (total + kind)) }
      if followers[at] == 0 { kinds[place] += 1 }
      followers[at] += 1
      totals[place] += 1
    }
    history = history << 8 | UInt64(byte)
    return max(probability, 1e-9)
  }

  /// Fibonacci hashing of the context and its length.
  private func slot(_ context: UInt64, _ length: Int) -> Int {
    let mixed = (context &+ UInt64(length) &* 0x1000_0000_01B3) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: (mixed ^ mixed >> 32) & 0xFFFF_FFFF)
  }
}
