import ArgumentParser
import FieldHeads

/// `consomme fields`
struct FieldsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fields", abstract: "Print title, author, date and other fields of each page.",
    discussion: """
      Values are slices of the page. “consomme teach” teaches fields of your own; heads in the folders of CONSOMME_HEADS, or \
      in ~/.local/share/consomme/heads, are used too.
      """)

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Model") var head: HeadOptions
  @Option(help: "How results are printed.") var format = ContentFormat.text

  func run() throws {
    let format = format
    let model = try model.load()
    let heads = try head.load(for: model, log: output.startLog())
    try PageRun(
      input: input, output: output, reader: .neural(model),
      verb: FieldsReading(decoders: heads.map { FieldDecoder($0) }),
      fileExtension: format == .text ? "txt" : format.rawValue,
      print: { result in try PageOutput(bytes: format.print(result.record) { FieldsReading.text($0) }) },
      framing: { format.framing }
    ).run()
  }
}
