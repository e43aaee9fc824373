import Testing

@testable import ByteModel

@Suite struct PatchRuleTests {
  /// `text` with a bar behind every patch.
  private func barred(_ text: String, minimum: Int = 1, limit: Int = 16, closed: Bool = false) -> String {
    let bytes = Array(text.utf8)
    var rule = PatchRule(minimum: minimum, limit: limit)
    let plan = PatchPlan(bytes[...], rule: &rule, closed: closed)
    var result: [UInt8] = []
    for (t, byte) in bytes.enumerated() {
      result.append(byte)
      if plan.ends.contains(Int32(t)) { result.append(UInt8(ascii: "|")) }
    }
    return String(decoding: result, as: UTF8.self)
  }

  @Test func cutsBehindWordsAndTags() {
    #expect(barred("<p class=\"a\">Hi, there</p>\n") == "<p |class=|\"a\"|>|Hi,| there<|/p>|\n")
    #expect(barred("data-x_1=2;") == "data-x_1=|2;|")
    #expect(barred("  . !! x ") == "  . !! x |")
    #expect(barred(">>") == ">|>|")
    #expect(barred("für zwei ") == "für |zwei |")  // bytes of other scripts are letters
  }

  @Test func cutsLongPatches() {
    #expect(barred("abcdefgh", limit: 3) == "abc|def|gh")
    #expect(barred("........", limit: 4) == "....|....|")
    #expect(barred("abc def", limit: 3) == "abc| |def|")
  }

  @Test func shortPatchesGrow() {
    #expect(barred("<p class=\"a\">Hi, there</p>\n", minimum: 6) == "<p class=|\"a\">Hi,| there<|/p>\n")
    #expect(barred("</a></li><li>", minimum: 6) == "</a></li>|<li>")
    #expect(barred("<br><br>", minimum: 4) == "<br>|<br>|")
    #expect(barred("<br><br>", minimum: 6) == "<br><br>|")
    #expect(barred("abcdefgh", minimum: 3, limit: 3) == "abc|def|gh")
  }

  @Test func closedPlansEndWithThePage() {
    #expect(barred("abc de", closed: true) == "abc |de|")
    #expect(barred("abc ", closed: true) == "abc |")
  }

  @Test func aForcedEndBeginsAPatch() {
    let text = Array("abcdefgh".utf8)
    var rule = PatchRule(minimum: 1, limit: 4)
    let first = PatchPlan(text[..<3], rule: &rule, closed: true)
    #expect(first.ends == [2])
    // Four bytes from the forced end, not one; and the letter before it is remembered.
    var other = rule
    #expect(PatchPlan(text[3...], rule: &rule, closed: false).ends == [3])
    #expect(PatchPlan(Array(". x".utf8)[...], rule: &other, closed: false).ends == [0])
  }

  @Test func plansAreConsistent() {
    for closed in [false, true] {
      var rule = PatchRule(minimum: 1, limit: 12)
      let plan = PatchPlan(samplePage[...], rule: &rule, closed: closed)
      #expect(plan.patch.count == samplePage.count && plan.finished.count == samplePage.count)
      #expect(plan.ends == plan.ends.sorted() && Set(plan.ends).count == plan.ends.count)
      #expect(plan.isClosed || !closed)
      for t in samplePage.indices {
        let ended = plan.ends.filter { $0 <= Int32(t) }.count
        #expect(plan.finished[t] == Int32(ended))
        #expect(plan.patch[t] == (t == 0 ? 0 : plan.finished[t - 1]))
      }
    }
    var rule = PatchRule(minimum: 1, limit: 12)
    let empty = PatchPlan([], rule: &rule, closed: true)
    #expect(empty.ends.isEmpty && empty.patch.isEmpty)
  }

  /// Read from any patch end on, by the rule as it stands there or by one that knows only the last byte.
  @Test func rulesContinue() {
    var rule = PatchRule(minimum: 1, limit: 12)
    let whole = PatchPlan(samplePage[...], rule: &rule, closed: false)
    for patch in 0..<whole.ends.count - 1 {
      let start = Int(whole.ends[patch]) + 1
      var before = PatchRule(minimum: 1, limit: 12)
      _ = PatchPlan(samplePage[..<start], rule: &before, closed: false)
      var fresh = PatchRule(minimum: 1, limit: 12, after: samplePage[start - 1])
      let want = whole.ends[(patch + 1)...].map { $0 - Int32(start) }
      #expect(PatchPlan(samplePage[start...], rule: &before, closed: false).ends == want)
      #expect(PatchPlan(samplePage[start...], rule: &fresh, closed: false).ends == want)
    }
  }
}
