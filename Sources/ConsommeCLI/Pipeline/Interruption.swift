import Foundation
import Synchronization

/// SIGINT and SIGTERM: the pages in hand are finished, what is done is written, and the program ends with 128 and the
/// signal's number. A second signal ends it at once.
enum Interruption {
  private static let received = Atomic<Int32>(0)
  private static let stop = Mutex<(@Sendable () -> Void)?>(nil)
  private static let isWatching = Mutex(false)

  /// The signal that came, or nil.
  static var signal: Int32? {
    let number = received.load(ordering: .acquiring)
    return number == 0 ? nil : number
  }

  static var name: String? { signal.map { $0 == SIGINT ? "SIGINT" : "SIGTERM" } }

  /// Begins to watch. Call it before any thread is started: threads inherit that the signals wait for the watcher.
  static func watch() {
    let isFirst = isWatching.withLock { watching in
      defer { watching = true }
      return !watching
    }
    guard isFirst else { return }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    var count = 0
    for number in [SIGINT, SIGTERM] where !isIgnored(number) {
      unsafe sigaddset(&signals, number)
      count += 1
    }
    guard count > 0 else { return }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    let watched = signals
    Thread.detachNewThread {
      var signals = watched
      while true {
        var number: Int32 = 0
        guard unsafe sigwait(&signals, &number) == 0 else { continue }
        if received.exchange(number, ordering: .acquiringAndReleasing) != 0 { _exit(128 + number) }
        stop.withLock { $0 }?()
      }
    }
  }

  /// What is called, on a thread of its own, when a signal comes.
  static func whenReceived(_ body: (@Sendable () -> Void)?) {
    stop.withLock { $0 = body }
    if signal != nil { body?() }
  }

  /// A shell that starts a program in the background has it ignore SIGINT, and so it shall be.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
      let handler = unsafe action.__sigaction_u.__sa_handler
    #else
      let handler = unsafe action.__sigaction_handler.sa_handler
    #endif
    return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
