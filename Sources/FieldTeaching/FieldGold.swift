public import FieldHeads

/// What a page's fields are, as a person says it.
public struct FieldGold: Hashable, Sendable {
  /// The values by field; an empty list says that the page has none. A field that is not here was not looked at.
  public var values: [String: [String]]

  public init(_ values: [String: [String]] = [:]) { self.values = values }
}

/// Where a page has the values it should have.
public struct Alignment: Sendable {
  /// A candidate that is or holds a value.
  public struct Place: Hashable, Sendable {
    public var candidate: Int
    /// Bytes of the candidate's text.
    public var range: Range<Int>
    public var isWhole: Bool
  }
  public var places: [Place] = []
  /// Candidates that are neither right nor wrong: they hold a value beside much else.
  public var doubtful: [Int] = []
  /// Values that stand nowhere on the page.
  public var missing: [String] = []
}

/// Finds values in the candidates of a page.
public enum ValueAligner {
  /// A value that stands only inside longer text is taken from texts at most so many times its length.
  private static let dilution = 30

  public static func align(_ values: [String], _ field: FieldSpecification, in page: CandidatePage) -> Alignment {
    var alignment = Alignment()
    for value in values {
      let wanted = ValueText(Array(value.utf8), [0..<value.utf8.count]).utf8
      guard !wanted.isEmpty else { continue }
      var found = places(page) { text in Self.exact(wanted, in: text) }
      if found.isEmpty { found = places(page) { text in Self.folded(wanted, in: text) } }
      if field.kind == .date || found.isEmpty, let day = DateText.days(in: wanted).first {
        found += places(page) { text in Self.day(day, in: text) }
      }
      if field.kind == .number, found.allSatisfy({ !$0.isWhole }), let amount = Amount(wanted) {
        found += places(page) { text in Self.amount(amount, in: text) }
      }
      let whole = found.filter(\.isWhole)
      if found.isEmpty {
        alignment.missing.append(value)
      } else if whole.isEmpty {
        let near = found.filter { $0.range.count * dilution >= page.texts[$0.candidate].utf8.count }
        alignment.places += near.isEmpty ? found : near
        if !near.isEmpty { alignment.doubtful += found.filter { !near.contains($0) }.map(\.candidate) }
      } else {
        // Text that is little more than the value holds it as well: cutting is learned there.
        let parts = found.filter { !$0.isWhole }
        let near = parts.filter { 3 * $0.range.count >= page.texts[$0.candidate].utf8.count }
        alignment.places += whole + near
        alignment.doubtful += parts.filter { !near.contains($0) }.map(\.candidate)
      }
    }
    let right = Set(alignment.places.map(\.candidate))
    alignment.doubtful.removeAll { right.contains($0) }
    return alignment
  }

  private static func places(_ page: CandidatePage, _ find: ([UInt8]) -> Range<Int>?) -> [Alignment.Place] {
    page.texts.indices.compactMap { index in
      let text = page.texts[index].utf8
      return find(text).map { .init(candidate: index, range: $0, isWhole: $0 == 0..<text.count) }
    }
  }

  private static func exact(_ wanted: [UInt8], in text: [UInt8]) -> Range<Int>? {
    guard text.count >= wanted.count else { return nil }
    if text.count == wanted.count { return text == wanted ? 0..<text.count : nil }
    guard text.count < 4_000 else { return nil }
    var at = 0
    let last = text.count - wanted.count
    while at <= last {
      if text[at] == wanted[0], text[at..<at + wanted.count].elementsEqual(wanted),
        isEdge(text, at), isEdge(text, at + wanted.count)
      {
        return at..<at + wanted.count
      }
      at += 1
    }
    return nil
  }

  /// Whether a word does not go on over `place`.
  private static func isEdge(_ text: [UInt8], _ place: Int) -> Bool {
    guard place > 0, place < text.count else { return true }
    func isWord(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
      default: false
      }
    }
    // Scripts without spaces have edges everywhere, but not inside a character.
    if text[place] & 0xc0 == 0x80 { return false }
    return !(isWord(text[place]) && isWord(text[place - 1]))
  }

  /// The same up to capitals, and quotation marks and dashes of another cut.
  private static func folded(_ wanted: [UInt8], in text: [UInt8]) -> Range<Int>? {
    guard text.count < 600, text.count <= wanted.count + 16 else { return nil }
    return fold(wanted) == fold(text) ? 0..<text.count : nil
  }

  private static func fold(_ text: [UInt8]) -> String {
    var result = ""
    for scalar in String(decoding: text, as: UTF8.self).lowercased().unicodeScalars {
      switch scalar {
      case "’", "‘", "`", "´", "“", "”", "\"", "„": result.unicodeScalars.append("'")
      case "–", "—", "‐", "‑": result.unicodeScalars.append("-")
      case "…": result += "..."
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func day(_ wanted: DateText.Found, in text: [UInt8]) -> Range<Int>? {
    guard text.count < 400 else { return nil }
    let found = DateText.days(in: text)
    for day in found {
      if day.iso == wanted.iso || (day.isAmbiguous && day.swapped.iso == wanted.iso) {
        // A time behind a day belongs to it.
        return day.range.upperBound < text.count && found.count == 1 && text[day.range.upperBound] == 0x54
          ? day.range.lowerBound..<text.count : day.range
      }
    }
    return nil
  }

  private static func amount(_ wanted: Amount, in text: [UInt8]) -> Range<Int>? {
    guard text.count < 200 else { return nil }
    var at = 0
    while at < text.count {
      guard TextTokens.isDigit(text[at]) else {
        at += 1
        continue
      }
      var end = at
      while end < text.count, TextTokens.isDigit(text[end]) || [0x2e, 0x2c, 0x20, 0x27].contains(text[end]) { end += 1 }
      while end > at, !TextTokens.isDigit(text[end - 1]) { end -= 1 }
      if Amount(Array(text[at..<end])) == wanted { return at..<end }
      at = end + 1
    }
    return nil
  }
}

/// A number as people write amounts: separators of thousands dropped, hundredths kept.
struct Amount: Hashable {
  var hundredths: Int

  init?(_ text: [UInt8]) {
    let digits = text.filter { TextTokens.isDigit($0) }
    guard !digits.isEmpty, digits.count <= 12 else { return nil }
    let number = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
    // A point or comma with one or two digits behind it is the decimal one.
    var decimals = 0
    if let last = text.lastIndex(where: { $0 == 0x2e || $0 == 0x2c }) {
      let behind = text[(last + 1)...].count { TextTokens.isDigit($0) }
      if behind <= 2 { decimals = behind }
    }
    hundredths = decimals == 2 ? number : decimals == 1 ? number * 10 : number * 100
  }
}
