/// The elements whose names mean something to the teacher.
enum HTMLElement: UInt8 {
  case other, a, area, base, link, img, script, style, iframe, frame, embed, object, source, video, audio, track, input
  case p, h1, h2, h3, h4, h5, h6, pre, listing, xmp, plaintext, blockquote, ul, ol, menu, dir, li, dl, dt, dd
  case table, caption, thead, tbody, tfoot, tr, td, th, colgroup, col
  case b, strong, i, em, cite, dfn, `var`, code, kbd, samp, tt, del, s, strike, sup, sub
  case br, hr, body, html, head, title, textarea, template, svg, math, noscript, select, option, optgroup, button
  case address, article, aside, center, details, dialog, div, fieldset, figcaption, figure, footer, form, header,
    hgroup, main
  case nav, search, section, summary, legend

  private static let byName: [UInt64: HTMLElement] = {
    var map: [UInt64: HTMLElement] = [:]
    for raw in UInt8(1)...summaryEnd { if let e = HTMLElement(rawValue: raw) { map[key(Array("\(e)".utf8)[...])] = e } }
    return map
  }()
  private static let summaryEnd = HTMLElement.legend.rawValue

  /// FNV-1a over the lower-cased name.
  private static func key(_ name: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)) &* 0x100_0000_01b3 }
    return hash
  }

  init(name: ArraySlice<UInt8>) {
    self = name.count > 10 ? .other : Self.byName[Self.key(name)] ?? .other
  }

  var headingLevel: Int? {
    (Self.h1.rawValue...Self.h6.rawValue).contains(rawValue) ? Int(rawValue - Self.h1.rawValue) + 1 : nil
  }

  /// Begins and ends blocks of text, and closes an open paragraph.
  var isBlock: Bool {
    switch self {
    case .p, .h1, .h2, .h3, .h4, .h5, .h6, .pre, .listing, .xmp, .plaintext, .blockquote, .ul, .ol, .menu, .dir, .li,
      .dl, .dt, .dd,
      .table, .hr, .address, .article, .aside, .center, .details, .dialog, .div, .fieldset, .figcaption, .figure,
      .footer, .form,
      .header, .hgroup, .main, .nav, .search, .section, .summary:
      true
    default: false
    }
  }

  /// Changes of text block that close no paragraph.
  var isBreak: Bool {
    switch self {
    case .caption, .thead, .tbody, .tfoot, .tr, .td, .th, .body, .html, .head, .title, .select, .option, .optgroup,
      .legend, .textarea:
      true
    default: isBlock
    }
  }

  /// Elements beyond which an end tag inside does not reach, and formatting outside does not act (markers).
  var isScope: Bool {
    switch self {
    case .table, .caption, .td, .th, .button, .object, .template, .html: true
    default: false
    }
  }
}
