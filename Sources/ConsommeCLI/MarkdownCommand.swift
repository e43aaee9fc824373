import ArgumentParser

/// `consomme markdown`
struct MarkdownCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "markdown", abstract: "Print the main content of each page as Markdown (GitHub flavoured).",
    discussion: """
      Relative addresses become absolute where the page's own address is known.

      Examples:
        consomme markdown --base-url https://example.org/ page.html
        consomme markdown --no-images --favor precision page.html
      """)

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Reader") var reader: ReaderOptions
  @OptionGroup(title: "Content") var content: ContentOptions
  @Option(help: "How results are printed.") var format = ContentFormat.text

  func validate() throws { try content.check(for: reader.reader) }

  func run() throws {
    let format = format
    try PageRun(
      input: input, output: output, reader: try reader.source(),
      verb: MarkdownReading(content: content.reading(baseURL: input.baseURL)),
      fileExtension: format == .text ? "md" : format.rawValue,
      print: { result in
        try PageOutput(bytes: format.print(result.record) { $0.markdown ?? "" })
      },
      framing: { format.framing }
    ).run()
  }
}
