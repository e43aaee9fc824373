import Pages

/// A page's source with what is drawn on it.
public struct PageSource: Sendable {
  /// A place where the markup is malformed.
  public struct Fault: Sendable {
    /// Bytes of `utf8`; a length of 0 where something is missing.
    public var offset: Int
    public var length: Int
    public var rule: String
    /// Bits of evidence.
    public var score: Double
    public var message: String
    /// What would mend it, in words; nil where that is not known.
    public var repair: String?

    public init(offset: Int, length: Int, rule: String, score: Double, message: String, repair: String?) {
      self.offset = offset
      self.length = length
      self.rule = rule
      self.score = score
      self.message = message
      self.repair = repair
    }
  }

  /// The path or id to show.
  public var name: String
  public var utf8: [UInt8]
  /// Bits that each byte of `utf8` costs; what is missing at the end counts as 0.
  public var bits: [Float]
  /// The likeliest first.
  public var faults: [Fault]

  public init(name: String, utf8: [UInt8], bits: [Float], faults: [Fault]) {
    self.name = name
    self.utf8 = utf8
    self.bits = bits
    self.faults = faults
  }

  var totalBits: Double { bits.prefix(utf8.count).reduce(0) { $0 + Double($1) } }
  var bitsPerByte: Double { utf8.isEmpty ? 0 : totalBits / Double(utf8.count) }

  /// What the ids of this page's elements begin with: a hash (FNV-1a) of name and bytes, so that pages in one report differ.
  var key: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    for byte in utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return "p" + String(hash, radix: 36)
  }

  func bits(_ range: Range<Int>) -> Double {
    bits[min(range.lowerBound, bits.count)..<min(range.upperBound, bits.count)].reduce(0) { $0 + Double($1) }
  }
}
