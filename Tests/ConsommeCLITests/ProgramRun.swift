import Foundation
import Testing

/// The program as people run it: a process with arguments, standard streams and an exit code.
struct ProgramRun {
  var code: Int32
  var outputBytes: [UInt8]
  var errors: String
  var output: String { String(decoding: outputBytes, as: UTF8.self) }
  var lines: [String] { output.split(separator: "\n").map(String.init) }

  init(
    _ arguments: [String], input: [UInt8]? = nil, environment: [String: String] = [:], folder: URL? = nil
  ) throws {
    let scratch = try Scratch()
    let process = Process()
    process.executableURL = try Self.program()
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files, not pipes: nothing can fill up.
    process.standardInput = try FileHandle(forReadingFrom: scratch.file("in", input ?? []))
    let out = try scratch.file("out", [])
    let err = try scratch.file("err", [])
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    try process.run()
    process.waitUntilExit()
    code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    outputBytes = [UInt8](try Data(contentsOf: out))
    errors = String(decoding: try Data(contentsOf: err), as: UTF8.self)
  }

  /// The executable that was built beside the tests.
  static func program() throws -> URL {
    var folders = [Bundle.main.bundleURL, URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()]
    folders += Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
    folders += folders.map { $0.deletingLastPathComponent() }
    let programs = folders.map { $0.appendingPathComponent("consomme") }
    return try #require(programs.first { FileManager.default.isExecutableFile(atPath: $0.path) })
  }

  /// Each line of the output as a JSON object.
  func records() throws -> [[String: Any]] {
    try lines.map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
  }
}

/// A folder that goes when its owner does.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("consomme-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @discardableResult func file(_ name: String, _ bytes: [UInt8]) throws -> URL {
    let url = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url
  }

  @discardableResult func file(_ name: String, _ text: String) throws -> String {
    try file(name, Array(text.utf8)).path
  }

  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
  }
}

/// A file of the repository's `fixtures`.
func fixture(_ path: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("fixtures/\(path)").path
}
