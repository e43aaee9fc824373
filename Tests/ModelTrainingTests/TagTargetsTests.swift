import ByteModel
import PageTags
import TeachingData
import Testing

@testable import ModelTraining

@Suite struct TagTargetsTests {
  private func tag(_ content: Content, _ change: (inout ByteTags) -> Void = { _ in }) -> ByteTags {
    var tag = ByteTags()
    tag.content = content
    change(&tag)
    return tag
  }

  private func targets(
    _ tags: [ByteTags], faults: [Fault] = [], offset: Int = 0, hasGold: Bool = true, faultWeight: Float = 0
  ) -> TagTargets {
    TagTargets(tags: tags[...], faults: faults, offset: offset, hasGold: hasGold, faultWeight: faultWeight)
  }

  private func label(_ targets: TagTargets, _ step: Int, _ head: TagHeads) -> UInt8 {
    targets.labels[step * TagHeads.allCases.count + head.rawValue]
  }

  private func weight(_ targets: TagTargets, _ step: Int, _ head: TagHeads) -> Float {
    targets.weights[step * TagHeads.allCases.count + head.rawValue]
  }

  @Test func labelsOfEveryHead() {
    let text = tag(.main) {
      $0.anchor = .inside
      $0.block = .heading2
      $0.list = .ordered1
      $0.marks = [.strong, .code]
    }
    let boundary = tag(.markup) {
      $0.boundary = .item
      $0.list = .bullet2
    }
    let value = tag(.markup) { $0.attribute = .value }
    let targets = targets([text, boundary, value, tag(.unjudged), tag(.aside)])
    #expect(TagHeads.allCases.map { label(targets, 0, $0) } == [2, 0, 2, 3, 5, 0, 5, 0])
    #expect(TagHeads.allCases.map { label(targets, 1, $0) } == [0, 0, 0, 0, 2, 5, 0, 0])
    #expect(TagHeads.allCases.map { label(targets, 2, $0) } == [0, 1, 0, 0, 0, 0, 0, 0])
    #expect(label(targets, 3, .content) == 255)
    #expect(label(targets, 4, .content) == 1)
    // As the tagger's own labels have it.
    #expect(TagHeads.labels(of: text, fault: .none) == TagHeads.allCases.map { label(targets, 0, $0) })
  }

  @Test func headsThatDoNotApplyWeighNothing() {
    let targets = targets([tag(.markup), tag(.markup) { $0.boundary = .block }, tag(.main)])
    // Plain markup: no block, no list, no marks to learn.
    #expect(
      TagHeads.allCases.map { weight(targets, 0, $0) > 0 } == [true, true, true, false, false, true, false, false])
    // A boundary says its block and list, but has no marks.
    #expect(TagHeads.allCases.map { weight(targets, 1, $0) > 0 } == [true, true, true, true, true, true, false, false])
    #expect(TagHeads.allCases.map { weight(targets, 2, $0) > 0 } == [true, true, true, true, true, true, true, false])
  }

  @Test func rareLabelsCountMore() {
    let plain = tag(.main) { $0.block = .paragraph }
    let rare = tag(.main) {
      $0.anchor = .inside
      $0.block = .heading1
      $0.list = .bullet1
      $0.marks = .emphasis
    }
    let targets = targets([plain, rare])
    for head in [TagHeads.anchor, .block, .list, .marks] {
      #expect(weight(targets, 1, head) > weight(targets, 0, head), "\(head)")
    }
  }

  @Test func contentOfAStretchWeighsOneAByte() {
    // Whatever the mixture, weights add up to the number of bytes …
    for share in [1, 5, 9] {
      let tags = (0..<100).map { $0 % 10 < share ? tag(.main) : tag(.markup) }
      let targets = targets(tags)
      let sum = (0..<100).reduce(Float(0)) { $0 + weight(targets, $1, .content) }
      #expect(abs(sum - 100) < 0.01)
      #expect(abs(weight(targets, 0, .content) / weight(targets, 99, .content) - 1 / 0.15) < 0.01)
    }
    // … and without gold they are fixed.
    let without = targets([tag(.unjudged), tag(.markup)], hasGold: false)
    #expect(abs(weight(without, 0, .content) - 0.3 * 0.7) < 1e-6)
    #expect(abs(weight(without, 1, .content) - 0.15 * 0.7) < 1e-6)
  }

  @Test func faultsOfTheStretchAlone() {
    let faults = [
      Fault(offset: 9, kind: .missingSlash), Fault(offset: 10, kind: .bareAmpersand),
      Fault(offset: 14, kind: .strayQuote),
      Fault(offset: 15, kind: .missingEquals),
    ]
    let targets = targets([ByteTags](repeating: tag(.markup), count: 5), faults: faults, offset: 10, faultWeight: 0.15)
    let kinds: [FaultKind] = [.bareAmpersand, .none, .none, .none, .strayQuote]
    #expect((0..<5).map { label(targets, $0, .fault) } == kinds.map(\.rawValue))
    // 0.15 × bytes / (faults + 1) for a fault, a thirtieth of it for every other byte.
    #expect(abs(weight(targets, 0, .fault) - 0.25) < 1e-6)
    #expect(abs(weight(targets, 2, .fault) - 0.25 / 30) < 1e-6)
  }

  @Test func whatIsBrokenByItselfTeachesNothing() {
    let faults = [Fault(offset: 300, kind: .none), Fault(offset: 320, kind: .missingSlash)]
    let targets = targets([ByteTags](repeating: tag(.markup), count: 500), faults: faults, faultWeight: 0.15)
    for (byte, learns) in [
      (99, true), (100, false), (299, false), (320, true), (321, false), (339, false), (340, true),
    ] {
      #expect((weight(targets, byte, .fault) > 0) == learns, "byte \(byte)")
    }
    // They are not counted among the planted ones.
    #expect(abs(weight(targets, 320, .fault) - 0.15 * 500 / 2) < 1e-4)
    #expect(label(targets, 300, .fault) == FaultKind.none.rawValue)
  }

  @Test func faultsNotKnownAreNotLearned() {
    let targets = targets(
      [tag(.markup), tag(.markup)], faults: [Fault(offset: 0, kind: .missingSlash)], faultWeight: 0)
    #expect((0..<2).allSatisfy { weight(targets, $0, .fault) == 0 && label(targets, $0, .fault) == 0 })
  }

  @Test func emptyStretch() {
    let targets = targets([], faultWeight: 0.15)
    #expect(targets.labels.isEmpty && targets.weights.isEmpty)
  }

  @Test func offsetOfASliceDoesNotMatter() {
    let tags = [tag(.markup), tag(.main) { $0.block = .paragraph }, tag(.aside)]
    let whole = targets(Array(tags[1...]))
    let slice = TagTargets(tags: tags[1...], faults: [], offset: 1, hasGold: true, faultWeight: 0)
    #expect(whole.labels == slice.labels && whole.weights == slice.weights)
  }
}
