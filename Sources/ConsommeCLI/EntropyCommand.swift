import ArgumentParser
import Foundation

/// `consomme entropy`
struct EntropyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "entropy", abstract: "Print how many bits per byte each page costs the model.",
    discussion: "As text: bytes, bits, bits per byte, page. As html: the page's source as a heat map.")

  enum Format: String, ExpressibleByArgument, CaseIterable, Sendable { case text, json, jsonl, html }

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @Option(help: "How results are printed.") var format = Format.text

  func run() throws {
    let format = format
    try PageRun(
      input: input, output: output, reader: .neural(try model.load()), verb: EntropyReading(keepsBits: format == .html),
      fileExtension: format == .text ? "txt" : format.rawValue,
      print: { result in
        let text: String =
          switch format {
          case .json: try ResultFormats.json(result.record, pretty: true)
          case .jsonl: try ResultFormats.line(result.record)
          case .text: Self.line(result.record.id, result.record.body.totals)
          case .html:
            result.page.map { page in
              HeatMap.section(
                name: result.record.id, utf8: page.utf8, bits: result.record.body.bits,
                totals: result.record.body.totals)
            } ?? ""
          }
        return PageOutput(bytes: Array(text.utf8))
      },
      framing: {
        switch format {
        case .json: JSONFraming()
        case .html: HeatMapFraming()
        case .jsonl, .text: PlainFraming()
        }
      }
    ).run()
  }

  private static func line(_ name: String, _ totals: EntropyBody) -> String {
    guard let bytes = totals.bytes, let bits = totals.bits else { return "" }
    let numbers = String(format: "%10d %12.1f %8.4f", bytes, bits, bytes == 0 ? 0 : bits / Double(bytes))
    return "\(numbers)  \(TerminalText.shown(name))\n"
  }
}
