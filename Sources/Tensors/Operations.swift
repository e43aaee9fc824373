import CKernels

// Shape-checked forms of the kernels. Letters as in CKernels.h: T rows, K inputs, N outputs, H channels.
extension Kernels {
  /// `output` [T,N] (+)= `input` [T,K] · `weights` [K,N]. K is even, as is the stride of `input`.
  public func multiply(_ input: HalfMatrix, _ weights: PackedMatrix, into output: Matrix, accumulate: Bool = false) {
    precondition(input.columns == weights.inner && output.rows == input.rows && output.columns == weights.columns)
    precondition(input.columns % 2 == 0 && input.stride % 2 == 0)
    unsafe input.base.withMemoryRebound(to: UInt32.self, capacity: 1) { pairs in
      unsafe table.pointee.gemm_bf16(
        input.rows, weights.columns, weights.inner / 2, pairs, input.stride / 2, 1, weights.words, output.base,
        output.stride,
        accumulate ? 1 : 0)
    }
  }

  /// `gradient` [K,N] += `input`ᵀ [K,T] · `outputGradient` [T,N]: the gradient of a weight matrix.
  public func multiplyTransposed(_ input: HalfMatrix, _ outputGradient: Matrix, into gradient: Matrix, arena: Arena) {
    precondition(input.rows == outputGradient.rows)
    precondition(gradient.rows == input.columns && gradient.columns == outputGradient.columns)
    let rows = input.rows
    let half = (rows + 1) / 2
    let width = (gradient.columns + panel - 1) / panel * panel
    let left = unsafe arena.words(half * input.columns)
    let right = unsafe arena.words(half * width)
    unsafe table.pointee.pair_rows(input.base, input.stride, rows, input.columns, left)
    unsafe table.pointee.pack_bf16(outputGradient.base, outputGradient.stride, 1, rows, gradient.columns, right)
    unsafe table.pointee.gemm_bf16(
      gradient.rows, gradient.columns, half, left, 1, input.columns, right, gradient.base, gradient.stride, 1)
  }

  public func convert(_ input: Matrix, to output: HalfMatrix) {
    precondition(input.rows == output.rows && input.columns == output.columns)
    if input.isContiguous && output.stride == output.columns {
      unsafe table.pointee.to_bf16(input.base, output.base, input.rows * input.columns)
    } else {
      for row in 0..<input.rows {
        unsafe table.pointee.to_bf16(input.base + row * input.stride, output.base + row * output.stride, input.columns)
      }
    }
  }

  /// Root-mean-square normalisation with a gain (Zhang and Sennrich 2019, arXiv 1910.07467). `gain` is [1,H], `inverse` [T,1].
  public func rmsNorm(_ input: Matrix, gain: Matrix, into output: HalfMatrix, inverse: Matrix) {
    precondition(input.rows == output.rows && input.columns == output.columns && gain.columns == input.columns)
    unsafe table.pointee.rmsnorm_forward(
      input.base, input.stride, gain.base, output.base, output.stride, inverse.base, input.rows, input.columns)
  }

  /// Adds to `inputGradient` and `gainGradient`.
  public func rmsNormBackward(
    _ input: Matrix, gain: Matrix, inverse: Matrix, outputGradient: Matrix, inputGradient: Matrix, gainGradient: Matrix
  ) {
    precondition(input.rows == outputGradient.rows && input.columns == outputGradient.columns)
    precondition(inputGradient.rows == input.rows && inputGradient.columns == input.columns)
    unsafe table.pointee.rmsnorm_backward(
      input.base, input.stride, gain.base, inverse.base, outputGradient.base, outputGradient.stride, inputGradient.base,
      inputGradient.stride, gainGradient.base, input.rows, input.columns)
  }

