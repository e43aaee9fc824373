#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A path waiting to be read, or `PATH:OFFSET+LENGTH`: so many bytes of a file from a place on.
struct InputPath {
  /// As given.
  let path: String
  let file: String
  /// The bytes on disk to read; nil is all.
  let range: Range<Int>?

  init(path: String) {
    self.path = path
    // A file may be called like this, too.
    if let (file, range) = Self.part(path), !Self.exists(path) {
      (self.file, self.range) = (file, range)
    } else {
      (file, range) = (path, nil)
    }
  }

  private static func part(_ path: String) -> (file: String, range: Range<Int>)? {
    guard let colon = path.utf8.lastIndex(of: UInt8(ascii: ":")), colon > path.startIndex else { return nil }
    let numbers = path[path.utf8.index(after: colon)...].split(separator: "+", omittingEmptySubsequences: false)
    guard numbers.count == 2, let offset = Int(numbers[0]), let length = Int(numbers[1]), offset >= 0, length > 0,
      offset <= Int(Int32.max) << 24, length <= Int(Int32.max) << 24
    else { return nil }
    return (String(path[..<colon]), offset..<offset + length)
  }

  private static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Whether it is a folder, also through a link.
  var isFolder: Bool { path != "-" && range == nil && mode(following: true).map { $0 & S_IFMT == S_IFDIR } ?? false }

  /// A link to a folder inside a folder is not followed, so that links in a circle end.
  private var isLinkToFolder: Bool { isFolder && mode(following: false).map { $0 & S_IFMT == S_IFLNK } ?? false }

  /// Whether the file's name is that of a WARC file.
  var isNamedWARC: Bool { namedCompression != nil || file.lowercased().hasSuffix(".warc") }

  /// How a WARC file's name says that it is compressed.
  var namedCompression: Compression? {
    let name = file.lowercased()
    return name.hasSuffix(".warc.gz") ? .gzip : name.hasSuffix(".warc.zst") ? .zstd(dictionary: []) : nil
  }

  /// The size on disk of a plain file; nil for anything else.
  var size: Int? {
    guard path != "-", let status = status(following: true), status.st_mode & S_IFMT == S_IFREG else { return nil }
    return range.map { $0.clamped(to: 0..<Int(status.st_size)).count } ?? Int(status.st_size)
  }

  private func mode(following: Bool) -> mode_t? { status(following: following)?.st_mode }

  private func status(following: Bool) -> stat? {
    var status = stat()
    let code = unsafe following ? stat(file, &status) : lstat(file, &status)
    return code == 0 ? status : nil
  }

  /// What the folder holds, sorted by the bytes of the names, hidden names left out.
  func children() throws(InputFailure) -> [InputPath] {
    guard let folder = unsafe opendir(path) else {
      throw InputFailure(id: path, path: path, reason: openFailure(code: errno))
    }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    let separator = path.hasSuffix("/") ? "" : "/"
    let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return sorted.map { InputPath(path: path + separator + $0) }.filter { !$0.isLinkToFolder }
  }
}
