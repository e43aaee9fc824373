import Foundation
import Logging
import Synchronization

/// Writes the log to standard error, a sentence a line.
struct StandardErrorLog: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  let colors: Bool

  init(logLevel: Logger.Level, colors: Bool) {
    self.logLevel = logLevel
    self.colors = colors
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let style: TerminalText.Style =
      switch event.level {
      case .critical, .error: .red
      case .warning: .bold
      default: .faint
      }
    let label = event.level > .notice ? TerminalText.styled("\(event.level):", style, color: colors) + " " : ""
    ProgressLine.clear()
    try? StandardStream.error.write("consomme: \(label)\(TerminalText.shown("\(event.message)"))\n")
  }
}

/// One line on the terminal that says how far the work is, rewritten in place.
enum ProgressLine {
  private struct State {
    var isShown = false
    var last = ContinuousClock.now
  }
  private static let state = Mutex(State())

  /// Shows `text` unless another one was shown a moment ago.
  static func show(_ text: @autoclosure () -> String) {
    state.withLock { state in
      let now = ContinuousClock.now
      guard now - state.last > .milliseconds(200) else { return }
      state.last = now
      state.isShown = true
      try? StandardStream.error.write("\r\u{1B}[K\(text())")
    }
  }

  static func clear() {
    state.withLock { state in
      if state.isShown { try? StandardStream.error.write("\r\u{1B}[K") }
      state.isShown = false
    }
  }
}
