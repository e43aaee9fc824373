import CLibxml2

/// The only code that touches libxml2's pointers: parses a page and copies what is asked for into Swift values.
enum LibXML2Parser {
  private static let options =
    Int32(HTML_PARSE_RECOVER.rawValue) | Int32(HTML_PARSE_NOERROR.rawValue) | Int32(HTML_PARSE_NOWARNING.rawValue)
    | Int32(HTML_PARSE_NONET.rawValue) | Int32(HTML_PARSE_COMPACT.rawValue) | Int32(HTML_PARSE_IGNORE_ENC.rawValue)
    | Int32(XML_PARSE_HUGE.rawValue)

  /// libxml2 counts bytes in 32 bits; nothing beyond is read.
  static let byteLimit = Int(Int32.max) - 1

  /// The page's tree; empty where libxml2 makes none (an empty page).
  static func tree(of utf8: [UInt8]) -> PageTree {
    let prepared = Preparation.prepare(utf8)
    initialise()
    guard let context = unsafe htmlNewParserCtxt() else { return PageTree() }
    defer { unsafe htmlFreeParserCtxt(context) }
    guard let document = unsafe read(prepared, context) else { return PageTree() }
    defer { unsafe xmlFreeDoc(document) }
    return unsafe copy(document, byteCount: prepared.count)
  }

  /// What libxml2 objects to: code, message and byte offset, in the order reported.
  static func faults(in utf8: [UInt8], limit: Int) -> [Fault] {
    initialise()
    guard let context = unsafe htmlNewParserCtxt() else { return [] }
    defer { unsafe htmlFreeParserCtxt(context) }
    let collector = FaultCollector(limit: limit)
    return withExtendedLifetime(collector) {
      unsafe context.pointee._private = Unmanaged.passUnretained(collector).toOpaque()
      if let sax = unsafe context.pointee.sax {
        // libxml2 calls the structured handler only of handlers that say they are of the second kind.
        unsafe sax.pointee.initialized = UInt32(XML_SAX2_MAGIC)
        unsafe sax.pointee.serror = collectFault
      }
      if let document = unsafe read(Preparation.prepare(utf8), context) { unsafe xmlFreeDoc(document) }
      return collector.faults
    }
  }

  /// Once a process; libxml2 must not be initialised by two threads at a time.
  private static let isInitialised: Bool = {
    xmlInitParser()
    return true
  }()
  private static func initialise() { _ = isInitialised }

  private static func read(_ bytes: [UInt8], _ context: htmlParserCtxtPtr) -> htmlDocPtr? {
    let count = Int32(min(bytes.count, byteLimit))
    return unsafe bytes.withUnsafeBytes { buffer in
      unsafe htmlCtxtReadMemory(
        context, buffer.bindMemory(to: CChar.self).baseAddress, count, nil, "UTF-8", options)
    }
  }

  // MARK: The tree

