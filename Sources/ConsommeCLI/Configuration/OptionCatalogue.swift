import ArgumentParser
import Foundation

/// The options of every verb, as the program describes them to man pages and completions.
struct OptionCatalogue: Sendable {
  struct Option: Sendable {
    /// The long name, without dashes; a flag that has a `no-` form is listed once.
    var name: String
    /// Every spelling on the command line, with dashes, the `no-` form too.
    var spellings: Set<String>
    var isFlag: Bool
    var hasNegation: Bool
    var isRepeating: Bool
    var namesFile: Bool
    /// nil where anything may be given.
    var values: [String]?
    var defaultValue: String?
  }

  /// By verb; verbs with verbs of their own are not configured.
  private(set) var options: [String: [Option]] = [:]

  /// What cannot be configured: it says where the configuration is, or asks for something else than work.
  private static let excluded: Set<String> = ["help", "version", "config", "print-config"]

  init() throws {
    let dump = try JSONDecoder().decode(Dump.self, from: Data(Program._dumpHelp().utf8))
    for command in dump.command.subcommands ?? [] where (command.subcommands ?? []).isEmpty {
      guard let arguments = command.arguments, arguments.contains(where: { $0.long == "config" }) else { continue }
      let longs = Set(arguments.compactMap(\.long))
      options[command.commandName] = arguments.compactMap { argument in
        guard let name = argument.long, !Self.excluded.contains(name) else { return nil }
        if name.hasPrefix("no-"), longs.contains(String(name.dropFirst(3))) { return nil }
        let hasNegation = longs.contains("no-" + name)
        var spellings = Set((argument.names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name })
        if hasNegation { spellings.insert("--no-" + name) }
        return Option(
          name: name, spellings: spellings, isFlag: argument.kind == "flag", hasNegation: hasNegation,
          isRepeating: argument.isRepeating,
          namesFile: ["file", "list", "file|folder/"].contains(argument.valueName ?? ""),
          values: argument.allValues,
          defaultValue: hasNegation ? "\(argument.defaultValue == "--" + name)" : argument.defaultValue)
      }
    }
  }

  func option(_ name: String, of verb: String) -> Option? { options[verb]?.first { $0.name == name } }

  /// The verb that `arguments` begin with, if it can be configured.
  func verb(_ arguments: [String]) -> String? {
    arguments.first.flatMap { options[$0] == nil ? nil : $0 }
  }

  /// The options that stand on the command line.
  func given(_ arguments: ArraySlice<String>, for verb: String) -> Set<String> {
    let known = options[verb] ?? []
    var result: Set<String> = []
    var skipsValue = false
    for argument in arguments {
      if skipsValue {
        skipsValue = false
        continue
      }
      if argument == "--" { break }
      guard argument.hasPrefix("-"), argument != "-" else { continue }
      let spelling = String(argument.prefix { $0 != "=" })
      // -rq is -r -q.
      let parts = spelling.hasPrefix("--") ? [spelling] : spelling.dropFirst().map { "-\($0)" }
      for part in parts {
        guard let option = known.first(where: { $0.spellings.contains(part) }) else { continue }
        result.insert(option.name)
        skipsValue = !option.isFlag && !argument.contains("=") && part == parts.last
        if !option.isFlag { break }
      }
    }
    return result
  }

  /// The name in `names` that is spelled most like `name`; nil where none is near.
  static func nearest(to name: String, in names: some Sequence<String>) -> String? {
    let best = Set(names).map { (name: $0, distance: distance(name, $0)) }
      .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard let best, best.distance <= max(2, name.count / 3) else { return nil }
    return best.name
  }

  /// Edits of a character, or swaps of two neighbours, that make one of the other (optimal string alignment).
  static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var best = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}

/// What `_dumpHelp` prints, as far as it is needed here.
private struct Dump: Decodable {
  struct Name: Decodable {
    var kind: String
    var name: String
  }
  struct Argument: Decodable {
    var kind: String
    var names: [Name]?
    var isRepeating: Bool
    var valueName: String?
    var allValues: [String]?
    var defaultValue: String?

    var long: String? { kind == "positional" ? nil : names?.first { $0.kind == "long" }?.name }
  }
  struct Command: Decodable {
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [Command]?
  }
  var command: Command
}
