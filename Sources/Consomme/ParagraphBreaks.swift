extension Segment {
  /// A paragraph cut where two or more line breaks follow each other; any other segment is left whole.
  func paragraphs(_ inlines: InlineBuilder) -> [Segment] {
    guard block == .paragraph else { return [self] }
    var parts: [[InlinePiece]] = [[]]
    // Breaks, and white space among them, that nothing has followed yet.
    var held: [InlinePiece] = []
    var breaks = 0
    for piece in pieces {
      if piece.isBreak {
        breaks += 1
        held.append(piece)
        continue
      }
      if breaks > 0, case .text(let run) = piece, inlines.isBlank(run) {
        held.append(piece)
        continue
      }
      if breaks > 1, !parts[parts.count - 1].isEmpty {
        parts.append([])
      } else {
        parts[parts.count - 1] += held
      }
      parts[parts.count - 1].append(piece)
      held = []
      breaks = 0
    }
    guard parts.count > 1 else { return [self] }
    return parts.map { pieces in
      var part = self
      part.pieces = pieces
      return part
    }
  }
}

extension InlineBuilder {
  /// Whether a run shows nothing but white space.
  func isBlank(_ run: TextRun) -> Bool { page.sourceSlice(run.range).allSatisfy(\.isSpace) }
}
