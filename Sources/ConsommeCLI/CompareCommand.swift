import ArgumentParser
import Reports

/// `consomme compare`
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Print what each reader makes of the same page.",
    discussion: """
      For each reader: links found; links some other reader found and this one did not; words of main text; Markdown \
      elements; milliseconds. JSON also lists the addresses missed and the elements by kind. \
      As html: a report that stands alone, with texts side by side and the faults on the source; over several pages a summary \
      to sort, each page in brief, or, with --output FOLDER/, in a report of its own.

      Examples:
        consomme compare page.html
        consomme compare --format json page.html
        consomme compare --format html page.html > readers.html
        consomme compare --format html --recursive saved-pages/ --output reports/
      """)

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @Option(help: "How results are printed.") var format = Format.text

  enum Format: String, ExpressibleByArgument, CaseIterable, Sendable { case text, json, jsonl, html }

  func run() throws {
    let format = format
    // Over several pages, one document holds them in brief.
    let mayHoldSeveral = input.mayHoldSeveral
    let isFolder = output.output.map(OutputSink.isFolder) ?? false
    try PageRun(
      input: input, output: output, reader: .neural(try model.load()), readerName: "neural,libxml2,regex",
      verb: CompareReading(isReport: format == .html), fileExtension: format == .text ? "txt" : format.rawValue,
      print: { result in
        let record = result.record
        if let plain = ContentFormat(rawValue: format.rawValue) {
          return PageOutput(
            bytes: try plain.print(record) { $0.readers.isEmpty ? "" : CompareReading.table($0) })
        }
        guard let report = record.body.report, let document = result.document else { return PageOutput() }
        let row = ReportRow(
          anchor: ComparisonReport.anchor(report.source),
          cells: ComparisonReport.row(report.source, readers: report.readers))
        let isBrief = !isFolder && (mayHoldSeveral || document.id != document.path)
        let section =
          isBrief
          ? ComparisonReport.briefSection(report.source, readers: report.readers)
          : ComparisonReport.section(report.source, readers: report.readers)
        return PageOutput(bytes: Array(section.utf8), row: row)
      },
      framing: {
        ContentFormat(rawValue: format.rawValue)?.framing
          ?? ReportFraming(title: ComparisonReport.title, columns: ComparisonReport.columns)
      }
    ).run()
  }
}
