import Consomme
import ConsommeArchives

/// Prints the links of every page of files, folders and archives: `crawl-links crawl.warc.gz saved-pages/`.
@main
struct CrawlLinks {
  static func main() async {
    var options = PageSequence.Options()
    options.input.recursive = true
    for await result in PageSequence(paths: Array(CommandLine.arguments.dropFirst()), options: options) {
      switch result {
      case .success(let archived):
        for link in archived.page.links { print(archived.id, link.url ?? link.href, link.text, separator: "\t") }
      case .failure(let failure): print("cannot be read:", failure)
      }
    }
  }
}
