import ArgumentParser

/// `consomme text`
struct TextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text", abstract: "Print the main text of each page.",
    discussion: """
      Blocks stand on lines of their own, the cells of a table row are separated by tabs.

      Examples:
        consomme text page.html
        consomme text --recursive --output texts/ saved-pages/
      """)

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Reader") var reader: ReaderOptions
  @OptionGroup(title: "Content") var content: ContentOptions
  @Option(help: "How results are printed.") var format = ContentFormat.text
  @Flag(help: "In JSON: where each piece of text stands in the input.") var spans = false

  func validate() throws {
    try content.check(for: reader.reader)
    if spans, reader.reader != .neural {
      throw ValidationError("--spans goes with --reader neural; libxml2 keeps no offsets")
    }
    if spans, format == .text { throw ValidationError("--spans goes with --format json or jsonl") }
  }

  func run() throws {
    let format = format
    try PageRun(
      input: input, output: output, reader: try reader.source(),
      verb: TextReading(content: content.reading(baseURL: input.baseURL), withSpans: spans),
      fileExtension: format == .text ? "txt" : format.rawValue,
      print: { result in
        try PageOutput(bytes: format.print(result.record) { $0.text ?? "" })
      },
      framing: { format.framing }
    ).run()
  }
}

extension ContentFormat {
  /// A record in this format; `text` is what stands in it as text.
  func print<Body>(_ record: PageRecord<Body>, text: (Body) -> String) throws -> [UInt8] {
    switch self {
    case .json: return Array(try ResultFormats.json(record, pretty: true).utf8)
    case .jsonl: return Array(try ResultFormats.line(record).utf8)
    case .text: return Array(text(record.body).utf8)
    }
  }

  var framing: any Framing {
    switch self {
    case .json: JSONFraming()
    case .jsonl: PlainFraming()
    case .text: HeadingFraming()
    }
  }
}
