import ArgumentParser
import Foundation

/// What the options are when command line, environment and file are taken together, in this order.
///
/// Settings become arguments in front of those given, so that one parser checks them all.
struct Configuration {
  enum Origin: Equatable {
    case environment(String)
    case file(String, line: Int)

    var description: String {
      switch self {
      case .environment(let name): name
      case .file(let path, let line): "\(path):\(line)"
      }
    }
  }

  /// Not from the command line.
  struct Setting {
    var option: OptionCatalogue.Option
    var values: [String]
    var origin: Origin

    var arguments: [String] {
      if !option.isFlag { return values.map { "--\(option.name)=\($0)" } }
      switch ConfigurationFile.truth(values[0]) ?? false {
      case true: return ["--" + option.name]
      case false: return option.hasNegation ? ["--no-" + option.name] : []
      }
    }
  }

  let verb: String
  let catalogue: OptionCatalogue
  private(set) var settings: [Setting] = []
  private(set) var file: String?
  /// What the command line says by itself.
  let given: Set<String>

  /// A flag beside which these settings have no meaning, or would contradict it, and are passed over.
  private static let yields: [String: [String]] = [
    "model": ["reader"], "head": ["reader"], "quiet": ["verbose"], "verbose": ["quiet"], "format": ["fix", "diff"],
    "fix": ["diff", "format"], "diff": ["fix", "format"], "resume": ["format", "output"], "pattern": ["reader"],
    "gate": ["limit"], "null": ["files-from"],
  ]

  /// - Returns: nil where there is nothing to configure.
  init?(arguments: [String], environment: [String: String], folder: String) throws {
    let explicit = Self.file(arguments) ?? environment["CONSOMME_CONFIG"]
    let found = explicit ?? ConfigurationFile.find(from: folder)
    let mayConfigure = found != nil || environment.keys.contains { $0.hasPrefix("CONSOMME_") }
    guard mayConfigure || arguments.contains("--print-config") else { return nil }
    catalogue = try OptionCatalogue()
    guard let verb = catalogue.verb(arguments) else { return nil }
    self.verb = verb
    given = catalogue.given(arguments.dropFirst(), for: verb)
    file = found
    let content = try found.map { try ConfigurationFile(path: $0, catalogue: catalogue) }
    for option in catalogue.options[verb] ?? [] where !given.contains(option.name) {
      if (Self.yields[option.name] ?? []).contains(where: { given.contains($0) }) { continue }
      let variable = Self.variable(option.name)
      if let value = environment[variable], !value.isEmpty {
        settings.append(try Self.setting(option, value, variable))
      } else if let content, let setting = content.setting(option.name, for: verb) {
        // At the top stands what other verbs may understand and this one not.
        if setting.verb == nil, let allowed = option.values, !setting.values.allSatisfy(allowed.contains) { continue }
        let values =
          option.namesFile
          ? setting.values.map { Self.resolved($0, option.name, beside: content.path) } : setting.values
        settings.append(Setting(option: option, values: values, origin: .file(content.path, line: setting.line)))
      }
    }
  }

  static func variable(_ option: String) -> String {
    "CONSOMME_" + option.uppercased().replacing("-", with: "_")
  }

  /// The arguments to parse.
  func arguments(for given: [String]) -> [String] {
    [given[0]] + settings.flatMap(\.arguments) + given.dropFirst()
  }

  /// Of settings with which `given` cannot be parsed, though it can without them: the first.
  func culprit(given: [String]) -> (setting: Setting, message: String)? {
    guard (try? Program.parseAsRoot(given)) != nil else { return nil }
    var taken: [String] = []
    for setting in settings {
      taken += setting.arguments
      do {
        _ = try Program.parseAsRoot([given[0]] + taken + given.dropFirst())
      } catch {
        return (setting, Program.message(for: error))
      }
    }
    return nil
  }

  private static func setting(_ option: OptionCatalogue.Option, _ value: String, _ variable: String) throws -> Setting {
    if option.isFlag, ConfigurationFile.truth(value) == nil {
      throw ConfigurationError("\(variable) is true or false, not “\(value)”")
    }
    return Setting(option: option, values: [value], origin: .environment(variable))
  }

  /// The file that `--config` names.
  private static func file(_ arguments: [String]) -> String? {
    var result: String?
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { break }
      if argument.hasPrefix("--config=") { result = String(argument.dropFirst("--config=".count)) }
      if argument == "--config", index + 1 < arguments.count { result = arguments[index + 1] }
    }
    return result
  }

  /// A file named in a configuration file is sought beside it; a head may be a plain name from the search path.
  private static func resolved(_ value: String, _ option: String, beside file: String) -> String {
    if value == "-" || value.hasPrefix("/") || (option == "head" && !value.contains("/")) { return value }
    let folder = (file as NSString).deletingLastPathComponent
    return folder.isEmpty
      ? value : (folder as NSString).appendingPathComponent(value) + (value.hasSuffix("/") ? "/" : "")
  }

  /// All options of the verb with their values and where those come from; itself a configuration file.
  func printed(given arguments: [String]) -> String {
    var text = "# \(file.map { "Read from \($0)" } ?? "No \(ConfigurationFile.name) was found").\n\(verb):\n"
    for option in (catalogue.options[verb] ?? []).sorted(by: { $0.name < $1.name }) {
      if given.contains(option.name) {
        let values = Self.values(of: option, in: arguments)
        text += Self.line(option, values, "command line")
      } else if let setting = settings.first(where: { $0.option.name == option.name }) {
        text += Self.line(option, setting.values, setting.origin.description)
      } else if let value = option.defaultValue ?? (option.isFlag ? "false" : nil) {
        text += Self.line(option, [value], "default")
      } else {
        text += "  # \(option.name):  # not set\n"
      }
    }
    return text
  }

  private static func line(_ option: OptionCatalogue.Option, _ values: [String], _ origin: String) -> String {
    let shown = option.isFlag ? values.map { "\(ConfigurationFile.truth($0) ?? true)" } : values.map(quoted)
    let value = option.isRepeating ? "[\(shown.joined(separator: ", "))]" : shown.last ?? "''"
    return "  \(option.name): \(value)  # \(origin)\n"
  }

  /// YAML in single quotes, where it is not a plain word or number.
  private static func quoted(_ value: String) -> String {
    let isPlain =
      !value.isEmpty
      && value.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || "._/-".utf8.contains(byte)
      }
    return isPlain && !value.hasPrefix("-") ? value : "'" + value.replacing("'", with: "''") + "'"
  }

  /// What the command line says about an option.
  private static func values(of option: OptionCatalogue.Option, in arguments: [String]) -> [String] {
    var result: [String] = []
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { break }
      let spelling = String(argument.prefix { $0 != "=" })
      if option.isFlag {
        let short =
          argument.hasPrefix("-") && !argument.hasPrefix("--")
          && option.spellings.contains { $0.count == 2 && argument.contains($0.dropFirst()) }
        if short || option.spellings.contains(spelling) { result = ["\(spelling != "--no-" + option.name)"] }
      } else if option.spellings.contains(spelling) {
        result.append(
          argument.contains("=")
            ? String(argument.dropFirst(spelling.count + 1)) : index + 1 < arguments.count ? arguments[index + 1] : "")
      } else if let short = option.spellings.first(where: { $0.count == 2 && argument.hasPrefix($0) }) {
        result.append(String(argument.dropFirst(short.count)))
      }
    }
    return result.isEmpty ? [""] : result
  }
}
