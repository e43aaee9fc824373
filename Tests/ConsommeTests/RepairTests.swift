import Foundation
import PageTags
import Testing

@testable import Consomme

@Suite struct RepairCandidatesTests {
  struct Case: CustomTestStringConvertible {
    var kind: FaultKind
    /// `^` stands where the fault head points to.
    var broken: String
    var whole: String
    var testDescription: String { "\(kind)" }

    init(_ kind: FaultKind, _ broken: String, _ whole: String) {
      (self.kind, self.broken, self.whole) = (kind, broken, whole)
    }
  }

  /// Names are proposed that the page itself uses more than once.
  private static let page =
    #"<p class="a">x &amp; y</p><p class="b">z</p><em>u</em><em>v</em><b>m</b><b>n</b><a href="/">h</a><a href="/i">i</a>"#

  static let cases = [
    Case(.missingOpeningQuote, #"<i id=^x">"#, #"<i id="x">"#),
    Case(.missingClosingQuote, #"<i id="x^ title="y">"#, #"<i id="x" title="y">"#),
    Case(.missingClosingQuote, "<i id='x^ title='y'>", "<i id='x' title='y'>"),
    Case(.missingEquals, #"<i id^"x">"#, #"<i id="x">"#),
    Case(.missingAttributeSpace, #"<i id="x"^title="y">"#, #"<i id="x" title="y">"#),
    Case(.duplicateAttribute, #"<i id="x" ^id="y" title="z">"#, #"<i id="x" title="z">"#),
    Case(.misspeltAttribute, #"<i ^clas="x">"#, #"<i class="x">"#),
    Case(.misspeltAttribute, #"<a ^herf="x">"#, #"<a href="x">"#),
    Case(.missingTagClose, "<i^text</i>", "<i>text</i>"),
    Case(.missingTagOpen, "one ^i>two</i>", "one <i>two</i>"),
    Case(.missingSlash, "<i>one<^i> two", "<i>one</i> two"),
    Case(.missingEndTag, "<em>one^ two", "<em>one</em> two"),
    Case(.missingStartTag, "one ^two</em>", "one <em>two</em>"),
    Case(.strayEndTag, "one ^</em>two", "one two"),
    Case(.misspeltTag, "<^emm>one</em>", "<em>one</em>"),
    Case(.swappedBytes, #"<i id^"=x">"#, #"<i id="x">"#),
    Case(.missingSemicolon, "a &amp^ b", "a &amp; b"),
    Case(.bareAmpersand, "a ^&b", "a &amp;b"),
    Case(.misspeltEntity, "a ^&ammp; b", "a &amp; b"),
    Case(.rawLessThan, "1 ^< 2", "1 &lt; 2"),
    Case(.brokenComment, "<!^- note --> text", "<!-- note --> text"),
    Case(.brokenComment, "<!-- note -^> text", "<!-- note --> text"),
    Case(.misnestedTags, "<em><b>x^</em></b>", "<em><b>x</b></em>"),
    Case(.blockInParagraph, "<p>one ^<div>two</p>", "<p>one two</p>"),
    Case(.truncatedPage, "one <i^", "one <i>"),
    Case(.strayQuote, #"<i id="x"^" title="y">"#, #"<i id="x" title="y">"#),
  ]

  @Test(arguments: cases) func theTrueRepairIsAmongThem(_ given: Case) throws {
    let parts = given.broken.split(separator: "^", omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    let isLast = given.kind == .truncatedPage
    let front = Self.page + parts[0]
    let bytes = Array((front + parts[1] + (isLast ? "" : "<p>end</p>")).utf8)
    let whole = Array((Self.page + given.whole + (isLast ? "" : "<p>end</p>")).utf8)
    let edits = RepairCandidates(bytes).edits(for: given.kind, at: front.utf8.count)
    #expect(edits.contains { $0.applied(to: bytes[...]) == whole })
    #expect(edits.count <= RepairCandidates.limit)
  }

  @Test func everyKindHasACase() {
    let kinds = Set(Self.cases.map(\.kind))
    #expect(FaultKind.markup.allSatisfy { kinds.contains($0) })
    #expect(RepairCandidates(Array(Self.page.utf8)).edits(for: .none, at: 10).isEmpty)
  }

  struct Planted: Decodable {
    struct Repair: Decodable {
      var offset: Int
      var delete: Int
      var insert: String
    }
    var rule: String
    var offset: Int
    var repair: Repair
  }

  /// Of the faults in the fixtures all can be mended that need no more than a name or a sign.
  @Test func faultsOfTheFixtures() throws {
    var missed: Set<String> = []
    for slug in FixtureDecodingTests.slugs {
      let folder = FixtureDecodingTests.fixtures.appendingPathComponent(slug)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/faulty")) ?? []
      for name in names where name.hasSuffix(".json") {
        let file = folder.appendingPathComponent("faulty/\(name)")
        let planted = try JSONDecoder().decode(Planted.self, from: Data(contentsOf: file))
        let kind = try #require(FaultKind.allCases.first { $0.rule == planted.rule })
        let bytes = [UInt8](try Data(contentsOf: file.deletingPathExtension().appendingPathExtension("html")))
        let edits = RepairCandidates(bytes).edits(for: kind, at: planted.offset)
        let whole = Edit(
          offset: planted.repair.offset, delete: planted.repair.delete, insert: Array(planted.repair.insert.utf8)
        ).applied(to: bytes[...])
        if !edits.contains(where: { $0.applied(to: bytes[...]) == whole }) { missed.insert(name) }
      }
    }
    // A start tag with a class, and the whole rest of a page, cannot be guessed.
    #expect(missed == ["missing-start-tag.json", "truncated-page.json"])
  }

  @Test func editsStayWithinThePage() {
    for text in ["", "<", "\"", "&", "<a", "a=\"", "</"] {
      let bytes = Array(text.utf8)
      for kind in FaultKind.allCases {
        for offset in 0...bytes.count {
          for edit in RepairCandidates(bytes).edits(for: kind, at: offset) {
            #expect(edit.offset >= 0 && edit.offset + edit.delete <= bytes.count)
          }
        }
      }
    }
  }

  @Test(arguments: [
    ("div", "dvi", true), ("div", "di", true), ("div", "divv", true), ("div", "dov", true), ("div", "div", true),
    ("div", "span", false), ("table", "tabel", true), ("abcd", "badc", false), ("", "a", true), ("", "ab", false),
  ])
  func oneSlip(_ a: String, _ b: String, _ expected: Bool) {
    #expect(RepairCandidates.isOneSlipAway(Array(a.utf8), Array(b.utf8)) == expected)
    #expect(RepairCandidates.isOneSlipAway(Array(b.utf8), Array(a.utf8)) == expected)
  }
}

@Suite struct FaultPeakTests {
  private func probabilities(_ places: [Int: Float], count: Int = 400) -> [Float] {
    (0..<count).map { places[$0] ?? 0 }
  }

  @Test func theHighestFirst() {
    let peaks = FaultFinder.peaks(probabilities([20: 0.3, 100: 0.9, 300: 0.5]), limit: 10)
    #expect(peaks.map(\.offset) == [100, 300, 20])
    #expect(zip(peaks.map(\.probability), [0.9, 0.5, 0.3]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func neighboursAddUpAndAreNoPeaks() {
    let peaks = FaultFinder.peaks(probabilities([99: 0.2, 100: 0.3, 101: 0.1, 115: 0.25]), limit: 10)
    #expect(peaks.map(\.offset) == [100])
    #expect(abs((peaks.first?.probability ?? 0) - 0.6) < 1e-6)
  }

  @Test func limitAndNoise() {
    #expect(FaultFinder.peaks(probabilities([20: 0.3, 100: 0.9, 300: 0.5]), limit: 2).map(\.offset) == [100, 300])
    #expect(FaultFinder.peaks([Float](repeating: 0.001, count: 100), limit: 10).isEmpty)
    #expect(FaultFinder.peaks([], limit: 10).isEmpty)
  }

  @Test func edgesOfThePageAndCertainty() {
    let peaks = FaultFinder.peaks([1, 1] + [Float](repeating: 0, count: 60) + [1], limit: 10)
    #expect(peaks.count == 2)
    #expect(peaks.allSatisfy { $0.probability < 1 })
  }
}

@Suite struct BinaryLogarithmTests {
  @Test func agreesWithTheLibrary() {
    for value in [1e-300, 1e-9, 0.001, 0.1, 0.5, 0.9999, 1, 1.0001, 1.5, 1.9999, 2, 3, 1024, 1e9, 1e300] {
      #expect(abs(value.log2 - Foundation.log2(value)) <= 1e-12 * max(1, abs(Foundation.log2(value))))
    }
    #expect(1.0.log2 == 0 && 8.0.log2 == 3)
  }

  @Test func extremes() {
    #expect(0.0.log2 == -.infinity)
    #expect(Double.infinity.log2 == .infinity)
    #expect((-1.0).log2 == -.infinity)
  }
}
