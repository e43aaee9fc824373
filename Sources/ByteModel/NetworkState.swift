/// What the network carries from one stretch of a page to the next. A fresh state stands before the first byte of a page.
public struct NetworkState: Sendable {
  /// The last bytes, oldest first, as many as the layers look back but one at least: the patch rule goes by the last. Zeros before
  /// the page.
  var lastBytes: [UInt8]
  var byteCarry: [Float]
  var wideCarry: [[Float]]
  /// The normalised input of the first wide layer at the last patch, bfloat16.
  var wideWindow: [UInt16]
  /// The normalised output of the wide layers at the last patch, bfloat16.
  var wideOutput: [UInt16]
  var nextCarry: [Float]
  var tagCarry1: [Float]
  var tagCarry2: [Float]
  public var patchRule: PatchRule

  public init(_ shape: ModelShape) {
    lastBytes = [UInt8](repeating: 0, count: shape.bytesKept)
    byteCarry = [Float](repeating: 0, count: shape.byteChannels)
    wideCarry = [[Float]](repeating: [Float](repeating: 0, count: shape.wideChannels), count: shape.wideLayers)
    wideWindow = [UInt16](repeating: 0, count: shape.wideChannels)
    wideOutput = wideWindow
    nextCarry = byteCarry
    tagCarry1 = [Float](repeating: 0, count: shape.tagChannels)
    tagCarry2 = tagCarry1
    patchRule = PatchRule(shape)
  }

  /// Everything as plain numbers, for checkpoints. The patch rule follows from the last byte, since a stretch ends with a patch.
  public var snapshot: (bytes: [UInt8], floats: [Float], halves: [UInt16]) {
    (lastBytes, byteCarry + wideCarry.flatMap { $0 } + nextCarry + tagCarry1 + tagCarry2, wideWindow + wideOutput)
  }

  /// The state that `snapshot` was taken of; nil where the numbers do not fit `shape`.
  public init?(_ shape: ModelShape, bytes: [UInt8], floats: [Float], halves: [UInt16]) {
    self.init(shape)
    guard bytes.count == lastBytes.count, floats.count == snapshot.floats.count, halves.count == snapshot.halves.count
    else {
      return nil
    }
    lastBytes = bytes
    var rest = floats[...]
    func take(_ count: Int) -> [Float] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    byteCarry = take(shape.byteChannels)
    for layer in 0..<shape.wideLayers { wideCarry[layer] = take(shape.wideChannels) }
    nextCarry = take(shape.byteChannels)
    tagCarry1 = take(shape.tagChannels)
    tagCarry2 = take(shape.tagChannels)
    wideWindow = Array(halves.prefix(shape.wideChannels))
    wideOutput = Array(halves.suffix(shape.wideChannels))
    patchRule = PatchRule(shape, after: lastBytes.last)
  }
}
