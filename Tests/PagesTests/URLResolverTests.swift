import Testing

@testable import Pages

@Suite struct URLResolverTests {
  private let page = "http://example.org/a/b/page.html?x=1#top"

  private func expect(
    _ pairs: KeyValuePairs<String, String?>, base: String?, _ location: SourceLocation = #_sourceLocation
  ) {
    for (href, expected) in pairs {
      #expect(URLResolver.resolve(href, base: base) == expected, "\(href)", sourceLocation: location)
    }
  }

  @Test func relativeReferences() {
    expect(
      [
        "": "http://example.org/a/b/page.html?x=1",
        "#f": "http://example.org/a/b/page.html?x=1#f",
        "?q": "http://example.org/a/b/page.html?q",
        "?": "http://example.org/a/b/page.html?",
        "c": "http://example.org/a/b/c",
        "c/": "http://example.org/a/b/c/",
        "./c": "http://example.org/a/b/c",
        "../c": "http://example.org/a/c",
        "../../../c": "http://example.org/c",
        "..": "http://example.org/a/",
        ".": "http://example.org/a/b/",
        "/c": "http://example.org/c",
        "//host.net/c": "http://host.net/c",
        "///host.net/c": "http://host.net/c",
        "c#f?g": "http://example.org/a/b/c#f?g",
        "c?d#e": "http://example.org/a/b/c?d#e",
        "http:c": "http://example.org/a/b/c",
        "https:c": "https://c/",
        "c:d": "c:d",
        "1:2": "http://example.org/a/b/1:2",
        "/a/./b/../c//d": "http://example.org/a/c//d",
        "%2E%2e/c": "http://example.org/a/c",
        ".%2e": "http://example.org/a/",
        "%2e": "http://example.org/a/b/",
      ], base: page)
  }

  @Test func whiteSpaceAndSlashesAreForgiven() {
    expect(
      [
        " \n\u{1} c \t": "http://example.org/a/b/c",
        "c\n\td": "http://example.org/a/b/cd",
        "ht\ntp://h.org/": "http://h.org/",
        "c d": "http://example.org/a/b/c%20d",
        "..\\c": "http://example.org/a/c",
        "\\\\h.org\\c?\\d": "http://h.org/c?\\d",
        "http:\\h.org\\c": "http://example.org/h.org/c",
        "http:////h.org": "http://h.org/",
        "https:h.org": "https://h.org/",
      ], base: page)
  }

  @Test func hostsAndPorts() {
    expect(
      [
        "HTTP://EXAMPLE.ORG": "http://example.org/",
        "http://h.org:80/": "http://h.org/",
        "https://h.org:443": "https://h.org/",
        "ftp://h.org:21/": "ftp://h.org/",
        "https://h.org:80/": "https://h.org:80/",
        "http://h.org:/": "http://h.org/",
        "http://h.org:0080/": "http://h.org/",
        "http://h.org?q": "http://h.org/?q",
        "http://h.org#f": "http://h.org/#f",
        "http://u:p@h.org/": "http://u:p@h.org/",
        "http://u@h.org/": "http://u@h.org/",
        "http://u:@h.org/": "http://u@h.org/",
        "http://a@b:c d@h.org/": "http://a%40b:c%20d@h.org/",
        "http://h%41.org/": "http://ha.org/",
        "http://h.org./": "http://h.org./",
      ], base: nil)
  }

