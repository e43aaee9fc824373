import ByteModel
import PageTags
import TeachingData

/// Labels and loss weights of a stretch for every head: [T][heads] each, as the segment loss takes them.
struct TagTargets {
  var labels: [UInt8]
  var weights: [Float]

  /// - Parameters:
  ///   - hasGold: somebody marked the main content of this page.
  ///   - faultWeight: how much the fault head learns; 0 where the page holds too many of its own.
  ///   - faults: planted ones, and with kind `.none` places where the page is broken by itself.
  ///
  /// Weights are scaled so that a stretch counts alike whatever it holds: content by its judged text, faults by their number.
  init(tags: ArraySlice<ByteTags>, faults: [Fault], offset: Int, hasGold: Bool, faultWeight: Float) {
    let heads = TagHeads.allCases.count
    let count = tags.count
    labels = [UInt8](repeating: 0, count: heads * count)
    weights = [Float](repeating: 0, count: heads * count)
    var contentWeight: Float = 1e-6
    for (step, tag) in tags.enumerated() {
      let row = step * heads
      let isText = tag.content != .markup
      labels[row + TagHeads.content.rawValue] = tag.content == .unjudged ? 255 : tag.content.rawValue
      let weight: Float = tag.content == .markup ? 0.15 : (tag.content == .unjudged ? 0.3 : 1)
      weights[row + TagHeads.content.rawValue] = weight
      contentWeight += weight

      for (head, value) in [
        (TagHeads.attribute, tag.attribute.rawValue), (.anchor, tag.anchor.rawValue),
        (.boundary, tag.boundary.rawValue),
      ] {
        labels[row + head.rawValue] = value
        // A wrong byte spoils the whole address.
        weights[row + head.rawValue] = (value == 0 ? 1.5 : 4) * (head == .attribute ? 2 : 1)
      }
      guard isText || tag.boundary != .none else { continue }
      labels[row + TagHeads.block.rawValue] = tag.block.rawValue
      labels[row + TagHeads.list.rawValue] = tag.list.rawValue
      // Most text is plain paragraphs; what is rarer counts more, or it would be learned last.
      weights[row + TagHeads.block.rawValue] =
        !isText ? 4 : (tag.block == .paragraph ? 1 : (tag.block == .code ? 2 : 4))
      weights[row + TagHeads.list.rawValue] = !isText ? 4 : (tag.list == .none ? 1 : 2)
      guard isText else { continue }
      labels[row + TagHeads.marks.rawValue] = tag.marks.rawValue
      weights[row + TagHeads.marks.rawValue] = tag.marks.isEmpty ? 0.7 : 3
    }
    // A stretch without judged text still teaches what is markup, at its own weight.
    let contentScale = hasGold ? Float(count) / max(contentWeight, 0.1 * Float(count)) : 0.7
    for step in 0..<count { weights[step * heads + TagHeads.content.rawValue] *= contentScale }

    guard faultWeight > 0 else { return }
    let planted = faults.filter { $0.kind != .none && $0.offset >= offset && $0.offset < offset + count }
    let scale = faultWeight * Float(count) / Float(planted.count + 1)
    for step in 0..<count { weights[step * heads + TagHeads.fault.rawValue] = 0.2 * scale / 6 }
    // What is broken by itself is neither a planted fault nor sound; its cause is somewhere before the place that shows it.
    for fault in faults where fault.kind == .none {
      let masked = (fault.offset - 200..<fault.offset + 40).clamped(to: offset..<offset + count)
      for byte in masked { weights[(byte - offset) * heads + TagHeads.fault.rawValue] = 0 }
    }
    for fault in planted {
      let row = (fault.offset - offset) * heads + TagHeads.fault.rawValue
      labels[row] = fault.kind.rawValue
      weights[row] = scale
    }
  }
}
