import CReference
import Foundation
import Readers

/// `bench-table [--rounds N] [--seconds S] [PYTHON]`: every reader in turn on the same bytes, and with a Python that has them
/// trafilatura and resiliparse. MB are 10⁶ bytes of page; seconds are processor time of the one thread at work.
@main
struct Table {
  static func main() {
    do { try run() } catch {
      FileHandle.standardError.write(Data("bench-table: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func run() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    func option(_ name: String, _ standard: Double) -> Double {
      guard let at = arguments.firstIndex(of: name), at + 1 < arguments.count, let value = Double(arguments[at + 1])
      else { return standard }
      arguments.removeSubrange(at...at + 1)
      return value
    }
    let rounds = Int(option("--rounds", 5))
    let seconds = option("--seconds", 0.4)
    let python = arguments.first
    let pages = try BenchmarkPages(folder: BenchmarkPages.fixtureFolder)
    let sets = [
      ("script-free fixtures", pages.fixtures), ("with scripts", pages.served), ("one page of 1 MB", [pages.large]),
    ]
    print("kernels \(WideProducts.level); MB/s of page a core, medians of \(rounds) rounds in turn\n")
    for (name, pages) in sets { try table(name, pages, rounds: rounds, seconds: seconds, python: python) }
    printProducts()
  }

  private static func table(
    _ name: String, _ pages: [[UInt8]], rounds: Int, seconds: Double, python: String?
  ) throws {
    let bytes = pages.reduce(0) { $0 + $1.count }
    let tasks = try PageTask.all()
    var speeds: [(name: String, values: [Double])] = tasks.map { ($0.name, []) }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bench-table-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try pages.enumerated().map { number, page in
      let file = folder.appendingPathComponent("\(number).html")
      try Data(page).write(to: file)
      return file.path
    }
    for _ in 0..<rounds {
      for (index, task) in tasks.enumerated() {
        speeds[index].values.append(megabytes(task, pages, bytes: bytes, seconds: seconds))
      }
      for (peer, speed) in try peers(python, files, seconds: seconds) {
        if let index = speeds.firstIndex(where: { $0.name == peer }) {
          speeds[index].values.append(speed)
        } else {
          speeds.append((peer, [speed]))
        }
      }
    }
    let parsing = speeds.first { $0.name == "libxml2 parse + walk" }?.values ?? []
    let trafilatura = speeds.first { $0.name.hasPrefix("trafilatura") }?.values
    print("\(name): \(pages.count) pages, \(bytes) bytes")
    print(row("", "MB/s", "of parse + walk", "of trafilatura"))
    for (name, values) in speeds {
      print(
        row(
          name, String(format: "%.2f", median(values)), ratio(values, parsing),
          trafilatura.map { ratio(values, $0) } ?? ""))
    }
    print()
  }

  /// Speed of one task, after one reading to warm up.
  private static func megabytes(_ task: PageTask, _ pages: [[UInt8]], bytes: Int, seconds: Double) -> Double {
    var kept = task.run(pages[0])
    var readings = 0
    let start = reference_thread_seconds()
    var elapsed = 0.0
    repeat {
      for page in pages { kept &+= task.run(page) }
      readings += 1
      elapsed = reference_thread_seconds() - start
    } while elapsed < seconds
    precondition(kept != .min)
    return Double(readings * bytes) / elapsed / 1e6
  }

  /// What peers.py prints.
  private static func peers(_ python: String?, _ files: [String], seconds: Double) throws -> [(String, Double)] {
    guard let python else { return [] }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    let script = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../peers.py").standardized.path
    process.arguments = [script, String(seconds)] + files
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkError("\(python) \(script) failed; its message is above")
    }
    return text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "\t")
      guard fields.count == 3, let bytes = Double(fields[1]), let seconds = Double(fields[2]) else { return nil }
      return (String(fields[0]), bytes / seconds / 1e6)
    }
  }

  /// The wide layers' products at the shapes of the model (tiles of 96 patches), against what the core can do at most.
  private static func printProducts() {
    print("8-bit products, 10⁹ multiply-adds a second")
    for (m, n, k) in [(96, 768, 512), (96, 768, 256), (96, 256, 128)] {
      var shares: [Double] = []
      var speeds: [Double] = []
      for _ in 0..<9 {
        let peak = reference_int8_peak()
        let speed = WideProducts.speed(m, n, k, seconds: reference_thread_seconds)
        speeds.append(speed)
        shares.append(peak > 0 ? speed / peak : 0)
      }
      print(
        row(
          "\(m) × \(n) × \(k)", String(format: "%.0f", median(speeds)), String(format: "%.2f of peak", median(shares)),
          ""))
    }
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : (sorted[sorted.count / 2] + sorted[(sorted.count - 1) / 2]) / 2
  }

  /// Median of the ratios round by round.
  private static func ratio(_ values: [Double], _ others: [Double]) -> String {
    String(format: "%.3f", median(zip(values, others).map { $0 / $1 }))
  }

  private static func row(_ columns: String...) -> String {
    let widths = [34, 10, 18, 18]
    return zip(columns, widths).enumerated().map { index, column in
      let pad = String(repeating: " ", count: max(0, column.1 - column.0.count))
      return index == 0 ? column.0 + pad : pad + column.0
    }.joined()
  }
}
