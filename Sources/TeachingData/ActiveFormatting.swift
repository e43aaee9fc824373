import PageTags

/// The formatting elements that are open, counted by name:
/// https://html.spec.whatwg.org/#the-list-of-active-formatting-elements as far as it decides which marks text has.
///
/// An element that was not closed before its block ended is no longer in the tree but comes back with the next text. In
/// between, a table can begin, whose cells then stand outside of it: so each name keeps how deep in the tree it is.
struct ActiveFormatting {
  private var counts = SIMD8<Int32>(repeating: 0)
  /// How many elements were open when the outermost of the name was; `lost` where it is not in the tree.
  private var depths = SIMD8<Int32>(repeating: lost)
  private static let lost = Int32.max
  /// From outside of the cell or object, whatever happens inside.
  private let inherited: InlineMarks
  /// What the cells of the innermost open table inherit.
  var ofTable: InlineMarks = []
  private(set) var marks: InlineMarks

  init(inherited: InlineMarks = []) {
    self.inherited = inherited
    marks = inherited
  }

  private static func place(_ element: HTMLElement) -> Int? {
    switch element {
    case .b: 0
    case .strong: 1
    case .i: 2
    case .em: 3
    case .code: 4
    case .tt: 5
    case .s: 6
    case .strike: 7
    default: nil
    }
  }

  private static let markOfPlace: [InlineMarks] = [
    .strong, .strong, .emphasis, .emphasis, .code, .code, .deleted, .deleted,
  ]

  private func marks(where isIn: SIMDMask<SIMD8<Int32>>) -> InlineMarks {
    var marks = inherited
    for place in 0..<8 where isIn[place] { marks.formUnion(Self.markOfPlace[place]) }
    return marks
  }

  /// Marks of the formatting elements that are in the tree.
  var marksInTree: InlineMarks { marks(where: (counts .> 0) .& (depths .!= Self.lost)) }

  mutating func open(_ element: HTMLElement, depth: Int) {
    guard let place = Self.place(element) else { return }
    counts[place] += 1
    if counts[place] == 1 { depths[place] = Int32(truncatingIfNeeded: depth) }
    marks.formUnion(Self.markOfPlace[place])
  }

  /// Takes an end tag. It does not reach an element in the tree outside of the innermost `scope`.
  mutating func close(_ element: HTMLElement, scope: Int) {
    guard let place = Self.place(element), counts[place] > 0 else { return }
    if depths[place] != Self.lost, scope >= Int(depths[place]) { return }
    counts[place] -= 1
    if counts[place] == 0 { depths[place] = Self.lost }
    marks = marks(where: counts .> 0)
  }

  /// Content follows that brings back formatting that blocks took along when they ended.
  @inline(__always)
  mutating func reopen(depth: Int) {
    if marks.isEmpty { return }
    let isBack = (counts .> 0) .& (depths .== Self.lost)
    depths.replace(with: Int32(truncatingIfNeeded: depth), where: isBack)
  }

  /// The stack of open elements shrank to `depth`.
  @inline(__always)
  mutating func lose(beyond depth: Int) {
    if marks.isEmpty { return }
    depths.replace(with: Self.lost, where: depths .> Int32(truncatingIfNeeded: depth))
  }
}
