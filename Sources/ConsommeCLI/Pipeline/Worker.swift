import Baselines
import ByteModel
import Consomme
import Inputs
import Pages

/// A reader that can be made anew on every thread.
enum ReaderSource: Sendable {
  /// - json: who reads JSON documents; nil: the same model.
  case neural(Model, json: Model? = nil)
  case libxml2
  case regex(RegexReader.Pattern)
  /// Knows only how surprising bytes are, and takes the most surprising for faults.
  case ngram

  init(choice: ReaderChoice, pattern: RegexReader.Pattern = .tolerant, models: () throws -> (Model, json: Model?))
    rethrows
  {
    switch choice {
    case .neural:
      let (model, json) = try models()
      self = .neural(model, json: json)
    case .libxml2: self = .libxml2
    case .regex: self = .regex(pattern)
    }
  }

  /// The reader's name in results.
  var name: String {
    switch self {
    case .neural: "neural"
    case .libxml2: "libxml2"
    case .regex: "regex"
    case .ngram: "ngram"
    }
  }

  /// The digest of the model for pages.
  var digest: String? { digest(for: .html) }

  /// The digest of the model that reads documents of that kind.
  func digest(for kind: InputKind) -> String? {
    guard case .neural(let model, let json) = self else { return nil }
    return kind == .json ? (json ?? model).digest : model.digest
  }
}

/// Why a page gave no result, in words for a sentence without its full stop.
struct PageProblem: Error {
  var reason: String

  static func late(_ timeout: Double) -> PageProblem {
    PageProblem(reason: "took longer than \(timeout) seconds; raise --timeout")
  }
}

/// What one thread reads pages with.
final class Worker {
  enum Reader {
    case neural(PageReader)
    case libxml2(LibXML2Reader)
    case regex(RegexReader.Pattern)
    case ngram(NGramReader)
  }

  /// Who reads the document opened last: JSON has a reader of its own where there is a model for it.
  var reader: Reader { isJSON ? json ?? usual : usual }
  private let usual: Reader
  private lazy var json: Reader? = jsonModel.map { .neural(PageReader(model: $0)) }
  private var jsonModel: Model?
  private var isJSON = false
  private let timeout: Double?
  private var deadline: ContinuousClock.Instant?

  init(_ source: ReaderSource, timeout: Double? = nil) {
    self.timeout = timeout
    switch source {
    case .neural(let model, let json):
      usual = .neural(PageReader(model: model))
      jsonModel = json
    case .libxml2: usual = .libxml2(LibXML2Reader())
    case .regex(let pattern): usual = .regex(pattern)
    case .ngram: usual = .ngram(NGramReader())
    }
  }

  /// Begins a page: its time counts from here.
  func open(_ document: InputDocument) throws(PageProblem) -> DecodedPage {
    deadline = timeout.map { .now + .seconds($0) }
    isJSON = document.kind == .json
    do {
      let page = try CharsetDecoder.decode(document.bytes, declared: document.declaredCharset)
      try checkTime()
      return page
    } catch let error as CharsetError {
      throw PageProblem(reason: String(error.description.trimmingSuffix { $0 == "." }))
    } catch let problem as PageProblem {
      throw problem
    } catch {
      throw PageProblem(reason: "\(error)")
    }
  }

  /// Throws when the page has had its time. Within a step nothing looks at it; the pool then takes another thread.
  func checkTime() throws(PageProblem) {
    if let deadline, let timeout, ContinuousClock.now > deadline {
      throw .late(timeout)
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
    var end = endIndex
    while end > startIndex, predicate(self[index(before: end)]) { end = index(before: end) }
    return self[..<end]
  }
}
