/// The heaviest sequence of blocks that is in order both on the page and in the gold.
///
/// A weighted longest increasing subsequence, by a Fenwick tree of maxima over the ends of gold ranges. A link that goes on in
/// the gold where another ended gets a bonus, more if it stands near that one on the page: so a copy of a text is taken
/// whole or not at all.
struct GoldChain {
  struct Link {
    var block: Int
    /// Words of the gold that the block stands for; not empty.
    var gold: Range<Int>
    var weight: Int
  }

  private struct Node {
    var link: Link
    var total: Int
    var previous: Int
  }

  private var nodes: [Node] = []
  /// Index of the heaviest node of each Fenwick cell, -1 for none.
  private var tree: [Int]
  /// The node last seen to end at each place of the gold, unless it is much lighter than the one before; -1 for none.
  private var ending: [Int]

  init(goldCount: Int) {
    tree = [Int](repeating: -1, count: goldCount + 2)
    ending = [Int](repeating: -1, count: goldCount + 1)
  }

  /// Adds the possible places of one block. Blocks come in the order of the page.
  mutating func add(_ links: [Link]) {
    let first = nodes.count
    for link in links where !link.gold.isEmpty {
      var (total, previous) = heaviest(endingBy: link.gold.lowerBound)
      for end in max(0, link.gold.lowerBound - 1)...link.gold.lowerBound where ending[end] >= 0 {
        let candidate = nodes[ending[end]]
        let distance = link.block - candidate.link.block
        let continued = candidate.total + (distance <= 2 ? 7 : distance <= 8 ? 5 : distance <= 30 ? 3 : 1)
        if continued >= total { (total, previous) = (continued, ending[end]) }
      }
      nodes.append(Node(link: link, total: total + link.weight, previous: previous))
    }
    // Only now, so that a block never follows itself.
    for index in first..<nodes.count { enter(index) }
  }

  private func heaviest(endingBy place: Int) -> (total: Int, node: Int) {
    var best = (total: 0, node: -1)
    var cell = place + 1
    while cell > 0 {
      let node = tree[cell]
      if node >= 0, nodes[node].total > best.total { best = (nodes[node].total, node) }
      cell &= cell - 1
    }
    return best
  }

  private mutating func enter(_ index: Int) {
    let node = nodes[index]
    let end = node.link.gold.upperBound
    if ending[end] < 0 || nodes[ending[end]].total <= node.total + 6 { ending[end] = index }
    var cell = end + 1
    while cell < tree.count {
      // Of equals the later one: it is nearer to what follows.
      if tree[cell] < 0 || nodes[tree[cell]].total <= node.total { tree[cell] = index }
      cell += cell & -cell
    }
  }

  /// The heaviest chain, in order.
  func best() -> [Link] {
    var result: [Link] = []
    var at = nodes.indices.max { nodes[$0].total < nodes[$1].total } ?? -1
    while at >= 0 {
      result.append(nodes[at].link)
      at = nodes[at].previous
    }
    return result.reversed()
  }
}
