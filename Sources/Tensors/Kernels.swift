public import CKernels

/// The kernel table of one instruction set (see `CKernels.h`).
@safe public struct Kernels: @unchecked Sendable {
  // Unchecked: the table is constant data in the binary.
  @usableFromInline let table: UnsafePointer<ck_table>

  init(table: UnsafePointer<ck_table>) { unsafe self.table = unsafe table }

  public enum Level: Int32, CaseIterable, Sendable {
    case baseline = 0
    case avx2 = 1
    case avx512 = 2
    case neon = 3
  }

  /// The best level of this machine, or the one that the environment variable `CONSOMME_KERNELS` names.
  public static let current = unsafe Kernels(table: ck_kernels()!)

  /// The kernels of one level; nil where this machine cannot run them.
  public init?(level: Level) {
    guard let table = unsafe ck_kernels_at(level.rawValue) else { return nil }
    unsafe self.table = unsafe table
  }

  /// Every level that this machine can run.
  public static var available: [Kernels] { Level.allCases.compactMap { Kernels(level: $0) } }

  public var name: String { unsafe String(cString: table.pointee.name) }

  /// Columns in one panel of a packed matrix.
  public var panel: Int { unsafe table.pointee.panel }
}
