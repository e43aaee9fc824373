import Foundation
import Yams

/// A setting that cannot be used; the sentence says where it stands and what to do.
struct ConfigurationError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// `consomme.yaml`: options by their long names, at the top for every verb, under a verb's name for that verb.
struct ConfigurationFile: Sendable {
  static let name = "consomme.yaml"

  struct Setting: Sendable {
    var name: String
    /// nil at the top.
    var verb: String?
    /// One value, or for options that may be repeated any number.
    var values: [String]
    var line: Int
  }

  var path: String
  private(set) var settings: [Setting] = []

  /// The nearest file in `folder` or a folder above it.
  static func find(from folder: String) -> String? {
    var folder = URL(fileURLWithPath: folder, isDirectory: true).standardizedFileURL
    while true {
      let file = folder.appendingPathComponent(name).path
      if FileManager.default.fileExists(atPath: file) { return file }
      let parent = folder.deletingLastPathComponent().standardizedFileURL
      if parent.path == folder.path { return nil }
      folder = parent
    }
  }

  init(path: String, catalogue: OptionCatalogue) throws {
    // `FileManager.contents` refuses devices: /dev/null is how to have no configuration.
    guard let file = FileHandle(forReadingAtPath: path), let data = try? file.readToEnd() ?? Data() else {
      throw ConfigurationError("\(path): there is no such file, or it may not be read; check --config")
    }
    try self.init(path: path, text: String(decoding: data, as: UTF8.self), catalogue: catalogue)
  }

  init(path: String, text: String, catalogue: OptionCatalogue) throws {
    self.path = path
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw ConfigurationError("\(path): is no YAML: \(Self.sentence(error))")
    }
    guard let root else { return }
    // An empty document is a null.
    if case .scalar(let scalar) = root, scalar.string.isEmpty || scalar.string == "null" { return }
    guard case .mapping(let mapping) = root else {
      throw ConfigurationError("\(path):\(Self.line(root)): wants lines such as “jobs: 4”")
    }
    for (key, value) in mapping {
      let name = key.string ?? ""
      if case .mapping(let section) = value, catalogue.options[name] != nil {
        for (key, value) in section { try add(key, value, verb: name, catalogue) }
      } else if catalogue.options[name] != nil, catalogue.options.values.joined().allSatisfy({ $0.name != name }) {
        throw ConfigurationError(
          "\(path):\(Self.line(key)): under the verb “\(name)” stand its options, such as “format: json”")
      } else {
        try add(key, value, verb: nil, catalogue)
      }
    }
  }

  private mutating func add(_ key: Node, _ value: Node, verb: String?, _ catalogue: OptionCatalogue) throws {
    let name = key.string ?? ""
    let line = Self.line(key)
    let place = "\(path):\(line)"
    let verbs = verb.map { [$0] } ?? catalogue.options.keys.sorted()
    let options = verbs.compactMap { catalogue.option(name, of: $0) }
    guard let option = options.first else {
      let names = verbs.flatMap { (catalogue.options[$0] ?? []).map(\.name) } + (verb == nil ? verbs : [])
      let hint = OptionCatalogue.nearest(to: name, in: names).map { "; did you mean “\($0)”?" } ?? ""
      throw ConfigurationError("\(place): there is no option “\(name)”\(verb.map { " of \($0)" } ?? "")\(hint)")
    }
    let values: [String]
    switch value {
    case .scalar(let scalar): values = [scalar.string]
    case .sequence(let sequence) where option.isRepeating:
      values = try sequence.map { node in
        guard let text = node.scalar?.string else {
          throw ConfigurationError("\(path):\(Self.line(node)): “\(name)” wants a list of words")
        }
        return text
      }
    default: throw ConfigurationError("\(place): “\(name)” wants one value\(option.isRepeating ? ", or a list" : "")")
    }
    if option.isFlag, Self.truth(values[0]) == nil {
      throw ConfigurationError("\(place): “\(name)” is true or false, not “\(values[0])”")
    }
    if let verb, let allowed = option.values, let wrong = values.first(where: { !allowed.contains($0) }) {
      throw ConfigurationError("\(place): “\(name)” of \(verb) is \(Self.list(allowed)), not “\(wrong)”")
    }
    let allowed = options.map(\.values)
    if !allowed.contains(where: { $0 == nil }),
      let wrong = values.first(where: { value in
        !allowed.contains { $0?.contains(value) ?? true }
      })
    {
      let all = allowed.compactMap { $0 }.joined()
      let unique = all.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      throw ConfigurationError("\(place): “\(name)” is \(Self.list(unique)), not “\(wrong)”")
    }
    settings.append(Setting(name: name, verb: verb, values: values, line: line))
  }

  /// What counts for `verb`: what stands under its name goes before what stands at the top.
  func setting(_ name: String, for verb: String) -> Setting? {
    let named = settings.filter { $0.name == name }
    return named.first { $0.verb == verb } ?? named.first { $0.verb == nil }
  }

  static func truth(_ word: String) -> Bool? {
    switch word.lowercased() {
    case "true", "yes", "on", "1": true
    case "false", "no", "off", "0": false
    default: nil
    }
  }

  private static func list(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
  }

  private static func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

  /// The first line of an error of the YAML parser that says something.
  private static func sentence(_ error: any Error) -> String {
    "\(error)".split(separator: "\n").first.map { String($0.drop { $0.isNumber || $0 == ":" || $0 == " " }) } ?? ""
  }
}
