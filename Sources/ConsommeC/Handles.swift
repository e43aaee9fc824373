import Consomme
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A string for C: UTF-8 with a NUL behind it, freed with its owner.
///
/// - Safety: written once, when made; nothing but `deinit` changes or frees it, so threads may read it together.
@safe final class CText: @unchecked Sendable {
  let pointer: UnsafePointer<CChar>
  /// Bytes without the final NUL.
  let count: Int

  init(_ text: String) {
    let utf8 = Array(text.utf8)
    let memory = UnsafeMutablePointer<CChar>.allocate(capacity: utf8.count + 1)
    for (index, byte) in utf8.enumerated() { unsafe (memory + index).initialize(to: CChar(bitPattern: byte)) }
    unsafe (memory + utf8.count).initialize(to: 0)
    unsafe pointer = UnsafePointer(memory)
    count = utf8.count
  }

  deinit { unsafe pointer.deallocate() }
}

/// What stands behind a `consomme_page`. What C asks for is made once, under a lock, and kept until the page is released.
final class PageHandle: Sendable {
  struct LinkTexts: Sendable {
    var link: Page.Link
    var href: CText
    var url: CText?
    var text: CText
    var alternative: CText?
    var kind: CText
  }

  struct FaultTexts: Sendable {
    var fault: Diagnostic
    var rule: CText
    var message: CText
    var insert: CText?
  }

  private let page: Page
  private let madeText = Mutex<CText?>(nil)
  private let madeMarkdown = Mutex<CText?>(nil)
  private let madeLinks = Mutex<[LinkTexts]?>(nil)
  private let madeFaults = Mutex<[FaultTexts]?>(nil)

  init(_ page: Page) { self.page = page }

  var text: CText { once(madeText) { CText(page.text) } }
  var markdown: CText { once(madeMarkdown) { CText(page.markdown) } }

  var links: [LinkTexts] {
    once(madeLinks) {
      page.links.map {
        LinkTexts(
          link: $0, href: CText($0.href), url: $0.url.map(CText.init), text: CText($0.text),
          alternative: $0.alternative.map(CText.init), kind: CText($0.kind))
      }
    }
  }

  var faults: [FaultTexts] {
    once(madeFaults) {
      page.faults.map {
        FaultTexts(
          fault: $0, rule: CText($0.rule), message: CText($0.message), insert: $0.repair.map { CText($0.insert) })
      }
    }
  }

  private func once<Value: Sendable>(_ made: borrowing Mutex<Value?>, _ make: () -> Value) -> Value {
    made.withLock { value in
      if let value { return value }
      let new = make()
      value = new
      return new
    }
  }
}

/// Handles are retained objects: C holds one reference, `release` gives it back.
enum Handle {
  static func make(_ object: some AnyObject) -> OpaquePointer {
    unsafe OpaquePointer(Unmanaged.passRetained(object).toOpaque())
  }

  static func object<T: AnyObject>(_ handle: OpaquePointer, _ type: T.Type) -> T {
    unsafe Unmanaged<T>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
  }

  static func release<T: AnyObject>(_ handle: OpaquePointer, _ type: T.Type) {
    unsafe Unmanaged<T>.fromOpaque(UnsafeRawPointer(handle)).release()
  }
}

/// Copies `text` for a caller who frees it.
func copied(_ text: String) -> UnsafeMutablePointer<CChar>? { unsafe strdup(text) }
