public import ByteModel
import Synchronization

/// A model that any number of tasks read pages with at the same time.
///
/// A ``PageReader`` owns the memory the network works in and reads one page at a time. This keeps those that are free, and makes another
/// when none is: there are as many as pages were read at once.
public final class SharedReader: Sendable {
  public let model: Model
  private let free = Mutex<[Idle]>([])

  /// - Safety: a reader is in one place only, in the list under the lock or with the one call that took it out, and that call is over
  ///   before it is put back; so two threads never use it together.
  private struct Idle: @unchecked Sendable {
    let reader: PageReader
  }

  public init(model: Model) {
    self.model = model
  }

  private static let ofEmbeddedModel = Result { () throws(ModelFileError) in SharedReader(model: try .embedded()) }

  /// The reader with the model inside the library; loaded when first asked for, the same one ever after.
  public static func embedded() throws(PageError) -> SharedReader {
    switch ofEmbeddedModel {
    case .success(let reader): return reader
    case .failure(let error): throw .model(error)
    }
  }

  /// Lends a reader for the length of a call.
  func withReader<R>(_ body: (PageReader) -> R) -> R {
    let idle = free.withLock { $0.popLast() } ?? Idle(reader: PageReader(model: model))
    defer { free.withLock { $0.append(idle) } }
    return body(idle.reader)
  }
}