  private static func copy(_ document: htmlDocPtr, byteCount: Int) -> PageTree {
    var tree = PageTree()
    tree.nodes.reserveCapacity(byteCount / 24)
    tree.text.reserveCapacity(byteCount / 2)
    var names = NameCache()
    guard let root = unsafe xmlDocGetRootElement(document) else { return tree }
    var open: [Int] = []
    var current: xmlNodePtr? = unsafe root
    while let node = unsafe current {
      var entered = false
      switch unsafe node.pointee.type {
      case XML_ELEMENT_NODE:
        let index = tree.nodes.count
        let tag = unsafe names.tag(node.pointee.name)
        let firstAttribute = tree.attributes.count
        var property = unsafe node.pointee.properties
        while let attribute = unsafe property {
          if let name = unsafe names.attribute(attribute.pointee.name) {
            let start = tree.text.count
            unsafe append(attribute.pointee.children, to: &tree.text)
            tree.attributes.append(
              PageTree.Attribute(name: name, start: Int32(start), count: Int32(tree.text.count - start)))
          }
          unsafe property = attribute.pointee.next
        }
        tree.nodes.append(
          PageTree.Node(
            tag: tag, parent: Int32(open.last ?? -1), end: 0, start: Int32(firstAttribute),
            count: Int32(tree.attributes.count - firstAttribute)))
        if let child = unsafe node.pointee.children {
          open.append(index)
          unsafe current = child
          entered = true
        } else {
          tree.nodes[index].end = Int32(index + 1)
        }
      case XML_TEXT_NODE, XML_CDATA_SECTION_NODE, XML_ENTITY_REF_NODE:
        let start = tree.text.count
        unsafe append(text: node.pointee.content, to: &tree.text)
        let index = tree.nodes.count
        tree.nodes.append(
          PageTree.Node(
            tag: .text, parent: Int32(open.last ?? -1), end: Int32(index + 1), start: Int32(start),
            count: Int32(tree.text.count - start)))
      default: break
      }
      if entered { continue }
      // On to the next node that is not a descendant.
      var leaving = unsafe node
      while true {
        if unsafe leaving == root {
          unsafe current = nil
          break
        }
        if let next = unsafe leaving.pointee.next {
          unsafe current = next
          break
        }
        guard let parent = unsafe leaving.pointee.parent else {
          unsafe current = nil
          break
        }
        unsafe leaving = parent
        if let index = open.popLast() { tree.nodes[index].end = Int32(tree.nodes.count) }
      }
    }
    while let index = open.popLast() { tree.nodes[index].end = Int32(tree.nodes.count) }
    return tree
  }

  private static func append(_ children: xmlNodePtr?, to text: inout [UInt8]) {
    var child = unsafe children
    while let node = unsafe child {
      unsafe append(text: node.pointee.content, to: &text)
      unsafe child = node.pointee.next
    }
  }

  private static func append(text content: UnsafeMutablePointer<xmlChar>?, to text: inout [UInt8]) {
    guard let content = unsafe content else { return }
    unsafe text.append(contentsOf: UnsafeBufferPointer(start: content, count: Int(xmlStrlen(content))))
  }
}

/// libxml2 keeps each name once a parser, so its address tells names apart.
private struct NameCache {
  private var tags: [UInt: Tag] = [:]
  private var attributes: [UInt: AttributeName?] = [:]

  mutating func tag(_ name: UnsafePointer<xmlChar>?) -> Tag {
    guard let name = unsafe name else { return .other }
    let key = UInt(bitPattern: name)
    if let tag = tags[key] { return tag }
    let tag = Tag.byName[unsafe String(cString: name).lowercased()] ?? .other
    tags[key] = tag
    return tag
  }

  mutating func attribute(_ name: UnsafePointer<xmlChar>?) -> AttributeName? {
    guard let name = unsafe name else { return nil }
    let key = UInt(bitPattern: name)
    if let attribute = attributes[key] { return attribute }
    let attribute = AttributeName(rawValue: unsafe String(cString: name).lowercased())
    attributes[key] = attribute
    return attribute
  }
}

extension LibXML2Parser {
  struct Fault: Sendable {
    var code: Int
    var message: String
    var offset: Int
  }
}

private final class FaultCollector {
  var faults: [LibXML2Parser.Fault] = []
  let limit: Int
  init(limit: Int) { self.limit = limit }
}

/// libxml2's structured error handler; its user data is the parser's context.
private func collectFault(_ userData: UnsafeMutableRawPointer?, _ error: UnsafeMutablePointer<xmlError>?) {
  guard let userData = unsafe userData, let error = unsafe error else { return }
  let context = unsafe userData.assumingMemoryBound(to: xmlParserCtxt.self)
  guard let box = unsafe context.pointee._private else { return }
  let collector = unsafe Unmanaged<FaultCollector>.fromOpaque(box).takeUnretainedValue()
  guard collector.faults.count < collector.limit else { return }
  var offset = 0
  if let input = unsafe context.pointee.input {
    // Bytes given are UTF-8 and stay it, so the parser's place in its buffer is the place in the page.
    offset = unsafe input.pointee.cur - input.pointee.base + Int(input.pointee.consumed)
  }
  let message = unsafe error.pointee.message.map { unsafe String(cString: $0) } ?? ""
  collector.faults.append(
    LibXML2Parser.Fault(code: Int(unsafe error.pointee.code), message: message, offset: max(0, offset)))
}
