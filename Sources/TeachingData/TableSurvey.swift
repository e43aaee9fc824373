/// Decides which tables of a page hold data and which only lay it out.
///
/// Layout is a table that says so (`role="presentation"`), that holds another table, or that has one cell only; with
/// headings or a caption, one with more than four blocks a cell; without, one that is no grid of at least two by two,
/// has more blocks than cells, or whose cells hold 200 bytes of text and more on average.
struct TableSurvey {
  fileprivate struct Count {
    var index: Int
    var cells = 0
    var headers = 0
    var captions = 0
    var rows = 0
    var widest = 0
    var inRow = 0
    var blocks = 0
    var text = 0
    var isLayout = false

    var isData: Bool {
      let all = cells + headers
      if isLayout || all <= 1 { return false }
      if headers > 0 || captions > 0 { return blocks <= 4 * all }
      return widest > 1 && rows > 1 && blocks <= cells && text < 200 * cells
    }
  }

  private var isData: [Bool] = []
  private var open: [Count] = []

  /// One answer for each start tag of a table outside of svg and math, in order.
  static func survey(_ bytes: [UInt8], _ tokens: [HTMLToken], _ attributes: [HTMLAttribute]) -> [Bool] {
    var survey = TableSurvey()
    for token in tokens where token.namespace == .html {
      switch token.kind {
      case .startTag:
        if token.element == .table {
          survey.open(isLayout: saysLayout(bytes, attributes[token.attributes]))
        } else if !survey.open.isEmpty {
          survey.open[survey.open.count - 1].add(token.element)
        }
      case .endTag: if token.element == .table { survey.close() }
      case .text:
        if !survey.open.isEmpty, !bytes[token.range].allSatisfy(\.isHTMLSpace) {
          survey.open[survey.open.count - 1].text += token.range.count
        }
      default: break
      }
    }
    while !survey.open.isEmpty { survey.close() }
    return survey.isData
  }

  private static func saysLayout(_ bytes: [UInt8], _ attributes: ArraySlice<HTMLAttribute>) -> Bool {
    attributes.contains { attribute in
      guard attribute.name.count == 4, let value = attribute.value, value.count < 20,
        String(decoding: bytes[attribute.name], as: UTF8.self).lowercased() == "role"
      else { return false }
      return ["presentation", "none"].contains(String(decoding: bytes[value], as: UTF8.self).lowercased())
    }
  }

  private mutating func open(isLayout: Bool) {
    if !open.isEmpty { open[open.count - 1].isLayout = true }
    var count = Count(index: isData.count)
    count.isLayout = isLayout
    open.append(count)
    isData.append(false)
  }

  private mutating func close() {
    if let count = open.popLast() { isData[count.index] = count.isData }
  }
}

extension TableSurvey.Count {
  fileprivate mutating func add(_ element: HTMLElement) {
    switch element {
    case .tr:
      rows += 1
      inRow = 0
    case .td, .th:
      if element == .td { cells += 1 } else { headers += 1 }
      inRow += 1
      widest = max(widest, inRow)
    case .caption: captions += 1
    case .p, .div, .ul, .ol, .h1, .h2, .h3, .h4, .h5, .h6, .form, .section, .article: blocks += 1
    default: break
    }
  }
}
