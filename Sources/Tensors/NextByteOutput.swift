import CKernels

/// The last recurrent layer before the next-byte distribution, and its output matrix.
public struct NextByteOutput: Sendable {
  public let local: QuantisedMatrix
  public let output: QuantisedMatrix
  let gates: QuantisedGates
  let byteTable: HalfTable
  let matchTable: HalfTable
  let gain: [Float]

  /// - Parameters:
  ///   - local: [Hb,3Hb] from the byte layer.
  ///   - byte: [256,3Hb], of the byte itself; match: [257,3Hb], of the byte that the match pointer holds likeliest.
  ///   - output: [Hb,256].
  public init(
    local: HalfTable, byte: HalfTable, match: HalfTable, bias: HalfTable, gain: HalfTable, output: HalfTable,
    kernels: Kernels
  ) {
    precondition(
      byte.rows == 256 && match.rows == 257 && byte.columns == local.columns && match.columns == local.columns)
    precondition(gain.columns * 3 == local.columns && output.rows == gain.columns && bias.columns == local.columns)
    self.local = QuantisedMatrix(local, kernels: kernels)
    self.output = QuantisedMatrix(output, kernels: kernels)
    gates = QuantisedGates(scales: [], bias: bias)
    byteTable = byte
    matchTable = match
    self.gain = gain.values
  }
}

extension Kernels {
  /// The layer before the next-byte distribution, into `output` [T,Hb].
  ///
  /// - Parameters:
  ///   - products: `input` · `layer.local`.
  ///   - patches: what finished patches say of the gates, [P,3Hb]; `finished` holds the row of each byte, from `base` on.
  ///   - matches: a row of the match table for each byte.
  ///   - states: `input` in float32.
  @unsafe public func nextLayer(
    _ products: IntegerMatrix, of input: QuantisedRows, _ layer: NextByteOutput, patches: Matrix,
    finished: UnsafePointer<Int32>, base: Int, bytes: UnsafePointer<UInt8>, matches: UnsafePointer<UInt16>,
    states: Matrix, carry: Matrix, into output: QuantisedRows
  ) {
    let channels = layer.gates.channels
    precondition(products.rows == input.rows && products.columns == 3 * channels && patches.columns == 3 * channels)
    precondition(states.rows == input.rows && states.columns == channels && states.isContiguous)
    precondition(patches.isContiguous && output.rows == input.rows && output.columns == channels)
    unsafe layer.local.columnScales.withUnsafeBufferPointer { scales in
      unsafe layer.gates.bias.withUnsafeBufferPointer { bias in
        unsafe layer.gain.withUnsafeBufferPointer { gain in
          var native = unsafe ck_next_layer(
            column_scales: scales.baseAddress, bias: bias.baseAddress, byte_table: layer.byteTable.base,
            match_table: layer.matchTable.base, gain: gain.baseAddress, channels: channels)
          unsafe table.pointee.next_layer(
            &native, products.base, input.scales, patches.base - base * 3 * channels, finished, bytes, matches,
            states.base, carry.base, output.base, output.scales, input.rows)
        }
      }
    }
  }

  /// Cross-entropy and entropy in nats of each row of `logits` [T,V], which are lost.
  ///
  /// - Parameters:
  ///   - pointers: how many match pointers there are; `predicted` and `buckets` are [pointers][stride], `bias` is by bucket.
  @unsafe public func crossEntropy(
    _ logits: Matrix, targets: UnsafePointer<UInt8>, pointers: Int, predicted: UnsafePointer<UInt8>,
    buckets: UnsafePointer<UInt8>, stride: Int, bias: [Float], losses: Matrix, entropies: Matrix
  ) {
    precondition(logits.isContiguous && losses.rows == logits.rows && entropies.rows == logits.rows)
    _ = unsafe table.pointee.cross_entropy(
      logits.base, logits.columns, targets, nil, pointers, stride, predicted, buckets, bias, nil, 0, losses.base,
      entropies.base, logits.rows)
  }
}
