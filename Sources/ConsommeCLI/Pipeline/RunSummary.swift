import Foundation
import Inputs

/// What went through a run: for the terminal, for standard error and for `--summary`.
struct RunSummary: Encodable {
  var version = Program.versionNumber
  var reader: String
  var model: String?
  var jobs: Int
  /// `1/3` is the first of three; nil is the whole input.
  var shard: String?
  var pages = 0
  /// Of the pages, those that a run before this one had done.
  var resumed = 0
  var failed = 0
  /// Of the pages as given, decompressed.
  var bytes = 0
  /// Of this run.
  var seconds = 0.0
  /// Failed pages by reason. Numbers and names are left out of the reasons.
  var errors: [String: Int] = [:]
  /// The signal that ended the run.
  var interrupted: String?

  /// Pages that were flagged by `check`.
  var flagged = 0
  private var resumedBytes = 0
  private let start = ContinuousClock.now

  init(reader: String, model: String?, jobs: Int, shard: Shard?) {
    self.reader = reader
    self.model = model
    self.jobs = jobs
    self.shard = shard?.description
  }

  mutating func add(_ page: PageOutput) {
    pages += 1
    bytes += page.size
    if page.isWritten {
      resumed += 1
      resumedBytes += page.size
    }
    if page.isFlagged { flagged += 1 }
    if let failure = page.failure {
      failed += 1
      errors[Self.reason(failure), default: 0] += 1
    }
    seconds = (.now - start) / .seconds(1)
  }

  /// Pages a second and megabytes a second, of what this run has read itself.
  var speed: (pages: Double, megabytes: Double) {
    let seconds = max(0.001, seconds)
    return (Double(pages - resumed) / seconds, Double(bytes - resumedBytes) / 1e6 / seconds)
  }

  /// A failure's reason without its remedy, numbers and names, so that like ones count together.
  static func reason(_ failure: InputFailure) -> String {
    var result = ""
    var isQuoted = false
    for character in failure.reason.prefix(while: { $0 != ";" }) {
      switch character {
      case "“":
        isQuoted = true
        result += "“…"
      case "”":
        isQuoted = false
        result += "”"
      case "0"..."9", ".":
        if isQuoted || (character != "." && result.last == "#") { continue }
        result.append(character == "." ? "." : "#")
      default: if !isQuoted { result.append(character) }
      }
    }
    return result.replacing("#.#", with: "#").trimmingCharacters(in: .whitespaces)
  }

  /// One line for standard error.
  var sentence: String {
    var text =
      "\(pages) \(pages == 1 ? "page" : "pages"), \(String(format: "%.1f MB in %.1f s", Double(bytes) / 1e6, seconds))"
    if seconds > 1 { text += String(format: " (%.1f pages/s, %.2f MB/s)", speed.pages, speed.megabytes) }
    if resumed > 0 { text += ", \(resumed) of them done before" }
    guard failed > 0 else { return text }
    text += "; \(failed) of \(pages) pages could not be read: "
    let sorted = errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    text += sorted.prefix(5).map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
    return sorted.count > 5 ? text + ", …" : text
  }

  private enum CodingKeys: String, CodingKey {
    case version, reader, model, jobs, shard, pages, resumed, failed, bytes, seconds, errors, interrupted
    case pagesPerSecond = "pages_per_second"
    case bytesPerSecond = "bytes_per_second"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(version, forKey: .version)
    try container.encode(reader, forKey: .reader)
    try container.encode(model, forKey: .model)
    try container.encode(jobs, forKey: .jobs)
    try container.encode(shard, forKey: .shard)
    try container.encode(pages, forKey: .pages)
    try container.encode(resumed, forKey: .resumed)
    try container.encode(failed, forKey: .failed)
    try container.encode(bytes, forKey: .bytes)
    try container.encode((seconds * 1000).rounded() / 1000, forKey: .seconds)
    try container.encode(errors, forKey: .errors)
    try container.encode(interrupted, forKey: .interrupted)
    try container.encode((speed.pages * 100).rounded() / 100, forKey: .pagesPerSecond)
    try container.encode((speed.megabytes * 1e6).rounded(), forKey: .bytesPerSecond)
  }
}
