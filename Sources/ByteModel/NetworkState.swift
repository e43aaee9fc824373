/// What the network carries from one stretch of a page to the next. A fresh state stands before the first byte of a page.
public struct NetworkState: Sendable {
  /// The last W − 1 bytes, oldest first; zeros before the page.
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
    lastBytes = [UInt8](repeating: 0, count: max(shape.byteTaps - 1, shape.tagReach))
    byteCarry = [Float](repeating: 0, count: shape.byteChannels)
    wideCarry = [[Float]](repeating: [Float](repeating: 0, count: shape.wideChannels), count: shape.wideLayers)
    wideWindow = [UInt16](repeating: 0, count: shape.wideChannels)
    wideOutput = wideWindow
    nextCarry = byteCarry
    tagCarry1 = [Float](repeating: 0, count: shape.tagChannels)
    tagCarry2 = tagCarry1
    patchRule = PatchRule(limit: shape.patchLimit)
  }
}
