import ArgumentParser
import Foundation
import Reports

/// `consomme entropy`
struct EntropyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "entropy", abstract: "Print how many bits per byte each page costs the model.",
    discussion: """
      As text: bytes, bits, bits per byte, page. As html: a report that stands alone: the page's source as a heat map with \
      its faults marked.

      Examples:
        consomme entropy page.html
        consomme entropy --format html page.html > bits.html
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable, Sendable { case text, json, jsonl, html }

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @Option(help: "How results are printed.") var format = Format.text

  func run() throws {
    let format = format
    let (model, json) = try model.loadAll()
    try PageRun(
      input: input, output: output, reader: .neural(model, json: json), verb: EntropyReading(isReport: format == .html),
      fileExtension: format == .text ? "txt" : format.rawValue,
      print: { result in
        var output = PageOutput()
        let text: String =
          switch format {
          case .json: try ResultFormats.json(result.record, pretty: true)
          case .jsonl: try ResultFormats.line(result.record)
          case .text: Self.line(result.record.id, result.record.body.totals)
          case .html:
            result.record.body.source.map { source in
              output.row = ReportRow(anchor: EntropyReport.anchor(source), cells: EntropyReport.row(source))
              return EntropyReport.section(source)
            } ?? ""
          }
        output.bytes = Array(text.utf8)
        return output
      },
      framing: {
        switch format {
        case .json: JSONFraming()
        case .html:
          ReportFraming(
            title: EntropyReport.title, introduction: EntropyReport.introduction, columns: EntropyReport.columns)
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
