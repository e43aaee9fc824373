import Foundation

/// Where the results of a run go: standard output, a file, or a file for every page in a folder.
final class OutputSink {
  private enum Target {
    case stream(StandardStream)
    case file(ResultFile)
    case folder(String)
  }

  private let target: Target
  private let fileExtension: String
  private let makeFraming: () -> any Framing
  private var framing: any Framing
  private var buffer: [UInt8] = []
  private var names: PageFileNames

  /// - Parameters:
  ///   - output: what `--output` says.
  ///   - paths: the paths to read; files in a folder are named from what follows them.
  ///   - resumes: go on after what is in the file.
  init(
    output: String?, paths: [String], fileExtension: String, resumes: Bool = false,
    makeFraming: @escaping () -> any Framing
  ) throws {
    self.fileExtension = fileExtension
    self.makeFraming = makeFraming
    framing = makeFraming()
    names = PageFileNames(roots: paths)
    if let output {
      target =
        Self.isFolder(output) ? .folder(output) : .file(try ResultFile(output, keepsLines: resumes))
    } else {
      target = .stream(.output)
    }
  }

  /// Whether `output` stands for a folder.
  static func isFolder(_ output: String) -> Bool {
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: output, isDirectory: &isFolder)
    return output.hasSuffix("/") || (exists && isFolder.boolValue)
  }

  /// Whether every page gets a file of its own.
  var isFolder: Bool { if case .folder = target { true } else { false } }

  func add(_ page: PageOutput) throws {
    guard case .folder(let folder) = target else {
      let bytes = try framing.page(page)
      if page.isWritten { return }
      buffer += bytes
      if buffer.count > 1 << 16 { try flush() }
      return
    }
    let name = names.name(for: page, fileExtension: fileExtension)
    let path = Self.path(name, in: folder)
    framing.listed(page, file: name)
    if page.isWritten || (page.failure != nil && page.bytes.isEmpty) { return }
    var own = makeFraming()
    let bytes = try own.page(page) + own.end()
    try write(bytes, to: path)
  }

  func flush() throws {
    if buffer.isEmpty { return }
    switch target {
    case .stream(let stream): try stream.write(buffer)
    case .file(let file): try file.write(buffer)
    case .folder: break
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what ends the results; they are whole.
  func finish() throws {
    if case .folder(let folder) = target {
      guard let index = try framing.index() else { return }
      return try write(index, to: Self.path(names.unused("summary.\(fileExtension)"), in: folder))
    }
    buffer += try framing.end()
    try flush()
    if case .file(let file) = target { try file.finish() }
  }

  /// Writes what there is; more was to come.
  ///
  /// - Returns: the name of the file it is in, where that is not the one wanted; nothing stays unless `keepsPart`.
  func interrupt(keepsPart: Bool) throws -> String? {
    switch target {
    case .folder: return nil
    case .stream:
      try finish()
      return nil
    case .file(let file):
      try flush()
      return file.abandon(keepsPart: keepsPart)
    }
  }

  private static func path(_ name: String, in folder: String) -> String {
    (folder.hasSuffix("/") ? folder : folder + "/") + name
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    let parent = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    } catch {
      throw OutputError(name: parent, reason: "the folder cannot be made; check --output")
    }
    let file = try ResultFile(path)
    try file.write(bytes)
    try file.finish(isDurable: false)
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
    return unused("\(folder)\(stem).\(fileExtension)")
  }

  /// `name`, or, where it is taken, the same with a number.
  mutating func unused(_ name: String) -> String {
    let stem = (name as NSString).deletingPathExtension
    var result = name
    var number = 2
    while !taken.insert(result).inserted {
      result = "\(stem)-\(number).\((name as NSString).pathExtension)"
      number += 1
    }
    return result
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
