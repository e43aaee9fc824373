import Tensors
import Testing

@testable import ByteModel

@Suite struct PatchUnitsTests {
  /// Several windows long, so that patches of later windows are counted from the page's begin.
  @Test func everyPatchOfThePageIsThere() throws {
    let shape = ModelShape.small
    let model = Model(parameters: .random(shape, seed: 5))
    var page: [UInt8] = []
    while page.count < 3_000 { page += samplePage }
    let units = try #require(
      PageTagger(model: model, window: 1_024, lookAhead: 256).tags(of: page, patches: true).patches)
    var rule = PatchRule(shape)
    let plan = PatchPlan(page[...], rule: &rule, closed: true)
    #expect(units.ends == plan.ends.map { $0 + 1 })
    #expect(units.columns == 64 && units.rows.count == 64 * units.ends.count)
    #expect(PageTagger(model: model).tags(of: page).patches == nil)
  }

  @Test func meansAreOverPatchesThatTouchTheRanges() throws {
    let arena = Arena()
    let rows = arena.matrix(4, 16)
    for row in 0..<4 { for column in 0..<16 { rows[row, column] = Float(row * 16 + column) } }
    var units = PatchUnits(columns: 16)
    let ends: [Int32] = [4, 9, 12, 20]
    unsafe ends.withUnsafeBufferPointer { unsafe units.append(rows, ends: $0.baseAddress!, from: 0) }
    func mean(_ ranges: Range<Int>...) -> Float { units.mean(over: ranges)[0] }
    #expect(mean(0..<5) == 0)
    #expect(mean(5..<6) == 16)
    #expect(mean(4..<6) == 8)
    #expect(mean(0..<2, 3..<5, 11..<12) == 16)
    #expect(mean(0..<21) == 24)
    #expect(mean() == 0 && mean(7..<7) == 0)
  }
}
