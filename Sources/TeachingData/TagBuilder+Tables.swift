import PageTags

/// Tags of tables: https://html.spec.whatwg.org/#parsing-main-intable and the sections that follow it.
extension TagBuilder {
  /// Whether the innermost part of a table that is open is no cell and no caption: what comes now stands before the
  /// table.
  var isBetweenCells: Bool {
    switch open.modeElement {
    case .table, .thead, .tbody, .tfoot, .tr: true
    default: false
    }
  }

  mutating func startTablePart(_ token: HTMLToken) {
    let element = token.element
    let offset = token.range.lowerBound
    if element == .table { return startTable(token) }
    // Outside of tables the standard drops these tags; text on their two sides still reads as two blocks.
    guard open[.table] >= 0 else { return boundary(.block, token) }
    switch element {
    case .td, .th:
      leave([.td, .th, .caption], at: offset)
      if open.modeElement == .table { pushPart(.tbody, at: offset) }
      if open.modeElement != .tr { pushPart(.tr, at: offset) }
      startCell(token)
    case .tr:
      leave([.td, .th, .caption, .tr], at: offset)
      if open.modeElement == .table { pushPart(.tbody, at: offset) }
      pushPart(.tr, at: offset)
      boundary(open.context.isDataTable ? .row : .block, token)
    default:
      leave([.td, .th, .caption, .tr, .thead, .tbody, .tfoot], at: offset)
      if element == .col || element == .colgroup { return }
      clearToPart(at: offset)
      var inner = open.context
      if element == .caption {
        inner.isCell = inner.isDataTable
        inner.block = inner.isDataTable ? .caption : .paragraph
      }
      push(element, inner)
      boundary(.block, token)
    }
  }

  private mutating func startTable(_ token: HTMLToken) {
    let offset = token.range.lowerBound
    if isBetweenCells { pop(to: open[.table], at: offset) } else { closeParagraph(at: offset) }
    leaveLostAnchor(at: offset)
    var inner = open.context
    // A table inside a data table's cell is not one of its own.
    inner.isDataTable = !inner.isCell && dataTables.indices.contains(tablesSeen - 1) && dataTables[tablesSeen - 1]
    push(.table, inner)
    boundary(inner.isDataTable ? .table : .block, token)
  }

  /// Ends the open parts of the innermost table that are of `elements`, from the inside.
  private mutating func leave(_ elements: [HTMLElement], at offset: Int) {
    while open.mode >= 0, elements.contains(open.modeElement) { pop(to: open.mode, at: offset) }
  }

  private mutating func pushPart(_ element: HTMLElement, at offset: Int) {
    clearToPart(at: offset)
    push(element, open.context)
  }

  private mutating func startCell(_ token: HTMLToken) {
    clearToPart(at: token.range.lowerBound)
    var inner = open.context
    leaveLostAnchor(at: token.range.lowerBound)
    guard inner.isDataTable else {
      if !inner.isCell { inner.block = .paragraph }
      push(token.element, inner)
      return boundary(.block, token)
    }
    inner.isCell = true
    inner.block = token.element == .th ? .headerCell : .cell
    push(token.element, inner)
    if let span = attribute("colspan", of: token), let digits = span.value, digits.count < 9,
      let columns = Int(String(decoding: bytes[digits], as: UTF8.self)), columns > 1
    {
      value(span, .columnSpanOpen)
    }
    boundary(alignment(of: token), token, block: inner.block, list: inner.list)
  }

  private func alignment(of token: HTMLToken) -> Boundary {
    var align = lowercased("align", of: token) ?? ""
    if let style = lowercased("style", of: token)?.filter({ $0 != " " }), style.contains("text-align:") {
      for said in ["left", "start", "center", "right", "end"] where style.contains("text-align:" + said) {
        align = said
      }
    }
    return switch align {
    case "center", "middle": .centredCell
    case "right", "end": .rightCell
    default: .cell
    }
  }

  mutating func endTablePart(_ token: HTMLToken) {
    let element = token.element
    let place = open[element]
    if element == .table || place > open[.table] { pop(to: place, at: token.range.lowerBound) }
    if element != .col && element != .colgroup { boundary(.block, token) }
  }
}
