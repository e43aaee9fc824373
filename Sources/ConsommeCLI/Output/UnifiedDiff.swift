/// A unified diff between a page and the page with edits made.
enum UnifiedDiff {
  struct Edit {
    var start: Int
    var end: Int
    var insert: [UInt8]
  }

  private static let context = 3
  private static let newline: UInt8 = 0x0A

  /// - Parameters:
  ///   - edits: sorted, none touching another.
  ///   - name: of the page, before and after.
  /// - Returns: nothing where there are no edits.
  static func make(_ bytes: [UInt8], _ edits: [Edit], name: String) -> [UInt8] {
    guard !edits.isEmpty else { return [] }
    let starts = lineStarts(bytes)
    func line(of offset: Int) -> Int {
      var (low, high) = (0, starts.count)
      while high - low > 1 {
        let middle = (low + high) / 2
        if starts[middle] <= offset { low = middle } else { high = middle }
      }
      return low
    }
    func start(_ line: Int) -> Int { line < starts.count ? starts[line] : bytes.count }
    // Runs of lines that change; where an edit takes a line's end away, the line after it belongs to the run.
    var runs: [(lines: Range<Int>, edits: [Edit])] = []
    for edit in edits {
      let lines = line(of: edit.start)..<line(of: edit.end) + 1
      if let last = runs.last, lines.lowerBound < last.lines.upperBound {
        runs[runs.count - 1].lines = last.lines.lowerBound..<max(lines.upperBound, last.lines.upperBound)
        runs[runs.count - 1].edits.append(edit)
      } else {
        runs.append((lines, [edit]))
      }
    }
    var result = Array("--- \(name)\n+++ \(name)\n".utf8)
    var shift = 0
    var next = 0
    while next < runs.count {
      var last = next
      while last + 1 < runs.count, runs[last + 1].lines.lowerBound - runs[last].lines.upperBound <= 2 * context {
        last += 1
      }
      let first = max(0, runs[next].lines.lowerBound - context)
      let end = min(starts.count, runs[last].lines.upperBound + context)
      var body: [UInt8] = []
      var (place, added) = (first, 0)
      for run in runs[next...last] {
        for same in place..<run.lines.lowerBound { append(" ", bytes[start(same)..<start(same + 1)], &body) }
        for old in run.lines { append("-", bytes[start(old)..<start(old + 1)], &body) }
        let new = mended(bytes, start(run.lines.lowerBound)..<start(run.lines.upperBound), run.edits)
        let newStarts = new.isEmpty ? [] : lineStarts(new)
        for (index, from) in newStarts.enumerated() {
          append("+", new[from..<(index + 1 < newStarts.count ? newStarts[index + 1] : new.count)], &body)
        }
        added += newStarts.count - run.lines.count
        place = run.lines.upperBound
      }
      for same in place..<end { append(" ", bytes[start(same)..<start(same + 1)], &body) }
      let count = end - first
      result += Array("@@ -\(position(first, count)) +\(position(first + shift, count + added)) @@\n".utf8) + body
      shift += added
      next = last + 1
    }
    return result
  }

  /// An empty range is named by the line before it.
  private static func position(_ first: Int, _ count: Int) -> String { "\(count == 0 ? first : first + 1),\(count)" }

  private static func lineStarts(_ bytes: [UInt8]) -> [Int] {
    [0] + bytes.indices.filter { bytes[$0] == newline && $0 + 1 < bytes.count }.map { $0 + 1 }
  }

  private static func mended(_ bytes: [UInt8], _ range: Range<Int>, _ edits: [Edit]) -> [UInt8] {
    var result: [UInt8] = []
    var from = range.lowerBound
    for edit in edits {
      result += bytes[from..<edit.start] + edit.insert
      from = edit.end
    }
    return result + bytes[from..<range.upperBound]
  }

  private static func append(_ sign: String, _ line: ArraySlice<UInt8>, _ body: inout [UInt8]) {
    guard !line.isEmpty || sign != " " else { return }
    body += Array(sign.utf8) + line
    if line.last != newline { body += Array("\n\\ No newline at end of file\n".utf8) }
  }
}
