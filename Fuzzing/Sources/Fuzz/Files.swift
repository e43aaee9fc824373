#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct FileFailure: Error {}

/// Leaves the program.
func exit(_ code: CInt) -> Never {
  #if canImport(Glibc)
    Glibc.exit(code)
  #elseif canImport(Musl)
    Musl.exit(code)
  #else
    Darwin.exit(code)
  #endif
}

func write(_ bytes: [UInt8], to path: String) throws {
  let descriptor = unsafe creat(path, 0o600)
  guard descriptor >= 0 else { throw FileFailure() }
  defer { close(descriptor) }
  var done = 0
  while done < bytes.count {
    let count = unsafe bytes[done...].withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { throw FileFailure() }
    done += count
  }
}

/// A file of this process, in memory where there is a file system for it; gone with the folder's.
let inputFile = unsafe (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp") + "/consomme-fuzz-\(getpid())"
