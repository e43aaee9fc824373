import Documents
import PageTags
import Pages

/// Builds inline trees from runs of text, pictures and breaks.
struct InlineBuilder {
  let page: TaggedPage
  let scan: TagScan

  /// Kinds of inline element. A tree has each at most once on the way to a leaf, which bounds its depth.
  private enum Layer: CaseIterable {
    case link, strong, emphasis, deleted, superscript, `subscript`, code
  }

  func build(_ pieces: [InlinePiece]) -> [Inline] { build(pieces[...], Layer.allCases) }

  /// What reaches farthest stands outside.
  private func build(_ pieces: ArraySlice<InlinePiece>, _ layers: [Layer]) -> [Inline] {
    var result: [Inline] = []
    var at = pieces.startIndex
    while at < pieces.endIndex {
      var outermost: Layer?
      var end = at
      for layer in layers {
        guard let key = key(pieces[at], layer) else { continue }
        let reach = reach(of: key, layer, in: pieces, from: at)
        // Code has no elements inside.
        if reach > end || (reach == end && outermost == nil) { (outermost, end) = (layer, reach) }
      }
      guard let outermost else {
        if let inline = leaf(pieces[at]) { result.append(inline) }
        at += 1
        continue
      }
      let group = pieces[at..<end]
      at = end
      let inner = layers.filter { $0 != outermost }
      switch outermost {
      case .link: result.append(link(key(group[group.startIndex], .link) ?? 0, build(group, inner)))
      case .strong: result.append(.strong(build(group, inner)))
      case .emphasis: result.append(.emphasis(build(group, inner)))
      case .deleted: result.append(.deleted(build(group, inner)))
      case .superscript: result.append(.superscript(build(group, inner)))
      case .subscript: result.append(.subscript(build(group, inner)))
      case .code: result += code(group, inner)
      }
    }
    return result
  }

  /// Where the run of `key` ends; breaks and pictures within it do not end it.
  private func reach(of key: Int, _ layer: Layer, in pieces: ArraySlice<InlinePiece>, from start: Int) -> Int {
    var end = start + 1
    var next = end
    while next < pieces.endIndex {
      if self.key(pieces[next], layer) == key {
        next += 1
        end = next
        continue
      }
      switch pieces[next] {
      case .lineBreak: next += 1
      case .image where layer != .link && layer != .code: next += 1
      default: return end
      }
    }
    return end
  }

  /// What a piece belongs to on a layer; nil: to nothing.
  private func key(_ piece: InlinePiece, _ layer: Layer) -> Int? {
    switch piece {
    case .text(let run):
      switch layer {
      case .link: run.anchor
      case .strong: run.marks.contains(.strong) ? 0 : nil
      case .emphasis: run.marks.contains(.emphasis) ? 0 : nil
      case .deleted: run.marks.contains(.deleted) ? 0 : nil
      case .superscript: run.marks.contains(.superscript) ? 0 : nil
      case .subscript: run.marks.contains(.subscript) ? 0 : nil
      case .code: run.marks.contains(.code) ? 0 : nil
      }
    case .image(let image): layer == .link ? image.anchor : nil
    case .lineBreak: nil
    }
  }

  /// Code holds plain text only; a link or a mark on a part of it cuts it.
  private func code(_ group: ArraySlice<InlinePiece>, _ layers: [Layer]) -> [Inline] {
    var result: [Inline] = []
    var at = group.startIndex
    while at < group.endIndex {
      let anchor = layers.contains(.link) ? key(group[at], .link) : nil
      var end = at + 1
      while end < group.endIndex {
        if case .lineBreak = group[end] {} else if layers.contains(.link), key(group[end], .link) != anchor { break }
        end += 1
      }
      let text = Inline.code(group[at..<end].map(plain).joined())
      result.append(anchor.map { link($0, [text]) } ?? text)
      at = end
    }
    return result
  }

  private func link(_ anchor: Int, _ content: [Inline]) -> Inline {
    let mark = scan.anchors[anchor]
    let title = mark.title.map { page.attributeText(scan.values[$0].range) }
    return .link(destination: page.attributeText(scan.values[mark.value].range), title: title, content)
  }

  private func leaf(_ piece: InlinePiece) -> Inline? {
    switch piece {
    case .text(let run): return .text(page.visibleText(run.range))
    case .image(let image):
      guard let source = image.source else { return nil }
      func value(_ index: Int?) -> String? { index.map { page.attributeText(scan.values[$0].range) } }
      return .image(source: value(source) ?? "", alternative: value(image.alternative) ?? "", title: value(image.title))
    case .lineBreak: return .lineBreak
    }
  }

  private func plain(_ piece: InlinePiece) -> String {
    switch piece {
    case .text(let run): page.visibleText(run.range)
    case .lineBreak: " "
    case .image: ""
    }
  }

  /// The text of a code block: its runs end to end, with the white space that condensing dropped; no empty lines around it.
  func code(_ segment: Segment) -> String {
    var text: [UInt8] = []
    for piece in segment.pieces {
      switch piece {
      case .text(let run):
        let slice = page.source[sourceRange(run.range)]
        text += CharacterReferences.decode(slice, inAttribute: false).utf8.filter { $0 != 0x0D }
      case .lineBreak: text.append(0x0A)
      case .image: break
      }
    }
    let end = (text.lastIndex { !$0.isSpace } ?? -1) + 1
    var start = 0
    for index in 0..<end {
      if text[index] == 0x0A { start = index + 1 } else if !text[index].isSpace { break }
    }
    return String(decoding: text[start..<end], as: UTF8.self)
  }

  /// A run in the uncondensed page, with the white space dropped just behind it.
  private func sourceRange(_ range: Range<Int>) -> Range<Int> {
    let plain = page.condensedMap.source(of: range)
    let next = page.condensedMap.source(of: range.upperBound)
    guard next > plain.upperBound, page.source[plain.upperBound..<next].allSatisfy(\.isSpace) else { return plain }
    return plain.lowerBound..<next
  }
}
