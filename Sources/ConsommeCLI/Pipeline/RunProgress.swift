import Foundation
import Inputs
import Synchronization

/// How far a run is, on the terminal: a bar where the size of the input is known.
final class RunProgress: Sendable {
  private let read = Atomic<Int>(0)
  private let total = Atomic<Int>(0)

  /// Adds up the sizes of the files on a thread of its own: there may be millions.
  init(paths: [String], recursive: Bool) {
    guard !paths.contains("-"), !paths.isEmpty else { return }
    Thread.detachNewThread { [self] in
      total.store(InputReader.size(of: paths, recursive: recursive), ordering: .relaxed)
    }
  }

  /// Bytes on disk that are read.
  var bytesRead: Int {
    get { read.load(ordering: .relaxed) }
    set { read.store(newValue, ordering: .relaxed) }
  }

  func show(_ summary: @autoclosure () -> RunSummary) {
    ProgressLine.show(Self.line(summary(), read: bytesRead, of: total.load(ordering: .relaxed), columns: Self.columns))
  }

  /// - Parameter total: 0 where it is not known.
  static func line(_ summary: RunSummary, read: Int, of total: Int, columns: Int) -> String {
    var words = "\(summary.pages) pages"
    if summary.failed > 0 { words += ", \(summary.failed) failed" }
    words += String(format: ", %.1f MB, %.2f MB/s", Double(summary.bytes) / 1e6, summary.speed.megabytes)
    guard total > 0, columns >= words.utf8.count + 12 else { return String(words.prefix(max(0, columns - 1))) }
    let share = min(1, Double(read) / Double(total))
    if share > 0.01, summary.seconds > 1 {
      let left = Int(summary.seconds * (1 - share) / share)
      words += String(format: ", %d:%02d:%02d left", left / 3600, left / 60 % 60, left % 60)
    }
    let percent = String(format: "%3d %%", Int(share * 100))
    let width = min(30, columns - words.utf8.count - percent.utf8.count - 6)
    guard width > 0 else { return String("\(percent)  \(words)".prefix(columns - 1)) }
    let filled = Int(share * Double(width))
    return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
      + "] \(percent)  \(words)"
  }

  private static var columns: Int {
    var size = winsize()
    guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
