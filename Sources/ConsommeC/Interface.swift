import ByteModel
public import CConsomme
import Consomme

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// The functions that consomme.h declares; it says what they do.

typealias Message = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// Answers a failed call.
private func fail(_ status: consomme_status, _ reason: String, _ message: Message?) -> consomme_status {
  if let message = unsafe message { unsafe message.pointee = unsafe copied(reason) }
  return status
}

private let version: StaticString = "0.1.0"

@_cdecl("consomme_version")
public func libraryVersion() -> UnsafePointer<CChar> {
  unsafe UnsafeRawPointer(version.utf8Start).assumingMemoryBound(to: CChar.self)
}

@_cdecl("consomme_reader_create")
public func createReader(
  _ model: UnsafePointer<UInt8>?, _ count: Int, _ reader: UnsafeMutablePointer<OpaquePointer?>?,
  _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> consomme_status {
  if let message = unsafe message { unsafe message.pointee = nil }
  guard let reader = unsafe reader else {
    return unsafe fail(CONSOMME_BAD_ARGUMENT, "reader is NULL; give the address of a consomme_reader *.", message)
  }
  unsafe reader.pointee = nil
  do throws(PageError) {
    let shared: SharedReader
    if let model = unsafe model {
      let bytes = unsafe [UInt8](UnsafeBufferPointer(start: model, count: count))
      do throws(ModelFileError) {
        shared = SharedReader(model: try Model(bytes, file: "the model"))
      } catch {
        throw .model(error)
      }
    } else {
      shared = try SharedReader.embedded()
    }
    unsafe reader.pointee = Handle.make(shared)
    return CONSOMME_OK
  } catch {
    return unsafe fail(CONSOMME_BAD_MODEL, error.description, message)
  }
}

@_cdecl("consomme_reader_release")
public func releaseReader(_ reader: OpaquePointer?) {
  if let reader = unsafe reader { unsafe Handle.release(reader, SharedReader.self) }
}

@_cdecl("consomme_read")
public func readPage(
  _ reader: OpaquePointer?, _ bytes: UnsafePointer<UInt8>?, _ count: Int, _ url: UnsafePointer<CChar>?,
  _ charset: UnsafePointer<CChar>?, _ page: UnsafeMutablePointer<OpaquePointer?>?,
  _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> consomme_status {
  if let message = unsafe message { unsafe message.pointee = nil }
  guard let page = unsafe page else {
    return unsafe fail(CONSOMME_BAD_ARGUMENT, "page is NULL; give the address of a consomme_page *.", message)
  }
  unsafe page.pointee = nil
  guard let reader = unsafe reader else {
    return unsafe fail(CONSOMME_BAD_ARGUMENT, "reader is NULL; make one with consomme_reader_create.", message)
  }
  let isMissing = unsafe bytes == nil && count > 0
  if isMissing || count < 0 {
    return unsafe fail(CONSOMME_BAD_ARGUMENT, "bytes is NULL or count too large; give the page's bytes.", message)
  }
  let input = unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: count))
  do throws(PageError) {
    let read = try Page(
      input, url: unsafe url.map { unsafe String(cString: $0) },
      declaredCharset: unsafe charset.map { unsafe String(cString: $0) },
      reader: unsafe Handle.object(reader, SharedReader.self))
    unsafe page.pointee = Handle.make(PageHandle(read))
    return CONSOMME_OK
  } catch {
    let status = if case .model = error { CONSOMME_BAD_MODEL } else { CONSOMME_BAD_CHARSET }
    return unsafe fail(status, error.description, message)
  }
}

@_cdecl("consomme_page_release")
public func releasePage(_ page: OpaquePointer?) {
  if let page = unsafe page { unsafe Handle.release(page, PageHandle.self) }
}

@_cdecl("consomme_page_text")
public func pageText(_ page: OpaquePointer?, _ length: UnsafeMutablePointer<Int>?) -> UnsafePointer<CChar>? {
  unsafe lent(page.map { unsafe Handle.object($0, PageHandle.self).text }, length)
}

@_cdecl("consomme_page_markdown")
public func pageMarkdown(_ page: OpaquePointer?, _ length: UnsafeMutablePointer<Int>?) -> UnsafePointer<CChar>? {
  unsafe lent(page.map { unsafe Handle.object($0, PageHandle.self).markdown }, length)
}

private func lent(_ text: CText?, _ length: UnsafeMutablePointer<Int>?) -> UnsafePointer<CChar>? {
  if let length = unsafe length { unsafe length.pointee = text?.count ?? 0 }
  return unsafe text?.pointer
}

@_cdecl("consomme_page_link_count")
public func linkCount(_ page: OpaquePointer?) -> Int {
  unsafe page.map { unsafe Handle.object($0, PageHandle.self).links.count } ?? 0
}

@_cdecl("consomme_page_link")
public func pageLink(_ page: OpaquePointer?, _ index: Int, _ link: UnsafeMutablePointer<consomme_link>?)
  -> consomme_status
{
  guard let page = unsafe page, let link = unsafe link else { return CONSOMME_BAD_ARGUMENT }
  let links = unsafe Handle.object(page, PageHandle.self).links
  guard links.indices.contains(index) else { return CONSOMME_BAD_ARGUMENT }
  let found = links[index]
  unsafe link.pointee = unsafe consomme_link(
    href: found.href.pointer, url: found.url?.pointer, text: found.text.pointer,
    alternative: found.alternative?.pointer, kind: found.kind.pointer, start: found.link.range.lowerBound,
    end: found.link.range.upperBound, confidence: found.link.confidence)
  return CONSOMME_OK
}

@_cdecl("consomme_page_fault_count")
public func faultCount(_ page: OpaquePointer?) -> Int {
  unsafe page.map { unsafe Handle.object($0, PageHandle.self).faults.count } ?? 0
}

@_cdecl("consomme_page_fault")
public func pageFault(_ page: OpaquePointer?, _ index: Int, _ fault: UnsafeMutablePointer<consomme_fault>?)
  -> consomme_status
{
  guard let page = unsafe page, let fault = unsafe fault else { return CONSOMME_BAD_ARGUMENT }
  let faults = unsafe Handle.object(page, PageHandle.self).faults
  guard faults.indices.contains(index) else { return CONSOMME_BAD_ARGUMENT }
  let found = faults[index]
  unsafe fault.pointee = unsafe consomme_fault(
    rule: found.rule.pointer, message: found.message.pointer, offset: found.fault.offset, length: found.fault.length,
    score: found.fault.score, repair_insert: found.insert?.pointer, repair_offset: found.fault.repair?.offset ?? 0,
    repair_delete: found.fault.repair?.delete ?? 0)
  return CONSOMME_OK
}

@_cdecl("consomme_string_free")
public func freeString(_ string: UnsafeMutablePointer<CChar>?) { unsafe free(string) }
