import PageTags
import Testing

@testable import TeachingData

@Suite struct JSONTeacherTests {
  private let document = """
    {"name": "stock-pot", "about": "Simmers for hours, see https://soup.example/stock.",
     "home": "https:\\/\\/soup.example", "page": "http://soup.example/a?b=1", "tags": ["好喝", "v1.2"], "size": 3}
    """

  private func texts(_ wanted: (ByteTags) -> Bool) -> [String] {
    let bytes = Array(document.utf8)
    let tags = JSONTeacher.tag(bytes)
    var result: [String] = []
    var at = 0
    while at < bytes.count {
      guard wanted(tags[at]) else {
        at += 1
        continue
      }
      var end = at
      while end < bytes.count, wanted(tags[end]) { end += 1 }
      result.append(String(decoding: bytes[at..<end], as: UTF8.self))
      at = end
    }
    return result
  }

  @Test func sentencesAreMainAndOtherValuesAside() {
    #expect(texts { $0.content == .main } == ["Simmers for hours, see https://soup.example/stock.", "好喝"])
    #expect(
      texts { $0.content == .aside } == [
        "stock-pot", "https:\\/\\/soup.example", "http://soup.example/a?b=1", "v1.2",
      ])
  }

  @Test func addressesAreLinks() {
    #expect(
      texts { $0.attribute == .value } == [
        "https://soup.example/stock", "https:\\/\\/soup.example", "http://soup.example/a?b=1",
      ])
    #expect(texts { $0.attribute == .anchorOpen } == [" ", "\"", "\""])
  }

  @Test func stringsAreBlocksOfTheirOwn() {
    #expect(texts { $0.boundary == .block }.allSatisfy { $0 == "\"" })
    #expect(texts { $0.boundary == .block }.count == 12)
  }

  @Test func brokenDocumentsAreNoTrouble() {
    for text in ["", "{", "\"", "\"a\\", "[\"a\", \"b", "}{\"\"", "\"\\\""] {
      #expect(JSONTeacher.tag(Array(text.utf8)).count == text.utf8.count)
    }
  }
}

@Suite struct CorrupterJSONTests {
  private let document: TaughtPage = {
    let members = (0..<30).map {
      #""key\#($0)": ["some \"quoted\" text number \#($0)", {"n": \#($0), "path": "a\\b"}]"#
    }
    let bytes = Array(("{" + members.joined(separator: ",\n  ") + "}\n").utf8)
    return TaughtPage(bytes: bytes, tags: JSONTeacher.tag(bytes), faults: [])
  }()

  @Test(arguments: FaultKind.json) func everyKindIsPlantedAndMended(kind: FaultKind) throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      var corrupter = Corrupter(seed: seed)
      let (broken, repairs) = corrupter.corruptWithRepairs(document, count: 1, kinds: [kind])
      guard let fault = broken.faults.first, let repair = repairs.first else { continue }
      #expect(fault.kind == kind && broken.tags.count == broken.bytes.count)
      #expect(broken.bytes != document.bytes)
      var mended = broken.bytes
      mended.replaceSubrange(repair.offset..<repair.offset + repair.delete, with: repair.insert)
      #expect(mended == document.bytes)
    }
    var corrupter = Corrupter(seed: 3)
    let planted = (0..<10).compactMap { _ in
      corrupter.corruptWithRepairs(document, count: 1, kinds: [kind]).page.faults.first
    }
    #expect(planted.count >= 3)
  }

  @Test func kindsOfMarkupAndJSONAreApart() {
    #expect(Set(FaultKind.markup).isDisjoint(with: FaultKind.json))
    #expect(FaultKind.markup.count + FaultKind.json.count + 1 == FaultKind.allCases.count)
    var corrupter = Corrupter(seed: 9)
    let broken = corrupter.corruptJSON(document, count: 5)
    #expect(!broken.faults.isEmpty && broken.faults.allSatisfy { FaultKind.json.contains($0.kind) })
  }
}
