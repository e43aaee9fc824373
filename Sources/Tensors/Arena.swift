/// Memory that is handed out from the front and taken back all at once.
///
/// A forward pass takes every activation from one arena and resets it before the next page: after the first few pages nothing is
/// allocated any more. Not thread-safe: one arena a worker.
@safe public final class Arena {
  private var block: UnsafeMutableRawPointer
  private var capacity: Int
  private var used = 0
  /// Blocks that were outgrown; views into them stay valid until the reset.
  private var outgrown = unsafe [UnsafeMutableRawPointer]()
  /// Bytes taken since the last reset, over all blocks.
  private var demand = 0
  public var bytesTaken: Int { demand }

  private static let alignment = 64

  /// - Parameter capacity: bytes to begin with; the arena grows as needed.
  public init(capacity: Int = 1 << 20) {
    self.capacity = capacity
    unsafe block = .allocate(byteCount: capacity, alignment: Self.alignment)
  }

  deinit {
    unsafe block.deallocate()
    while let old = unsafe outgrown.popLast() { unsafe old.deallocate() }
  }

  /// Takes everything back. Views handed out before are dead.
  public func reset() {
    if unsafe !outgrown.isEmpty {
      while let old = unsafe outgrown.popLast() { unsafe old.deallocate() }
      unsafe block.deallocate()
      capacity = demand + demand / 8
      unsafe block = .allocate(byteCount: capacity, alignment: Self.alignment)
    }
    used = 0
    demand = 0
  }

  func take(_ bytes: Int) -> UnsafeMutableRawPointer {
    let size = (bytes + Self.alignment - 1) / Self.alignment * Self.alignment
    if used + size > capacity {
      unsafe outgrown.append(block)
      capacity = max(size, capacity)
      unsafe block = .allocate(byteCount: capacity, alignment: Self.alignment)
      used = 0
    }
    defer { used += size }
    demand += size
    return unsafe block + used
  }

  /// A matrix whose contents are undefined until written.
  public func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    let pointer = unsafe take(max(1, rows * columns) * 4).bindMemory(to: Float.self, capacity: rows * columns)
    return unsafe Matrix(base: pointer, rows: rows, columns: columns, stride: columns)
  }

  public func zeros(_ rows: Int, _ columns: Int) -> Matrix {
    let result = matrix(rows, columns)
    result.fill(0)
    return result
  }

  public func halfMatrix(_ rows: Int, _ columns: Int) -> HalfMatrix {
    let pointer = unsafe take(max(1, rows * columns) * 2).bindMemory(to: UInt16.self, capacity: rows * columns)
    return unsafe HalfMatrix(base: pointer, rows: rows, columns: columns, stride: columns)
  }

  /// Room for `count` 32-bit words (pairs of bfloat16, or indices).
  func words(_ count: Int) -> UnsafeMutablePointer<UInt32> {
    unsafe take(max(1, count) * 4).bindMemory(to: UInt32.self, capacity: count)
  }
}
