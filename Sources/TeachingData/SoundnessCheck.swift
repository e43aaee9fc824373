/// Where a page's own markup is broken, as far as a tokenizer and a stack of open elements can tell.
///
/// Real pages hold stray and missing tags of their own, which the fault head must not learn as sound markup,
/// and those teach nothing: to call them clean would teach the head to pass over what it is to find. Parse errors as in
/// https://html.spec.whatwg.org/#parse-errors and #tree-construction, without foster parenting and the adoption agency.
public struct SoundnessCheck {
  /// Byte offsets of the faults found, ascending.
  public private(set) var faults: [Int] = []
  private let bytes: [UInt8]
  /// Names of open elements: their `HTMLElement`, or a hash from 1,000 on for names the teacher does not know.
  private var open: [Int] = []
  private var counts: [Int: Int] = [:]

  /// Stops counting after `limit` faults.
  public static func faults(in utf8: [UInt8], limit: Int = 64) -> [Int] {
    var check = SoundnessCheck(utf8)
    check.run(limit: limit)
    return check.faults
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  private mutating func run(limit: Int) {
    var tokenizer = HTMLTokenizer(bytes)
    while let token = tokenizer.next(), faults.count < limit {
      switch token.kind {
      case .text: check(text: token.range)
      case .startTag:
        check(tokenizer.attributes[token.attributes], of: token)
        if token.namespace == .html { start(token) }
      case .endTag: if token.namespace == .html { end(token) }
      case .comment:
        let isComment =
          bytes[token.range].starts(with: "<!--".utf8) || bytes[token.range].starts(with: "<![CDATA[".utf8)
        if !isComment { report(token.range.lowerBound) }
      case .cutOff: report(token.range.lowerBound)
      case .doctype, .rawText: break
      }
    }
    if faults.count < limit, open.contains(where: { !Self.endsUnsaid.contains($0) }) { report(bytes.count) }
  }

  private mutating func report(_ offset: Int) { faults.append(offset) }

  /// A `<` that begins no tag.
  private mutating func check(text range: Range<Int>) {
    if let place = bytes[range].firstIndex(of: 0x3c) { report(place) }
  }

  private mutating func check(_ attributes: ArraySlice<HTMLAttribute>, of token: HTMLToken) {
    var names: Set<ArraySlice<UInt8>> = []
    var lastValue: Range<Int>?
    for attribute in attributes.prefix(64) {
      let name = bytes[attribute.name]
      if name.contains(where: { $0 == 0x22 || $0 == 0x27 || $0 == 0x3c }) || name.first == 0x3d {
        report(attribute.name.lowerBound)
      }
      if let lastValue, attribute.name.lowerBound == lastValue.upperBound + 1 { report(attribute.name.lowerBound) }
      lastValue = attribute.quote == .none ? nil : attribute.value
      if attribute.quote == .none, let value = attribute.value,
        bytes[value].contains(where: { $0 == 0x22 || $0 == 0x27 || $0 == 0x3c || $0 == 0x60 })
      {
        report(value.lowerBound)
      }
      if !names.insert(ArraySlice(name.map(\.lowercased))).inserted { report(attribute.name.lowerBound) }
    }
  }

  private func key(_ token: HTMLToken) -> Int {
    if token.element != .other { return Int(token.element.rawValue) }
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in bytes[token.name] { hash = (hash ^ UInt64(byte.lowercased)) &* 1_099_511_628_211 }
    return 1000 + Int(hash >> 20)
  }

  private static func keys(_ elements: [HTMLElement]) -> Set<Int> { Set(elements.map { Int($0.rawValue) }) }
  private static let void = keys([
    .area, .base, .br, .col, .embed, .hr, .img, .input, .link, .meta, .param, .source, .track, .wbr, .keygen, .frame,
  ])
  /// Elements whose end tag may be left out.
  private static let endsUnsaid = keys([
    .html, .head, .body, .p, .li, .dt, .dd, .option, .optgroup, .colgroup, .thead, .tbody, .tfoot, .tr, .td, .th,
  ])
  private static let closesParagraph = keys(
    HTMLElement.allCases.filter { $0.traits.contains(.block) } + [.hr, .table, .li, .dt, .dd])
  private static let paragraph = Int(HTMLElement.p.rawValue)

  private mutating func push(_ key: Int) {
    open.append(key)
    counts[key, default: 0] += 1
  }

  private mutating func pop() {
    if let key = open.popLast() { counts[key, default: 1] -= 1 }
  }

  /// Ends open elements of `ending` at the top of the stack.
  private mutating func end(unsaid ending: Set<Int>) {
    while let top = open.last, ending.contains(top) { pop() }
  }

  private mutating func start(_ token: HTMLToken) {
    let key = key(token)
    if Self.closesParagraph.contains(key), open.last == Self.paragraph { pop() }
    switch token.element {
    case .li: end(unsaid: Self.keys([.li]))
    case .dt, .dd: end(unsaid: Self.keys([.dt, .dd]))
    case .option: end(unsaid: Self.keys([.option]))
    case .optgroup: end(unsaid: Self.keys([.option, .optgroup]))
    case .td, .th: end(unsaid: Self.keys([.td, .th, .p, .li, .dt, .dd]))
    case .tr: end(unsaid: Self.keys([.td, .th, .tr, .p, .li, .colgroup]))
    case .thead, .tbody, .tfoot: end(unsaid: Self.keys([.td, .th, .tr, .thead, .tbody, .tfoot, .p, .li, .colgroup]))
    case .body: end(unsaid: Self.keys([.head]))
    case .a where counts[key, default: 0] > 0: report(token.range.lowerBound)
    default: break
    }
    if Self.void.contains(key) { return }
    if token.isSelfClosing { report(token.range.lowerBound) }
    push(key)
  }

  private mutating func end(_ token: HTMLToken) {
    let key = key(token)
    guard counts[key, default: 0] > 0 else { return report(token.range.lowerBound) }
    var isSound = true
    while let top = open.last, top != key {
      if !Self.endsUnsaid.contains(top) || Self.endsUnsaid.contains(key) && key == Self.paragraph { isSound = false }
      pop()
    }
    pop()
    if !isSound { report(token.range.lowerBound) }
  }
}
