/// Element names the corrupter needs to know, by `ElementName` hash.
struct ElementName: Hashable, Sendable {
  /// FNV-1a of the lower-cased ASCII name: comparing two words of a few bytes without making strings.
  var hash: UInt64

  init(hash: UInt64) { self.hash = hash }

  init(_ name: some Sequence<UInt8>) {
    hash = 0xcbf2_9ce4_8422_2325
    for byte in name {
      let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
      hash = (hash ^ UInt64(lower)) &* 0x100_0000_01b3
    }
  }

  init(_ name: String) { self.init(name.utf8) }

  static func list(_ names: String) -> [ElementName] { names.split(separator: " ").map { ElementName($0.utf8) } }

  static let anchor = ElementName("a")
  static let paragraph = ElementName("p")

  /// Elements of which neither tag may be left out, so that losing one is a fault.
  static let paired = Set(
    list(
      """
      a div span b em strong i h1 h2 h3 h4 h5 h6 table ul ol dl section article button title form nav figure figcaption \
      header footer label select main aside blockquote pre code u s del ins sub sup small q cite abbr textarea fieldset \
      legend video audio picture canvas address details summary center font
      """))

  /// Paired elements whose end tag people leave behind: those a stray end tag is made of.
  static let strayNames =
    "a div span b em strong i h2 h3 table ul ol section article button form nav figure header label"
    .split(separator: " ").map { Array($0.utf8) }

  /// Start and end tags of these end a paragraph (WHATWG HTML, "A start tag whose tag name is one of …").
  static let blocks = Set(
    list(
      """
      address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 \
      h5 h6 header hgroup hr main menu nav ol p pre section summary table ul li dd dt tr td th tbody thead tfoot caption \
      body html head
      """))

  /// Elements whose content is text that no tag interrupts.
  static let rawText = Set(list("script style textarea title xmp iframe noembed noframes plaintext"))

  /// A misspelling must not give another one of these.
  static let known = paired.union(blocks).union(rawText).union(
    list(
      """
      area base br col colgroup dfn embed img input kbd link map mark menuitem meta meter noscript object optgroup option \
      output param progress rp rt ruby samp slot source svg g path rect circle use template time track tt big strike var wbr \
      data datalist bdi bdo frame frameset
      """))

  /// Attribute names that a misspelling must not give.
  static let knownAttributes = Set(
    list(
      """
      class id href src alt title rel style name content type value width height target lang dir role for action method \
      srcset sizes media data charset property colspan rowspan border align color size start cite loading
      """))
}
