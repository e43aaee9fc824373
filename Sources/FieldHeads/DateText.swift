/// Days as people write them, read into ISO 8601.
public enum DateText {
  /// A day found in a text.
  public struct Found: Hashable, Sendable {
    /// UTF-8 bytes of the text.
    public var range: Range<Int>
    public var year: Int
    public var month: Int
    /// 0 where only a month is said.
    public var day: Int
    /// Whether day and month might be the other way round.
    public var isAmbiguous: Bool
    public var iso: String {
      func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
      let month = "\(year)-\(two(self.month))"
      return day == 0 ? month : "\(month)-\(two(day))"
    }
    /// The other reading of an ambiguous day.
    public var swapped: Found {
      var other = self
      (other.month, other.day) = (day, month)
      return other
    }
  }

  /// The one day a text says, in ISO 8601; nil where it says none, or one that can be read in two ways.
  public static func day(in text: String) -> String? {
    let found = days(in: Array(text.utf8))
    guard let first = found.first, !first.isAmbiguous, found.allSatisfy({ $0.iso == first.iso }) else { return nil }
    return first.iso
  }

  private struct Token {
    enum Kind {
      case number(Int)
      case month(Int)
      case separator, word
    }
    var kind: Kind
    var range: Range<Int>
  }

  /// All days in a text, from left to right, not overlapping.
  public static func days(in utf8: [UInt8]) -> [Found] {
    let tokens = tokens(utf8)
    var found: [Found] = []
    var at = 0
    while at < tokens.count {
      if let (day, count) = day(tokens, at, utf8) {
        found.append(day)
        at += count
      } else {
        at += 1
      }
    }
    return found
  }

  /// Numbers of up to 4 digits (8 for days written together), month names, and words; separators are dropped.
  private static func tokens(_ utf8: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var at = 0
    while at < utf8.count {
      let kind = TextTokens.kind(utf8[at])
      var end = at + 1
      switch kind {
      case .digit:
        while end < utf8.count, TextTokens.kind(utf8[end]) == .digit { end += 1 }
        let value = end - at <= 9 ? utf8[at..<end].reduce(0) { $0 * 10 + Int($1) - 48 } : -1
        tokens.append(Token(kind: .number(value), range: at..<end))
      case .letter:
        while end < utf8.count, TextTokens.kind(utf8[end]) == .letter { end += 1 }
        split(utf8, at..<end, into: &tokens)
      default: break
      }
      at = end
    }
    return tokens
  }

  private static let year: [UInt8] = Array("年".utf8)
  private static let month: [UInt8] = Array("月".utf8)
  private static let koreanYear: [UInt8] = Array("년".utf8)
  private static let koreanMonth: [UInt8] = Array("월".utf8)

  private static func split(_ utf8: [UInt8], _ range: Range<Int>, into tokens: inout [Token]) {
    let word = utf8[range]
    for sign in [year, month, koreanYear, koreanMonth] where word.elementsEqual(sign) {
      tokens.append(Token(kind: .separator, range: range))
      return
    }
    let lowered = String(decoding: word, as: UTF8.self).lowercased()
    if let number = MonthNames.number[lowered] {
      tokens.append(Token(kind: .month(number), range: range))
    } else {
      tokens.append(Token(kind: .word, range: range))
    }
  }

  private static let particles: Set<String> = [
    "de", "of", "del", "st", "nd", "rd", "th", "the", "º", "er", "da", "di", "г",
  ]

