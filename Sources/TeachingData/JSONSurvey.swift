/// Where the strings and signs of a JSON document (RFC 8259) stand, by one forward scan without recursion.
///
/// For teachers only: the neural reader does not know JSON, it learns it.
struct JSONSurvey {
  struct Text {
    /// The content without its quotes.
    var range: Range<Int>
    /// A member's name rather than a value.
    var isName: Bool
  }

  private(set) var strings: [Text] = []
  private(set) var commas: [Int] = []
  private(set) var colons: [Int] = []
  private(set) var openings: [Int] = []
  private(set) var closings: [Int] = []
  /// The backslashes that begin an escape.
  private(set) var escapes: [Int] = []

  init(_ bytes: [UInt8]) {
    var at = 0
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\""): at = scanString(bytes, from: at + 1)
      case UInt8(ascii: ","):
        commas.append(at)
        at += 1
      case UInt8(ascii: ":"):
        colons.append(at)
        at += 1
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        openings.append(at)
        at += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        closings.append(at)
        at += 1
      default: at += 1
      }
    }
  }

  /// The offset behind the string whose content begins at `start`; a string that never ends is none.
  private mutating func scanString(_ bytes: [UInt8], from start: Int) -> Int {
    var end = start
    while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
      if bytes[end] == UInt8(ascii: "\\") {
        escapes.append(end)
        end += 1
      }
      end += 1
    }
    guard end < bytes.count else { return bytes.count }
    var next = end + 1
    while next < bytes.count, bytes[next].isHTMLSpace { next += 1 }
    strings.append(Text(range: start..<end, isName: next < bytes.count && bytes[next] == UInt8(ascii: ":")))
    return end + 1
  }
}
