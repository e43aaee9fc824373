import CKernels

// Shape-checked forms of the kernels of reading in 8 bits. Letters as in CKernels.h.
extension Kernels {
  /// `output` [T,N] = `input` [T,K] · `weights` [K,N], without their scales.
  public func multiply(_ input: QuantisedRows, _ weights: QuantisedMatrix, into output: IntegerMatrix) {
    precondition(input.columns == weights.inner && output.rows == input.rows && output.columns == weights.columns)
    unsafe input.base.withMemoryRebound(to: UInt32.self, capacity: input.rows * input.columns / 4) { quads in
      unsafe table.pointee.gemm_i8(
        input.rows, weights.columns, weights.inner / 4, quads, input.columns / 4, weights.words, weights.initial,
        output.base, output.columns)
    }
  }

  /// 8 bits of each row of `input`.
  public func quantise(_ input: HalfMatrix, into output: QuantisedRows) {
    precondition(input.rows == output.rows && input.columns == output.columns && input.columns % 16 == 0)
    unsafe table.pointee.quantise_halves(
      input.base, input.stride, input.rows, input.columns, output.base, output.columns, output.scales)
  }

  /// 8 bits of each row of `input`; where `output` is twice as wide, of each row with the one after it.
  public func quantise(_ input: Matrix, into output: QuantisedRows) {
    let isWindow = output.columns == 2 * input.columns
    precondition(input.columns % 16 == 0 && input.stride == input.columns)
    precondition(
      isWindow ? input.rows == output.rows + 1 : input.rows == output.rows && input.columns == output.columns)
    unsafe table.pointee.quantise_rows(
      input.base, input.stride, output.rows, output.columns, output.base, output.columns, output.scales)
  }

  /// Root-mean-square normalisation with a gain, to float32.
  public func norm(_ input: Matrix, gain: [Float], into output: Matrix) {
    precondition(input.rows == output.rows && input.columns == output.columns && gain.count == input.columns)
    unsafe table.pointee.norm_rows(
      input.base, input.stride, gain, input.rows, input.columns, output.base, output.stride, nil, 0, nil)
  }

  /// The same to 8 bits.
  public func norm(_ input: Matrix, gain: [Float], into output: QuantisedRows) {
    precondition(input.rows == output.rows && input.columns == output.columns && gain.count == input.columns)
    unsafe table.pointee.norm_rows(
      input.base, input.stride, gain, input.rows, input.columns, nil, 0, output.base, output.columns, output.scales)
  }

  /// `output` = `products` times the scales of `input` and `weights`, plus `bias`; without bias added to `output`.
  public func dequantise(
    _ products: IntegerMatrix, of input: QuantisedRows, _ weights: QuantisedMatrix, bias: [Float]?, into output: Matrix
  ) {
    precondition(products.rows == input.rows && products.columns == weights.columns)
    precondition(output.rows == products.rows && output.columns == products.columns)
    precondition(bias.map { $0.count >= output.columns } ?? true)
    unsafe table.pointee.dequantise(
      products.base, products.columns, input.scales, weights.columnScales, bias, output.rows, output.columns,
      output.base, output.stride)
  }

  /// Gates and recurrence behind a product. The state goes on from `carry` [1,H]; the output is added to `stream` [T,H] or written
  /// to `half` [T,H].
  public func qrnn(
    _ products: IntegerMatrix, of input: QuantisedRows, gates: QuantisedGates, carry: Matrix, stream: Matrix? = nil,
    half: HalfMatrix? = nil, reversed: Bool = false
  ) {
    precondition(products.rows == input.rows && products.columns == 3 * gates.channels)
    precondition(carry.columns == gates.channels && gates.scales.count == products.columns)
    precondition(stream.map { $0.rows == products.rows && $0.columns == gates.channels } ?? true)
    precondition(half.map { $0.rows == products.rows && $0.columns == gates.channels } ?? true)
    unsafe gates.withNative { native in
      unsafe table.pointee.quantised_qrnn(
        native, products.base, input.scales, carry.base, stream?.base, stream?.stride ?? 0, half?.base,
        half?.stride ?? 0, products.rows, reversed ? 1 : 0)
    }
  }

  /// The byte layer over `count` bytes from `bytes` on, into 8 bits and, where given, float32. As many bytes before `bytes` as there
  /// are taps but one have to be readable.
  @unsafe public func byteLayer(
    _ bytes: UnsafePointer<UInt8>, taps: [HalfTable], gates: QuantisedGates, carry: Matrix, into output: QuantisedRows,
    floats: Matrix? = nil
  ) {
    precondition(output.columns == gates.channels && carry.columns == gates.channels && (1...8).contains(taps.count))
    precondition(taps.allSatisfy { $0.rows == 256 && $0.columns == 3 * gates.channels })
    precondition(floats.map { $0.rows == output.rows && $0.columns == output.columns && $0.isContiguous } ?? true)
    unsafe gates.bias.withUnsafeBufferPointer { bias in
      var native = unsafe ck_byte_layer()
      unsafe native.tap_count = taps.count
      unsafe native.bias = bias.baseAddress
      unsafe native.channels = gates.channels
      unsafe withUnsafeMutableBytes(of: &native.taps) { list in
        let pointers = unsafe list.bindMemory(to: UnsafePointer<UInt16>?.self)
        for (index, tap) in taps.enumerated() { unsafe pointers[index] = tap.base }
      }
      unsafe table.pointee.byte_layer(
        &native, bytes, carry.base, output.base, output.scales, floats?.base, output.rows)
    }
  }
}