  private static func day(_ tokens: [Token], _ start: Int, _ utf8: [UInt8]) -> (Found, Int)? {
    var parts: [Token] = []
    var last = start
    var at = start
    // Three parts, particles and year signs between them passed over; nothing but a few signs may stand between.
    while at < tokens.count, parts.count < 3 {
      let token = tokens[at]
      if at > start, token.range.lowerBound - tokens[at - 1].range.upperBound > 3 { break }
      switch token.kind {
      case .number, .month:
        parts.append(token)
        last = at
      case .separator: if parts.isEmpty { return nil }
      case .word:
        let word = String(decoding: utf8[token.range], as: UTF8.self).lowercased()
        guard !parts.isEmpty, particles.contains(word) else {
          at = tokens.count
          continue
        }
      }
      at += 1
    }
    guard let first = parts.first else { return nil }
    if case .number(let packed) = first.kind, first.range.count == 8,
      let found = plausible(packed / 10_000, packed / 100 % 100, packed % 100, false, first.range)
    {
      return (found, 1)
    }
    func number(_ index: Int) -> Int? {
      guard index < parts.count, case .number(let value) = parts[index].kind else { return nil }
      return value
    }
    func month(_ index: Int) -> Int? {
      guard index < parts.count, case .month(let value) = parts[index].kind else { return nil }
      return value
    }
    let range = first.range.lowerBound..<tokens[last].range.upperBound
    let count = last - start + 1
    if parts.count == 3 {
      let (a, b, c) = (parts[0], parts[1], parts[2])
      if let y = number(0), a.range.count == 4, let m = number(1) ?? month(1), let d = number(2), c.range.count <= 2 {
        return plausible(y, m, d, false, range).map { ($0, count) }
      }
      if let m = month(0), let d = number(1), b.range.count <= 2, let y = number(2), c.range.count == 4 {
        return plausible(y, m, d, false, range).map { ($0, count) }
      }
      if let d = number(0), a.range.count <= 2, let m = month(1), let y = number(2),
        c.range.count == 4 || c.range.count == 2
      {
        return plausible(y < 100 ? 2000 + y : y, m, d, false, range).map { ($0, count) }
      }
      if let x = number(0), a.range.count <= 2, let y = number(1), b.range.count <= 2, let z = number(2),
        c.range.count == 4
      {
        if x > 12 { return plausible(z, y, x, false, range).map { ($0, count) } }
        // A full stop between the numbers puts the day first everywhere.
        let dotted = utf8[a.range.upperBound] == 0x2e && y <= 12
        if dotted || x == y { return plausible(z, y, x, false, range).map { ($0, count) } }
        return plausible(z, x, y, y <= 12, range).map { ($0, count) }
      }
    }
    if let m = month(0), let y = number(1), parts[1].range.count == 4 {
      let range = first.range.lowerBound..<parts[1].range.upperBound
      return plausible(y, m, 0, false, range).map { ($0, 2) }
    }
    return nil
  }

  private static func plausible(_ year: Int, _ month: Int, _ day: Int, _ isAmbiguous: Bool, _ range: Range<Int>)
    -> Found?
  {
    guard (1900...2100).contains(year), (1...12).contains(month), (0...31).contains(day) else { return nil }
    return Found(range: range, year: year, month: month, day: day, isAmbiguous: isAmbiguous)
  }
}

/// Names of months, lower case, by language.
enum MonthNames {
  static let number: [String: Int] = {
    let lists = [
      "january february march april may june july august september october november december",
      "jan feb mar apr may jun jul aug sep oct nov dec",
      "januar februar märz april mai juni juli august september oktober november dezember",
      "jänner feber mrz apr mai jun jul aug sept okt nov dez",
      "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
      "janv févr mars avr mai juin juil août sept oct nov déc",
      "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
      "ene feb mar abr may jun jul ago sep oct nov dic",
      "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
      "gen feb mar apr mag giu lug ago set ott nov dic",
      "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
      "januari februari maart april mei juni juli augustus september oktober november december",
      "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
      "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
      "januari februari mars april maj juni juli augusti september oktober november december",
      "januar februar marts april maj juni juli august september oktober november desember",
      "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
      "ledna února března dubna května června července srpna září října listopadu prosince",
    ]
    var result: [String: Int] = [:]
    for list in lists {
      for (index, name) in list.split(separator: " ").enumerated() where result[String(name)] == nil {
        result[String(name)] = index + 1
      }
    }
    return result
  }()
}
