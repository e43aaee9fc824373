import PageTags

/// What holds for text at one place of the tree.
struct TextContext {
  var block = BlockKind.paragraph
  var list = ListNesting.none
  /// Of elements that mark as long as they are open: quotes, superscripts, keyboard input …
  var marks: InlineMarks = []
  /// Inside the innermost table that holds data.
  var isDataTable = false
  /// Inside a cell or caption of such a table: all text there is the cell's.
  var isCell = false
}

/// The stack of open elements that matter: the special ones of
/// https://html.spec.whatwg.org/#the-stack-of-open-elements, marks, options.
///
/// Every question tree construction asks ("is there a `p` in button scope?") compares the places of the innermost
/// elements of two sets, which the stack keeps up to date: O(1), however deep pages nest.
struct OpenElements {
  struct Entry {
    var element: HTMLElement
    var context: TextContext
    /// The innermost before: of the same element, of the special ones, barriers, scopes, modes.
    fileprivate var same: Int32
    fileprivate var outer: SIMD4<Int32>
  }

  private(set) var entries: [Entry] = []
  /// The place of the innermost of each element; −1 where none is open.
  private var innermost = [Int32](repeating: -1, count: HTMLElement.allCases.count)
  /// Of the special ones, barriers, scopes, modes.
  private var innermostOf = SIMD4<Int32>(repeating: -1)

  var count: Int { entries.count }
  var context: TextContext { entries.last?.context ?? TextContext() }
  var top: HTMLElement { entries.last?.element ?? .other }

  @inline(__always)
  subscript(element: HTMLElement) -> Int { Int(innermost[Int(element.rawValue)]) }

  var special: Int { Int(innermostOf[0]) }
  var barrier: Int { Int(innermostOf[1]) }
  var scope: Int { Int(innermostOf[2]) }
  /// The table part or select whose rules hold.
  var mode: Int { Int(innermostOf[3]) }
  var modeElement: HTMLElement { mode < 0 ? .other : entries[mode].element }
  var buttonScope: Int { max(scope, self[.button]) }
  var listItemScope: Int { max(scope, self[.ol], self[.ul]) }
  var heading: Int { max(self[.h1], self[.h2], self[.h3], self[.h4], self[.h5], self[.h6]) }

  mutating func push(_ element: HTMLElement, _ context: TextContext) {
    let place = Int32(truncatingIfNeeded: entries.count)
    let traits = element.traits
    entries.append(
      Entry(element: element, context: context, same: innermost[Int(element.rawValue)], outer: innermostOf))
    innermost[Int(element.rawValue)] = place
    if traits.contains(.special) { innermostOf[0] = place }
    if traits.contains(.barrier) { innermostOf[1] = place }
    if traits.contains(.scope) { innermostOf[2] = place }
    if traits.contains(.mode) { innermostOf[3] = place }
  }

  mutating func pop() -> HTMLElement? {
    guard let entry = entries.popLast() else { return nil }
    if entry.element != .other { innermost[Int(entry.element.rawValue)] = entry.same }
    innermostOf = entry.outer
    return entry.element
  }

  /// Takes the innermost `element` out of the game but leaves what it holds open, as the end tag of a form does.
  mutating func forget(_ element: HTMLElement) {
    let place = self[element]
    guard place >= 0 else { return }
    innermost[Int(element.rawValue)] = entries[place].same
    entries[place].element = .other
  }
}
