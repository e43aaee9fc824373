import Testing

@testable import Inputs

@Suite struct JSONStringTests {
  @Test(arguments: [
    (#"plain"#, "plain"),
    (#"https:\/\/soup.example\/a"#, "https://soup.example/a"),
    (#"caf\u00e9 \"au lait\"\n"#, "café \"au lait\"\n"),
    (#"\ud83c\udf5c"#, "🍜"),
  ]) func escapesAreUndone(text: String, meant: String) {
    #expect(JSONString.unescaped(text) == meant)
  }

  @Test(arguments: [#"C:\soup"#, #"\u12"#, #"ends with \"#]) func whatIsWrongStaysAsItIs(text: String) {
    #expect(JSONString.unescaped(text) == text)
  }
}
