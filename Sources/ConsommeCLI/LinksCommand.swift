import ArgumentParser

/// `consomme links`
struct LinksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "links", abstract: "Print the links of each page, in reading order.",
    discussion: """
      As text, a line is an address, a tab and the link's text; addresses are absolute where the page's own is known. \
      Several pages get headings; use jsonl or csv to have the page in every line.

      Examples:
        consomme links page.html
        consomme links --base-url https://example.org/ --format csv page.html
        consomme links --recursive --format jsonl saved-pages/
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable, Sendable { case text, json, jsonl, csv }

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @Option(help: "Who reads the page.") var reader = ReaderChoice.neural
  @Option(help: "How patient the pattern of --reader regex is.") var pattern: PatternChoice?
  @Option(help: "How results are printed.") var format = Format.text
  @Flag(help: "Also what the page loads: link, img, script, iframe …") var resources = false

  func validate() throws {
    try ReaderOptions.reject(model, for: reader)
    if pattern != nil, reader != .regex { throw ValidationError("--pattern goes with --reader regex") }
    if resources, reader == .regex {
      throw ValidationError("--reader regex finds only a and area; leave out --resources")
    }
  }

  func run() throws {
    let source = try ReaderSource(choice: reader, pattern: (pattern ?? .tolerant).pattern) { try model.loadAll() }
    let format = format
    try PageRun(
      input: input, output: output, reader: source,
      verb: LinkReading(includesResources: resources, baseURL: input.baseURL), fileExtension: format.fileExtension,
      print: { result in
        let text: String =
          switch format {
          case .json: try ResultFormats.json(result.record, pretty: true)
          case .jsonl: try ResultFormats.line(result.record)
          case .csv: ResultFormats.csv(result.record)
          case .text: LinkReading.text(result.record.body)
          }
        return PageOutput(bytes: Array(text.utf8))
      },
      framing: {
        switch format {
        case .json: JSONFraming()
        case .jsonl: PlainFraming()
        case .csv: PlainFraming(header: ResultFormats.linksHeader)
        case .text: HeadingFraming()
        }
      }
    ).run()
  }
}

extension LinksCommand.Format {
  fileprivate var fileExtension: String { self == .text ? "txt" : rawValue }
}
