import Pages

/// Draws a page's source as HTML, coloured by how many bits per byte it costs, with the faults marked.
struct SourceHeatMap {
  /// Source is cut into blocks of about this many bytes, which a browser lays out only when they come into sight.
  static let blockBytes = 4096

  private let source: PageSource
  private let key: String
  private let runs: [HeatRuns.Run]
  let grain: Int
  /// Faults by place, each with its number in the list.
  private let marks: [(number: Int, range: Range<Int>)]

  init(_ source: PageSource, key: String) {
    self.source = source
    self.key = key
    let heat = HeatRuns(source)
    runs = heat.runs
    grain = heat.grain
    marks = Self.marks(source)
  }

  /// Marks do not overlap: one that begins inside another, or where another does, stands at its end and is empty.
  private static func marks(_ source: PageSource) -> [(number: Int, range: Range<Int>)] {
    let utf8 = source.utf8
    func boundary(_ offset: Int) -> Int {
      var at = min(max(0, offset), utf8.count)
      while at < utf8.count, utf8[at] & 0xC0 == 0x80 { at += 1 }
      return at
    }
    var result: [(number: Int, range: Range<Int>)] = []
    var free = 0
    for (index, fault) in source.faults.enumerated().sorted(by: { $0.element.offset < $1.element.offset }) {
      let start = boundary(fault.offset)
      // Where something is missing the byte behind is marked; long faults would only be a coloured page.
      let end = boundary(start + min(max(1, fault.length), 80))
      result.append((index + 1, start < free ? free..<free : start..<end))
      free = max(free, end)
    }
    return result
  }

  /// The source as a list of `pre` elements.
  func html() -> String {
    let utf8 = source.utf8
    let lines = LineIndex(utf8)
    var html = ""
    html.reserveCapacity(utf8.count * 3)
    var start = 0
    var run = 0
    var mark = 0
    repeat {
      let end = blockEnd(start)
      let place = lines.position(of: start)
      html += "<pre data-o=\(start) data-l=\(place.line) data-c=\(place.column) data-b=\"\(costs(start..<end))\">"
      append(start..<end, run: &run, mark: &mark, to: &html)
      html += "</pre>\n"
      start = end
    } while start < utf8.count
    return html
  }

  /// At a line's end if one is near, never inside a character or a mark.
  private func blockEnd(_ start: Int) -> Int {
    let utf8 = source.utf8
    var end = start + Self.blockBytes
    guard end < utf8.count else { return utf8.count }
    while end < utf8.count, utf8[end] & 0xC0 == 0x80 { end += 1 }
    if let line = utf8[end..<min(end + Self.blockBytes / 2, utf8.count)].firstIndex(of: 0x0A) { end = line + 1 }
    // Marks are at most 80 bytes; the one that holds `end` is found from either side.
    if let holding = marks.first(where: { $0.range.contains(end) }) { end = holding.range.upperBound }
    return end
  }

  private func append(_ block: Range<Int>, run: inout Int, mark: inout Int, to html: inout String) {
    var at = block.lowerBound
    let isLast = block.upperBound == source.utf8.count
    while true {
      while mark < marks.count, marks[mark].range.lowerBound == at, at < block.upperBound || isLast {
        let (number, range) = marks[mark]
        html += open(number)
        if !range.isEmpty { append(runsIn: range, &run, to: &html) }
        html += "</a>"
        at = range.upperBound
        mark += 1
      }
      if at >= block.upperBound { return }
      let next = mark < marks.count ? min(marks[mark].range.lowerBound, block.upperBound) : block.upperBound
      append(runsIn: at..<next, &run, to: &html)
      at = next
    }
  }

  private func open(_ number: Int) -> String {
    let fault = source.faults[number - 1]
    let label = HTMLText.escaped("Fault \(number): \(fault.message)")
    return "<a class=f id=\(key)-f\(number) href=\"#\(key)-d\(number)\" data-n=\(number) aria-label=\"\(label)\">"
  }

  private func append(runsIn range: Range<Int>, _ run: inout Int, to html: inout String) {
    var at = range.lowerBound
    while at < range.upperBound {
      while run + 1 < runs.count, runs[run + 1].start <= at { run += 1 }
      let end = run + 1 < runs.count ? min(runs[run + 1].start, range.upperBound) : range.upperBound
      let level = runs[run].level
      if level > 0 { html += "<i class=c\(level)>" }
      for scalar in String(decoding: source.utf8[at..<end], as: UTF8.self).unicodeScalars {
        HTMLText.append(Self.shown(scalar), to: &html)
      }
      if level > 0 { html += "</i>" }
      at = end
    }
  }

  /// Controls that turn the order of text around would show a source that is not there.
  private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x202A...0x202E, 0x2066...0x2069: "\u{FFFD}"
    default: scalar
    }
  }

  /// Bits per byte of each UTF-16 unit of the block, as the script reads them: base64 of 255·√(bits / 32).
  private func costs(_ block: Range<Int>) -> String {
    var levels: [UInt8] = []
    levels.reserveCapacity(block.count)
    var index = block.lowerBound
    while index < block.upperBound {
      let start = index
      repeat { index += 1 } while index < block.upperBound && source.utf8[index] & 0xC0 == 0x80
      let mean = source.bits(start..<index) / Double(index - start)
      levels.append(UInt8((255 * (min(max(mean, 0), 32) / 32).squareRoot()).rounded()))
      if source.utf8[start] >= 0xF0 { levels.append(0) }
    }
    return HTMLText.base64(levels)
  }
}