  @Test func whatIsNoURL() {
    for href in [
      "http://", "http://:80/", "http://h.org:x/", "http://h.org:65536/", "http://h org/", "http://h<g/", "http://u@/",
      "http://[::1/", "http://[1:2]/", "http://[::1::]/", "http://1.2.3.256/", "http://1.2.3.4.5/", "http://a.1x.09/",
      "http://%/", "http://\u{FFFD}.org/", "http://%ff/", "foo://h:p/", "foo://u@/", "http://a%20b/",
    ] {
      #expect(URLResolver.resolve(href, base: page) == nil, "\(href)")
    }
    for href in ["", "c", "/c", "//h", "?q", "#f"] { #expect(URLResolver.resolve(href, base: nil as String?) == nil) }
    #expect(URLResolver.resolve("c", base: "not a base") == nil)
    #expect(URLResolver.resolve("http://h/", base: "not a base") == "http://h/")
  }

  @Test func addresses() {
    expect(
      [
        "http://127.0.0.1/": "http://127.0.0.1/",
        "http://127.1/": "http://127.0.0.1/",
        "http://0x7F.1/": "http://127.0.0.1/",
        "http://017700000001": "http://127.0.0.1/",
        "http://4294967295/": "http://255.255.255.255/",
        "http://[::1]/": "http://[::1]/",
        "http://[2001:DB8:0:0:1:0:0:1]:8080/": "http://[2001:db8::1:0:0:1]:8080/",
        "http://[::ffff:1.2.3.4]/": "http://[::ffff:102:304]/",
        "http://[1:0:0:2::]/": "http://[1:0:0:2::]/",
        "http://[1:0:2:3:4:5:6:7]/": "http://[1:0:2:3:4:5:6:7]/",
      ], base: nil)
  }

  @Test func hostsInOtherScripts() {
    expect(
      [
        "http://bücher.example/": "http://xn--bcher-kva.example/",
        "http://BÜCHER.example/": "http://xn--bcher-kva.example/",
        "http://faß.de/": "http://xn--fa-hia.de/",
        "http://пример.рф/": "http://xn--e1afmkfd.xn--p1ai/",
        "http://例え。テスト/": "http://xn--r8jz45g.xn--zckzah/",
        "http://ｅｘ\u{AD}ａｍｐｌｅ．ｏｒｇ/": "http://example.org/",
        "http://%E4%BE%8B.jp/": "http://xn--fsq.jp/",
      ], base: nil)
  }

  @Test func percentEncoding() {
    expect(
      [
        "/é 世?é 世'#é 世": "http://example.org/%C3%A9%20%E4%B8%96?%C3%A9%20%E4%B8%96%27#%C3%A9%20%E4%B8%96",
        "/\"<>`{}|^~": "http://example.org/%22%3C%3E%60%7B%7D|%5E~",
        "?\"<>`{}": "http://example.org/a/b/page.html?%22%3C%3E`{}",
        "#\"<>`{}#": "http://example.org/a/b/page.html?x=1#%22%3C%3E%60{}#",
        "/%7e%zz%": "http://example.org/%7e%zz%",
        "/\u{7F}": "http://example.org/%7F",
        "foo:x'y?z'": "foo:x'y?z'",
      ], base: page)
  }

  @Test func opaquePaths() {
    expect(
      [
        "mailto:Someone@Example.org?subject=a b": "mailto:Someone@Example.org?subject=a%20b",
        "javascript:void(0)": "javascript:void(0)",
        "JavaScript:alert('é')": "javascript:alert('%C3%A9')",
        "data:text/plain,a b ?c": "data:text/plain,a b%20?c",
        "tel:+49 30": "tel:+49 30",
        "about:blank#x": "about:blank#x",
      ], base: page)
    #expect(URLResolver.resolve("#f", base: "mailto:a@b?q#x") == "mailto:a@b?q#f")
    #expect(URLResolver.resolve("c", base: "mailto:a@b") == nil)
    #expect(URLResolver.resolve("http://h/", base: "mailto:a@b") == "http://h/")
  }

  @Test func otherSchemesWithHosts() {
    expect(
      [
        "c": "foo://h/a/c",
        "/c\\d": "foo://h/c\\d",
        "//g": "foo://g",
        "///c": "foo:///c",
        "..": "foo://h/",
        "foo:/p": "foo:/p",
        "foo:/.//p": "foo:/.//p",
      ], base: "foo://h/a/b")
  }

  @Test func files() {
    expect(
      [
        "x.html": "file:///C:/dir/x.html",
        "/x": "file:///C:/x",
        "/D|/x": "file:///D:/x",
        "D:/x": "d:/x",
        "../../..": "file:///C:/",
        "//server/x": "file://server/x",
        "file://localhost/x": "file:///x",
        "file:///D|/x": "file:///D:/x",
        "file:x": "file:///C:/dir/x",
        "?q": "file:///C:/dir/page?q",
      ], base: "file:///C:/dir/page")
    #expect(URLResolver.resolve("file:x", base: nil as String?) == "file:///x")
    #expect(URLResolver.resolve("file://C:/x", base: nil as String?) == "file:///C:/x")
  }

  @Test func basesAreReusable() {
    let base = URLResolver.Base(page)
    #expect(URLResolver.resolve("c", base: base) == "http://example.org/a/b/c")
    #expect(URLResolver.Base(href: "/d/", at: base)?.url == "http://example.org/d/")
    #expect(URLResolver.Base(href: "/d/", at: nil)?.url == nil)
    #expect(URLResolver.Base("relative") == nil)
  }

  @Test func resolvingTwiceChangesNothing() {
    var generator = SplitMix(state: 5)
    let pieces = [
      "http://", "file:", "foo:", "//", "/", "\\", "?", "#", "@", ":", "..", ".", "%2e", "é", " ", "[", "]", "C|",
      "a.b", "\n",
      "1", "x y",
    ]
    for _ in 0..<4_000 {
      let href = (0..<Int.random(in: 0..<8, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? ""
      }
      .joined()
      guard let once = URLResolver.resolve(href, base: page) else { continue }
      #expect(URLResolver.resolve(once, base: nil as String?) == once, "\(href.debugDescription)")
    }
  }

  @Test(.timeLimit(.minutes(1))) func longAddressesTakeLinearTime() {
    for piece in ["../", "a/", "a/../", "é.", "%2e/", "@", ":", "?", "\\", "世"] {
      let long = String(repeating: piece, count: 10_000)
      _ = URLResolver.resolve(long, base: page)
      _ = URLResolver.resolve("http://h/" + long, base: nil as String?)
      _ = URLResolver.resolve("http://" + long, base: nil as String?)
    }
  }
}
