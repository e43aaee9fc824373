import ArgumentParser

/// `consomme compare`
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Print what each reader makes of the same page.",
    discussion: """
      For each reader: links found; links some other reader found and this one did not; words of main text; Markdown \
      elements; milliseconds. JSON also lists the addresses missed and the elements by kind.

      Examples:
        consomme compare page.html
        consomme compare --format json page.html
      """)

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @Option(help: "How results are printed.") var format = ContentFormat.text

  func run() throws {
    let format = format
    try PageRun(
      input: input, output: output, reader: .neural(try model.load()), readerName: "neural,libxml2,regex",
      verb: CompareReading(), fileExtension: format == .text ? "txt" : format.rawValue,
      print: { result in
        try PageOutput(bytes: format.print(result.record) { $0.readers.isEmpty ? "" : CompareReading.table($0) })
      },
      framing: { format.framing }
    ).run()
  }
}
