import CKernels

/// How fast this repository's 8-bit product is at the shapes of the wide layers, for comparison with `reference_int8_peak`.
public enum WideProducts {
  /// Name of the kernel level in use.
  public static var level: String { unsafe String(cString: ck_kernels().pointee.name) }

  /// 10⁹ multiply-adds a second of an m × n × k product with everything in the caches: the best of 60.
  public static func speed(_ m: Int, _ n: Int, _ k: Int, seconds: () -> Double) -> Double {
    let table = unsafe ck_kernels().pointee
    func memory(_ bytes: Int, _ value: UInt8) -> UnsafeMutableRawPointer {
      let result = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      unsafe result.initializeMemory(as: UInt8.self, repeating: value, count: bytes)
      return unsafe result
    }
    let (a, b) = unsafe (memory(m * k, 1), memory(n * k, 2))
    let (c, initial) = unsafe (memory(m * n * 4, 0), memory(n * 4, 0))
    defer {
      unsafe a.deallocate()
      unsafe b.deallocate()
      unsafe c.deallocate()
      unsafe initial.deallocate()
    }
    var best = Double.infinity
    for _ in 0..<60 {
      let start = seconds()
      unsafe table.gemm_i8(
        m, n, k / 4, a.assumingMemoryBound(to: UInt32.self), k / 4, b.assumingMemoryBound(to: UInt32.self),
        initial.assumingMemoryBound(to: Int32.self), c.assumingMemoryBound(to: Int32.self), n)
      best = min(best, seconds() - start)
    }
    return Double(m) * Double(n) * Double(k) / best / 1e9
  }
}
