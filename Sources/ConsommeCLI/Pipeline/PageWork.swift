import Foundation
import Inputs
import Pages

/// What the workers do with each page.
struct PageWork<Verb: Reading>: Sendable {
  let reader: ReaderSource
  let readerName: String?
  let verb: Verb
  let timeout: Double?
  let print: @Sendable (PageResult<Verb.Body>) throws -> PageOutput

  /// - Throws: what ends the run: what was done before does not fit, or results that cannot be printed.
  func work(_ item: PageItem, _ worker: Worker) throws -> PageOutput {
    switch item.earlier {
    case .nothing: break
    case .line(let line): return try earlier(line, item)
    case .file:
      var output = PageOutput(of: item.input)
      output.isWritten = true
      return output
    case .lineWithoutPage:
      throw CommandFailure(
        "the unfinished results hold more pages than the input; give the same input as before, or begin anew, without "
          + "--resume")
    }
    switch item.input {
    case .success(let document):
      let result: PageResult<Verb.Body>
      do throws(PageProblem) {
        result = try read(document, worker)
      } catch {
        return try failed(document, error.reason, item)
      }
      return try finished(result, of: item, failure: nil)
    case .failure(let problem): return try finished(failed(problem, url: nil), of: item, failure: problem)
    }
  }

  /// The result of a page whose time is over.
  func late(_ item: PageItem) throws -> PageOutput {
    guard case .success(let document) = item.input else { return try finished(item) }
    return try failed(document, PageProblem.late(timeout ?? 0).reason, item)
  }

  private func finished(_ item: PageItem) throws -> PageOutput {
    guard case .failure(let problem) = item.input else { return PageOutput(of: item.input) }
    return try finished(failed(problem, url: nil), of: item, failure: problem)
  }

  private func failed(_ document: InputDocument, _ reason: String, _ item: PageItem) throws -> PageOutput {
    let place = document.line.map { InputFailure.Place.line($0) } ?? .file
    let problem = InputFailure(id: document.id, path: document.path, place: place, reason: reason)
    return try finished(failed(problem, url: document.url), of: item, failure: problem)
  }

  private func finished(
    _ result: PageResult<Verb.Body>, of item: PageItem, failure: InputFailure?
  ) throws -> PageOutput {
    let about = PageOutput(of: item.input)
    var page = try print(result)
    (page.name, page.path, page.isPart, page.size) = (about.name, about.path, about.isPart, about.size)
    page.failure = failure
    if failure == nil { page.damage = (try? item.input.get())?.damage }
    return page
  }

  /// The page whose line was written by a run before this one.
  private func earlier(_ line: [UInt8], _ item: PageItem) throws -> PageOutput {
    let head = try ResultLine(line)
    try head.check(id: item.id, reader: readerName ?? reader.name, models: [reader.digest, reader.digest(for: .json)])
    let record: PageRecord<Verb.Body>
    do {
      record = try JSONDecoder().decode(PageRecord<Verb.Body>.self, from: Data(line))
    } catch {
      throw CommandFailure("the unfinished results are another verb's; begin anew, without --resume")
    }
    let failure = head.error.map { InputFailure(sentence: $0, of: item.input) }
    var page = try finished(PageResult(record: record), of: item, failure: failure)
    page.isWritten = true
    return page
  }

  private func read(_ document: InputDocument, _ worker: Worker) throws(PageProblem) -> PageResult<Verb.Body> {
    let page = try worker.open(document)
    let body = try verb.read(page, of: document, with: worker)
    try worker.checkTime()
    let record = PageRecord(
      id: document.id, url: document.url, reader: readerName ?? reader.name, model: reader.digest(for: document.kind),
      recordOffset: document.recordOffset, body: body)
    return PageResult(record: record, document: document, page: page)
  }

  private func failed(_ failure: InputFailure, url: String?) -> PageResult<Verb.Body> {
    PageResult(
      record: .failure(
        id: failure.id, url: url, reader: readerName ?? reader.name, model: reader.digest,
        error: failure.description))
  }
}
