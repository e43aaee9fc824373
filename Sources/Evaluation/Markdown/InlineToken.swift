/// The inline content of a block, flat: marks and links nest as pairs.
enum InlineToken: Hashable, Sendable {
  enum Mark: Hashable, Sendable { case strong, emphasis, deleted }

  case text([UInt8])
  /// From a backslash escape or a character reference.
  case special([UInt8])
  case code([UInt8])
  case softBreak
  case hardBreak
  case open(Mark)
  case close(Mark)
  case openLink(destination: [UInt8])
  case closeLink
  case image(source: [UInt8], alternative: [UInt8])
  case html([UInt8])
}
