/// Gives the pages of files, folders and standard input one at a time, in order, in flat memory.
///
/// Every page gives exactly one result, a document or a failure; after a failure reading goes on with the next page.
public struct InputReader {
  public struct Options: Sendable {
    /// Whether folders are read, with the folders in them. Names that begin with a dot are passed over.
    public var recursive = false
    /// What the inputs are, when it shall not be told by content. Compression is still told by content.
    public var format: InputKind?
    /// The most bytes a page may have, decompressed.
    public var maxBytes = 1 << 29
    /// The part of the input to read; nil is all of it.
    public var shard: Shard?

    public init() {}
  }

  private let options: Options
  /// What is left to read, the next one last.
  private var pending: [InputPath]
  private var open: (any PageSource)?
  private var stream: ByteStream?
  /// Whether the shard's share is counted in pages rather than in files.
  private let dealsPages: Bool
  /// How many files, or pages, were met.
  private var met = 0
  /// Bytes on disk of the files that are done.
  private var finishedBytes = 0

  /// - Parameter paths: files, folders, and "-" for standard input, which is also what no path at all means.
  public init(paths: [String], options: Options = Options()) {
    self.options = options
    pending = (paths.isEmpty ? ["-"] : paths).reversed().map { InputPath(path: $0) }
    dealsPages = options.shard != nil && pending.count == 1 && !pending[0].isFolder
  }

  /// How many bytes of the files on disk have been read or passed over.
  public var bytesRead: Int { finishedBytes + (stream?.offset ?? 0) }

  /// How many bytes the files have on disk; those that cannot be looked at count nothing, standard input neither.
  public static func size(of paths: [String], recursive: Bool) -> Int {
    var pending = paths.map { InputPath(path: $0) }
    var total = 0
    while let item = pending.popLast() {
      if item.isFolder {
        if recursive { pending += (try? item.children()) ?? [] }
      } else {
        total += item.size ?? 0
      }
    }
    return total
  }

  /// The paths in the list at `path` ("-": standard input), one a line, or one before each NUL.
  public static func paths(inList path: String, nulSeparated: Bool = false) throws(InputFailure) -> [String] {
    do throws(StreamFailure) {
      var scanner = LineScanner(stream: try ByteStream(path: path))
      guard let bytes = try scanner.rest(limit: 1 << 30) else {
        throw StreamFailure(path: path, offset: nil, reason: "is too long for a list of paths; split it")
      }
      let separated = bytes.split { $0 == (nulSeparated ? 0 : 0x0A) }
      let names = separated.map { !nulSeparated && $0.last == 0x0D ? $0.dropLast() : $0 }
      return names.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    } catch {
      throw InputFailure(error)
    }
  }

  /// The next page or failure, or nil when everything is read.
  public mutating func next() -> Result<InputDocument, InputFailure>? {
    while let result = nextOfAll() {
      guard dealsPages, let shard = options.shard else { return result }
      defer { met += 1 }
      if shard.holds(met) { return result }
    }
    return nil
  }

  private mutating func nextOfAll() -> Result<InputDocument, InputFailure>? {
    while true {
      if let source = open {
        if let result = source.next() { return result }
        finishedBytes += stream?.offset ?? 0
        (open, stream) = (nil, nil)
      }
      guard let item = pending.popLast() else { return nil }
      if !dealsPages, let shard = options.shard, !(item.isFolder && options.recursive) {
        defer { met += 1 }
        if !shard.holds(met) {
          finishedBytes += item.size ?? 0
          continue
        }
      }
      do throws(InputFailure) {
        if item.isFolder {
          guard options.recursive else {
            throw InputFailure(
              id: item.path, path: item.path, reason: "is a folder; add --recursive to read the files in it")
          }
          pending.append(contentsOf: try item.children().reversed())
        } else {
          let stream = try Self.openStream(item)
          self.stream = stream
          open = try openPages(stream, of: item)
        }
      } catch {
        return .failure(error)
      }
    }
  }

  private static func openStream(_ item: InputPath) throws(InputFailure) -> ByteStream {
    do throws(StreamFailure) {
      return try ByteStream(item, presumed: item.namedCompression)
    } catch {
      throw InputFailure(error)
    }
  }

  private func openPages(_ stream: ByteStream, of item: InputPath) throws(InputFailure) -> any PageSource {
    let path = stream.path
    do throws(StreamFailure) {
      var scanner = LineScanner(stream: stream)
      scanner.hold(InputKind.sniffedBytes)
      if options.format == nil, Magic.mayBeJSONObject(scanner.held) {
        let start = Magic.afterMarkAndSpace(Array(scanner.held.prefix(InputKind.sniffedBytes)))
        scanner.holdLine(after: start, limit: JSONLinesSource.lineLimit(maxBytes: options.maxBytes))
      }
      let sniffed = InputKind.sniff(scanner.held)
      var kind = sniffed
      if let format = options.format, format != .gzip, format != .zstd { kind = format }
      // The name counts only where a damaged beginning hides the content.
      if options.format == nil, item.isNamedWARC, kind == .html || kind == .binary, item.range == nil {
        kind = .warc
      }
      switch kind {
      case .jsonLines: return JSONLinesSource(scanner: scanner, maxBytes: options.maxBytes)
      case .html, .json: return WholeFileSource(scanner: scanner, kind: kind, maxBytes: options.maxBytes)
      case .binary:
        let name = Magic.binaryName(Array(scanner.held.prefix(InputKind.sniffedBytes))) ?? "binary data"
        throw StreamFailure(path: path, offset: nil, reason: "is \(name), not a page; leave it out")
      case .gzip, .zstd:
        let reason = "is compressed twice; decompress it once and try again"
        throw StreamFailure(path: path, offset: nil, reason: reason)
      case .warc: return WARCSource(scanner: scanner, maxBytes: options.maxBytes)
      case .mhtml: return MHTMLSource(scanner: scanner, maxBytes: options.maxBytes)
      }
    } catch {
      throw InputFailure(error)
    }
  }
}

/// Gives the pages of one opened file.
protocol PageSource: AnyObject {
  func next() -> Result<InputDocument, InputFailure>?
}

/// A file that is one page.
final class WholeFileSource: PageSource {
  private var scanner: LineScanner
  private let kind: InputKind
  private let maxBytes: Int
  private var isDone = false

  init(scanner: LineScanner, kind: InputKind, maxBytes: Int) {
    self.scanner = scanner
    self.kind = kind
    self.maxBytes = maxBytes
  }

  func next() -> Result<InputDocument, InputFailure>? {
    if isDone { return nil }
    isDone = true
    let path = scanner.stream.path
    do throws(StreamFailure) {
      guard let bytes = try scanner.rest(limit: maxBytes) else {
        throw StreamFailure(path: path, offset: nil, reason: tooLarge(maxBytes))
      }
      if bytes.isEmpty {
        throw StreamFailure(path: path, offset: nil, reason: "is empty; there is nothing to read in it")
      }
      return .success(InputDocument(id: path, bytes: bytes, path: path, kind: kind))
    } catch {
      return .failure(InputFailure(error))
    }
  }
}

func tooLarge(_ maxBytes: Int) -> String { "has more than \(maxBytes) bytes; raise --max-bytes to read it" }
