/// A tokenizer that keeps positions: the states of https://html.spec.whatwg.org/#tokenization as far as they decide
/// where tokens, names and values begin and end.
///
/// Only teachers and tools use it; the neural reader never does. It never fails and takes time linear in the page.
/// Where the standard lets tree construction decide (raw text, CDATA, svg and math) it keeps a short account of its
/// own.
public struct HTMLTokenizer: Sendable {
  private let bytes: [UInt8]
  private let names = HTMLElement.Names.shared
  private var at = 0
  /// The element whose content, without tags, comes next.
  private var rawElement = HTMLElement.other
  private var foreign = ForeignContent()
  /// The attributes of all tags so far, in order.
  public private(set) var attributes: [HTMLAttribute] = []

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next token, or nil at the end.
  public mutating func next() -> HTMLToken? {
    if rawElement != .other {
      let element = rawElement
      rawElement = .other
      let end = RawText.end(in: bytes, from: at, of: element)
      if end > at {
        var token = HTMLToken(.rawText, at..<end)
        token.element = element
        at = end
        return token
      }
    }
    let start = at
    guard start < bytes.count else { return nil }
    if bytes[start] == 0x3c, isMarkup(start) { return markup() }
    var end = start + 1
    while end < bytes.count, bytes[end] != 0x3c || !isMarkup(end) { end += 1 }
    at = end
    var token = HTMLToken(.text, start..<end)
    token.namespace = foreign.namespace
    return token
  }

  /// Whether the `<` at `start` begins markup rather than text.
  private func isMarkup(_ start: Int) -> Bool {
    guard start + 1 < bytes.count else { return false }
    let second = bytes[start + 1]
    return second.isASCIILetter || second == 0x21 || second == 0x3f || (second == 0x2f && start + 2 < bytes.count)
  }

  private mutating func markup() -> HTMLToken {
    let start = at
    let second = bytes[start + 1]
    if second.isASCIILetter { return tag(.startTag, name: start + 1) }
    if second == 0x2f, bytes[start + 2].isASCIILetter { return tag(.endTag, name: start + 2) }
    if second == 0x21 {
      if starts(with: "--", at: start + 2) { return token(.comment, to: endOfComment(start + 4)) }
      if starts(with: "doctype", at: start + 2) { return token(.doctype, to: after(0x3e, from: start + 2)) }
      if foreign.namespace != .html, starts(with: "[CDATA[", at: start + 2) {
        return token(.comment, to: endOfSection(start + 9))
      }
    }
    return token(.comment, to: after(0x3e, from: start + 2))
  }

  private mutating func token(_ kind: HTMLToken.Kind, to end: Int) -> HTMLToken {
    defer { at = end }
    return HTMLToken(kind, at..<end)
  }

  /// `text` in lower case, but for letters that pages must write in upper case.
  private func starts(with text: StaticString, at offset: Int) -> Bool {
    guard offset + text.utf8CodeUnitCount <= bytes.count else { return false }
    return text.withUTF8Buffer { wanted in
      for index in wanted.indices {
        let byte = bytes[offset + index]
        if unsafe wanted[index] != byte && wanted[index] != byte.lowercased { return false }
      }
      return true
    }
  }

  /// The offset after the next `byte`, or the page's end.
  private func after(_ byte: UInt8, from start: Int) -> Int {
    var scan = start
    while scan < bytes.count, bytes[scan] != byte { scan += 1 }
    return min(bytes.count, scan + 1)
  }

  /// The end of a comment whose text begins at `start`: after `-->` or `--!>`; `<!-->` and `<!--->` are whole.
  private func endOfComment(_ start: Int) -> Int {
    var scan = start
    while scan < bytes.count {
      if bytes[scan] == 0x3e {
        if scan == start || (scan == start + 1 && bytes[start] == 0x2d) { return scan + 1 }
        if scan >= start + 2, bytes[scan - 1] == 0x2d, bytes[scan - 2] == 0x2d { return scan + 1 }
        if scan >= start + 3, bytes[scan - 1] == 0x21, bytes[scan - 2] == 0x2d, bytes[scan - 3] == 0x2d {
          return scan + 1
        }
      }
      scan += 1
    }
    return bytes.count
  }

