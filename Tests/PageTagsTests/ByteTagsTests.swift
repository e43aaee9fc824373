import PageTags
import Testing

@Suite struct ByteTagsTests {
  /// A record with the last case of every field: no field may spill into another.
  @Test func fieldsDoNotOverlap() {
    var tags = ByteTags()
    tags.content = .unjudged
    tags.attribute = AttributeTag.allCases.last!
    tags.anchor = AnchorTag.allCases.last!
    tags.block = BlockKind.allCases.last!
    tags.list = ListNesting.allCases.last!
    tags.boundary = Boundary.allCases.last!
    tags.marks = InlineMarks(rawValue: 0xff)
    #expect(tags.content == .unjudged)
    #expect(tags.attribute == AttributeTag.allCases.last!)
    #expect(tags.anchor == AnchorTag.allCases.last!)
    #expect(tags.block == BlockKind.allCases.last!)
    #expect(tags.list == ListNesting.allCases.last!)
    #expect(tags.boundary == Boundary.allCases.last!)
    #expect(tags.marks.rawValue == 0xff)
    tags.block = .none
    #expect(tags.anchor == AnchorTag.allCases.last! && tags.list == ListNesting.allCases.last!)
  }

  @Test func theDefaultIsMarkup() {
    #expect(ByteTags().content == .markup && ByteTags() == ByteTags(packed: 0))
  }

  @Test func everyCaseFitsItsField() {
    #expect(AttributeTag.allCases.count <= 16 && BlockKind.allCases.count <= 16)
    #expect(ListNesting.allCases.count <= 16 && Boundary.allCases.count <= 16)
    #expect(Content.allCases.count <= 4 && AnchorTag.allCases.count <= 4)
  }

  @Test(arguments: [(false, 1), (false, 4), (true, 1), (true, 3)])
  func listNestingKeepsKindAndDepth(ordered: Bool, depth: Int) {
    let list = ListNesting(ordered: ordered, depth: depth)
    #expect(list.isOrdered == ordered && list.depth == depth)
  }

  @Test func listNestingSaturates() {
    #expect(ListNesting(ordered: true, depth: 9) == .ordered4)
    #expect(ListNesting(ordered: false, depth: 0) == .none)
    #expect(ListNesting.none.depth == 0)
  }

  @Test func headingLevels() {
    #expect(BlockKind.heading1.headingLevel == 1 && BlockKind.heading6.headingLevel == 6)
    #expect(BlockKind.paragraph.headingLevel == nil && BlockKind.code.headingLevel == nil)
  }

  @Test func everyFaultHasARuleOfItsOwn() {
    let rules = FaultKind.allCases.map(\.rule)
    #expect(Set(rules).count == rules.count)
    #expect(rules.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isLowercase || $0 == "-" } })
  }
}
