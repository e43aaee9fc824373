/// The sizes of a model. Letters used throughout this module:
///
///     T  bytes of a stretch of page        Hb  byte channels        D   hidden units of the tag output layer
///     P  patches of a stretch              Hw  wide channels        V   256 byte values
///     W  byte taps (window of the byte     Ht  channels of each     K   columns of tag logits
///        layer)                                tag layer
public struct ModelShape: Hashable, Sendable {
  /// W: how many bytes, the current one included, feed a byte's gates directly.
  public var byteTaps = 3
  /// Hb.
  public var byteChannels = 128
  /// Hw.
  public var wideChannels = 256
  /// The first wide layer sees the patch before, too; the others see one patch.
  public var wideLayers = 3
  /// Ht.
  public var tagChannels = 96
  /// D.
  public var tagHidden = 96
  /// Bytes before and after a byte that its tag hidden units see directly.
  public var tagReach = 2
  /// No patch is cut before it has this many bytes.
  public var patchMinimum = 6
  /// A patch is cut after this many bytes at the latest.
  public var patchLimit = 16
  /// C: channels of the networks over rows (`RowNetwork`) that decide by block what is main content, and by patch where a fault
  /// begins; 0 where a model has none.
  public var contentChannels = 0
  public var faultChannels = 0
  /// What the network over blocks sees of the trunk: 1: a block's text; 2: the markup in front of it, too.
  public var contentViews = 1

  public init() {}

  /// The fields by name, in file order.
  static let fields: [(name: String, path: any WritableKeyPath<ModelShape, Int> & Sendable)] = [
    ("byteTaps", \.byteTaps), ("byteChannels", \.byteChannels), ("wideChannels", \.wideChannels),
    ("wideLayers", \.wideLayers),
    ("tagChannels", \.tagChannels), ("tagHidden", \.tagHidden), ("tagReach", \.tagReach),
    ("patchMinimum", \.patchMinimum),
    ("patchLimit", \.patchLimit), ("contentChannels", \.contentChannels),
    ("faultChannels", \.faultChannels), ("contentViews", \.contentViews),
  ]

  /// Names that `set` knows.
  public static let fieldNames = fields.map(\.name)

  /// Sets the field called `name`; false where there is none.
  public mutating func set(_ name: String, to value: Int) -> Bool {
    guard let path = Self.fields.first(where: { $0.name == name })?.path else { return false }
    self[keyPath: path] = value
    return true
  }

  /// How many bytes before a stretch its layers and the patch rule look at.
  var bytesKept: Int { max(1, byteTaps - 1, tagReach) }

  /// Why no model can have this shape; nil where one can. Kernels work on whole vectors: channel counts are multiples of 16.
  public var complaint: String? {
    for (name, value) in [
      ("byteChannels", byteChannels), ("wideChannels", wideChannels), ("tagChannels", tagChannels),
      ("tagHidden", tagHidden),
    ] where value <= 0 || value % 16 != 0 || value > 2048 {
      return "\(name) is \(value); wanted a multiple of 16 up to 2048"
    }
    for (name, value) in [("contentChannels", contentChannels), ("faultChannels", faultChannels)]
    where value % 32 != 0 || !(0...1024).contains(value) {
      return "\(name) is \(value); wanted a multiple of 32 up to 1024, or 0"
    }
    if !(1...2).contains(contentViews) { return "contentViews is \(contentViews); wanted 1 or 2" }
    if !(1...8).contains(byteTaps) { return "byteTaps is \(byteTaps); wanted 1 to 8" }
    if !(1...16).contains(wideLayers) { return "wideLayers is \(wideLayers); wanted 1 to 16" }
    if !(0...8).contains(tagReach) { return "tagReach is \(tagReach); wanted 0 to 8" }
    if !(2...64).contains(patchLimit) { return "patchLimit is \(patchLimit); wanted 2 to 64" }
    if !(1...patchLimit).contains(patchMinimum) {
      return "patchMinimum is \(patchMinimum); wanted 1 to patchLimit, which is \(patchLimit)"
    }
    return nil
  }

