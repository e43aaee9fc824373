import Documents
import Foundation
import PageTags
import Testing

@testable import Consomme

@Suite struct PageVerifierTests {
  private static let html = """
    <h1>Tea &amp; cake</h1><p>Two   <b>cups</b> of <a href="/tea?a=1&amp;b=2" title="All teas">tea</a>.</p>
    <p><img src="/cup.png" alt="A cup"></p><pre class="language-swift">let x = 1\n        let y = 2</pre>
    """

  private func unproven(_ blocks: [Block]) throws -> [String] {
    var verifier = PageVerifier(try taught(Self.html))
    return verifier.unproven(in: Document(blocks: blocks))
  }

  @Test func whatWasDecodedIsProven() throws {
    let page = try taught(Self.html)
    var verifier = PageVerifier(page)
    #expect(verifier.unproven(in: DocumentDecoder.decode(page).document).isEmpty)
    #expect(verifier.unproven(in: Document()).isEmpty)
  }

  @Test(arguments: FixtureDecodingTests.slugs) func fixturesAreProven(_ slug: String) throws {
    let file = FixtureDecodingTests.fixtures.appendingPathComponent(slug).appendingPathComponent("page.html")
    let page = try FixtureDecodingTests.perfect([UInt8](Data(contentsOf: file)))
    var verifier = PageVerifier(page)
    #expect(verifier.unproven(in: DocumentDecoder.decode(page).document).isEmpty)
  }

  @Test func referencesAreDecodedAndWhiteSpaceDoesNotCount() throws {
    #expect(try unproven([.paragraph([.text("Tea & cake")]), .paragraph([.text("Two cups of tea.")])]).isEmpty)
    #expect(try unproven([.paragraph([.text("Tea &amp; cake")])]) == ["Tea&amp;cake"])
  }

  @Test func inventedText() throws {
    #expect(try unproven([.paragraph([.text("Three cups")])]) == ["Threecups"])
    #expect(
      try unproven([.quote([.list(List(items: [.init(blocks: [.paragraph([.strong([.text("sugar")])])])]))])]) == [
        "sugar"
      ])
    #expect(
      try unproven([.table(Table(rows: [[.init(content: [.text("cups")]), .init(content: [.text("milk")])]]))]) == [
        "milk"
      ])
    #expect(try unproven([.code(language: "rust", text: "let x = 2")]) == ["rust", "letx=2"])
  }

  @Test func inventedAddresses() throws {
    let link = { (href: String) in Block.paragraph([.link(destination: href, title: nil, [.text("tea")])]) }
    #expect(try unproven([link("/tea?a=1&b=2")]).isEmpty)
    #expect(try unproven([link("/tea?a=1")]) == ["/tea?a=1"])
    let image = { (source: String, alternative: String) in
      Block.paragraph([.image(source: source, alternative: alternative, title: nil)])
    }
    #expect(try unproven([image("/cup.png", "A cup")]).isEmpty)
    #expect(try unproven([image("/mug.png", "A mug")]) == ["/mug.png", "A mug"])
  }

  /// Markup is not text, though its bytes are on the page.
  @Test func namesOfTagsAreNotText() throws {
    #expect(try unproven([.paragraph([.text("href")])]) == ["href"])
  }

  /// A page made to be searched in vain over and over is given up, not read for ever; what is not found is not proven.
  @Test func hostileRepetition() throws {
    let page = try taught("<p>" + String(repeating: "a", count: 20_000) + "</p>")
    var verifier = PageVerifier(page)
    let lie = Block.paragraph([.text(String(repeating: "a", count: 5_000) + "b")])
    #expect(verifier.unproven(in: Document(blocks: [lie, lie, lie])).count == 3)
  }
}