  /// Gates and recurrence. `gates` [T,3H] holds pre-activations and becomes activations; `cells` and `output` are [T,H]; `carry`
  /// [1,H] goes in as the state before and comes out as the state after; `residual` is added to the output.
  public func qrnn(
    gates: Matrix, bias: Matrix, cells: Matrix, carry: Matrix, residual: Matrix? = nil, output: Matrix,
    reversed: Bool = false
  ) {
    let channels = carry.columns
    precondition(
      gates.columns == 3 * channels && gates.isContiguous && cells.isContiguous && bias.columns == 3 * channels)
    precondition(
      cells.rows == gates.rows && output.rows == gates.rows && output.columns == channels && channels <= 2048)
    unsafe table.pointee.qrnn_forward(
      gates.base, bias.base, cells.base, carry.base, residual?.base, residual?.stride ?? 0, output.base, output.stride,
      gates.rows,
      channels, reversed ? 1 : 0)
  }

  /// `gateGradient` [T,3H] is written, `biasGradient` added to; `first` is the carry before the first step.
  public func qrnnBackward(
    gates: Matrix, cells: Matrix, first: Matrix, outputGradient: Matrix, gateGradient: Matrix, biasGradient: Matrix,
    reversed: Bool = false
  ) {
    let channels = first.columns
    precondition(gates.columns == 3 * channels && gateGradient.columns == 3 * channels && gateGradient.isContiguous)
    precondition(outputGradient.rows == gates.rows && outputGradient.columns == channels && channels <= 2048)
    unsafe table.pointee.qrnn_backward(
      gates.base, cells.base, first.base, outputGradient.base, outputGradient.stride, gateGradient.base,
      biasGradient.base,
      gates.rows, channels, reversed ? 1 : 0)
  }

  /// `output`[t] (+)= `rows`[`index`[t]].
  public func gather(_ source: Matrix, _ index: [UInt16], into output: Matrix, accumulate: Bool) {
    precondition(index.count == output.rows && source.columns == output.columns && source.isContiguous)
    assert(index.allSatisfy { Int($0) < source.rows })
    unsafe table.pointee.gather_rows(
      source.base, index, output.base, output.stride, output.rows, output.columns, accumulate ? 1 : 0)
  }

  /// `target`[`index`[t]] += `rows`[t].
  public func scatter(_ rows: Matrix, _ index: [UInt16], into target: Matrix) {
    precondition(index.count == rows.rows && target.columns == rows.columns && target.isContiguous)
    unsafe table.pointee.scatter_rows(target.base, index, rows.base, rows.stride, rows.rows, rows.columns)
  }

  public func expand(_ source: Matrix, _ index: [Int32], into output: Matrix, accumulate: Bool) {
    precondition(index.count == output.rows && source.columns == output.columns)
    assert(index.allSatisfy { $0 >= 0 && Int($0) < source.rows })
    unsafe table.pointee.expand_rows(
      source.base, source.stride, index, output.base, output.stride, output.rows, output.columns, accumulate ? 1 : 0)
  }

  public func reduce(_ rows: Matrix, _ index: [Int32], into target: Matrix) {
    precondition(index.count == rows.rows && target.columns == rows.columns)
    unsafe table.pointee.reduce_rows(target.base, target.stride, index, rows.base, rows.stride, rows.rows, rows.columns)
  }

  public func add(_ input: Matrix, to output: Matrix) {
    precondition(input.rows == output.rows && input.columns == output.columns)
    if input.isContiguous && output.isContiguous {
      unsafe table.pointee.add(input.base, output.base, input.rows * input.columns)
    } else {
      for row in 0..<input.rows {
        unsafe table.pointee.add(input.base + row * input.stride, output.base + row * output.stride, input.columns)
      }
    }
  }

  public func addBiasReLU(_ values: Matrix, bias: Matrix) {
    precondition(values.isContiguous && bias.columns == values.columns)
    unsafe table.pointee.add_bias_relu(values.base, bias.base, values.rows, values.columns)
  }

  public func reluBackward(output: Matrix, gradient: Matrix, biasGradient: Matrix) {
    precondition(output.isContiguous && gradient.isContiguous && output.rows == gradient.rows)
    unsafe table.pointee.relu_backward(output.base, gradient.base, biasGradient.base, output.rows, output.columns)
  }
}
