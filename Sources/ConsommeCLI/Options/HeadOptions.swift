import ArgumentParser
import ByteModel
import Consomme
import FieldHeads
import Foundation
import Logging

/// Which field heads read a page beside the shipped one.
struct HeadOptions: ParsableArguments {
  @Option(
    name: .customLong("head"),
    help: .init(
      "Also look for the fields of this head: a file, or the name of one in the search path.", valueName: "file"))
  var heads: [String] = []

  /// Folders that are searched for heads: those in CONSOMME_HEADS, else the user's own.
  static var searchPath: [String] {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["CONSOMME_HEADS"] { return path.split(separator: ":").map(String.init) }
    let data = environment["XDG_DATA_HOME"] ?? environment["HOME"].map { $0 + "/.local/share" }
    return data.map { [$0 + "/consomme/heads"] } ?? []
  }

  /// The shipped head, those in the search path and those named; a later one's fields win.
  func load(for model: Model, log: Logger) throws -> [FieldHead] {
    var result: [FieldHead] = []
    let shipped = embeddedFieldHead()
    do {
      let head = try HeadFile.decode(shipped, file: "the embedded head")
      try head.check(model, file: "the embedded head")
      result.append(head)
    } catch {
      log.notice("\(error); only fields taught for this model are looked for")
    }
    for folder in Self.searchPath {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for name in names.sorted() where name.hasSuffix(".head") {
        do {
          result.append(try Self.read(folder + "/" + name, for: model))
        } catch {
          log.warning("\(error); it is passed over")
        }
      }
    }
    for name in heads { result.append(try Self.read(try Self.find(name), for: model)) }
    guard !result.isEmpty else {
      throw CommandFailure("there is no head for this model; teach one: consomme help teach")
    }
    return result
  }

  private static func find(_ name: String) throws -> String {
    if FileManager.default.fileExists(atPath: name) { return name }
    let places = searchPath.map { "\($0)/\(name).head" }
    if !name.contains("/"), let place = places.first(where: { FileManager.default.fileExists(atPath: $0) }) {
      return place
    }
    throw CommandFailure("\(name): there is no such head file, here or in \(searchPath.joined(separator: ", "))")
  }

  static func read(_ file: String, for model: Model) throws -> FieldHead {
    guard let bytes = FileManager.default.contents(atPath: file) else {
      throw CommandFailure("\(file): cannot be read; give a head file")
    }
    let head = try HeadFile.decode([UInt8](bytes), file: file)
    try head.check(model, file: file)
    return head
  }
}
