import Documents
import Testing

/// The Markdown of one paragraph, without its line feed.
private func markdown(_ inlines: Inline..., options: WriterOptions = .init()) -> String {
  let text = MarkdownWriter.write(Document(blocks: [.paragraph(inlines)]), options: options)
  return String(text.dropLast())
}

@Suite("Inline Markdown")
struct MarkdownInlineTests {
  @Test(
    "escapes only what would be read as markup",
    arguments: [
      ("2 * 3", #"2 \* 3"#),
      ("snake_case_name", "snake_case_name"),
      ("a _ b", "a _ b"),
      ("_private", #"\_private"#),
      ("__init__", #"\_\_init\_\_"#),
      ("a `b` c", #"a \`b\` c"#),
      ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
      ("a <b> c", #"a \<b> c"#),
      ("<!-- no -->", #"\<!-- no -->"#),
      ("array[0] and [x]", "array[0] and [x]"),
      ("[text](there)", #"[text\](there)"#),
      ("[name]: there", #"[name\]: there"#),
      ("see [name]: there", "see [name]: there"),
      (#"C:\Users\me"#, #"C:\Users\me"#),
      (#"a\*b"#, #"a\\\*b"#),
      ("AT&T &amp; Co", #"AT&T \&amp; Co"#),
      ("~50 kg", "~50 kg"),
      ("~~gone~~", #"\~\~gone\~\~"#),
      ("a | b", "a | b"),
      ("wow!", "wow!"),
    ])
  func escapes(text: String, expected: String) { #expect(markdown(.text(text)) == expected) }

  @Test(
    "escapes what would begin a block",
    arguments: [
      ("# one", "\\# one"), ("#one", "#one"), ("####### seven", "####### seven"),
      ("> said", #"\> said"#), ("- item", #"\- item"#), ("-5 degrees", "-5 degrees"), ("+ item", #"\+ item"#),
      ("---", #"\---"#), ("- - -", #"\- - -"#), ("___", #"\_\_\_"#), ("_ _ _", #"\_ _ _"#),
      ("1. one", #"1\. one"#), ("2024) so", #"2024\) so"#), ("1.5 litres", "1.5 litres"), ("1.", #"1\."#),
      ("1234567890. long", "1234567890. long"), ("===", "==="), ("~~~", #"\~\~\~"#),
    ])
  func escapesLineStarts(text: String, expected: String) {
    #expect(markdown(.text(text)) == expected)
  }

  @Test("escapes what would begin a block after a hard break")
  func escapesAfterBreaks() {
    #expect(markdown(.text("a"), .lineBreak, .text("===")) == "a\\\n\\===")
    #expect(markdown(.text("a | b"), .lineBreak, .text("--- | ---")) == "a | b\\\n\\--- | ---")
    #expect(markdown(.text("a | b"), .lineBreak, .text("|:-:|")) == "a | b\\\n\\|:-:|")
    #expect(markdown(.lineBreak, .text("a"), .lineBreak) == "a")
  }

  @Test("collapses white space and moves it out of emphasis")
  func collapses() {
    #expect(markdown(.text("  a\n\t b "), .strong([.text(" c ")]), .text("d  ")) == "a b **c** d")
    #expect(markdown(.text("a"), .emphasis([.text(" ")]), .text("b")) == "a b")
    #expect(markdown(.text("a"), .link(destination: "u", title: nil, [.text(" b ")]), .text("c")) == "a [b](u) c")
    #expect(markdown(.text("10\u{A0}km")) == "10\u{A0}km")
  }

  @Test("writes emphasis that stays emphasis")
  func emphasis() {
    #expect(markdown(.strong([.text("a")]), .strong([.text("b")])) == "**ab**")
    #expect(markdown(.strong([.text("a"), .strong([.text("b")])])) == "**ab**")
    #expect(markdown(.emphasis([.text("a "), .strong([.text("b")])])) == "*a **b***")
    #expect(markdown(.strong([.text("a")]), .emphasis([.text("b")])) == "**a***b*")
    #expect(markdown(.text("x"), .strong([.text("“q”")]), .text("y")) == "x<strong>“q”</strong>y")
    #expect(markdown(.text("un"), .emphasis([.text("believ")]), .text("able")) == "un*believ*able")
    #expect(markdown(.deleted([.text("old")]), .text(" new")) == "~~old~~ new")
    #expect(markdown(.text("H"), .subscript([.text("2")]), .text("O")) == "H<sub>2</sub>O")
    #expect(
      markdown(.text("x"), .strong([.link(destination: "u", title: nil, [.text("y")])]), .text(" z"))
        == "x<strong>[y](u)</strong> z")
  }

  @Test("fences code spans so that their backticks stay")
  func codeSpans() {
    #expect(markdown(.code("a*b")) == "`a*b`")
    #expect(markdown(.code("a`b")) == "``a`b``")
    #expect(markdown(.code("`")) == "`` ` ``")
    #expect(markdown(.code(" x ")) == "`  x  `")
    #expect(markdown(.code("a\nb")) == "`a b`")
    #expect(markdown(.code("a"), .code("b")) == "`ab`")
  }

  @Test("writes links whatever their destination")
  func links() {
    func link(_ destination: String, title: String? = nil) -> String {
      markdown(.link(destination: destination, title: title, [.text("t")]))
    }
    #expect(link("/a_b*c") == "[t](/a_b*c)")
    #expect(link("/a b") == "[t](</a b>)")
    #expect(link("/Foo_(bar)") == "[t](/Foo_(bar))")
    #expect(link("/a)b") == "[t](</a)b>)")
    #expect(link("/a<b>") == "[t](/a%3Cb%3E)")
    #expect(link("/a\nb") == "[t](/a%0Ab)")
    #expect(link("?a=1&copy;=2&b") == #"[t](?a=1\&copy;=2&b)"#)
    #expect(link("") == "[t]()")
    #expect(link("", title: "x") == #"[t](<> "x")"#)
    #expect(link("u", title: #"say "hi""#) == #"[t](u "say \"hi\"")"#)
    #expect(markdown(.link(destination: "u", title: nil, [.text("[1]")])) == #"[\[1\]](u)"#)
    #expect(markdown(.text("so!"), .link(destination: "u", title: nil, [.text("t")])) == #"so\![t](u)"#)
    let address = "https://example.org/a_b"
    #expect(markdown(.link(destination: address, title: nil, [.text(address)])) == "<https://example.org/a_b>")
  }

  @Test("keeps one of two nested links, and the text without links")
  func linkOptions() {
    let inner = Inline.link(destination: "v", title: nil, [.text("b")])
    #expect(markdown(.link(destination: "u", title: nil, [.text("a "), inner])) == "[a b](u)")
    var options = WriterOptions()
    options.links = false
    options.images = false
    let image = Inline.image(source: "i.png", alternative: "x", title: nil)
    #expect(markdown(.link(destination: "u", title: nil, [.text("a")]), image, options: options) == "a")
  }

  @Test("writes images")
  func images() {
    #expect(
      markdown(.image(source: "a b.png", alternative: "x [1] *y*\nz", title: nil)) == #"![x \[1\] \*y\* z](<a b.png>)"#)
    #expect(markdown(.image(source: "i.png", alternative: "", title: "T")) == #"![](i.png "T")"#)
  }
}
