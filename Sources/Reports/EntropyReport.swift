/// The parts of `entropy --format html`.
public enum EntropyReport {
  public static let title = "Bits per byte"

  public static let introduction = """
    <p>What each byte of the source costs the model that has read everything before it: the more, the less it was expected. \
    Outlined places with a number are faults.</p>

    """

  /// One page: its numbers, the sparkline, the faults, and its source as a heat map.
  public static func section(_ source: PageSource) -> String {
    let key = source.key
    return """
      <section class=page aria-labelledby=\(key)><h2 id=\(key)>\(HTMLText.escaped(source.name))</h2>
      <p>\(HTMLText.count(source.utf8.count)) bytes, \(HTMLText.number(source.totalBits, digits: 0)) bits, \
      <strong>\(HTMLText.number(source.bitsPerByte, digits: 3)) bits per byte</strong></p>
      <h3>Faults</h3>
      \(FaultList(source: source, key: key).html())\(sourceView(source, key: key))</section>

      """
  }

  /// The id that the section of a page begins with.
  public static func anchor(_ source: PageSource) -> String { source.key }

  /// A row of the summary.
  public static func row(_ source: PageSource) -> [SummaryTable.Cell] {
    [
      .count(source.utf8.count), .number(source.totalBits, digits: 0), .number(source.bitsPerByte, digits: 3),
      .count(source.faults.count),
    ]
  }

  public static let columns = ["bytes", "bits", "bits per byte", "faults"]

  /// The heat map with its legend, sparkline and readout.
  static func sourceView(_ source: PageSource, key: String) -> String {
    let map = SourceHeatMap(source, key: key)
    let grain = map.grain > 1 ? " Each stretch of about \(map.grain) bytes has one colour." : ""
    return """
      <h3 id=\(key)-s>Source</h3>
      <p class=legend>Bits per byte: \(legend)\(grain)</p>
      <p class="hint soft" hidden>Point at a character, or put the focus on the source and use the arrow keys, to read what it \
      costs; N and P go to the next fault and the one before; drag in the strip to jump.</p>
      <div class=view>\(BitsStrip(source: source, key: key).html())\
      <div class=source tabindex=0 role=group aria-labelledby=\(key)-s>
      \(map.html())<div class=cursor hidden></div></div>
      <output class=readout hidden></output></div>

      """
  }

  private static var legend: String {
    let classes = HeatRuns.classes
    func shown(_ bits: Double) -> String { HTMLText.number(bits, digits: bits < 1 ? 1 : 0) }
    return classes.indices.map { index in
      let range =
        index + 1 < classes.count
        ? "\(shown(classes[index]))–\(shown(classes[index + 1]))" : "\(shown(classes[index]))+"
      return "<i class=c\(index + 1)>\(range)</i>"
    }.joined(separator: " ")
  }
}
