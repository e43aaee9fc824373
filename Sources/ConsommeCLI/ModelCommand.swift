import ArgumentParser
import ByteModel
import Consomme

/// `consomme model`
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Look at a model file.", subcommands: [Info.self])

  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "info", abstract: "Print a model's digest, sizes and notes.")

    enum Format: String, ExpressibleByArgument, CaseIterable, Sendable { case text, json }

    @Argument(help: "A model file; without, the model inside the program.") var file: String?
    @Option(help: "How it is printed.") var format = Format.text

    func run() throws {
      let description = ModelDescription(try ModelOptions.load(file), file: file)
      try StandardStream.output.write(
        format == .json ? try ResultFormats.json(description, pretty: true) + "\n" : description.text)
    }
  }
}

/// What can be said of a model without reading pages with it.
private struct ModelDescription: Encodable {
  struct Entry: Encodable {
    var key: String
    var value: String
  }

  /// nil: the embedded one.
  var file: String?
  var digest: String
  var parameters: Int
  var shape: [String: Int]
  var notes: [Entry]

  init(_ model: Model, file: String?) {
    self.file = file
    digest = model.digest
    parameters = model.values.count
    shape = Dictionary(
      Mirror(reflecting: model.shape).children.compactMap { child in
        child.label.flatMap { label in (child.value as? Int).map { (label, $0) } }
      }, uniquingKeysWith: { first, _ in first })
    notes = model.information.notes.map { Entry(key: $0.key, value: $0.value) }
  }

  var text: String {
    var lines = [
      ("model", file ?? "embedded"), ("digest", digest), ("parameters", "\(parameters)"),
    ]
    lines += shape.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
    lines += notes.map { ($0.key, $0.value) }
    let width = lines.map(\.0.count).max() ?? 0
    return lines.map { name, value in
      "\(TerminalText.shown(name))\(String(repeating: " ", count: width - name.count))  \(TerminalText.shown(value))\n"
    }.joined()
  }
}
