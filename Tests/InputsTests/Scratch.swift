import Foundation
import Testing

@testable import Inputs

/// A folder of its own for one test, gone with it.
final class Scratch {
  let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "consomme-inputs-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  @discardableResult
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = folder + "/" + name
    let parent = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  @discardableResult
  func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }
}

/// What comes out of a file with these bytes.
func readAll(_ bytes: [UInt8], name: String) throws -> [Result<InputDocument, InputFailure>] {
  let scratch = try Scratch()
  var reader = InputReader(paths: [try scratch.file(name, bytes)])
  var results: [Result<InputDocument, InputFailure>] = []
  while let result = reader.next() {
    results.append(result)
    if results.count > 5000 { break }
  }
  return results
}

/// Small compressed files, made with the gzip and zstd programs.
enum Packed {
  /// Two lines: pages "a" and "b" of `<p>one</p>` and `<p>two</p>`.
  static let gzipLines = bytes(
    "H4sIAAAAAAACA6tWyijJzVGyUrIpsMvPS7XRL7BT0lHKTAGKJCrVclUjSZeU5yNLJwGlAS/XJ0Q+AAAA")
  /// The same with a window of 128 MiB (`zstd --long=27`).
  static let zstdLines = bytes(
    "KLUv/QSIhQEAZAJ7Imh0bWwiOiI8cD5vbmU8L3A+IiwiaWQiOiJhIn0KdHdvYiJ9CgIAgBsLTjkBtjotxQ==")
  /// `<p>one</p>` and a line feed, and the same with two.
  static let gzipOne = bytes("H4sIAAAAAAACA7MpsMvPS7XRL7DjAgB1nVe6CwAAAA==")
  static let gzipTwo = bytes("H4sIAAAAAAACA7MpsCspz7fRL7DjAgBzSlvICwAAAA==")

  private static func bytes(_ base64: String) -> [UInt8] {
    (try? Base64.decode(Array(base64.utf8)).get()) ?? []
  }
}
