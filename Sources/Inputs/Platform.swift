// The C library, for `read`, `stat` and folders: Foundation's file handling is neither streaming nor small.
#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#elseif canImport(Darwin)
  @_exported import Darwin
#endif