  /// Every parameter tensor in file order.
  var tensors: [TensorSpecification] {
    var list: [TensorSpecification] = []
    func add(_ name: String, _ rows: Int, _ columns: Int, _ start: TensorSpecification.Start) {
      list.append(TensorSpecification(name: name, rows: rows, columns: columns, start: start))
    }
    let gates = 3 * byteChannels
    for tap in 0..<byteTaps { add("byte.tap\(tap)", 256, gates, .normal(0.5 / Float(byteTaps).squareRoot())) }
    add("byte.bias", 1, gates, .gateBias)
    add("wide.input", byteChannels, wideChannels, .uniform)
    for layer in 0..<wideLayers {
      let inputs = layer == 0 ? 2 * wideChannels : wideChannels
      add("wide.\(layer).gain", 1, wideChannels, .ones)
      add("wide.\(layer).weights", inputs, 3 * wideChannels, .uniform)
      add("wide.\(layer).bias", 1, 3 * wideChannels, .gateBias)
    }
    add("wide.gain", 1, wideChannels, .ones)

    add("next.byte", 256, gates, .normal(0.3))
    add("next.match", 257, gates, .normal(0.1))
    add("next.local", byteChannels, gates, .uniform)
    add("next.wide", wideChannels, gates, .uniform)
    add("next.bias", 1, gates, .gateBias)
    add("next.gain", 1, byteChannels, .ones)
    add("next.output", byteChannels, 256, .uniform)
    add("next.matchBias", 1, MatchPointer.bucketCount, .zeros)

    for name in ["forward1", "backward1"] {
      add("tags.\(name).weights", wideChannels, 3 * tagChannels, .uniform)
      add("tags.\(name).bias", 1, 3 * tagChannels, .gateBias)
    }
    for name in ["forward2", "backward2"] {
      add("tags.\(name).weights", 2 * tagChannels, 3 * tagChannels, .uniform)
      add("tags.\(name).bias", 1, 3 * tagChannels, .gateBias)
    }
    add("tags.local", byteChannels, tagHidden, .uniform)
    add("tags.wide", wideChannels, tagHidden, .uniform)
    add("tags.layer1", 2 * tagChannels, tagHidden, .uniform)
    add("tags.layer2", 2 * tagChannels, tagHidden, .uniform)
    for offset in -tagReach...tagReach { add("tags.byte\(offset)", 256, tagHidden, .normal(0.1)) }
    add("tags.bias", 1, tagHidden, .zeros)
    add("tags.output", tagHidden, TagHeads.columns, .uniform)
    add("tags.outputBias", 1, TagHeads.columns, .zeros)
    return list + RowNetwork.Role.allCases.flatMap(tensors(of:))
  }

  /// C of a network over rows; 0 where the model has none.
  public func channels(of role: RowNetwork.Role) -> Int { self[keyPath: Self.channels(of: role)] }

  public static func channels(of role: RowNetwork.Role) -> WritableKeyPath<ModelShape, Int> {
    switch role {
    case .content: \.contentChannels
    case .fault: \.faultChannels
    }
  }

  /// I of a network over rows.
  public func inputs(of role: RowNetwork.Role) -> Int {
    (role == .content ? contentViews : 1) * tagHidden + role.measures
  }

  /// Those of a network over rows, which is taught by itself.
  func tensors(of role: RowNetwork.Role) -> [TensorSpecification] {
    let channels = channels(of: role)
    guard channels > 0 else { return [] }
    let inputs = inputs(of: role)
    var list: [TensorSpecification] = []
    func add(_ name: String, _ rows: Int, _ columns: Int, _ start: TensorSpecification.Start) {
      list.append(TensorSpecification(name: "\(role.rawValue).\(name)", rows: rows, columns: columns, start: start))
    }
    add("mean", 1, inputs, .zeros)
    add("scale", 1, inputs, .ones)
    add("input", inputs, channels, .uniform)
    add("inputBias", 1, channels, .zeros)
    for layer in 1...2 {
      for direction in ["forward", "backward"] {
        add("\(direction)\(layer).weights", channels, 3 * channels / 2, .uniform)
        add("\(direction)\(layer).bias", 1, 3 * channels / 2, .gateBias)
      }
    }
    for part in ["own", "layer1", "layer2", "page"] { add(part, channels, channels, .uniform) }
    add("hiddenBias", 1, channels, .zeros)
    add("output", 1, channels, .normal(0.1))
    add("outputBias", 1, 1, .zeros)
    return list
  }

  /// Multiply-adds a byte of one forward pass, given the mean length of a patch in bytes.
  public func multiplyAdds(bytesPerPatch: Double, nextByte: Bool) -> Double {
    let wide = byteChannels * wideChannels + (2 + wideLayers - 1) * wideChannels * 3 * wideChannels
    let tags =
      2 * wideChannels * 3 * tagChannels + 2 * 2 * tagChannels * 3 * tagChannels + (wideChannels + 4 * tagChannels)
      * tagHidden
    let tagByte = byteChannels * tagHidden + tagHidden * TagHeads.columns
    let nextPatch = wideChannels * 3 * byteChannels
    let nextByteCost = byteChannels * 3 * byteChannels + byteChannels * 256
    let patch = Double(wide + tags + (nextByte ? nextPatch : 0)) / bytesPerPatch
    return patch + Double(tagByte + (nextByte ? nextByteCost : 0))
  }
}

/// Name, shape and starting values of one parameter tensor.
struct TensorSpecification: Hashable, Sendable {
  enum Start: Hashable, Sendable {
    case zeros, ones
    case normal(Float)
    /// ± 1/√rows.
    case uniform
    /// Zero for z and output; keep gates spread from forgetful (−1) to very retentive (+5), as DESIGN.md asks.
    case gateBias
  }
  var name: String
  var rows: Int
  var columns: Int
  var start: Start
  /// Matrices decay, gains and biases do not.
  var decays: Bool { rows > 1 }
}
