import Foundation

/// Where the results of a run go: standard output, a file, or a file for every page in a folder.
final class OutputSink {
  private enum Target {
    case stream(StandardStream)
    /// Made when the first result comes, so that a page may be mended in place.
    case file(String)
    case folder(String)
  }

  private var target: Target
  private let fileExtension: String
  private let makeFraming: () -> any Framing
  private var framing: any Framing
  private var buffer: [UInt8] = []
  private var names: PageFileNames

  /// - Parameters:
  ///   - output: what `--output` says.
  ///   - paths: the paths to read; files in a folder are named from what follows them.
  init(output: String?, paths: [String], fileExtension: String, makeFraming: @escaping () -> any Framing) {
    self.fileExtension = fileExtension
    self.makeFraming = makeFraming
    framing = makeFraming()
    names = PageFileNames(roots: paths)
    if let output {
      var isFolder: ObjCBool = false
      let exists = unsafe FileManager.default.fileExists(atPath: output, isDirectory: &isFolder)
      target = output.hasSuffix("/") || (exists && isFolder.boolValue) ? .folder(output) : .file(output)
    } else {
      target = .stream(.output)
    }
  }

  /// Whether every page gets a file of its own.
  var isFolder: Bool { if case .folder = target { true } else { false } }

  func add(_ page: PageOutput) throws {
    guard case .folder(let folder) = target else {
      buffer += try framing.page(page)
      if buffer.count > 1 << 16 { try flush() }
      return
    }
    var own = makeFraming()
    let bytes = try own.page(page) + own.end()
    if page.failure != nil, bytes.isEmpty { return }
    try write(bytes, to: folder, name: names.name(for: page, fileExtension: fileExtension))
  }

  func flush() throws {
    if isFolder || buffer.isEmpty { return }
    try stream().write(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  func finish() throws {
    if isFolder { return }
    buffer += try framing.end()
    let stream = try stream()
    try stream.write(buffer)
    buffer = []
    if stream.descriptor > 2 { close(stream.descriptor) }
  }

  private func stream() throws -> StandardStream {
    switch target {
    case .stream(let stream): return stream
    case .folder(let name), .file(let name):
      let stream = try StandardStream.creating(name)
      target = .stream(stream)
      return stream
    }
  }

  private func write(_ bytes: [UInt8], to folder: String, name: String) throws {
    let path = (folder.hasSuffix("/") ? folder : folder + "/") + name
    let parent = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    } catch {
      throw OutputError(name: parent, reason: "the folder cannot be made; check --output")
    }
    let stream = try StandardStream.creating(path)
    defer { close(stream.descriptor) }
    try stream.write(bytes)
  }
}

extension StandardStream {
  /// A file made anew, or emptied.
  static func creating(_ path: String) throws -> StandardStream {
    let descriptor = unsafe Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw OutputError(name: path, reason: "cannot be written: \(message(errno))") }
    return StandardStream(descriptor: descriptor, name: path)
  }
}

/// Names the files of pages in a folder: what follows the path given, or the page's id; never outside the folder, never twice.
struct PageFileNames {
  private let roots: [String]
  private var taken: Set<String> = []

  init(roots: [String]) { self.roots = roots.filter { $0 != "-" } }

  /// Endings that the result's own takes the place of.
  private static let endings: Set<String> = [
    "html", "htm", "xhtml", "shtml", "php", "asp", "aspx", "jsp", "mht", "mhtml", "json", "jsonl", "xml", "gz", "zst",
    "warc",
  ]

  mutating func name(for page: PageOutput, fileExtension: String) -> String {
    var parts = (page.isPart ? [page.name] : relative(page.path).split(separator: "/").map(String.init)).map(Self.clean)
    parts.removeAll { $0.isEmpty || $0 == "." || $0 == ".." }
    var stem = parts.popLast() ?? "page"
    while let dot = stem.lastIndex(of: "."), dot != stem.startIndex,
      Self.endings.contains(stem[stem.index(after: dot)...].lowercased())
    {
      stem = String(stem[..<dot])
    }
    let folder = parts.map { $0 + "/" }.joined()
    var name = "\(folder)\(stem).\(fileExtension)"
    var number = 2
    while !taken.insert(name).inserted {
      name = "\(folder)\(stem)-\(number).\(fileExtension)"
      number += 1
    }
    return name
  }

  private func relative(_ path: String) -> String {
    if path == "-" { return "stdin" }
    let inFolder = roots.first { path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
    if let inFolder { return String(path.dropFirst(inFolder.count)) }
    return (path as NSString).lastPathComponent
  }

  /// A part of a path that every file system takes. Long ones are cut and told apart by a hash (FNV-1a).
  private static func clean(_ part: String) -> String {
    var result = ""
    for scalar in part.unicodeScalars {
      let isOdd = scalar.value < 0x20 || scalar.value == 0x7F || "/\\:*?\"<>|".unicodeScalars.contains(scalar)
      result.unicodeScalars.append(isOdd ? "_" : scalar)
    }
    guard result.utf8.count > 120 else { return result }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in result.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    while result.utf8.count > 100 { result.unicodeScalars.removeLast() }
    return result + "-" + String(hash, radix: 16)
  }
}
