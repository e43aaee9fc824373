import PageTags
import Testing

@testable import TeachingData

@Suite struct MarkupTeacherBlockTests {
  @Test func visibleTextIsText() {
    let page = Taught(
      """
      <html><head><title>t</title><style>s</style></head>
      <body><p>one</p> <script>2</script> three <!-- 4 --> <select><option>five</select><template>6</template><svg>
      <text>7</text></svg> <noscript>eight</noscript><textarea>9</textarea> <math><mi>x</mi></math></body></html>
      """)
    #expect(page.runs(\.content).map(\.text) == ["one", "three", "five", "eight", "x"])
  }

  @Test func whiteSpaceCountsWithinALine() {
    #expect(
      Taught("<p> <b>a</b> <i>b</i> </p>\n<p> c\n d <br> e</p>").runs(\.content).map(\.text) == ["a b", "c\n d", "e"])
    #expect(Taught("<p>a <b title='> '> </b> c</p>").text == "a   c")
    #expect(Taught("<p> <img src=a> b</p>").text == " b")
  }

  @Test func codeKeepsItsWhiteSpace() {
    let page = Taught("<p>a</p><pre>\n <code class='hljs language-c'>b\n\n</code>  </pre> ")
    #expect(page.blocks == ["a:paragraph", "\n b\n\n  :code"])
    #expect(page.values(.codeLanguageOpen) == ["c"])
    #expect(page.marked(.code).isEmpty)
  }

  @Test func codeSaysItsLanguage() {
    let languages = { Taught($0).values(.codeLanguageOpen) }
    #expect(languages("<pre class='brush: js; x'>a</pre>") == ["js"])
    #expect(languages("<pre class='sourceCode haskell'>a</pre>") == ["haskell"])
    #expect(languages("<pre><code data-lang=py>a</code></pre>") == ["py"])
    #expect(languages("<div class='highlight highlight-source-js'><pre>a</pre></div>") == ["js"])
    #expect(languages("<div class=highlight-python><div class=highlight><pre>a</pre></div></div>") == ["python"])
    #expect(languages("<figure class='highlight swift'><table><tr><td><pre>a</pre></table></figure>") == ["swift"])
    #expect(languages("<div class=language-en>English</div><pre class=language-none>a</pre>").isEmpty)
  }

  @Test func blocksHaveTheirKinds() {
    #expect(
      Taught("<div>a<h1><div>b</div></h1><h6>c</h6><section>d<p>e</section><details><summary>f</summary>g</details>")
        .blocks == [
          "a:paragraph", "b:heading1", "c:heading6", "d:paragraph", "e:paragraph", "f:paragraph", "g:paragraph",
        ])
    #expect(
      Taught("<dl><dt>a<dt>b<dd>c<p>d</p><dd>e<ul><li>f</ul>g</dl>h").blocks == [
        "a:term", "b:term", "c:description", "d:description", "e:description", "f:paragraph", "g:description",
        "h:paragraph",
      ])
  }

  @Test func listsNest() {
    #expect(
      Taught("<ul><li>a<ol start=3><li>b<h2>c</h2><li>d</ol>e<li>f</ul>g").lists == [
        "a:bullet1", "b:ordered2", "c:ordered2", "d:ordered2", "e:bullet1", "f:bullet1", "g:none",
      ])
    let page = Taught("<ol start=3><li>a</li></ol>")
    #expect(page.values(.listStartOpen) == ["3"])
    #expect(page.boundaries == ["<ol start=3> list", "<li> item", "</li> block", "</ol> block"])
    #expect(page.tags.filter { $0.boundary == .list || $0.boundary == .item }.map(\.list) == [.ordered1, .ordered1])
    #expect(Taught("<ul><ul><ul><ul><ul><ul><li>x").lists == ["x:bullet4"])
    #expect(Taught("<li>x").lists == ["x:bullet1"])
  }

  @Test func anItemEndsTheOneBeforeButNotTheOuterOne() {
    #expect(
      Taught("<ul><li><b>a</b><p>b<li>c<div><li>d</div>e").lists.map { $0.prefix(1) } == ["a", "b", "c", "d", "e"])
    #expect(
      Taught("<ol><li>a<div><ul><li>b</ul></div><li>c</ol>d").lists == [
        "a:ordered1", "b:bullet2", "c:ordered1", "d:none",
      ])
  }

  @Test func tasksAreSaid() {
    #expect(
      Taught("<ul><li><input type=checkbox> a<li><input checked TYPE=Checkbox> b</ul><input type=checkbox>").boundaries
        .filter { $0.hasSuffix("Task") }.map { $0.split(separator: " ").last } == ["uncheckedTask", "checkedTask"])
  }

  @Test func linesAndRules() {
    #expect(Taught("a<br>b<hr>c</br>d").boundaries == ["<br> line", "<hr> rule", "</br> line"])
    #expect(Taught("<p>a</p>").boundaries == ["<p> block", "</p> block"])
  }

  @Test func marksOfEveryKind() {
    let page = Taught(
      "<b>a</b><em>b</em><kbd>c</kbd><s>d</s><sup>e</sup><sub>f</sub><blockquote>g<p>h</blockquote><cite>i</cite>j")
    #expect(page.marked(.strong) == ["a"])
    #expect(page.marked(.emphasis) == ["b", "i"])
    #expect(page.marked(.code) == ["c"])
    #expect(page.marked(.deleted) == ["d"])
    #expect(page.marked(.superscript) == ["e"])
    #expect(page.marked(.subscript) == ["f"])
    #expect(page.marked(.quote) == ["g", "h"])
  }

  @Test func formattingOutlivesBlocksAndMisnesting() {
    #expect(Taught("<p><b>a</p><p>b</b>c").marked(.strong) == ["a", "b"])
    #expect(Taught("<b>a<i>b</b>c</i>d").marked(.emphasis) == ["bc"])
    #expect(Taught("<p><sup>a</p>b").marked(.superscript) == ["a"], "a mark that is no formatting ends with its block")
    #expect(Taught("<b>a</strong>b</b></b>c").marked(.strong) == ["ab"])
  }

  @Test func formattingAndTables() {
    #expect(Taught("<b><table><tr><td>a</b>b</table>c</b>d").marked(.strong) == ["ab", "c"])
    #expect(Taught("<p><b>a</p><table><tr><td>b</table>c").marked(.strong) == ["a", "c"])
    #expect(Taught("<table><tr><td><b>a<td>b</table>c").marked(.strong) == ["a"])
    #expect(Taught("<div><p><b>a</p></b>b").marked(.strong) == ["a"])
  }
}
