import ArgumentParser
import Foundation
import Inputs

/// Which pages to read, and what to do with those that cannot be read.
struct InputOptions: ParsableArguments {
  @Argument(help: "Files, folders (with --recursive), or - for standard input, which is also what no path means.")
  var paths: [String] = []

  @Flag(name: .shortAndLong, help: "Read folders, with the folders in them.") var recursive = false
  @Option(help: .init("Read the paths in this list, one a line; - is standard input.", valueName: "list"))
  var filesFrom: String?
  @Flag(
    name: [.customShort("0"), .customLong("null")], help: "Paths in the list end with NUL instead of a line break.")
  var nulSeparated = false
  @Option(help: "What the input is, when its content shall not decide.") var inputFormat: InputFormat?
  @Option(help: .init("What relative links resolve against where a page has no address of its own.", valueName: "url"))
  var baseURL: String?
  @Option(help: .init("The most bytes a page may have, decompressed; k, M and G are understood.", valueName: "n"))
  var maxBytes = ByteCount(count: InputReader.Options().maxBytes)
  @Option(
    help: .init(
      "A page that takes longer counts as failed.", valueName: "seconds"))
  var timeout: Double?
  @Option(
    name: [.long, .customShort("j", allowingJoined: true)],
    help: .init("Pages read at a time; results keep the order of the input.", valueName: "n"))
  var jobs = ProcessInfo.processInfo.activeProcessorCount
  @Option(help: "What to do after a page that cannot be read.") var onError = OnError.skip
  @Option(help: .init("Write a line of JSON for every page that could not be read.", valueName: "file"))
  var failures: String?
  @Option(
    help: .init(
      "Read one of N equal parts: 1/3 is the first of three; auto/3, or auto, asks SLURM_ARRAY_TASK_ID or "
        + "JOB_COMPLETION_INDEX which.", valueName: "i/n"))
  var shard: ShardChoice?

  enum OnError: String, ExpressibleByArgument, CaseIterable, Sendable { case skip, fail }

  enum InputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case html, json, jsonl, gzip, zstd, warc, mhtml
  }

  func validate() throws {
    if jobs < 1 { throw ValidationError("--jobs is at least 1") }
    if let timeout, !(timeout > 0) { throw ValidationError("--timeout is more than 0") }
    if nulSeparated, filesFrom == nil { throw ValidationError("-0 goes with --files-from") }
    if filesFrom == "-", paths.contains("-") {
      throw ValidationError("standard input cannot be both the list of paths and a page")
    }
    if let baseURL, !BaseAddress.isAbsolute(baseURL) {
      throw ValidationError("--base-url wants an absolute URL, such as https://example.org/; “\(baseURL)” is none")
    }
  }

  /// The paths given and listed.
  func allPaths() throws(InputFailure) -> [String] {
    guard let filesFrom else { return paths.isEmpty ? ["-"] : paths }
    return paths + (try InputReader.paths(inList: filesFrom, nulSeparated: nulSeparated))
  }

  /// Whether more than one file may be read.
  var mayHoldSeveral: Bool { paths.count > 1 || recursive || filesFrom != nil }

  func readerOptions() throws -> InputReader.Options {
    var options = InputReader.Options()
    options.recursive = recursive
    options.format = inputFormat.flatMap { InputKind(rawValue: $0.rawValue) }
    options.maxBytes = maxBytes.count
    options.shard = try shard?.shard(in: ProcessInfo.processInfo.environment)
    return options
  }
}

/// A number of bytes, as `500000`, `64k`, `10M` or `1G`.
struct ByteCount: ExpressibleByArgument, Sendable, CustomStringConvertible {
  var count: Int
  var description: String { "\(count)" }
  var defaultValueDescription: String { description }

  init(count: Int) { self.count = count }

  init?(argument: String) {
    let shifts: [Character: Int] = ["k": 10, "K": 10, "m": 20, "M": 20, "g": 30, "G": 30]
    let shift = argument.last.flatMap { shifts[$0] }
    guard let number = Int(shift == nil ? argument[...] : argument.dropLast()), number > 0 else { return nil }
    let (count, overflows) = number.multipliedReportingOverflow(by: 1 << (shift ?? 0))
    self.count = overflows ? .max : count
  }
}
