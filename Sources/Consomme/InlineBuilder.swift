import Documents
import PageTags
import Pages

/// Builds inline trees from runs of text, pictures and breaks.
struct InlineBuilder {
  let page: TaggedPage
  let scan: TagScan

  /// How inline elements nest, from outside in. The depth of a tree is fixed by this list.
  private enum Layer: CaseIterable {
    case link, strong, emphasis, deleted, superscript, `subscript`, code
  }

  func build(_ pieces: [InlinePiece]) -> [Inline] { build(pieces[...], Layer.allCases[...]) }

  private func build(_ pieces: ArraySlice<InlinePiece>, _ layers: ArraySlice<Layer>) -> [Inline] {
    guard let layer = layers.first else { return pieces.compactMap(leaf) }
    let inner = layers.dropFirst()
    var result: [Inline] = []
    var at = pieces.startIndex
    while at < pieces.endIndex {
      let key = self.key(pieces[at], layer)
      var end = at + 1
      while end < pieces.endIndex, self.key(pieces[end], layer) == key { end += 1 }
      let group = pieces[at..<end]
      at = end
      guard let key else {
        result += build(group, inner)
        continue
      }
      switch layer {
      case .link: result.append(link(key, build(group, inner)))
      case .strong: result.append(.strong(build(group, inner)))
      case .emphasis: result.append(.emphasis(build(group, inner)))
      case .deleted: result.append(.deleted(build(group, inner)))
      case .superscript: result.append(.superscript(build(group, inner)))
      case .subscript: result.append(.subscript(build(group, inner)))
      case .code: result.append(.code(group.map(plain).joined()))
      }
    }
    return result
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

  private func link(_ anchor: Int, _ content: [Inline]) -> Inline {
    let mark = scan.anchors[anchor]
    let title = mark.title.map { page.attributeText(scan.values[$0].range) }
    return .link(destination: page.attributeText(scan.values[mark.value].range), title: title, content)
  }

  private func leaf(_ piece: InlinePiece) -> Inline? {
    switch piece {
    case .text: return .text(plain(piece))
    case .image(let image):
      guard let source = image.source else { return nil }
      func value(_ index: Int?) -> String? { index.map { page.attributeText(scan.values[$0].range) } }
      return .image(source: value(source) ?? "", alternative: value(image.alternative) ?? "", title: value(image.title))
    case .lineBreak: return .lineBreak
    }
  }

  private func plain(_ piece: InlinePiece) -> String {
    guard case .text(let run) = piece else { return "" }
    return CharacterReferences.decode(page.sourceSlice(run.range), inAttribute: false)
  }

  /// The text of a code block: its runs end to end, with the white space that condensing dropped.
  func code(_ segment: Segment) -> String {
    var text = ""
    for piece in segment.pieces {
      switch piece {
      case .text(let run): text += CharacterReferences.decode(page.source[sourceRange(run.range)], inAttribute: false)
      case .lineBreak: text += "\n"
      case .image: break
      }
    }
    text = text.split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "\n")
    while text.last == "\n" || text.last == " " { text.removeLast() }
    while text.first == "\n" { text.removeFirst() }
    return text
  }

  /// A run in the uncondensed page, with the white space dropped just behind it.
  private func sourceRange(_ range: Range<Int>) -> Range<Int> {
    let plain = page.condensedMap.source(of: range)
    let next = page.condensedMap.source(of: range.upperBound)
    guard next > plain.upperBound, page.source[plain.upperBound..<next].allSatisfy({ $0 <= 0x20 }) else { return plain }
    return plain.lowerBound..<next
  }
}
