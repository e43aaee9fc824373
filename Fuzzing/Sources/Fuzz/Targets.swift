import Baselines
import ByteModel
import Consomme
import Documents
import FieldHeads
import Inputs
import Pages

/// A door through which bytes of strangers come in.
struct Target: Sendable {
  var name: String
  /// Small sound inputs that get through the door.
  var seeds: @Sendable () -> [[UInt8]]
  var run: @Sendable ([UInt8]) -> Void
}

enum Targets {
  static let all = [
    Target(name: "charset", seeds: { Seeds.encodings }, run: charset),
    Target(name: "condense", seeds: { Seeds.pages }, run: condense),
    Target(name: "references", seeds: { Seeds.references }, run: references),
    Target(name: "url", seeds: { Seeds.addresses }, run: url),
    Target(name: "regex", seeds: { Seeds.pages }, run: regex),
    Target(name: "libxml2", seeds: { Seeds.pages }, run: libxml2),
    Target(name: "neural", seeds: { Seeds.pages }, run: neural),
    Target(name: "json", seeds: { Seeds.lines }, run: { read($0, .jsonLines) }),
    Target(name: "mhtml", seeds: { Seeds.mail }, run: { read($0, .mhtml) }),
    Target(name: "warc", seeds: { Seeds.records }, run: { read($0, .warc) }),
    Target(name: "input", seeds: { Seeds.lines + Seeds.mail + Seeds.records + Seeds.packed }, run: { read($0, nil) }),
    Target(name: "model", seeds: { [Seeds.model] }, run: model),
    Target(name: "head", seeds: { [Seeds.head] }, run: head),
  ]

  /// The first byte chooses the declared charset.
  private static func charset(_ bytes: [UInt8]) {
    let labels: [String?] = [
      nil, "utf-8", "utf-16le", "utf-16be", "shift_jis", "euc-jp", "iso-2022-jp", "euc-kr", "gb18030", "big5", "gbk",
      "koi8-r", "windows-1252", "x-user-defined", "replacement",
    ]
    let label = labels[Int(bytes.first ?? 0) % labels.count]
    guard let page = try? CharsetDecoder.decode(Array(bytes.dropFirst()), declared: label) else { return }
    precondition(CharsetDecoder.isUTF8(page.utf8), "decoded text is UTF-8")
  }

  private static func condense(_ bytes: [UInt8]) {
    guard let page = try? CharsetDecoder.decode(bytes) else { return }
    let condensed = Condenser.condense(page.utf8)
    precondition(condensed.bytes.count <= page.utf8.count, "condensing does not add")
  }

  private static func references(_ bytes: [UInt8]) {
    _ = CharacterReferences.decode(bytes, inAttribute: false)
    _ = CharacterReferences.decode(bytes, inAttribute: true)
  }

  /// Up to the first line feed the base, behind it the address.
  private static func url(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    let base = String(decoding: parts[0], as: UTF8.self)
    let address = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : base
    guard let resolved = URLResolver.resolve(address, base: base) else { return }
    precondition(URLResolver.resolve(resolved, base: String?.none) == resolved, "what is resolved stays as it is")
  }

  private static func regex(_ bytes: [UInt8]) {
    _ = RegexReader.links(in: bytes, pattern: .naive)
    _ = RegexReader.links(in: bytes, pattern: .tolerant)
  }

  private static func libxml2(_ bytes: [UInt8]) {
    guard let page = try? CharsetDecoder.decode(bytes) else { return }
    let reader = LibXML2Reader()
    _ = reader.links(in: page.utf8, includeResources: true)
    _ = reader.text(in: page.utf8, scope: .wholePage)
    _ = reader.diagnostics(in: page.utf8)
  }

  private static let reader = SharedReader(model: Model(parameters: Seeds.parameters))

  private static func neural(_ bytes: [UInt8]) {
    guard let page = try? Page(bytes, url: "http://h.org/", reader: reader) else { return }
    for link in page.links(includeResources: true) { _ = link }
    _ = page.markdown
    _ = page.text
    _ = page.faults
  }

  /// Reads a file with these bytes to its end.
  private static func read(_ bytes: [UInt8], _ format: InputKind?) {
    guard (try? write(bytes, to: inputFile)) != nil else { return }
    var options = InputReader.Options()
    options.format = format
    options.maxBytes = 1 << 20
    var reader = InputReader(paths: [inputFile], options: options)
    var results = 0
    while let result = reader.next() {
      results += 1
      if let document = try? result.get() {
        precondition(document.bytes.count <= options.maxBytes, "within --max-bytes")
      }
      precondition(results <= bytes.count + 2, "no more pages than bytes")
    }
  }

  /// A file whose digest is right, as a stranger would make it.
  private static func model(_ bytes: [UInt8]) {
    let file = bytes + Array("sha256 \(SHA256.hexDigest(bytes[...]))\n".utf8)
    guard let model = try? Model(file, file: "fuzz") else { return }
    let reader = SharedReader(model: model)
    if let page = try? Page(Seeds.pages[0], reader: reader) { _ = page.markdown }
  }

  private static func head(_ bytes: [UInt8]) {
    let file = bytes + Array("sha256 \(SHA256.hexDigest(bytes[...]))\n".utf8)
    _ = try? HeadFile.decode(file, file: "fuzz")
  }
}
