/// Diagnostics as one SARIF 2.1.0 log (OASIS, "Static Analysis Results Interchange Format"), with fixes.
struct SARIFLog: Encodable, Sendable {
  struct Message: Encodable, Sendable { var text: String }
  struct ReportingDescriptor: Encodable, Sendable {
    var id: String
    var shortDescription: Message?
    var help: Message?
    var helpUri: String?

    init(rule: String) {
      id = rule
      shortDescription = RuleHelp.sentence(rule).map { Message(text: $0) }
      help = shortDescription.map {
        Message(text: "\($0.text). docs/RULES.md has an example and the repair under “\(rule)”.")
      }
      helpUri = RuleHelp.address(rule)
    }
  }
  struct Driver: Encodable, Sendable {
    var name: String
    var version: String
    var rules: [ReportingDescriptor]
  }
  struct Tool: Encodable, Sendable { var driver: Driver }
  struct ArtifactLocation: Encodable, Sendable { var uri: String }
  /// A text region; `endColumn` is the column after the last character.
  struct Region: Encodable, Sendable {
    var startLine: Int
    var startColumn: Int
    var endLine: Int
    var endColumn: Int
  }
  struct PhysicalLocation: Encodable, Sendable {
    var artifactLocation: ArtifactLocation
    var region: Region?
  }
  struct Location: Encodable, Sendable { var physicalLocation: PhysicalLocation }
  struct Replacement: Encodable, Sendable {
    var deletedRegion: Region
    var insertedContent: Message
  }
  struct ArtifactChange: Encodable, Sendable {
    var artifactLocation: ArtifactLocation
    var replacements: [Replacement]
  }
  struct Fix: Encodable, Sendable {
    var description: Message
    var artifactChanges: [ArtifactChange]
  }
  /// What SARIF has no word for: bytes of the input as given, and the score in bits.
  struct Properties: Encodable, Sendable {
    var offset: Int
    var length: Int
    var score: Double
  }
  struct Result: Encodable, Sendable {
    var ruleId: String
    var ruleIndex: Int
    var level: String
    var message: Message
    var locations: [Location]
    var fixes: [Fix]?
    var properties: Properties
  }
  struct Notification: Encodable, Sendable {
    var level: String
    var message: Message
    var locations: [Location]
  }
  struct Invocation: Encodable, Sendable {
    var executionSuccessful: Bool
    var toolExecutionNotifications: [Notification]
  }
  struct Run: Encodable, Sendable {
    var tool: Tool
    var columnKind = "utf16CodeUnits"
    var invocations: [Invocation]
    var results: [Result]
  }

  var schema = "https://json.schemastore.org/sarif-2.1.0.json"
  var version = "2.1.0"
  var runs: [Run]

  private enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case version, runs
  }
}

/// Gathers pages into a SARIF log.
struct SARIFBuilder: Sendable {
  private let formats: DiagnosticFormats
  private let version: String
  private var rules: [String: Int] = [:]
  private var results: [SARIFLog.Result] = []
  private var failures: [SARIFLog.Notification] = []

  /// - Parameter version: the program's.
  init(formats: DiagnosticFormats, version: String) {
    self.formats = formats
    self.version = version
  }

  mutating func add(_ page: DiagnosticPage) {
    let artifact = SARIFLog.ArtifactLocation(uri: Self.uri(page.name))
    for diagnostic in page.diagnostics {
      let index = rules[diagnostic.rule] ?? rules.count
      rules[diagnostic.rule] = index
      var region = Self.region(page, diagnostic.offset, diagnostic.length)
      region.startLine = diagnostic.line
      region.startColumn = diagnostic.column
      if (region.endLine, region.endColumn) < (region.startLine, region.startColumn) {
        (region.endLine, region.endColumn) = (region.startLine, region.startColumn)
      }
      let fixes = diagnostic.repair.map { repair in
        let replacement = SARIFLog.Replacement(
          deletedRegion: Self.region(page, repair.offset, repair.delete), insertedContent: .init(text: repair.insert))
        return [
          SARIFLog.Fix(
            description: .init(text: page.sentence(for: repair)),
            artifactChanges: [.init(artifactLocation: artifact, replacements: [replacement])])
        ]
      }
      results.append(
        SARIFLog.Result(
          ruleId: diagnostic.rule, ruleIndex: index, level: formats.severity(diagnostic),
          message: .init(text: formats.message(diagnostic, of: page)),
          locations: [.init(physicalLocation: .init(artifactLocation: artifact, region: region))], fixes: fixes,
          properties: .init(
            offset: diagnostic.offset, length: diagnostic.length,
            score: diagnostic.score.isFinite ? (diagnostic.score * 1000).rounded() / 1000 : 0)))
    }
  }

  /// A page that could not be read.
  mutating func addFailure(name: String, error: String) {
    let location = SARIFLog.PhysicalLocation(artifactLocation: .init(uri: Self.uri(name)), region: nil)
    failures.append(.init(level: "error", message: .init(text: error), locations: [.init(physicalLocation: location)]))
  }

  var log: SARIFLog {
    let names = rules.sorted { $0.value < $1.value }.map { SARIFLog.ReportingDescriptor(rule: $0.key) }
    return SARIFLog(runs: [
      .init(
        tool: .init(driver: .init(name: "consomme", version: version, rules: names)),
        invocations: [.init(executionSuccessful: failures.isEmpty, toolExecutionNotifications: failures)],
        results: results)
    ])
  }

  /// The log as JSON, ending with a line break.
  func json() throws -> String { try ResultFormats.json(log, pretty: true) + "\n" }

  private static func region(_ page: DiagnosticPage, _ offset: Int, _ length: Int) -> SARIFLog.Region {
    let start = page.position(of: offset)
    let end = page.position(of: DiagnosticPage.end(offset, length))
    return .init(startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column)
  }

  /// A path or id as a URI reference (RFC 3986): web addresses stay, absolute paths become `file:`, the rest is relative.
  static func uri(_ name: String) -> String {
    let isAddress = name.hasPrefix("http://") || name.hasPrefix("https://")
    var result = name.hasPrefix("/") ? "file://" : ""
    let safe = Set("-._~!$&'()*+,;=@/".utf8)
    let alsoInAddresses = Set(":?#[]%".utf8)
    for byte in name.utf8 {
      let isAlphanumeric =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      if isAlphanumeric || safe.contains(byte) || (isAddress && alsoInAddresses.contains(byte)) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let hex = String(byte, radix: 16, uppercase: true)
        result += hex.count < 2 ? "%0" + hex : "%" + hex
      }
    }
    return result
  }
}
