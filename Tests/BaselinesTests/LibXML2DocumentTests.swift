import Baselines
import Documents
import Testing

private func markdown(_ html: String, scope: LibXML2Reader.Scope = .wholePage) -> String {
  MarkdownWriter.write(LibXML2Reader().document(in: Array(html.utf8), scope: scope))
}

@Suite("Documents by libxml2")
struct LibXML2DocumentTests {
  @Test("headings, paragraphs, rules, breaks")
  func blocks() {
    #expect(
      markdown("<h2>A <a class=headerlink href=#a>¶</a></h2><p>b<br>c</p><hr>d<p>e")
        == "## A\n\nb\\\nc\n\n---\n\nd\n\ne\n")
    #expect(markdown("a<br><br>b") == "a\n\nb\n")
    #expect(markdown("<h3><a href=#x>Self</a></h3>") == "### Self\n")
    #expect(markdown("<a href=/x><h3>T</h3><p>d</p></a>") == "### [T](/x)\n\n[d](/x)\n")
  }

  @Test("inline elements")
  func inlines() {
    #expect(
      markdown("<p>a <b>b</b> <em>c</em> <del>d</del> <code>e*</code> x<sup>2</sup>")
        == "a **b** *c* ~~d~~ `e*` x<sup>2</sup>\n")
    #expect(markdown("<b>a<div>b</div>c</b>") == "**a**\n\n**b**\n\n**c**\n")
    #expect(markdown("<code><a href=/f>f()</a></code>") == "[`f()`](/f)\n")
    #expect(markdown("<a href='javascript:x()'>a</a> <a>b</a>") == "a b\n")
  }

  @Test("lists, nested any way people nest them")
  func lists() {
    #expect(markdown("<ul><li>a<ul><li>b</ul><li>c</ul>") == "- a\n  - b\n- c\n")
    #expect(markdown("<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>") == "- a\n  - b\n- c\n")
    #expect(markdown("<ol start=3><li>a<li><p>b</p><p>c</p></ol>") == "3. a\n\n4. b\n\n   c\n")
    #expect(
      markdown("<ul><li><input type=checkbox checked disabled> done<li><input type=checkbox> open</ul>")
        == "- [x] done\n- [ ] open\n")
    #expect(markdown("<dl><dt>t<dd>d</dl>") == "t\n\nd\n")
  }

  @Test("code keeps its white space and its language")
  func code() {
    #expect(markdown("<pre><code class='language-c'>a\n  b\n</code></pre>") == "```c\na\n  b\n```\n")
    #expect(
      markdown("<div class='highlight-python notranslate'><div class=highlight><pre><span></span>x</pre></div></div>")
        == "```python\nx\n```\n")
    #expect(markdown("<div class='highlight highlight-source-shell'><pre>ls</pre></div>") == "```shell\nls\n```\n")
    #expect(markdown("<pre class='brush: js; toolbar: false'>1</pre>") == "```js\n1\n```\n")
    #expect(markdown("<pre class=text>1</pre>") == "```\n1\n```\n")
    #expect(
      markdown("<table><tr><td class=gutter><pre>1\n2</pre></td><td class=code><pre>a\nb</pre></td></tr></table>")
        == "```\na\nb\n```\n")
    #expect(
      markdown("<pre><div class=line>a</div><div class=line>b</div><button>Copy</button></pre>") == "```\na\nb\n```\n")
  }

  @Test("tables of data are tables, tables of layout are not")
  func tables() {
    #expect(
      markdown("<table><caption>C</caption><tr><th>a<th align=right>b<tr><td><p>1</p><p>2</p><td>3</table>")
        == "C\n\n| a | b |\n| --- | ---: |\n| 1<br>2 | 3 |\n")
    #expect(markdown("<table><tr><td rowspan=2>a<td>b<tr><td>c</table>") == "| a | b |\n| --- | --- |\n| | c |\n")
    #expect(markdown("<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>") == "a\n\nb\n\nc\n\nd\n")
    #expect(markdown("<table><tr><td><table><tr><td>a</table><td><h2>b</h2></table>") == "a\n\n## b\n")
  }

  @Test("quotes, images, details, formulas")
  func others() {
    #expect(markdown("<blockquote>a<p>b</blockquote>") == "> a\n>\n> b\n")
    #expect(markdown("<img src='data:image/gif;base64,R0' data-src=/i.png alt=I>") == "![I](/i.png)\n")
    #expect(markdown("<img src='data:image/gif;base64,R0' alt=I>x") == "x\n")
    #expect(markdown("<figure><img src=a.png><figcaption>c</figcaption></figure>") == "![](a.png)\n\nc\n")
    #expect(markdown("<details><summary>s</summary>t</details>") == "s\n\nt\n")
    #expect(
      markdown(
        "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x^2</annotation></semantics></math>")
        == "$x^2$\n")
  }

  @Test("main content: no menus, no footers, no hidden parts, the title from wherever it stands")
  func mainContent() {
    let html = """
      <body><header><h1>Title</h1><nav><a href=/>Home</a></nav></header><div class=content><div class=post>
      <p>The first paragraph of the article says something at length, so that it counts.</p>
      <p>The second one goes on, with a <a href=/l>link</a>, and ends the matter for good.</p>
      <div class="share-buttons"><a href=/s>Share</a></div><p hidden>secret</p></div></div>
      <aside>Related</aside><footer>Imprint</footer></body>
      """
    let text = markdown(html, scope: .mainContent)
    #expect(text.hasPrefix("# Title\n\nThe first paragraph"))
    #expect(text.hasSuffix("for good.\n"))
    #expect(!text.contains("Share") && !text.contains("secret") && text.contains("[link](/l)"))
    #expect(markdown(html).contains("Imprint"))
  }

  @Test("a page that is all boilerplate by name is still read")
  func namesLie() {
    #expect(markdown("<div class=sidebar><p>All there is.</p></div>", scope: .mainContent) == "All there is.\n")
  }
}

@Suite("What libxml2 objects to")
struct DiagnosticTests {
  private func rules(_ html: String) -> [String] { LibXML2Reader().diagnostics(in: Array(html.utf8)).map(\.rule) }

  @Test("names rules and places")
  func rules() {
    #expect(rules("<p>fine <b>page</b></p>") == [])
    #expect(rules("<p>a</b></p>") == ["stray-end-tag"])
    #expect(rules("<a href=1 href=2>x</a>") == ["duplicate-attribute"])
    #expect(rules("<nav>HTML 5</nav><p>a & b &copy; &unknown;") == [])
    let found = LibXML2Reader().diagnostics(in: Array("<p>é😀\n😀</i>x</p>".utf8))
    #expect(found.map(\.rule) == ["stray-end-tag"])
    #expect(found.first?.line == 2 && found.first?.column == 3 && found.first?.offset == 14)
  }
}
