import Foundation
import Inputs

/// Results of reading verbs in a file, put right by hand, with their pages.
enum CorrectedResults {
  /// - Parameter page: the file that has the pages; nil: the results' ids say where they are.
  static func load(_ file: String, page: String?) throws -> [Correction] {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw CommandFailure("\(file): cannot be read; --correct wants what a verb printed with --format json or jsonl")
    }
    let records = try records(data, file: file)
    if records.isEmpty {
      throw CommandFailure("\(file): holds no result; print one with --format json and put it right")
    }
    var pages = PageFinder(results: file, page: page)
    return try records.map { place, record in try correction(record, place: place, pages: &pages) }
  }

  private static func records(_ data: Data, file: String) throws -> [(String, [String: Any])] {
    if let whole = try? JSONSerialization.jsonObject(with: data) {
      if let record = whole as? [String: Any] { return [(file, record)] }
      if let list = whole as? [[String: Any]] {
        return list.enumerated().map { ("\(file), result \($0.offset + 1)", $0.element) }
      }
      throw CommandFailure("\(file): is neither an object nor a list of objects; wanted what --format json prints")
    }
    var records: [(String, [String: Any])] = []
    for (index, line) in data.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 <= 0x20 }) { continue }
      let place = "\(file), line \(index + 1)"
      do {
        guard let record = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else {
          throw CommandFailure("\(place): is no JSON object; wanted what --format jsonl prints")
        }
        records.append((place, record))
      } catch let error as CommandFailure {
        throw error
      } catch {
        throw CommandFailure("\(place): is no JSON; a comma, a quote or a bracket got lost while editing?")
      }
    }
    return records
  }

  private static func correction(
    _ record: [String: Any], place: String, pages: inout PageFinder
  ) throws -> Correction {
    guard let id = record["id"] as? String else {
      throw CommandFailure("\(place): has no “id”; leave in what the verb printed beside the text")
    }
    if let error = record["error"] as? String {
      throw CommandFailure("\(place): the page was not read (\(error)); leave this result out")
    }
    if let reader = record["reader"] as? String, reader != "neural" {
      throw CommandFailure(
        "\(place): comes from --reader \(reader), which cannot learn; print it with the neural reader")
    }
    if record["links"] != nil {
      throw CommandFailure("\(place): holds links; so far only results of text and markdown can be corrected")
    }
    let texts = [Correction.Verb.text, .markdown].compactMap { verb in
      (record[verb.rawValue] as? String).map { (verb, $0) }
    }
    guard texts.count == 1, let (verb, wanted) = texts.first else {
      let found = record.keys.sorted().joined(separator: ", ")
      throw CommandFailure(
        "\(place): wanted one of the keys “text” and “markdown”, which say what the page's text is; found \(found)")
    }
    let document = try pages.page(id, place: place)
    guard document.kind != .json else {
      throw CommandFailure("\(place): \(id) is a JSON document; only web pages can be corrected")
    }
    return Correction(
      place: place, verb: verb, id: id, url: record["url"] as? String ?? document.url, bytes: document.bytes,
      charset: document.declaredCharset, wanted: wanted)
  }
}

/// Finds the pages that results speak of.
private struct PageFinder {
  /// The file of the results.
  let results: String
  /// The file of the pages, where it was named.
  let page: String?

  /// The page called `id`: in the file that was named, or in the file that its id names.
  func page(_ id: String, place: String) throws -> InputDocument {
    if let page {
      guard let documents = Self.documents(in: page, called: id) else {
        throw CommandFailure("\(page): there is no such file; --page names the page of \(place)")
      }
      if let document = documents.found ?? (documents.count == 1 ? documents.only : nil) { return document }
      throw CommandFailure(
        "\(page): has \(documents.count) pages and none of them is “\(id)” (\(place)); name another --page")
    }
    var names = [id]
    // Of the third line of a file the id is “file:3”.
    if let colon = id.lastIndex(of: ":"), Int(id[id.index(after: colon)...]) != nil {
      names.append(String(id[..<colon]))
    }
    let folder = URL(fileURLWithPath: results).deletingLastPathComponent()
    for name in names {
      for path in [name, URL(fileURLWithPath: name, relativeTo: folder).path] {
        guard let documents = Self.documents(in: path, called: id) else { continue }
        if let document = documents.found ?? (documents.count == 1 ? documents.only : nil) { return document }
      }
    }
    throw CommandFailure("\(place): the page “\(id)” is not there; say with --page FILE where it is")
  }

  /// The page of that id, how many pages there are, and one of them; nil where there is no such file.
  private static func documents(in path: String, called id: String) -> (
    found: InputDocument?, count: Int, only: InputDocument?
  )? {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
      return nil
    }
    var reader = InputReader(paths: [path])
    var count = 0
    var only: InputDocument?
    while let next = reader.next() {
      guard case .success(let document) = next else { continue }
      if document.id == id { return (document, 1, document) }
      count += 1
      only = document
    }
    return (nil, count, only)
  }
}
