/// Decides which tables of a page hold data and which only lay it out.
///
/// Layout: says so (`role=presentation`), holds another table, has a single column or cell without header or caption, or holds more
/// blocks than cells without any header.
struct TableSurvey {
  private struct Count {
    var index: Int
    var cells = 0
    var headers = 0
    var captions = 0
    var rows = 0
    var widest = 0
    var inRow = 0
    var blocks = 0
    var nested = false
    var declared = false

    var isData: Bool {
      if declared || nested || cells + headers == 0 { return false }
      if headers > 0 || captions > 0 { return cells + headers > 1 }
      return widest > 1 && rows > 1 && blocks <= cells
    }
  }

  /// One answer a table, in the order of their start tags.
  private(set) var isData: [Bool] = []
  private var open: [Count] = []

  mutating func start(_ element: HTMLElement, isPresentation: Bool) {
    switch element {
    case .table:
      if !open.isEmpty { open[open.count - 1].nested = true }
      open.append(Count(index: isData.count, declared: isPresentation))
      isData.append(false)
    case .tr, .td, .th, .caption, .p, .div, .ul, .ol, .h1, .h2, .h3, .h4, .h5, .h6, .form, .section, .article:
      guard let last = open.indices.last else { return }
      switch element {
      case .tr:
        open[last].rows += 1
        open[last].inRow = 0
      case .td, .th:
        if element == .td { open[last].cells += 1 } else { open[last].headers += 1 }
        open[last].inRow += 1
        open[last].widest = max(open[last].widest, open[last].inRow)
      case .caption: open[last].captions += 1
      default: open[last].blocks += 1
      }
    default: break
    }
  }

  mutating func end(_ element: HTMLElement) {
    if element == .table, let count = open.popLast() { isData[count.index] = count.isData }
  }

  mutating func finish() {
    while let count = open.popLast() { isData[count.index] = count.isData }
  }
}
