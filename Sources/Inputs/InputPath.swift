#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A path waiting to be read.
struct InputPath {
  var path: String

  /// Whether it is a folder, also through a link.
  var isFolder: Bool { path != "-" && mode(following: true).map { $0 & S_IFMT == S_IFDIR } ?? false }

  /// A link to a folder inside a folder is not followed, so that links in a circle end.
  private var isLinkToFolder: Bool { isFolder && mode(following: false).map { $0 & S_IFMT == S_IFLNK } ?? false }

  /// The size on disk of a plain file; nil for anything else.
  var size: Int? {
    guard path != "-", let status = status(following: true), status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  private func mode(following: Bool) -> mode_t? { status(following: following)?.st_mode }

  private func status(following: Bool) -> stat? {
    var status = stat()
    let code = unsafe following ? stat(path, &status) : lstat(path, &status)
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
