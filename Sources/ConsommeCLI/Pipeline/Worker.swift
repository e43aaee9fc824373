import Baselines
import ByteModel
import Consomme
import Inputs
import Pages

/// A reader that can be made anew on every thread.
enum ReaderSource: Sendable {
  case neural(Model)
  case libxml2
  case regex(RegexReader.Pattern)
  /// Knows only how surprising bytes are, and takes the most surprising for faults.
  case ngram

  init(choice: ReaderChoice, pattern: RegexReader.Pattern = .tolerant, model: () throws -> Model) rethrows {
    switch choice {
    case .neural: self = .neural(try model())
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

  var digest: String? { if case .neural(let model) = self { model.digest } else { nil } }
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

  let reader: Reader
  private let timeout: Double?
  private var deadline: ContinuousClock.Instant?

  init(_ source: ReaderSource, timeout: Double? = nil) {
    self.timeout = timeout
    switch source {
    case .neural(let model): reader = .neural(PageReader(model: model))
    case .libxml2: reader = .libxml2(LibXML2Reader())
    case .regex(let pattern): reader = .regex(pattern)
    case .ngram: reader = .ngram(NGramReader())
    }
  }

  /// Begins a page: its time counts from here.
  func open(_ document: InputDocument) throws(PageProblem) -> DecodedPage {
    deadline = timeout.map { .now + .seconds($0) }
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
