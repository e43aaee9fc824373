import CKernels

/// What is decided of each byte, as the kernels write it: the fields of a tag record packed, probabilities as 0…255.
@safe public struct DecisionRows: @unchecked Sendable {
  // Unchecked: as `Matrix`.
  public let tags: UnsafeMutablePointer<UInt32>
  public let mainProbability: UnsafeMutablePointer<UInt8>
  public let confidence: UnsafeMutablePointer<UInt8>
  public let faultProbability: UnsafeMutablePointer<Float>
  public let faultKind: UnsafeMutablePointer<UInt8>
  public let rows: Int

  public init(rows: Int, arena: Arena) {
    self.rows = rows
    unsafe tags = arena.array(rows, of: UInt32.self)
    unsafe mainProbability = arena.array(rows, of: UInt8.self)
    unsafe confidence = arena.array(rows, of: UInt8.self)
    unsafe faultProbability = arena.array(rows, of: Float.self)
    unsafe faultKind = arena.array(rows, of: UInt8.self)
  }
}

/// The output layer of the tags: hidden units [T,D] from what is known of a byte and its patch, then logits [T,K], then decisions.
/// The logits exist in integers only, for as many bytes as fit the cache.
public struct TagOutput: Sendable {
  let local: QuantisedMatrix
  let neighbours: [HalfTable]
  let output: QuantisedColumns
  let outputBias: [Float]
  let segments: [LogitSegment]

  public var reach: Int { neighbours.count / 2 }
  public var units: Int { local.columns }

  /// - Parameters:
  ///   - local: [Hb,D] from the byte layer.
  ///   - neighbours: tables [256,D], the byte furthest back first.
  ///   - output: [D,K].
  ///   - segments: the heads in the order that the kernel knows: content, attribute, anchor, block, list, boundary, marks, faults.
  public init(
    local: HalfTable, neighbours: [HalfTable], output: HalfTable, outputBias: HalfTable, segments: [LogitSegment],
    kernels: Kernels
  ) {
    precondition(segments.count == 8 && neighbours.count % 2 == 1 && neighbours.count <= 17)
    precondition(neighbours.allSatisfy { $0.rows == 256 && $0.columns == local.columns })
    self.local = QuantisedMatrix(local, kernels: kernels)
    self.neighbours = neighbours
    self.segments = segments
    let used = segments.map { $0.start + $0.count }.max() ?? 0
    self.output = QuantisedColumns(output, columns: used, kernels: kernels)
    self.outputBias = outputBias.values
  }

  /// Columns of logits that are needed; faults are the last head.
  func columns(faults: Bool) -> Int { faults ? output.columns : segments[7].start }
}

/// The memory that `decide` works in, for `rows` bytes at a time.
public struct TagWorkspace: Sendable {
  let products: IntegerMatrix
  let logits: IntegerMatrix
  let hidden: QuantisedRows
  public let decisions: DecisionRows
  public let rows: Int

  public init(rows: Int, output: TagOutput, arena: Arena) {
    precondition(rows % 64 == 0, "whole panels")
    self.rows = rows
    products = arena.integers(rows, output.units)
    logits = arena.integers(output.columns(faults: true), rows)
    hidden = arena.quantisedRows(rows, output.units)
    decisions = DecisionRows(rows: rows, arena: arena)
  }
}

extension Kernels {
  /// Decides what the bytes are whose states are `input` [T,Hb].
  ///
  /// - Parameters:
  ///   - patches: [P,D], what the patches add to the hidden units.
  ///   - patch: the row of `patches` of each byte, from 0 on for `patchBase`.
  ///   - bytes: the first of the T bytes; `reach` more on either side have to be readable.
  @unsafe public func decide(
    _ input: QuantisedRows, patches: Matrix, patch: UnsafePointer<Int32>, patchBase: Int, bytes: UnsafePointer<UInt8>,
    output: TagOutput, faults: Bool, in space: TagWorkspace
  ) {
    let count = input.rows
    precondition(count <= space.rows && patches.isContiguous && patches.columns == output.units)
    let products = space.products.shaped(count, output.units)
    multiply(input, output.local, into: products)
    var layer = unsafe ck_tag_hidden()
    unsafe layer.reach = output.reach
    unsafe layer.units = output.units
    unsafe withUnsafeMutableBytes(of: &layer.tables) { list in
      let pointers = unsafe list.bindMemory(to: UnsafePointer<UInt16>?.self)
      for (index, neighbour) in output.neighbours.enumerated() { unsafe pointers[index] = neighbour.base }
    }
    let columns = output.columns(faults: faults)
    // Rows start at whole panels.
    let padded = (count + panel - 1) / panel * panel
    unsafe output.local.columnScales.withUnsafeBufferPointer { scales in
      unsafe layer.column_scales = scales.baseAddress
      unsafe space.hidden.base.withMemoryRebound(to: UInt32.self, capacity: space.rows * output.units / 4) { packed in
        unsafe table.pointee.tag_hidden(
          &layer, products.base, input.scales, patches.base - patchBase * output.units, patch, bytes, packed,
          space.hidden.scales, count)
        unsafe output.output.words.withUnsafeBufferPointer { weights in
          unsafe table.pointee.gemm_i8_swapped(
            columns, padded, output.units / 4, weights.baseAddress, output.units / 4, packed, space.logits.base, padded)
        }
      }
    }
    var decision = unsafe ck_decision()
    unsafe withUnsafeMutableBytes(of: &decision.starts) { starts in
      for (index, segment) in output.segments.enumerated() {
        unsafe starts.storeBytes(of: segment.start, toByteOffset: 8 * index, as: Int.self)
      }
    }
    unsafe withUnsafeMutableBytes(of: &decision.counts) { counts in
      for (index, segment) in output.segments.enumerated() {
        unsafe counts.storeBytes(of: segment.count, toByteOffset: 8 * index, as: Int.self)
      }
    }
    unsafe output.output.columnScales.withUnsafeBufferPointer { scales in
      unsafe output.outputBias.withUnsafeBufferPointer { bias in
        unsafe decision.column_scales = scales.baseAddress
        unsafe decision.bias = bias.baseAddress
        let rows = space.decisions
        unsafe table.pointee.decide(
          &decision, space.logits.base, padded, space.hidden.scales, rows.tags, rows.mainProbability, rows.confidence,
          faults ? rows.faultProbability : nil, faults ? rows.faultKind : nil, count)
      }
    }
  }
}
