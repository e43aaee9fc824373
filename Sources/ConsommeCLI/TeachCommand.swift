import ArgumentParser
import ByteModel
import FieldHeads
import FieldTeaching
import Foundation
import Pages

/// `consomme teach`
struct TeachCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "teach", abstract: "Teach fields of your own from a few pages, or put right what is read wrong.",
    discussion: """
      Examples are JSON Lines, {"html": … or "path": …, "fields": {"price": "19,99 €", "author": null, "tag": ["a", "b"]}}, or \
      a folder of pages, each with its fields in a .json file of the same name. Values are looked for in the page; null says \
      that it has none. The model stays as it is; what was learned goes into a small head file, which “consomme fields \
      --head” reads.

      A wrong result becomes an example:
        consomme text page.html --format json > fix.json
        (edit fix.json)
        consomme teach --correct fix.json --output corrected.consomme
      The new model is written only if it reads the page as corrected and other pages as well as before.
      """)

  @Argument(help: "The head's name.") var name: String?
  @Option(help: .init("Pages and what stands on them.", valueName: "file|folder")) var examples: [String] = []
  @Option(
    name: .shortAndLong,
    help: .init("The head file, NAME.head if not said; the corrected model, corrected.consomme.", valueName: "file"))
  var output: String?
  @OptionGroup(title: "Corrections") var corrections: CorrectionOptions
  @OptionGroup(title: "Model") var model: ModelOptions
  @Flag(inversion: .prefixedNo, help: "Teach on some pages and look at the others, to say how well it went.")
  var validation = true
  @Option(help: "Seed of everything random.") var seed: UInt64 = 1
  @Flag(name: .shortAndLong, help: "Report only failures.") var quiet = false

  func validate() throws {
    if corrections.isAsked {
      if name != nil || !examples.isEmpty {
        throw ValidationError("a NAME and --examples teach a field; corrections are another run")
      }
    } else if name == nil {
      throw ValidationError("NAME is missing: what the new head is called; or --correct FILE, for a wrong result")
    } else if examples.isEmpty {
      throw ValidationError("--examples is missing: pages and what stands on them")
    }
  }

  func run() throws {
    guard let name else {
      return try CorrectionRun(
        options: corrections, modelFile: model.model, output: output, seed: seed, quiet: quiet
      ).run()
    }
    let model = try model.load()
    let examples = try self.examples.flatMap { try TeachExample.load($0) }
    let fields = Self.fields(of: examples.map(\.gold))
    guard !fields.isEmpty else { throw CommandFailure("the examples have no values; give some in “fields”") }
    let tagger = PageTagger(model: model)
    func candidates(_ index: Int) throws -> CandidatePage {
      do {
        let page = try CharsetDecoder.decode(examples[index].bytes, declared: examples[index].charset)
        return CandidatePage(FieldPage(page, tagger: tagger))
      } catch { throw CommandFailure("\(examples[index].id): \(error)") }
    }
    var options = HeadTrainingOptions()
    options.seed = seed
    let trainer = HeadTrainer(fields: fields, labelFields: [], options: options)
    var pages: [TeachingPage] = []
    for index in examples.indices {
      let page = TeachingPage(
        id: examples[index].id, page: try candidates(index), gold: examples[index].gold, fields: fields,
        labelFields: [], negatives: 300, seed: seed &+ UInt64(index))
      for (field, value) in page.missing {
        try StandardStream.error.write("consomme: warning: \(page.id): “\(value)” (\(field)) is not on the page\n")
      }
      pages.append(page)
    }
    var head = trainer.train(pages, name: name, trunk: model.digest)
    head.note("pages", "\(pages.count)")
    head.note("fields", fields.map(\.name).joined(separator: ", "))
    let bytes = HeadFile.encode(head)
    let file = output ?? name + ".head"
    try Data(bytes).write(to: URL(fileURLWithPath: file), options: .atomic)
    guard !quiet else { return }
    try report("\(file): \(bytes.count) bytes, taught on \(pages.count) pages\n")
    if validation, pages.count > 1 { try crossValidate(pages, examples, trainer) { try candidates($0) } }
  }

  private func crossValidate(
    _ pages: [TeachingPage], _ examples: [TeachExample], _ trainer: HeadTrainer, read: (Int) throws -> CandidatePage
  ) throws {
    // Read them all before: the closure of the library does not throw.
    var kept: [CandidatePage] = []
    for index in pages.indices { kept.append(try read(index)) }
    let result = CrossValidation.run(pages, gold: examples.map(\.gold), trainer: trainer) { kept[$0] }
    try report("taught on three quarters of the pages and tried on the rest:\n")
    for field in result.reports {
      try report(
        "  \(field.field): F1 \(String(format: "%.3f", field.f1)), \(field.right) of \(field.wanted) values right, \(field.found) found\n"
      )
    }
    let unsure = result.doubts.filter { $0.confidence < 0.7 }.prefix(10)
    if !unsure.isEmpty { try report("least sure of these; label pages like them next:\n") }
    for doubt in unsure {
      try report(
        "  \(pages[doubt.page].id): \(doubt.field), \(doubt.confidence == 0 ? "wrong" : String(format: "%.2f", doubt.confidence))\n"
      )
    }
  }

  private func report(_ text: String) throws { try StandardStream.output.write(text) }

  /// What the examples speak of: a field is repeated where some page has several values.
  static func fields(of gold: [FieldGold]) -> [FieldSpecification] {
    let names = Set(gold.flatMap(\.values.keys)).sorted()
    return names.compactMap { name in
      let values = gold.compactMap { $0.values[name] }
      guard values.contains(where: { !$0.isEmpty }) else { return nil }
      return FieldSpecification(name: name, isRepeated: values.contains { $0.count > 1 })
    }
  }
}
