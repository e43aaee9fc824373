import PageTags

/// Collects the edits for one page, then makes the broken page of them.
final class CorruptionPlanner {
  let bytes: [UInt8]
  /// Labels of the page as given; clearing an anchor that lost its start tag is done here.
  var tags: [ByteTags]
  let oldFaults: [Fault]
  private(set) lazy var survey = MarkupSurvey(bytes)
  private(set) lazy var json = JSONSurvey(bytes)
  var random: CorrupterRandom
  /// Ascending by offset.
  private(set) var edits: [(kind: FaultKind, edit: CorruptionEdit)] = []

  init(page: TaughtPage, random: CorrupterRandom) {
    bytes = page.bytes
    tags = page.tags
    oldFaults = page.faults
    self.random = random
  }

  /// Plants a fault of this kind; false where the page has no place for it.
  func plant(_ kind: FaultKind) -> Bool {
    guard let edit = edit(for: kind), isFree(edit.range) else { return false }
    edits.insert((kind, edit), at: edits.partitioningIndex { $0.edit.offset >= edit.offset })
    return true
  }

  /// Whether a change of `range` keeps the distance from all other changes.
  func isFree(_ range: Range<Int>) -> Bool {
    let next = edits.partitioningIndex { $0.edit.offset >= range.lowerBound }
    if next < edits.count, edits[next].edit.offset < range.upperBound + Corrupter.spacing { return false }
    return next == 0 || edits[next - 1].edit.range.upperBound + Corrupter.spacing <= range.lowerBound
  }

  /// One of `items` that `accept` takes, all such equally likely.
  func draw<Item>(_ items: [Item], where accept: (Item) -> Bool) -> Item? {
    guard !items.isEmpty else { return nil }
    // Rejection sampling first: usually far cheaper than looking at all items.
    for _ in 0..<16 {
      let item = items[random.below(items.count)]
      if accept(item) { return item }
    }
    var chosen: Item?
    var seen = 0
    for item in items where accept(item) {
      seen += 1
      if random.oneIn(seen) { chosen = item }
    }
    return chosen
  }

  // MARK: Making the broken page

  func finish() -> (page: TaughtPage, repairs: [PlantedRepair]) {
    var outputBytes: [UInt8] = []
    var outputTags: [ByteTags] = []
    let growth = edits.reduce(0) { $0 + $1.edit.insert.count }
    outputBytes.reserveCapacity(bytes.count + growth)
    outputTags.reserveCapacity(bytes.count + growth)
    var faults: [Fault] = []
    var repairs: [PlantedRepair] = []
    var old = oldFaults[...]
    var position = 0

    for (kind, edit) in edits {
      outputBytes.append(contentsOf: bytes[position..<edit.offset])
      outputTags.append(contentsOf: tags[position..<edit.offset])
      while let fault = old.first, fault.offset < edit.range.upperBound {
        let shift = outputBytes.count - edit.offset
        faults.append(Fault(offset: min(fault.offset, edit.offset) + shift, kind: fault.kind))
        old.removeFirst()
      }
      repairs.append(
        PlantedRepair(offset: outputBytes.count, delete: edit.insert.count, insert: Array(bytes[edit.range])))
      faults.append(Fault(offset: outputBytes.count + edit.faultShift, kind: kind))
      outputTags.append(contentsOf: insertedLabels(edit))
      outputBytes.append(contentsOf: edit.insert)
      carryLabels(of: edit, to: &outputTags)
      position = edit.range.upperBound
    }
    for fault in old { faults.append(Fault(offset: fault.offset - position + outputBytes.count, kind: fault.kind)) }
    outputBytes.append(contentsOf: bytes[position...])
    outputTags.append(contentsOf: tags[position...])

    // A fault at the very end stands on the last byte, so that some byte can say it.
    let last = max(0, outputBytes.count - 1)
    for index in faults.indices { faults[index].offset = min(faults[index].offset, last) }
    faults.sort { $0.offset < $1.offset }
    return (TaughtPage(bytes: outputBytes, tags: outputTags, faults: faults), repairs)
  }

  private func insertedLabels(_ edit: CorruptionEdit) -> [ByteTags] {
    switch edit.labels {
    case .given(let labels): return labels
    case .markup: return [ByteTags](repeating: markupLabel(at: edit.offset), count: edit.insert.count)
    case .text:
      let neighbour = edit.offset < tags.count && tags[edit.offset].content != .markup ? edit.offset : edit.offset - 1
      var label = neighbour >= 0 && neighbour < tags.count ? tags[neighbour] : ByteTags()
      label.boundary = .none
      return [ByteTags](repeating: label, count: edit.insert.count)
    }
  }

  /// The label of meaningless markup put in before byte `offset`.
  func markupLabel(at offset: Int) -> ByteTags {
    guard offset > 0, offset <= tags.count else { return ByteTags() }
    var label = tags[offset - 1]
    label.content = .markup
    label.boundary = .none
    label.attribute = .none
    label.anchor = label.anchor == .none ? .none : .inside
    return label
  }

  /// Where a deleted byte said that something opens or ends there, the byte before it says so now.
  private func carryLabels(of edit: CorruptionEdit, to output: inout [ByteTags]) {
    let target = output.count - 1
    guard target >= 0 else { return }
    if case .given = edit.labels { return }
    for deleted in tags[edit.range] {
      if edit.carriesOpenings {
        if deleted.anchor == .open { output[target].anchor = .open }
        if deleted.attribute.isOpening, output[target].attribute == .none {
          output[target].attribute = deleted.attribute
        }
      }
      // What a list item or cell begins says more than that a block ends.
      let old = output[target].boundary
      guard edit.carriesBoundaries, deleted.boundary != .none, old == .none || old == .block else { continue }
      output[target].boundary = deleted.boundary
      switch deleted.boundary {
      case .item, .list, .uncheckedTask, .checkedTask: output[target].list = deleted.list
      case .cell, .centredCell, .rightCell: output[target].block = deleted.block
      default: break
      }
    }
  }
}

extension AttributeTag {
  fileprivate var isOpening: Bool { self != .none && self != .value }
}

extension Array {
  /// The first index whose element fulfils `predicate`, which must be false before it and true from there on.
  func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
