/// Which parts of a page's tree are to be read.
struct Selection {
  /// The subtrees to read, in order, none inside another.
  var roots: [Int]
  /// Nodes to leave out, with all below them.
  var excluded: [Bool]
  /// Whether what is neither shown nor content (buttons, hidden parts) is left out too.
  var isMainContent: Bool

  static func wholePage(of tree: PageTree) -> Selection {
    Selection(
      roots: tree.nodes.isEmpty ? [] : [0], excluded: [Bool](repeating: false, count: tree.nodes.count),
      isMainContent: false)
  }
}
