import PageTags

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension SegmentedPage {
  /// What a change between main and aside costs, in halves of what a sure segment of one byte weighs: main content hangs together.
  private static let change = 4.0

  /// Which segments are read.
  ///
  /// Text is decided by the cheapest path over the page; tables stand or fall whole; pictures go with the text before them.
  func kept(_ options: ReadingOptions) -> [Bool] {
    if options.wholePage { return segments.map { _ in true } }
    let threshold = threshold(options.favor)
    var kept = path(threshold)
    for table in tables {
      let length = table.reduce(0) { $0 + segments[$1].length }
      guard length > 0 else { continue }
      let mean = table.reduce(0) { $0 + segments[$1].probability * Double(segments[$1].length) } / Double(length)
      for index in table { kept[index] = mean >= threshold }
    }
    keepTitle(&kept)
    var isMain = segments.indices.first { segments[$0].length > 0 }.map { kept[$0] } ?? false
    for index in segments.indices {
      if segments[index].length > 0 { isMain = kept[index] } else { kept[index] = isMain }
    }
    return kept
  }

  /// The first heading of the first level is the page's title: it goes with what is kept behind it, whatever much of the gold says.
  private func keepTitle(_ kept: inout [Bool]) {
    guard let title = segments.firstIndex(where: { $0.length > 0 && $0.block == .heading1 }), !kept[title] else {
      return
    }
    let next = segments[(title + 1)...].indices.lazy.filter { segments[$0].length > 0 }.prefix(3)
    if next.contains(where: { kept[$0] }) { kept[title] = true }
  }

  /// P(main | text) from which on segments of this page are kept, were each alone.
  func threshold(_ favor: ReadingOptions.Favor) -> Double {
    // A short block may be sure by accident.
    let long = segments.filter { $0.length >= 60 }
    let surest = (long.isEmpty ? segments : long).map(\.probability).max() ?? 0
    return max(favor.threshold.floor, favor.threshold.share * surest)
  }

  /// Viterbi's algorithm with two states. A segment speaks for a state by its log odds, counted from the threshold on and weighed by the
  /// root of its length: bytes of one segment err together.
  private func path(_ threshold: Double) -> [Bool] {
    func logOdds(_ probability: Double) -> Double {
      let bounded = min(max(probability, 0.02), 0.98)
      return log(bounded / (1 - bounded))
    }
    let origin = logOdds(threshold)
    var aside = 0.0
    var main = 0.0
    // For each segment, whether the best path to either state was in that state before.
    var stays: [(aside: Bool, main: Bool)] = []
    stays.reserveCapacity(segments.count)
    for segment in segments {
      let evidence = (logOdds(segment.probability) - origin) * Double(segment.length).squareRoot() / 2
      let stay = (aside: aside >= main - Self.change, main: main >= aside - Self.change)
      (aside, main) = (max(aside, main - Self.change) - evidence, max(main, aside - Self.change) + evidence)
      stays.append(stay)
    }
    var kept = [Bool](repeating: false, count: segments.count)
    var isMain = main > aside
    for index in segments.indices.reversed() {
      kept[index] = isMain
      isMain = isMain ? stays[index].main : !stays[index].aside
    }
    return kept
  }

  /// Segments of each table: those in cells and captions between two `.table` boundaries or other text.
  private var tables: [[Int]] {
    var result: [[Int]] = []
    var open: [Int] = []
    for event in events {
      switch event {
      case .boundary(.table, _, _, _):
        if !open.isEmpty { result.append(open) }
        open = []
      case .segment(let index):
        if segments[index].block.isTabular {
          open.append(index)
        } else if segments[index].length > 0 {
          if !open.isEmpty { result.append(open) }
          open = []
        }
      default: break
      }
    }
    return open.isEmpty ? result : result + [open]
  }

  /// 2·E[right] / (chosen + E[gold]) over text bytes.
  func expectedF1(_ kept: [Bool]) -> Double {
    var right = 0.0
    var chosen = 0.0
    var gold = 0.0
    for (index, segment) in segments.enumerated() {
      let length = Double(segment.length)
      gold += segment.probability * length
      if kept[index] {
        chosen += length
        right += segment.probability * length
      }
    }
    return chosen + gold > 0 ? 2 * right / (chosen + gold) : 1
  }
}