  /// The end of a CDATA section: after `]]>`.
  private func endOfSection(_ start: Int) -> Int {
    var scan = start
    while scan < bytes.count {
      if bytes[scan] == 0x3e, scan >= start + 2, bytes[scan - 1] == 0x5d, bytes[scan - 2] == 0x5d { return scan + 1 }
      scan += 1
    }
    return bytes.count
  }

  // MARK: Tags

  private mutating func tag(_ kind: HTMLToken.Kind, name start: Int) -> HTMLToken {
    let bytes = bytes
    var end = start + 1
    while end < bytes.count, !bytes[end].isHTMLSpace, bytes[end] != 0x2f, bytes[end] != 0x3e { end += 1 }
    let firstAttribute = attributes.count
    var scan = end
    while scan < bytes.count, bytes[scan] != 0x3e {
      if bytes[scan].isHTMLSpace || bytes[scan] == 0x2f {
        scan += 1
      } else {
        scan = attribute(at: scan)
      }
    }
    guard scan < bytes.count else {
      // eof-in-tag: the standard drops the rest, and so the attributes.
      attributes.removeLast(attributes.count - firstAttribute)
      return token(.cutOff, to: bytes.count)
    }
    var token = HTMLToken(kind, at..<scan + 1)
    token.name = start..<end
    token.attributes = firstAttribute..<attributes.count
    // A `/` that belongs to an unquoted value closes nothing.
    token.isSelfClosing =
      bytes[scan - 1] == 0x2f && scan - 1 >= end && attributes.last?.value.map { $0.upperBound != scan } ?? true
    token.element = names.element(bytes, token.name)
    at = scan + 1
    if kind == .startTag {
      let readsHTML = foreign.readsHTML
      token.namespace = foreign.start(token, encoding: encoding(token))
      if readsHTML, token.element.traits.contains(.rawText) { rawElement = token.element }
    } else {
      token.namespace = foreign.end(token.element)
    }
    return token
  }

  /// Reads the attribute whose name begins at `start`; returns the offset behind it, `bytes.count` where the page ends
  /// first.
  private mutating func attribute(at start: Int) -> Int {
    let bytes = bytes
    var scan = start + 1  // an equals sign may begin a name
    while scan < bytes.count, !bytes[scan].isHTMLSpace, bytes[scan] != 0x2f, bytes[scan] != 0x3e, bytes[scan] != 0x3d {
      scan += 1
    }
    let name = start..<scan
    var value = scan
    while value < bytes.count, bytes[value].isHTMLSpace { value += 1 }
    guard value < bytes.count else { return bytes.count }
    guard bytes[value] == 0x3d else {
      attributes.append(HTMLAttribute(name: name, value: nil, quote: .none))
      return value
    }
    value += 1
    while value < bytes.count, bytes[value].isHTMLSpace { value += 1 }
    guard value < bytes.count else { return bytes.count }
    let mark = bytes[value]
    if mark == 0x22 || mark == 0x27 {
      value += 1
      var end = value
      while end < bytes.count, bytes[end] != mark { end += 1 }
      attributes.append(HTMLAttribute(name: name, value: value..<end, quote: mark == 0x22 ? .double : .single))
      return min(bytes.count, end + 1)
    }
    var end = value
    while end < bytes.count, !bytes[end].isHTMLSpace, bytes[end] != 0x3e { end += 1 }
    attributes.append(HTMLAttribute(name: name, value: value..<end, quote: .none))
    return end
  }

  /// Whether the tag says that its content is HTML; only asked of `annotation-xml`.
  private func encoding(_ token: HTMLToken) -> Bool {
    guard token.element == .annotationXML else { return false }
    for attribute in attributes[token.attributes] where bytes[attribute.name].elementsEqual("encoding".utf8) {
      guard let value = attribute.value, value.count < 40 else { return false }
      let kind = String(decoding: bytes[value], as: UTF8.self).lowercased()
      return kind == "text/html" || kind == "application/xhtml+xml"
    }
    return false
  }
}
