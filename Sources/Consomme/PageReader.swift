public import ByteModel
import CDefaultModel
import PageTags
public import Pages
import Tensors

extension Model {
  /// The model inside the program.
  ///
  /// Its digest is not computed again: the test suite does that.
  public static func embedded() throws(ModelFileError) -> Model {
    let count = consomme_default_model_size()
    return try unsafe Model(
      constant: UnsafeBufferPointer(start: consomme_default_model(), count: count), file: "the embedded model")
  }
}

extension Model {
  /// The model for JSON documents inside the program: the same code, taught with other data.
  public static func embeddedJSON() throws(ModelFileError) -> Model {
    let count = consomme_json_model_size()
    return try unsafe Model(
      constant: UnsafeBufferPointer(start: consomme_json_model(), count: count), file: "the embedded model for JSON")
  }
}

/// The head for the usual fields inside the program: the bytes of models/fields.head.
public func embeddedFieldHead() -> [UInt8] {
  unsafe [UInt8](UnsafeBufferPointer(start: consomme_field_head(), count: consomme_field_head_size()))
}

/// Hand-written pages with their gold inside the program, JSON Lines: the bytes of models/rehearsal.jsonl.
public func embeddedRehearsal() -> [UInt8] {
  unsafe [UInt8](UnsafeBufferPointer(start: consomme_rehearsal(), count: consomme_rehearsal_size()))
}

/// Reads pages with a model: bytes in; links, text, Markdown, faults and entropy out.
///
/// One a worker: it owns the memory the network works in and reuses it from page to page. Models are shared.
public final class PageReader {
  public let model: Model
  public let tagger: PageTagger
  private let rowArena = Arena()
  private let content: RowNetwork?
  private let faults: RowNetwork?

  public init(model: Model) {
    self.model = model
    tagger = PageTagger(model: model)
    let arena = rowArena
    content = model.rowNetworks[.content].map { RowNetwork(.content, weights: $0, arena: arena) }
    faults = model.rowNetworks[.fault].map { RowNetwork(.fault, weights: $0, arena: arena) }
  }

  /// Decodes the page's charset, condenses it and lets the model say what each byte is.
  ///
  /// - Parameters:
  ///   - bytes: the page as given.
  ///   - declaredCharset: what the envelope (HTTP, a command line option) says, nil where it says nothing.
  public func read(_ bytes: [UInt8], declaredCharset: String? = nil) throws(CharsetError) -> TaggedPage {
    let decoded = try CharsetDecoder.decode(bytes, declared: declaredCharset)
    return read(decoded)
  }

  /// - Parameter decidesContent: whether what is main content is decided by block; links need no such decision.
  public func read(_ decoded: DecodedPage, decidesContent: Bool = true) -> TaggedPage {
    let condensed = Condenser.condense(decoded.utf8)
    let found = tagger.tags(of: condensed.bytes, patches: decidesContent && content != nil)
    var page = TaggedPage(
      bytes: condensed.bytes, tags: found.tags, mainProbability: found.mainProbability, confidence: found.confidence,
      map: condensed.map.composed(with: decoded.map), source: decoded.utf8, condensedMap: condensed.map)
    if let content, let units = found.patches {
      let blocks = ContentBlocks(page, units: units, views: model.shape.contentViews)
      if !blocks.ranges.isEmpty {
        rowArena.reset()
        blocks.settle(content.forward(blocks.page).logits, in: &page.mainProbability)
      }
    }
    return page
  }

  /// Log odds (natural) that a fault begins in each patch; nil where the model has no network over patches.
  func faultLogits(_ patches: FaultPatches) -> [Float]? {
    faults.map { patches.logits($0) { rowArena.reset() } }
  }

  /// Whether the model decides by patch where faults are.
  var decidesFaults: Bool { faults != nil }

  /// The cost of every byte of the page, in bits, read as served.
  ///
  /// - Parameter mixing: whether the network's distribution is mixed with statistics of the page itself (`ContextMixer`).
  public func surprise(of decoded: DecodedPage, mixing: Bool = true) -> Surprise {
    tagger.surprise(of: decoded.utf8, mixing: mixing)
  }
}
