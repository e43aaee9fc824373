/// The days that a page's candidates say.
struct DayEchoes {
  /// For each candidate the first day it says, as a number that grows with time.
  private var days: [Int?]
  private var counts: [Int: Int] = [:]
  private var earliest = Int.max
  private var latest = 0

  private static let longest = 60

  init(_ texts: [ValueText]) {
    days = texts.map { text in
      guard text.utf8.count <= Self.longest, text.utf8.count >= 6, text.utf8.contains(where: TextTokens.isDigit),
        let day = DateText.days(in: text.utf8).first, day.day > 0
      else { return nil }
      return (day.year * 12 + day.month) * 31 + day.day
    }
    for case let day? in days {
      counts[day, default: 0] += 1
      (earliest, latest) = (min(earliest, day), max(latest, day))
    }
  }

  /// Whether it says a day, in how many places that day stands, and whether it is the first or last of all.
  func numbers(_ index: Int) -> [Float] {
    guard let day = days[index] else { return [0, 0, 0, 0] }
    let count = CandidatePage.logarithm(Float(counts[day] ?? 1))
    return [1, count, day == earliest ? 1 : 0, day == latest ? 1 : 0]
  }
}
