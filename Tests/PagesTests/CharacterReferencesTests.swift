import Testing

@testable import Pages

@Suite struct CharacterReferencesTests {
  private func text(_ source: String) -> String { CharacterReferences.decode(source.utf8, inAttribute: false) }
  private func attribute(_ source: String) -> String { CharacterReferences.decode(source.utf8, inAttribute: true) }

  @Test func plainTextIsUnchanged() {
    #expect(text("") == "")
    #expect(text("Grüße, 世界") == "Grüße, 世界")
    #expect(text("a & b && c &") == "a & b && c &")
  }

  @Test func namedReferences() {
    #expect(text("&lt;p&gt; &amp;amp; &quot;x&quot;") == "<p> &amp; \"x\"")
    #expect(text("&eacute;&Eacute;&nbsp;&hellip;") == "éÉ\u{A0}…")
    #expect(text("&CounterClockwiseContourIntegral;") == "\u{2233}")
    #expect(text("&NotEqualTilde;&fjlig;") == "\u{2242}\u{338}fj")
    #expect(text("&Afr;") == "\u{1D504}")
    #expect(text("&zwnj;|&AElig;") == "\u{200C}|Æ")
    #expect(text("&there4;&frac12;&sup2") == "∴½²")
  }

  @Test func oldNamesWorkWithoutSemicolon() {
    #expect(text("&ampx &copy2026 &eacutex") == "&x ©2026 éx")
    #expect(text("&notit; &notin; &notinva") == "¬it; ∉ ¬inva")
    #expect(text("&hellip &alpha") == "&hellip &alpha")
    #expect(text("&AMP&GT") == "&>")
  }

  @Test func namesAreCaseSensitive() {
    #expect(text("&Copy;&EACUTE;&NBSP;") == "&Copy;&EACUTE;&NBSP;")
  }

  @Test func attributesKeepOldNamesBeforeLettersAndEquals() {
    #expect(attribute("?a=1&copy=2&reg3") == "?a=1&copy=2&reg3")
    #expect(attribute("?a=1&copy;=2") == "?a=1©=2")
    #expect(attribute("?a&amp;b&lt") == "?a&b<")
    #expect(attribute("&notit; &not-in") == "&notit; ¬-in")
    #expect(attribute("&#65x") == "Ax")
  }

  @Test func numericReferences() {
    #expect(text("&#65;&#x41;&#X4a;&#233") == "AAJé")
    #expect(text("&#x1F600;") == "😀")
    #expect(text("&#; &#x; &#xg; &#a;") == "&#; &#x; &#xg; &#a;")
  }

  @Test func impossibleCodePointsBecomeReplacements() {
    #expect(text("&#0;") == "\u{FFFD}")
    #expect(text("&#xD800;&#xDFFF;") == "\u{FFFD}\u{FFFD}")
    #expect(text("&#x110000;&#99999999999999999999;") == "\u{FFFD}\u{FFFD}")
    #expect(text("&#xFFFF;") == "\u{FFFF}")
  }

  @Test func controlsAreReadAsWindows1252() {
    #expect(text("&#128;&#146;&#150;&#x9F;") == "€’–Ÿ")
    #expect(text("&#x81;&#x8D;") == "\u{81}\u{8D}")
  }

  @Test func theWholeTableIsThere() {
    let table = CharacterReferenceIndex.shared
    #expect(table.count == 2231)
    #expect(table.longestName == 31)
    #expect(table.longestBareName == 6)
    // Every entry finds itself.
    for entry in characterReferenceTable.split(separator: " ") {
      let parts = entry.split(separator: "=")
      let scalars = parts[1].split(separator: "+").compactMap { UInt32($0, radix: 16).flatMap(Unicode.Scalar.init) }
      let expected = scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
      #expect(Array(text("&" + parts[0]).utf8) == Array(expected.utf8))
    }
  }

  @Test func anyCollectionOfBytes() {
    #expect(CharacterReferences.decode(Array("&lt;".utf8).lazy.map { $0 }, inAttribute: false) == "<")
    #expect(CharacterReferences.decode(Array("a&lt;b".utf8)[1..<5], inAttribute: false) == "<")
  }

  @Test func invalidBytesDoNotCrash() {
    #expect(CharacterReferences.decode([0x26, 0xFF, 0x26, 0x80] as [UInt8], inAttribute: false).contains("\u{FFFD}"))
  }
}
