import Consomme
import ConsommeArchives
import Foundation
import Inputs
import Testing

@Suite("Pages of folders and archives") struct PageSequenceTests {
  /// A folder of `count` pages `00.html`, `01.html` … with a link to `/N` each.
  private func folder(_ count: Int) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("consomme-pages-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for number in 0..<count {
      let name = (number < 10 ? "0" : "") + "\(number).html"
      try Data("<p>Page <a href=\"/\(number)\">number \(number)</a> of the folder</p>".utf8)
        .write(to: folder.appendingPathComponent(name))
    }
    return folder
  }

  private var recursive: PageSequence.Options {
    var options = PageSequence.Options()
    options.input.recursive = true
    options.baseURL = "https://pages.example/"
    return options
  }

  @Test("Every page comes, in order, however many are read at once", arguments: [1, 3])
  func order(readAhead: Int) async throws {
    let folder = try folder(7)
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = recursive
    options.readAhead = readAhead
    var names: [String?] = []
    for await result in PageSequence(paths: [folder.path], options: options) {
      names.append(try result.get().path.split(separator: "/").last.map(String.init))
    }
    #expect(names == (0..<7).map { "0\($0).html" })
  }

  @Test("A page that cannot be read is a result in its place; the rest is read")
  func failures() async throws {
    let folder = try folder(1)
    defer { try? FileManager.default.removeItem(at: folder) }
    let lines = folder.appendingPathComponent("pages.jsonl")
    try Data(
      """
      {"id": "a", "url": "https://a.example/", "html": "<a href=x>first</a>"}
      {"id": "b", "html": 7}
      {"id": "c", "html": "<a href=y>third</a>"}

      """.utf8
    ).write(to: lines)
    var seen: [String] = []
    for await result in PageSequence(paths: [lines.path, folder.path + "/missing.html"]) {
      switch result {
      case .success(let archived): seen.append(archived.id)
      case .failure(let failure): seen.append("\(failure.place)")
      }
    }
    #expect(seen == ["a", "line(2)", "c", "file"])
  }

  @Test("No more is read ahead than was asked for")
  func backPressure() async throws {
    let folder = try folder(9)
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = recursive
    options.readAhead = 2
    let pages = PageSequence(paths: [folder.path], options: options).makeAsyncIterator()
    var iterator = pages
    _ = try #require(await iterator.next()).get()
    // Two pages were begun; what goes now was not opened yet.
    for number in 2..<9 { try FileManager.default.removeItem(at: folder.appendingPathComponent("0\(number).html")) }
    var readable = 0
    while let result = await iterator.next() { if case .success = result { readable += 1 } }
    #expect(readable == 1)
  }

  @Test("A cancelled task gets no more pages")
  func cancellation() async throws {
    let folder = try folder(5)
    defer { try? FileManager.default.removeItem(at: folder) }
    let sequence = PageSequence(paths: [folder.path], options: recursive)
    let counted = await Task {
      var count = 0
      for await _ in sequence {
        count += 1
        unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      }
      return count
    }.value
    #expect(counted == 1)
  }

  @Test("No path is no page, not standard input")
  func nothing() async {
    var iterator = PageSequence(paths: []).makeAsyncIterator()
    #expect(await iterator.next() == nil)
  }
}
