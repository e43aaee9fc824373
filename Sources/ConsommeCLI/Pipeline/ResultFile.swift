import Foundation

/// A file of results. It is written as `NAME.part` and gets its name when it is whole, so that nobody takes half a run
/// for a whole one; devices and pipes are written as they are.
final class ResultFile {
  private let name: String
  /// What `name` stands for, through links.
  private let target: String
  private let part: String?
  private let stream: StandardStream
  private var isOpen = true

  /// What a run before this one left unfinished in the file `name`; nil when there is no such thing.
  static func unfinished(_ name: String) -> String? {
    let part = realPath(name) + ".part"
    return FileManager.default.fileExists(atPath: part) ? part : nil
  }

  /// - Parameter keepsLines: go on after the whole lines that are there, instead of beginning anew.
  init(_ name: String, keepsLines: Bool = false) throws {
    self.name = name
    target = Self.realPath(name)
    guard Self.mayBeReplaced(target) else {
      part = nil
      stream = try StandardStream.opening(target, name: name, O_WRONLY | O_CREAT | O_TRUNC)
      return
    }
    let path = target + ".part"
    part = path
    stream = try StandardStream.opening(path, name: name, O_RDWR | O_CREAT)
    guard flock(stream.descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(stream.descriptor)
      throw OutputError(name: path, reason: "another process is writing it; let that end first")
    }
    let kept = keepsLines ? try Self.endOfWholeLines(stream) : 0
    guard ftruncate(stream.descriptor, off_t(kept)) == 0, lseek(stream.descriptor, off_t(kept), SEEK_SET) == kept else {
      throw OutputError(name: path, reason: "cannot be written: \(StandardStream.message(errno))")
    }
  }

  deinit { abandon(keepsPart: false) }

  func write(_ bytes: [UInt8]) throws { try stream.write(bytes) }

  /// The file is whole.
  ///
  /// - Parameter isDurable: wait until the disk has it.
  func finish(isDurable: Bool = true) throws {
    guard isOpen else { return }
    isOpen = false
    defer { close(stream.descriptor) }
    guard let part else { return }
    if isDurable { fsync(stream.descriptor) }
    var status = stat()
    // Who had the file before keeps its permissions.
    if unsafe stat(target, &status) == 0 { fchmod(stream.descriptor, status.st_mode & 0o7777) }
    guard unsafe rename(part, target) == 0 else {
      throw OutputError(name: name, reason: "cannot be written: \(StandardStream.message(errno))")
    }
  }

  /// The run ended before the file was whole. Returns the name of what stays, which is nothing if there is nothing in it.
  @discardableResult func abandon(keepsPart: Bool) -> String? {
    guard isOpen else { return nil }
    isOpen = false
    defer { close(stream.descriptor) }
    guard let part else { return nil }
    var status = stat()
    let isEmpty = unsafe fstat(stream.descriptor, &status) != 0 || status.st_size == 0
    if keepsPart, !isEmpty { return part }
    unsafe unlink(part)
    return nil
  }

  private static func realPath(_ name: String) -> String {
    URL(fileURLWithPath: name).resolvingSymlinksInPath().path
  }

  /// Whether `path` is a plain file, or nothing yet.
  private static func mayBeReplaced(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }

  /// The offset after the last line feed.
  private static func endOfWholeLines(_ stream: StandardStream) throws -> Int {
    var end = Int(lseek(stream.descriptor, 0, SEEK_END))
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while end > 0 {
      let start = max(0, end - buffer.count)
      let count = end - start
      let got = unsafe buffer.withUnsafeMutableBytes {
        unsafe pread(stream.descriptor, $0.baseAddress, count, off_t(start))
      }
      guard got == count else { throw OutputError(name: stream.name, reason: "what is there cannot be read") }
      if let feed = buffer[..<count].lastIndex(of: 0x0A) { return start + feed + 1 }
      end = start
    }
    return 0
  }
}
