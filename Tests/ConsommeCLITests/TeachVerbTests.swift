import Foundation
import Testing

/// The tutorial of docs/teach.md, and what can go wrong.
@Suite(.serialized) struct TeachVerbTests {
  private static let environment = ["CONSOMME_HEADS": ""]

  @Test func tutorial() throws {
    let scratch = try Scratch()
    let head = scratch.folder.path + "/books.head"
    let taught = try ProgramRun([
      "teach", "books", "--examples", fixture("teach/examples.jsonl"), "--output", head, "--no-validation",
    ])
    #expect(taught.code == 0, "\(taught.errors)")
    let size = try FileManager.default.attributesOfItem(atPath: head)[.size] as? Int ?? 0
    #expect(size > 1_000 && size < 300_000)

    let run = try ProgramRun(
      ["fields", "--head", head, "--format", "jsonl", fixture("teach/book-7.html"), fixture("teach/book-8.html")],
      environment: Self.environment)
    #expect(run.code == 0, "\(run.errors)")
    let wanted = [
      [
        "title": "Under the Tin Bridge", "author": "Rory Macallan", "isbn": "9780000000071",
        "publisher": "Northway Books",
      ],
      [
        "title": "What the River Kept", "author": "Hana Sato", "isbn": "9780000000088",
        "publisher": "Harbour & Lantern",
      ],
    ]
    for (record, (gold, page)) in zip(try run.records(), zip(wanted, ["book-7.html", "book-8.html"])) {
      let fields = try #require(record["fields"] as? [String: Any])
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture("teach/" + page))))
      for (name, value) in gold {
        let found = try #require(fields[name] as? [String: Any], "\(name) of \(page)")
        #expect(found["value"] as? String == value)
        let (start, end) = (try #require(found["start"] as? Int), try #require(found["end"] as? Int))
        #expect(
          String(decoding: bytes[start..<end], as: UTF8.self).replacing("&amp;", with: "&")
            == value.replacing("'", with: "&#x27;"))
      }
    }

    // The same examples give the same head.
    let again = scratch.folder.path + "/again.head"
    _ = try ProgramRun([
      "teach", "books", "--examples", fixture("teach/examples.jsonl"), "--output", again, "--no-validation", "--quiet",
    ])
    #expect(try Data(contentsOf: URL(fileURLWithPath: head)) == Data(contentsOf: URL(fileURLWithPath: again)))

    // A damaged head is refused.
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: head)))
    bytes[bytes.count / 2] ^= 1
    let damaged = try scratch.file("damaged.head", bytes).path
    let refused = try ProgramRun(
      ["fields", "--head", damaged, fixture("teach/book-7.html")], environment: Self.environment)
    #expect(refused.code == 2)
    #expect(refused.errors.contains("damaged.head: is damaged"))
  }

  @Test func reportsValuesThatAreNotThere() throws {
    let scratch = try Scratch()
    let line = #"{"id": "p1", "html": "<p>Price: 5 €</p>", "fields": {"price": "7 €", "kind": "Price"}}"# + "\n"
    let examples = try scratch.file("x.jsonl", line)
    let run = try ProgramRun(["teach", "x", "--examples", examples, "--output", scratch.folder.path + "/x.head"])
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.errors.contains("p1: “7 €” (price) is not on the page"))
  }

  @Test(arguments: [
    (#"{"html": "<p>a</p>"}"#, "line 1: has no “fields” object"), ("nonsense", "line 1: is no JSON object"),
    (#"{"fields": {"a": "b"}}"#, "line 1: has neither “html” nor “path”"),
  ])
  func refusesBadExamples(_ line: String, _ sentence: String) throws {
    let scratch = try Scratch()
    let run = try ProgramRun(["teach", "x", "--examples", try scratch.file("x.jsonl", line + "\n")])
    #expect(run.code == 2)
    #expect(run.errors.contains(sentence))
  }

  @Test func scoresFields() throws {
    let scratch = try Scratch()
    let gold = try scratch.file(
      "gold.jsonl", #"{"id": "1", "title": " A  b", "date": "2020-01-02T03:04", "fields": {"isbn": ["1", "2"]}}"# + "\n"
    )
    let predicted = try scratch.file(
      "predicted.jsonl",
      #"{"id": "1", "fields": {"title": {"value": "A b"}, "date": {"value": "2 Jan 2020", "iso": "2020-01-02"}, "isbn": [{"value": "2"}]}}"#
        + "\n")
    let run = try ProgramRun(["evaluate", "fields", "--gold", gold, "--predicted", predicted, "--format", "json"])
    #expect(run.code == 0, "\(run.errors)")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(run.outputBytes)) as? [String: Any])
    let rows = try #require(report["rows"] as? [[String: Any]])
    let exact = Dictionary(
      uniqueKeysWithValues: rows.map {
        ($0["name"] as? String ?? "", ($0["figures"] as? [String: Any])?["exact"] as? Double)
      })
    #expect(exact["title"] == 1)
    #expect(exact["date"] == 1)
    #expect(exact["isbn"] == 0)
  }
}
