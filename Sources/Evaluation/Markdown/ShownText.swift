/// Text as it is compared: what looks alike is alike.
enum ShownText {
  /// Typographic quotes, dashes and ellipses plain, compatibility forms folded, white space collapsed.
  static func normal(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }), !text.utf8.contains(UInt8(ascii: "-")) { return Words.collapsed(text) }
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(text.utf8.count)
    for scalar in composed(text) { append(scalar, to: &scalars) }
    scalars = replaced(replaced(scalars, dashes: 3), dashes: 2)
    return Words.collapsed(String(String.UnicodeScalarView(scalars)))
  }

  /// Code: tabs expanded, no blanks at the ends of lines, no empty lines at the ends.
  static func code(_ text: String) -> String {
    let expanded = String(String.UnicodeScalarView(expandTabs(composed(text))))
    let lines = expanded.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = line
      while let last = line.last, Words.isSpace(last) { line.removeLast() }
      return String(line)
    }
    return Words.stripped(lines.joined(separator: "\n"))
  }

  /// With spaces up to the next column that is a multiple of four instead of each tab.
  static func expandTabs(_ scalars: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var column = 0
    for scalar in scalars {
      if scalar == "\t" {
        let width = 4 - column % 4
        result += Array(repeating: " ", count: width)
        column += width
      } else {
        result.append(scalar)
        column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
      }
    }
    return result
  }

  private static func replaced(_ scalars: [Unicode.Scalar], dashes count: Int) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count)
    var run = 0
    for scalar in scalars {
      run = scalar == "-" ? run + 1 : 0
      result.append(scalar)
      if run == count {
        result.removeLast(count - 1)
        run = 0
      }
    }
    return result
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout [Unicode.Scalar]) {
    switch scalar.value {
    case 0x00..<0xA0: result.append(scalar)
    case 0x2018, 0x2019: result.append("'")
    case 0x201C, 0x201D: result.append("\"")
    case 0x2013, 0x2014, 0x2212: result.append("-")
    case 0x2026: result += ["." as Unicode.Scalar, ".", "."]
    case 0xAD, 0x200B, 0x200C, 0x200D, 0xFEFF, 0x2060, 0xFE0F: break
    // The compatibility forms (Unicode, NFKC) that pages use.
    case 0xFF01...0xFF5E: result.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
    case 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: result.append(" ")
    default:
      if let folded = compatibility[scalar] {
        result.append(contentsOf: folded.unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
  }

  private static let compatibility: [Unicode.Scalar: String] = [
    "ª": "a", "²": "2", "³": "3", "µ": "μ", "¹": "1", "º": "o", "¼": "1⁄4", "½": "1⁄2", "¾": "3⁄4", "ĳ": "ij",
    "ŉ": "ʼn",
    "ſ": "s", "‑": "‐", "․": ".", "‥": "..", "″": "′′", "‴": "′′′", "‼": "!!", "⁇": "??", "⁈": "?!", "⁉": "!?",
    "⁰": "0",
    "ⁱ": "i", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁺": "+", "⁻": "−", "⁼": "=", "⁽": "(",
    "⁾": ")",
    "ⁿ": "n", "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7", "₈": "8", "₉": "9",
    "℃": "°C",
    "℅": "c/o", "℉": "°F", "ℓ": "l", "№": "No", "℠": "SM", "℡": "TEL", "™": "TM", "Ω": "Ω", "K": "K", "Å": "Å",
    "ℕ": "N",
    "ℝ": "R", "ℤ": "Z", "⅓": "1⁄3", "⅔": "2⁄3", "⅛": "1⁄8", "Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV", "Ⅴ": "V",
    "①": "1", "②": "2", "③": "3", "④": "4", "⑤": "5", "⑥": "6", "⑦": "7", "⑧": "8", "⑨": "9", "⑩": "10", "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "￠": "¢", "￡": "£", "￥": "¥", "￦": "₩", "｡": "。", "｢": "「",
    "｣": "」",
    "､": "、", "･": "・",
  ]

  /// Letters followed by combining marks as the one scalar that stands for both, where there is one.
  ///
  /// `String`s that are canonically equivalent are equal keys, so a dictionary of single scalars finds them.
  static func composed(_ text: String) -> [Unicode.Scalar] {
    // The first bytes of combining marks, Hangul jamo and kana.
    guard text.utf8.contains(where: { (0xCC...0xCD).contains($0) || $0 == 0xE1 || $0 == 0xE3 }) else {
      return Array(text.unicodeScalars)
    }
    var result: [Unicode.Scalar] = []
    for character in text {
      if character.unicodeScalars.count > 1, character != "\r\n", let single = precomposed[String(character)] {
        result.append(single)
      } else if let syllable = hangul(character) {
        result.append(syllable)
      } else {
        result.append(contentsOf: character.unicodeScalars)
      }
    }
    return result
  }

  /// The syllable of two or three jamo (Unicode, 3.12, "Hangul Syllable Composition").
  private static func hangul(_ character: Character) -> Unicode.Scalar? {
    let jamo = character.unicodeScalars.map(\.value)
    guard (2...3).contains(jamo.count), (0x1100...0x1112).contains(jamo[0]), (0x1161...0x1175).contains(jamo[1]),
      jamo.count == 2 || (0x11A8...0x11C2).contains(jamo[2])
    else { return nil }
    return Unicode.Scalar(
      0xAC00 + ((jamo[0] - 0x1100) * 21 + jamo[1] - 0x1161) * 28 + (jamo.count == 3 ? jamo[2] - 0x11A7 : 0))
  }

  private static let precomposed: [String: Unicode.Scalar] = {
    var table: [String: Unicode.Scalar] = [:]
    for range in [0xC0...0x24F, 0x386...0x3CE, 0x400...0x45F, 0x1E00...0x1FFC, 0x3041...0x30FE] as [ClosedRange<UInt32>]
    {
      for value in range {
        if let scalar = Unicode.Scalar(value) { table[String(scalar)] = scalar }
      }
    }
    return table
  }()
}
