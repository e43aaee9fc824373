public import Consomme
public import Inputs

/// A page that came out of a file, a folder or an archive.
public struct ArchivedPage: Sendable {
  /// What was read of it.
  public var page: Page
  /// The id given with it (JSON Lines), else its path, with its place where a file has several pages.
  public var id: String
  /// The file it came from; `-` is standard input.
  public var path: String
  /// What shows that the page is not as it was saved, although it could be read; nil for a page that shows nothing.
  public var damage: InputFailure?
}

/// The pages of files, folders and archives, in the order of the input, read by several tasks at once.
///
/// ```swift
/// for await result in PageSequence(paths: ["crawl.warc.gz"]) {
///   switch result {
///   case .success(let archived): print(archived.id, archived.page.links.count)
///   case .failure(let failure): print(failure)
///   }
/// }
/// ```
///
/// HTML, JSON Lines, WARC and MHTML, each plain or compressed with gzip or zstd, are told by content. Every page gives one result; after
/// a failure the sequence goes on with the next page.
///
/// Back-pressure: nothing is read of the input before it is wanted. At most ``Options/readAhead`` pages are being read, or wait to be
/// taken, at any time; memory does not grow with the archive.
public struct PageSequence: AsyncSequence, Sendable {
  public typealias Element = Result<ArchivedPage, InputFailure>
  public typealias Failure = Never

  public struct Options: Sendable {
    /// Which files of the input are read, and how.
    public var input = InputReader.Options()
    /// How many pages are read at once; at least 1.
    public var readAhead = 2
    /// The address relative links resolve against where a page has none of its own.
    public var baseURL: String?
    /// With which model; without, the one inside the library.
    public var reader: SharedReader?

    public init() {}
  }

  private let paths: [String]
  private let options: Options

  /// - Parameter paths: files, folders (with the folders in them, when `options.input.recursive` is set), `-` for standard input.
  public init(paths: [String], options: Options = .init()) {
    self.paths = paths
    self.options = options
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(paths: paths, options: options) }

  /// Reads on when asked for the next page. Opening and decompressing files blocks the asking task; the network runs in others.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private var input: InputReader
    private let options: Options
    private var reading: [Task<Element, Never>] = []

    init(paths: [String], options: Options) {
      // To the reader, no path means standard input; here it means no page.
      input = InputReader(paths: paths, options: options.input)
      isAtEnd = paths.isEmpty
      self.options = options
    }

    private var isAtEnd: Bool

    /// The next page or failure; nil at the end, and after the task was cancelled.
    public mutating func next() async -> Element? {
      if Task.isCancelled { isAtEnd = true }
      while !isAtEnd, reading.count < Swift.max(1, options.readAhead) {
        guard let item = input.next() else {
          isAtEnd = true
          break
        }
        let options = options
        reading.append(Task { Self.read(item, options) })
      }
      if Task.isCancelled || reading.isEmpty { return nil }
      return await reading.removeFirst().value
    }

    private static func read(_ item: Result<InputDocument, InputFailure>, _ options: Options) -> Element {
      item.flatMap { document in
        do throws(PageError) {
          let page = try Page(
            document.bytes, url: document.url ?? options.baseURL, declaredCharset: document.declaredCharset,
            reader: options.reader)
          return .success(ArchivedPage(page: page, id: document.id, path: document.path, damage: document.damage))
        } catch {
          var reason = error.description
          while reason.hasSuffix(".") { reason.removeLast() }
          let place = document.line.map { InputFailure.Place.line($0) } ?? .file
          return .failure(InputFailure(id: document.id, path: document.path, place: place, reason: reason))
        }
      }
    }
  }
}
