import Foundation

/// The other end of a pipe was closed: nobody wants more results.
struct OutputClosed: Error {}

/// Results could not be written.
struct OutputError: Error, CustomStringConvertible {
  var name: String
  var reason: String
  var description: String { "\(name): \(reason)" }
}

/// A file descriptor to write to, unbuffered.
struct StandardStream: Sendable {
  let descriptor: Int32
  let name: String

  static let output = StandardStream(descriptor: 1, name: "standard output")
  static let error = StandardStream(descriptor: 2, name: "standard error")

  var isTerminal: Bool { isatty(descriptor) == 1 }

  func write(_ text: String) throws { try write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) throws {
    var start = 0
    while start < bytes.count {
      let from = start
      let written = unsafe bytes.withUnsafeBytes {
        unsafe Foundation.write(descriptor, $0.baseAddress! + from, $0.count - from)
      }
      if written < 0 {
        let code = errno
        switch code {
        case EINTR: continue
        case EPIPE: throw OutputClosed()
        case EAGAIN:
          // Somebody made the terminal or pipe non-blocking; wait until it takes more.
          var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = unsafe Foundation.poll(&poll, 1, -1)
        default: throw OutputError(name: name, reason: "writing stopped: \(Self.message(code))")
        }
      } else {
        start += written
      }
    }
  }

  /// A file made anew, or emptied.
  static func creating(_ path: String) throws -> StandardStream {
    try opening(path, name: path, O_WRONLY | O_CREAT | O_TRUNC)
  }

  /// - Parameter flags: as `open` has them.
  static func opening(_ path: String, name: String, _ flags: Int32) throws -> StandardStream {
    let descriptor = unsafe Foundation.open(path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw OutputError(name: name, reason: "cannot be written: \(message(errno))") }
    return StandardStream(descriptor: descriptor, name: name)
  }

  /// The C library's words for an error number.
  static func message(_ code: Int32) -> String {
    guard let words = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: words)
  }
}
