import Testing

@testable import ConsommeCLI

@Suite struct UnifiedDiffTests {
  private func diff(_ text: String, _ edits: [(Int, Int, String)]) -> String {
    let edits = edits.map { UnifiedDiff.Edit(start: $0.0, end: $0.0 + $0.1, insert: Array($0.2.utf8)) }
    return String(decoding: UnifiedDiff.make(Array(text.utf8), edits, name: "p"), as: UTF8.self)
  }

  @Test func nothingToChangeIsNoDiff() { #expect(diff("a\n", []) == "") }

  @Test func aLineChanges() {
    #expect(
      diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", [(8, 0, "x")])
        == "--- p\n+++ p\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x5\n 6\n 7\n 8\n")
  }

  @Test func aLineEndGoesAndOneComes() {
    #expect(diff("a\nb\nc\n", [(1, 1, "")]) == "--- p\n+++ p\n@@ -1,3 +1,2 @@\n-a\n-b\n+ab\n c\n")
    #expect(diff("ab\n", [(1, 0, "\n")]) == "--- p\n+++ p\n@@ -1,1 +1,2 @@\n-ab\n+a\n+b\n")
  }

  @Test func theLastLineMayHaveNoEnd() {
    #expect(
      diff("a", [(1, 0, ">")])
        == "--- p\n+++ p\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a>\n\\ No newline at end of file\n")
  }

  @Test func placesFarApartAreTwoHunks() {
    let text = (1...30).map { "\($0 % 10)\n" }.joined()
    let result = diff(text, [(2, 0, "x\n"), (40, 1, "y")])
    #expect(result.contains("@@ -1,5 +1,6 @@\n") && result.contains("@@ -18,7 +19,7 @@\n"))
  }
}
