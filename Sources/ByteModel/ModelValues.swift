public import Tensors

/// The values of a model in bfloat16 as they stand in its file. Constant and shared by all workers.
@safe public final class ModelValues: @unchecked Sendable {
  // Unchecked: written only by init.
  public let shape: ModelShape
  private let base: UnsafePointer<UInt16>
  private let owned: UnsafeMutablePointer<UInt16>?
  private let places: [String: (offset: Int, rows: Int, columns: Int)]

  /// - Parameters:
  ///   - values: the values of all tensors of `shape`, little-endian.
  ///   - inPlace: `values` stay where they are as long as the program runs, so that they need no copy.
  @unsafe init(shape: ModelShape, values: UnsafeRawPointer, inPlace: Bool) {
    self.shape = shape
    var places: [String: (offset: Int, rows: Int, columns: Int)] = [:]
    var count = 0
    for tensor in shape.tensors {
      places[tensor.name] = (count, tensor.rows, tensor.columns)
      count += tensor.rows * tensor.columns
    }
    self.places = places
    if inPlace, UInt16(1).littleEndian == 1, UInt(bitPattern: values) % 2 == 0 {
      unsafe owned = nil
      unsafe base = values.assumingMemoryBound(to: UInt16.self)
    } else {
      let copy = UnsafeMutablePointer<UInt16>.allocate(capacity: count)
      for index in 0..<count {
        let value = unsafe values.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
        unsafe (copy + index).initialize(to: UInt16(littleEndian: value))
      }
      unsafe owned = unsafe copy
      unsafe base = UnsafePointer(copy)
    }
  }

  /// The values of `parameters`, rounded.
  convenience init(_ parameters: Parameters) {
    let rounded = parameters.tensors.flatMap { $0.values.values.map { ModelFile.roundToBFloat16($0).littleEndian } }
    let copy = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: rounded.count)
    defer { unsafe copy.deallocate() }
    _ = unsafe copy.initialize(fromContentsOf: rounded)
    unsafe self.init(shape: parameters.shape, values: UnsafeRawPointer(copy.baseAddress!), inPlace: false)
  }

  deinit { unsafe owned?.deallocate() }

  /// The tensor of that name.
  public subscript(name: String) -> HalfTable {
    guard let place = places[name] else { preconditionFailure("the model has no tensor named \(name)") }
    return unsafe HalfTable(base: base + place.offset, rows: place.rows, columns: place.columns)
  }

  /// How many values all tensors have together.
  public var count: Int { places.values.reduce(0) { $0 + $1.rows * $1.columns } }

  /// The same in float32, as training and the plain forward pass want it.
  public func parameters() -> Parameters {
    let parameters = Parameters(shape: shape)
    for tensor in parameters.tensors { tensor.values.copy(from: self[tensor.name].values) }
    return parameters
  }
}
