import Testing

@testable import Pages

@Suite struct LineIndexTests {
  private func place(_ text: String, _ offset: Int) -> [Int] {
    let position = LineIndex(Array(text.utf8)).position(of: offset)
    return [position.line, position.column]
  }

  @Test func linesEndInEveryWay() {
    let text = "a\nb\r\nc\rd"
    #expect(
      [0, 1, 2, 3, 4, 5, 6, 7].map { place(text, $0) } == [
        [1, 1], [1, 2], [2, 1], [2, 2], [2, 3], [3, 1], [3, 2], [4, 1],
      ])
    #expect(place(text, 8) == [4, 2])
    #expect(place(text, 99) == [4, 2])
    #expect(place(text, -1) == [1, 1])
  }

  @Test func ranges() {
    let index = LineIndex(Array("a\nbc\r\n\rd\n".utf8))
    #expect(index.lineCount == 5)
    #expect((0...6).map { index.lineRange($0) } == [9..<9, 0..<1, 2..<4, 6..<6, 7..<8, 9..<9, 9..<9])
    #expect(LineIndex([]).lineRange(1) == 0..<0)
  }

  @Test func columnsAreUTF16Units() {
    let text = "é😀x"
    #expect([0, 2, 6, 7].map { place(text, $0) } == [[1, 1], [1, 2], [1, 4], [1, 5]])
    // Inside a character.
    #expect([1, 3, 5].map { place(text, $0) } == [[1, 1], [1, 2], [1, 2]])
  }

  @Test func longLines() {
    let text = String(repeating: "é", count: 3000) + "\n" + String(repeating: "x😀", count: 3000)
    let bytes = Array(text.utf8)
    let index = LineIndex(bytes)
    #expect(index.position(of: 5998) == (1, 3000))
    #expect(index.position(of: 6001 + 5 * 2000) == (2, 6001))
    #expect(index.position(of: bytes.count) == (2, 9001))
  }

  @Test func emptyPage() { #expect(place("", 0) == [1, 1]) }

  @Test func strayContinuationBytes() {
    let index = LineIndex([UInt8](repeating: 0x80, count: 10))
    #expect(index.position(of: 9).line == 1)
  }
}
