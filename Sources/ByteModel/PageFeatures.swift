import Tensors

/// What the trunk knows of every patch of a page: the input of heads that were taught apart from it.
///
/// Two rows a patch, bfloat16: the last wide layer after normalisation (what was read up to the patch's end), and the second tag
/// layer, both directions side by side (what stands before and behind it). 180 bytes a byte of page for the shipped shape.
public struct PageFeatures: Sendable {
  /// Columns of a row of `wide` (Hw) and of `sides` (2 Ht).
  public let wideColumns: Int
  public let sideColumns: Int
  /// [P,Hw] and [P,2Ht], row by row.
  public private(set) var wide: [UInt16] = []
  public private(set) var sides: [UInt16] = []
  /// For each byte of the page the patch it is in.
  public private(set) var patch: [Int32] = []

  public init(shape: ModelShape) {
    wideColumns = shape.wideChannels
    sideColumns = 2 * shape.tagChannels
  }

  /// Features from elsewhere, such as another implementation of the forward pass.
  ///
  /// - Parameters:
  ///   - wide: [P,Hw], sides: [P,2Ht], bfloat16, row by row.
  ///   - patch: for each byte of the page its patch, 0..<P, ascending.
  public init(shape: ModelShape, wide: [UInt16], sides: [UInt16], patch: [Int32]) {
    self.init(shape: shape)
    precondition(wide.count * sideColumns == sides.count * wideColumns && wide.count % wideColumns == 0)
    (self.wide, self.sides, self.patch) = (wide, sides, patch)
  }

  public var patchCount: Int { wideColumns == 0 ? 0 : wide.count / wideColumns }

  /// Appends the first patches of a stretch.
  ///
  /// - Parameters:
  ///   - wide: [P,Hw], `sides`: [P,2Ht], of which `patches` rows are taken.
  ///   - patchOfByte: the stretch's patch of each of its bytes, of which `bytes` are taken.
  mutating func append(
    wide newWide: HalfMatrix, sides newSides: HalfMatrix, patches: Int, patchOfByte: [Int32], bytes: Int
  ) {
    let before = Int32(patchCount)
    for row in 0..<patches {
      unsafe wide.append(
        contentsOf: UnsafeBufferPointer(start: newWide.base + row * newWide.stride, count: wideColumns))
      unsafe sides.append(
        contentsOf: UnsafeBufferPointer(start: newSides.base + row * newSides.stride, count: sideColumns))
    }
    patch.append(contentsOf: patchOfByte.prefix(bytes).lazy.map { $0 + before })
  }
}

extension PageFeatures {
  /// Adds the rows of a patch to `wide` and `sides`.
  public func add(patch: Int, wide sum: inout [Float], sides sideSum: inout [Float]) {
    for column in 0..<wideColumns {
      sum[column] += Float(bitPattern: UInt32(wide[patch * wideColumns + column]) << 16)
    }
    for column in 0..<sideColumns {
      sideSum[column] += Float(bitPattern: UInt32(sides[patch * sideColumns + column]) << 16)
    }
  }
}

extension PageTagger {
  /// Tags of every byte of `page`, and what the trunk knows of every patch: the latter from the plain forward pass, which heads
  /// were taught on.
  public func tagsAndFeatures(of page: [UInt8]) -> (TagPredictions, PageFeatures) {
    (tags(of: page), features(of: page))
  }

  /// Bytes read at a time, and those behind a window that its backward layers see.
  private static let window = 16_384
  private static let lookAhead = 4_096

  private func features(of page: [UInt8]) -> PageFeatures {
    var features = PageFeatures(shape: model.shape)
    var state = NetworkState(model.shape)
    var position = 0
    while position < page.count {
      let (stretch, bytes, patches) = cut(page, at: position, rule: state.patchRule)
      featureArena.reset()
      var running = state
      let activations = featureNetwork.forward(stretch, state: &running, tags: true)
      features.append(
        wide: activations.wideNormed.rows(1..<activations.patchCount + 1), sides: activations.tags!.layer2,
        patches: patches, patchOfByte: stretch.plan.patch, bytes: bytes)
      position += bytes
      if position < page.count { state = activations.state(behind: patches - 1, before: state, shape: model.shape) }
    }
    return features
  }

  /// A window from `position` with what lies ahead of it, and how many of its bytes and patches are read for good.
  private func cut(_ page: [UInt8], at position: Int, rule start: PatchRule) -> (Stretch, bytes: Int, patches: Int) {
    let end = min(page.count, position + Self.window + Self.lookAhead)
    var rule = start
    var plan = PatchPlan(page[position..<end], rule: &rule, closed: end == page.count)
    var length = end - position
    if !plan.isClosed {
      length = Int(plan.ends.last ?? Int32(length - 1)) + 1
      rule = start
      plan = PatchPlan(page[position..<position + length], rule: &rule, closed: true)
    }
    let stretch = Stretch(
      bytes: Array(page[position..<position + length]), plan: plan,
      following: Array(page[position + length..<min(page.count, position + length + model.shape.tagReach)]))
    if position + length >= page.count { return (stretch, length, plan.ends.count) }
    var core = plan.ends.count
    while core > 1, plan.ends[core - 1] >= Self.window { core -= 1 }
    return (stretch, Int(plan.ends[core - 1]) + 1, core)
  }
}
