/// Words as the published scorers count them: runs of what Python's `\w` matches, that is letters, numbers and `_`.
///
/// Words are compared scalar by scalar, so they are bytes, not `String`s (whose equality is canonical equivalence).
enum Words {
  typealias Word = [UInt8]

  static func split(_ text: String) -> [Word] { split(text.unicodeScalars) }

  static func split(_ scalars: some Sequence<Unicode.Scalar>) -> [Word] {
    var words: [Word] = []
    var word: Word = []
    for scalar in scalars {
      if isWordScalar(scalar) {
        word.append(contentsOf: scalar.utf8)
      } else if !word.isEmpty {
        words.append(word)
        word.removeAll(keepingCapacity: true)
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// Python's `str.isalnum()` or `_`.
  static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return (0x30...0x39).contains(scalar.value) || (0x41...0x5A).contains(scalar.value)
        || (0x61...0x7A).contains(scalar.value) || scalar.value == 0x5F
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
      return true
    default: return scalar.properties.numericType != nil
    }
  }

  /// Python's `str.isspace()`: Unicode white space and the four ASCII separators.
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    return value < 0x80
      ? (0x1C...0x20).contains(value) || (0x09...0x0D).contains(value) : scalar.properties.isWhitespace
  }

  /// Every run of white space one space, none at either end.
  static func collapsed(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var pending = false
    for scalar in text.unicodeScalars {
      if isSpace(scalar) {
        pending = !result.isEmpty
      } else {
        if pending { result.append(" ") }
        pending = false
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// Without white space at either end.
  static func stripped(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isSpace($0) }),
      let last = scalars.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(scalars[first...last])
  }

  /// Lower case with the rule for the last sigma of a word (Unicode, SpecialCasing.txt), which `String.lowercased()` leaves out.
  static func lowercased(_ text: String) -> String {
    let lower = text.lowercased()
    guard text.unicodeScalars.contains("Σ") else { return lower }
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      if scalar == "Σ" {
        let isLast =
          isCased(scalars[..<index].last { !$0.properties.isCaseIgnorable })
          && !isCased(scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable })
        result.append(isLast ? "ς" : "σ")
      } else {
        result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return String(result)
  }

  private static func isCased(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isCased ?? false }
}
