import ArgumentParser
import Foundation
import Inputs

/// `consomme train prepare`: what training learns from each page, as JSON Lines.
struct TrainPrepareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare", abstract: "Print what training learns from each page: bytes, labels and faults.",
    discussion: """
      Reads the JSON Lines that “consomme train” reads, or any other kind of page, then without gold; standard input \
      is JSON Lines. Prints one line a page:

        html      the page as the model sees it; all other offsets count its UTF-8 bytes
        offsets   [offset, source] runs: from offset on, bytes are copies of those from source on in the page as given; \
      bytes that a fault put in have no source of their own
        encoding  the charset the page was in
        tags      [start, length, labels] runs, those of plain markup left out
        faults    the planted faults: offset, kind, rule, and what mends it
        gold      whether somebody marked the page and what they marked is on it
        label_f1  F1 of the labelled main text's words against “main_text”

      Pages that cannot be read are reported on standard error; the exit code is then 2.
      """)

  enum Form: EnumerableFlag {
    case condense, asServed

    static func help(for value: Form) -> ArgumentHelp? {
      switch value {
      case .condense: "Drop the bytes no reader needs, as the reader does."
      case .asServed: "Keep every byte."
      }
    }
  }

  @Argument(help: "Files, or - for standard input, which is also what no path means.") var paths: [String] = []
  @Flag(exclusivity: .exclusive) var form = Form.condense
  @Flag(help: "Drop script, style and noscript elements and comments altogether, as archives do.") var strip = false
  @Option(help: .init("Plant this many faults in each page, fewer where there is no room.", valueName: "n"))
  var corrupt = 0
  @Option(help: "Seed of the faults; with the page's number it decides them.") var seed: UInt64 = 1

  func validate() throws {
    if corrupt < 0 { throw ValidationError("--corrupt is at least 0") }
  }

  func run() throws {
    let preparation = PagePreparation(condenses: form == .condense, strips: strip, faults: corrupt, seed: seed)
    var number: UInt64 = 0
    var failures = 0
    func report(_ problem: any Error) throws {
      failures += 1
      try StandardStream.error.write("consomme: error: \(problem)\n")
    }
    for path in paths.isEmpty ? ["-"] : paths {
      var source: PreparationSource
      do {
        source = try PreparationSource(path: path)
      } catch {
        try report(error)
        continue
      }
      while let page = source.next() {
        do {
          let prepared = try preparation.prepare(page.get(), number: number)
          try StandardStream.output.write(try ResultFormats.line(prepared))
        } catch let problem as InputFailure {
          try report(problem)
        }
        number += 1
      }
    }
    if failures > 0 { throw ExitCode(Outcome.inputFailed.rawValue) }
  }
}

/// The pages of one file, with the gold its lines have.
private struct PreparationSource {
  private enum Kind {
    case corpus(LineReader)
    case other(InputReader)
  }

  private let path: String
  private var kind: Kind
  private var hasFailed = false

  init(path: String) throws {
    self.path = path
    kind = .corpus(try LineReader(path: path))
    // Standard input cannot be looked at twice: it is JSON Lines.
    guard path != "-", var reader = try? LineReader(path: path) else { return }
    while let line = try? reader.next() {
      if line.allSatisfy({ $0 <= 0x20 }) { continue }
      let page = try? CorpusPage(line: line)
      if page == nil || page?.html == nil && page?.json == nil && page?.servedHTML == nil { break }
      return
    }
    kind = .other(InputReader(paths: [path]))
  }

  mutating func next() -> Result<PagePreparation.Source, InputFailure>? {
    switch kind {
    case .other(var reader):
      defer { kind = .other(reader) }
      return reader.next()?.map { .init(document: $0, corpusPage: nil) }
    case .corpus(var reader):
      defer { kind = .corpus(reader) }
      do {
        while !hasFailed, let line = try reader.next() {
          if line.allSatisfy({ $0 <= 0x20 }) { continue }
          return document(of: line, number: reader.lineNumber)
        }
        return nil
      } catch {
        // After a broken stream nothing that follows can be trusted.
        hasFailed = true
        return .failure(InputFailure(id: path, path: path, reason: "\(error)"))
      }
    }
  }

  private func document(of line: [UInt8], number: Int) -> Result<PagePreparation.Source, InputFailure> {
    let name = "\(path):\(number)"
    do {
      let page = try CorpusPage(line: line)
      let id = page.id.isEmpty ? name : page.id
      guard let bytes = page.html ?? page.json ?? page.servedHTML else {
        let reason = "the object has neither “html” nor a readable “html_base64”; add the page or delete the line"
        return .failure(InputFailure(id: id, path: path, place: .line(number), reason: reason))
      }
      let isText = page.html != nil || page.json != nil
      return .success(
        .init(
          document: InputDocument(
            id: id, url: page.url, bytes: bytes, path: path, line: number, declaredCharset: isText ? "utf-8" : nil),
          corpusPage: page))
    } catch {
      let reason = "the JSON is broken at byte \(error.offset) of the line: \(error.reason); mend or delete the line"
      return .failure(InputFailure(id: name, path: path, place: .line(number), reason: reason))
    }
  }
}
