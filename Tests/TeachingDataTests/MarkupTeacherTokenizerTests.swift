import Testing

@testable import TeachingData

@Suite struct MarkupTeacherTokenizerTests {
  private func tokens(_ html: String) -> [String] {
    let bytes = Array(html.utf8)
    var tokenizer = HTMLTokenizer(bytes)
    var result: [String] = []
    var end = 0
    while let token = tokenizer.next() {
      #expect(token.range.lowerBound == end && !token.range.isEmpty, "no gaps")
      end = token.range.upperBound
      result.append("\(token.kind) " + String(decoding: bytes[token.range], as: UTF8.self))
    }
    #expect(end == bytes.count)
    return result
  }

  private func attributes(_ html: String) -> [String] {
    let bytes = Array(html.utf8)
    var tokenizer = HTMLTokenizer(bytes)
    while tokenizer.next() != nil {}
    return tokenizer.attributes.map { attribute in
      let value = attribute.value.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "nil"
      return String(decoding: bytes[attribute.name], as: UTF8.self) + "=\(value) \(attribute.quote)"
    }
  }

  @Test func tellsTokensApart() {
    #expect(
      tokens("<!DOCTYPE html><p class=a>1 < 2 &lt; </p ><!-- x -- > --><?php ?></>") == [
        "doctype <!DOCTYPE html>", "startTag <p class=a>", "text 1 < 2 &lt; ", "endTag </p >",
        "comment <!-- x -- > -->",
        "comment <?php ?>", "comment </>",
      ])
  }

  @Test func readsAttributesOfEveryForm() {
    #expect(
      attributes(#"<a href="x>y" B='q"' c = d/e f g=""h=></a>"#) == [
        #"href=x>y double"#, #"B=q" single"#, "c=d/e none", "f=nil none", "g= double", "h= none",
      ])
    #expect(attributes("<a =x/y=1>") == ["=x=nil none", "y=1 none"])
    #expect(attributes("<a b='1'c=2 d=\"") == [], "the tag is dropped with the page's end")
  }

  @Test func saysWhetherATagClosesItself() {
    let bytes = Array("<a/><a /><a b/><a b=c/><a b=''/><a / b>".utf8)
    var tokenizer = HTMLTokenizer(bytes)
    var answers: [Bool] = []
    while let token = tokenizer.next() { answers.append(token.isSelfClosing) }
    #expect(answers == [true, true, true, false, true, false])
  }

  @Test(arguments: ["<!-->", "<!--->", "<!---->", "<!--a-->", "<!--a--!>", "<!--a- -->", "<!-->--!>"])
  func commentsEnd(comment: String) {
    #expect(tokens(comment + "b").last == (comment == "<!-->--!>" ? "text --!>b" : "text b"))
  }

  @Test func unfinishedTokensTakeTheRest() {
    #expect(tokens("a<!-- b") == ["text a", "comment <!-- b"])
    #expect(tokens("a<b c='d") == ["text a", "cutOff <b c='d"])
    #expect(tokens("a<") == ["text a<"])
    #expect(tokens("a</") == ["text a</"])
    #expect(tokens("<script>a</scrip") == ["startTag <script>", "rawText a</scrip"])
  }

  @Test func rawTextEndsAtItsOwnTag() {
    #expect(tokens("<style>a</b></STYLE >c").map { $0.prefix(7) } == ["startTa", "rawText", "endTag ", "text c"])
    #expect(tokens("<title>a<b></titles></title>")[1] == "rawText a<b></titles>")
    #expect(tokens("<textarea></p></textarea>")[1] == "rawText </p>")
    #expect(tokens("<plaintext></plaintext>")[1] == "rawText </plaintext>")
  }

  @Test func scriptsHideTheirEndInComments() {
    #expect(tokens("<script><!-- <script> </script> --></script>b")[1] == "rawText <!-- <script> </script> -->")
    #expect(tokens("<script><!-- </script>b")[1] == "rawText <!-- ")
    #expect(tokens("<script>'<script>'</script>b")[1] == "rawText '<script>'")
    #expect(tokens("<script><!--><script></script>b")[1] == "rawText <!--><script>")
  }

  @Test func svgHasNoRawTextAndEndsAtHTML() {
    #expect(tokens("<svg><title>a<b></title><style>c</style><![CDATA[<d>]]></svg>e")[3] == "startTag <b>")
    let bytes = Array("<svg><g><a><title>t</title></a></g><p>x<math><mi>y</mi></math>".utf8)
    var tokenizer = HTMLTokenizer(bytes)
    var html: [String] = []
    while let token = tokenizer.next() {
      if token.namespace == .html { html.append(String(decoding: bytes[token.range], as: UTF8.self)) }
    }
    #expect(html == ["<p>", "x", "y"])
  }
}
