/// The text of a string of a JSON document.
public enum JSONString {
  /// `text`, which stands between the quotes, with its escapes undone; as it is where one of them is wrong.
  public static func unescaped(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
    var text = text
    let bytes = text.withUTF8 { body in unsafe try? unescape(body) }
    return bytes.map { String(decoding: $0, as: UTF8.self) } ?? text
  }
}
