import Baselines
import CReference
import Consomme
import Documents
import Pages

/// One way to read a page: what is measured. Each returns a count, so that no work can be left out.
public struct PageTask {
  public var name: String
  public var run: ([UInt8]) -> Int

  public init(name: String, run: @escaping ([UInt8]) -> Int) {
    self.name = name
    self.run = run
  }

  /// Everything Consommé does, as its program does it from the page's bytes to the finished text, without printing.
  public static func all() throws -> [PageTask] {
    let reader = PageReader(model: try SharedReader.embedded().model)
    func decoded(_ page: [UInt8]) -> DecodedPage {
      guard let decoded = try? CharsetDecoder.decode(page) else { fatalError("the made-up pages are UTF-8") }
      return decoded
    }
    let libxml2 = LibXML2Reader()
    return [
      PageTask(name: "neural text") { page in
        TextWriter.write(DocumentDecoder.decode(reader.read(decoded(page))).document).utf8.count
      },
      PageTask(name: "neural markdown") { page in
        MarkdownWriter.write(DocumentDecoder.decode(reader.read(decoded(page))).document).utf8.count
      },
      PageTask(name: "neural links") { page in
        LinkDecoder.links(in: reader.read(decoded(page)), includeResources: false).count
      },
      PageTask(name: "neural check") { page in FaultFinder(reader: reader).diagnostics(of: decoded(page)).count },
      PageTask(name: "libxml2 parse + walk") { page in
        unsafe page.withUnsafeBytes { buffer in
          unsafe Int(reference_parse_and_walk(buffer.bindMemory(to: CChar.self).baseAddress, Int32(buffer.count)))
        }
      },
      PageTask(name: "libxml2 links") { page in libxml2.links(in: decoded(page).utf8).count },
      PageTask(name: "libxml2 text") { page in libxml2.text(in: decoded(page).utf8, scope: .mainContent).utf8.count },
      PageTask(name: "libxml2 markdown") { page in
        MarkdownWriter.write(libxml2.document(in: decoded(page).utf8, scope: .mainContent)).utf8.count
      },
      PageTask(name: "regex links") { page in RegexReader.links(in: decoded(page).utf8, pattern: .tolerant).count },
    ]
  }
}
