import CConsomme
import Consomme
import ConsommeC
import Foundation
import Testing

@Suite("The C interface") struct InterfaceTests {
  private static let markup =
    "<h1>Stock</h1><p>Bones are simmered for hours, see <a href='/how'>how &amp; why</a> before you begin with it.</p>"

  /// Calls as C does: through the header.
  private func withPage(_ markup: String, _ body: (OpaquePointer) throws -> Void) throws {
    var reader: OpaquePointer?
    try #require(unsafe consomme_reader_create(nil, 0, &reader, nil) == CONSOMME_OK)
    var page: OpaquePointer?
    let bytes = Array(markup.utf8)
    let status = unsafe consomme_read(reader, bytes, bytes.count, "https://stock.example/", nil, &page, nil)
    try #require(status == CONSOMME_OK)
    // A page does not need its reader.
    unsafe consomme_reader_release(reader)
    unsafe try body(try #require(unsafe page))
    unsafe consomme_page_release(page)
  }

  @Test("Links, text and Markdown as the Swift library has them")
  func page() throws {
    try unsafe withPage(Self.markup) { page in
      try #require(unsafe consomme_page_link_count(page) == 1)
      var link = unsafe consomme_link()
      #expect(unsafe consomme_page_link(page, 0, &link) == CONSOMME_OK)
      #expect(unsafe String(cString: link.url) == "https://stock.example/how")
      #expect(unsafe String(cString: link.text) == "how & why")
      #expect(unsafe link.alternative == nil)
      #expect(unsafe Array(Self.markup.utf8)[link.start..<link.end].elementsEqual("/how".utf8))
      var length = 0
      let text = unsafe try #require(unsafe consomme_page_text(page, &length))
      #expect(unsafe strlen(text) == length)
      #expect(unsafe String(cString: text).contains("Bones are simmered"))
      #expect(unsafe consomme_page_text(page, nil) == text)
      let markdown = unsafe try #require(unsafe consomme_page_markdown(page, nil))
      #expect(unsafe String(cString: markdown).contains("[how & why](/how)"))
    }
  }

  @Test("Faults have a rule, a sentence and an edit")
  func faults() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("fixtures/recipe/faulty/broken-comment.html")
    try unsafe withPage(String(contentsOf: url, encoding: .utf8)) { page in
      let faults = try Page(Array(String(contentsOf: url, encoding: .utf8).utf8)).faults
      try #require(unsafe consomme_page_fault_count(page) == faults.count)
      #expect(!faults.isEmpty)
      for (index, expected) in faults.enumerated() {
        var fault = unsafe consomme_fault()
        #expect(unsafe consomme_page_fault(page, index, &fault) == CONSOMME_OK)
        #expect(unsafe String(cString: fault.rule) == expected.rule)
        #expect(unsafe String(cString: fault.message) == expected.message)
        #expect(unsafe fault.offset == expected.offset && fault.length == expected.length)
        #expect(unsafe fault.repair_insert.map { unsafe String(cString: $0) } == expected.repair?.insert)
        #expect(unsafe fault.repair_delete == expected.repair?.delete ?? 0)
      }
    }
  }

  @Test("Errors are a number and a sentence")
  func errors() throws {
    var message: UnsafeMutablePointer<CChar>?
    var reader: OpaquePointer?
    #expect(unsafe consomme_reader_create([1, 2, 3], 3, &reader, &message) == CONSOMME_BAD_MODEL)
    #expect(unsafe reader == nil)
    #expect(unsafe String(cString: try #require(unsafe message)).hasPrefix("the model:"))
    unsafe consomme_string_free(message)

    var page: OpaquePointer?
    #expect(unsafe consomme_read(nil, [], 0, nil, nil, &page, &message) == CONSOMME_BAD_ARGUMENT)
    unsafe consomme_string_free(message)
    try #require(unsafe consomme_reader_create(nil, 0, &reader, &message) == CONSOMME_OK)
    #expect(unsafe message == nil)
    #expect(unsafe consomme_read(reader, [0x61], 1, nil, "klingon", &page, &message) == CONSOMME_BAD_CHARSET)
    #expect(unsafe String(cString: try #require(unsafe message)).contains("klingon"))
    unsafe consomme_string_free(message)
    #expect(unsafe page == nil)
    #expect(unsafe consomme_read(reader, nil, 5, nil, nil, &page, nil) == CONSOMME_BAD_ARGUMENT)
    #expect(unsafe consomme_read(reader, nil, 0, nil, nil, &page, nil) == CONSOMME_OK)
    var link = unsafe consomme_link()
    #expect(unsafe consomme_page_link(page, 0, &link) == CONSOMME_BAD_ARGUMENT)
    unsafe consomme_page_release(page)
    consomme_page_release(nil)
    unsafe consomme_reader_release(reader)
  }

  @Test("One page, asked by several threads at once, answers each with the same string")
  func threads() throws {
    try unsafe withPage(Self.markup) { page in
      nonisolated(unsafe) let shared = unsafe page
      nonisolated(unsafe) var seen = [UInt](repeating: 0, count: 8)
      unsafe seen.withUnsafeMutableBufferPointer { buffer in
        nonisolated(unsafe) let slots = unsafe buffer
        DispatchQueue.concurrentPerform(iterations: 8) { index in
          unsafe slots[index] = UInt(bitPattern: consomme_page_text(shared, nil))
        }
      }
      #expect(unsafe Set(seen).count == 1 && seen[0] != 0)
    }
  }
}
