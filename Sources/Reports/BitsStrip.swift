/// A sparkline of a whole page: mean bits per byte from its first byte to its last, faults as ticks, and a slider to jump by.
struct BitsStrip {
  private static let columns = 300
  private static let height = 40.0
  /// Bits per byte at the top.
  private static let ceiling = 9.0

  let source: PageSource
  let key: String

  func html(jumps: Bool = true) -> String {
    let count = source.utf8.count
    guard count > 0 else { return "" }
    let columns = min(Self.columns, count)
    let means = (0..<columns).map { column -> Double in
      let range = column * count / columns..<(column + 1) * count / columns
      return source.bits(range) / Double(max(1, range.count))
    }
    func y(_ bits: Double) -> String {
      HTMLText.number(Self.height * (1 - (min(bits, Self.ceiling) / Self.ceiling).squareRoot()), digits: 1)
    }
    var path = "M0 \(HTMLText.number(Self.height, digits: 0))"
    for (column, mean) in means.enumerated() { path += "V\(y(mean))H\(column + 1)" }
    path += "V\(HTMLText.number(Self.height, digits: 0))Z"
    let ticks = source.faults.map { fault -> String in
      let x = HTMLText.number(Double(min(max(0, fault.offset), count)) * Double(columns) / Double(count), digits: 2)
      return "M\(x) 0V\(HTMLText.number(Self.height, digits: 0))"
    }.joined()
    let highest = means.indices.max { means[$0] < means[$1] } ?? 0
    let sentence =
      "Bits per byte along the page: \(HTMLText.number(source.bitsPerByte, digits: 2)) on average, most near "
      + "\(highest * 100 / columns) % of the way. \(HTMLText.plural(source.faults.count, "fault"))."
    return """
      <div class=strip><svg role=img aria-label="\(sentence)" viewBox="0 0 \(columns) 40" preserveAspectRatio=none>\
      <path class=area d="\(path)"/><path class=tick d="\(ticks)"/></svg>\
      \(jumps ? "<input type=range min=0 max=1000 value=0 hidden aria-label=\"Jump to a place of the page\">" : "")</div>

      """
  }
}
