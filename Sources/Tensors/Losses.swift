import CKernels

/// A group of columns in a row of tag logits: one class of many, or bits of their own.
public struct LogitSegment: Hashable, Sendable {
  public var start: Int
  public var count: Int
  public var isSigmoid: Bool
  public init(start: Int, count: Int, isSigmoid: Bool) {
    self.start = start
    self.count = count
    self.isSigmoid = isSigmoid
  }
  var native: ck_segment { ck_segment(start: Int32(start), count: Int32(count), sigmoid: isSigmoid ? 1 : 0) }
}

/// Match predictions as the loss kernel takes them: `predicted` and `buckets` are [pointers][T].
public struct PointerBias {
  public var pointers: Int
  public var predicted: [UInt8]
  public var buckets: [UInt8]
  /// [1,buckets] added to the logit of the predicted byte; nil gradient where none is wanted.
  public var bias: Matrix
  public var biasGradient: Matrix?
  public init(pointers: Int, predicted: [UInt8], buckets: [UInt8], bias: Matrix, biasGradient: Matrix?) {
    self.pointers = pointers
    self.predicted = predicted
    self.buckets = buckets
    self.bias = bias
    self.biasGradient = biasGradient
  }
}

extension Kernels {
  /// Cross-entropy in nats of `logits` [T,V] against `targets`, times `weights` [T].
  ///
  /// With a non-zero `scale` the logits become `scale` × weight × gradient, else the exponentials of the shifted logits.
  /// - Returns: the weighted sum.
  public func crossEntropy(
    _ logits: Matrix, targets: [UInt8], weights: [Float], pointers: PointerBias, scale: Float, losses: Matrix? = nil,
    entropies: Matrix? = nil
  ) -> Double {
    let rows = logits.rows
    precondition(targets.count == rows && weights.count == rows && logits.isContiguous)
    precondition(
      pointers.predicted.count == pointers.pointers * rows && pointers.buckets.count == pointers.predicted.count)
    precondition(scale == 0 || pointers.biasGradient != nil)
    return unsafe table.pointee.cross_entropy(
      logits.base, logits.columns, targets, weights, pointers.pointers, rows, pointers.predicted, pointers.buckets,
      pointers.bias.base, pointers.biasGradient?.base, scale, losses?.base, entropies?.base, rows)
  }

  /// Cross-entropy over `segments`; `labels` and `weights` are [T][segments]. Logits become weight × gradient.
  /// - Returns: one weighted sum of nats a segment.
  public func segmentLoss(_ logits: Matrix, segments: [LogitSegment], labels: [UInt8], weights: [Float]) -> [Double] {
    let native = segments.map(\.native)
    precondition(labels.count == logits.rows * native.count && weights.count == labels.count && logits.isContiguous)
    precondition(native.count <= 32 && logits.columns <= 256)
    var sums = [Double](repeating: 0, count: native.count)
    unsafe table.pointee.segment_loss(
      logits.base, logits.columns, native, native.count, labels, weights, &sums, logits.rows)
    return sums
  }

  /// Logits to probabilities, in place.
  public func segmentSoftmax(_ logits: Matrix, segments: [LogitSegment]) {
    let native = segments.map(\.native)
    precondition(native.count <= 32 && logits.columns <= 256 && logits.isContiguous)
    unsafe table.pointee.segment_softmax(logits.base, logits.columns, native, native.count, logits.rows)
  }

  public func sumOfSquares(_ values: Matrix) -> Double {
    precondition(values.isContiguous)
    return unsafe table.pointee.sum_of_squares(values.base, values.rows * values.columns)
  }

  /// One AdamW step; `correction1` and `correction2` are 1/(1 − βᵗ).
  public func adamW(
    _ weights: Matrix, gradient: Matrix, first: Matrix, second: Matrix, gradientScale: Float, rate: Float, beta1: Float,
    beta2: Float, epsilon: Float, decay: Float, correction1: Float, correction2: Float
  ) {
    let count = weights.rows * weights.columns
    precondition(weights.isContiguous && gradient.rows * gradient.columns == count)
    precondition(first.rows * first.columns == count && second.rows * second.columns == count)
    unsafe table.pointee.adamw(
      weights.base, gradient.base, first.base, second.base, count, gradientScale, rate, beta1, beta2, epsilon, decay,
      correction1, correction2)
  }

  /// Moves `average` towards `values`: average += (values − average) · (1 − decay).
  public func average(_ average: Matrix, towards values: Matrix, decay: Float) {
    precondition(average.rows * average.columns == values.rows * values.columns)
    unsafe table.pointee.average(average.base, values.base, values.rows * values.columns, decay)
  }

  /// values *= factor
  public func scale(_ values: Matrix, by factor: Float) {
    for row in 0..<values.rows {
      for column in 0..<values.columns { unsafe values.base[row * values.stride + column] *= factor }
    }
  }
}
