public import Tensors

/// A model ready to read with: immutable, shared by all workers.
public final class Model: Sendable {
  public let information: ModelInformation
  public let values: ModelValues
  let inference: InferenceWeights
  /// The networks over rows that the model has.
  public let rowNetworks: [RowNetwork.Role: PackedParameters]

  public var shape: ModelShape { values.shape }
  /// SHA-256 of the model file.
  public var digest: String { information.digest }

  init(_ values: ModelValues, _ information: ModelInformation, _ kernels: Kernels) {
    self.values = values
    self.information = information
    inference = InferenceWeights(values, kernels: kernels)
    var networks: [RowNetwork.Role: PackedParameters] = [:]
    for role in RowNetwork.Role.allCases where values.shape.channels(of: role) > 0 {
      let parameters = Parameters(role, of: values.shape)
      for tensor in parameters.tensors { tensor.values.copy(from: values[tensor.name].values) }
      networks[role] = PackedParameters(parameters, kernels: kernels, matrices: role.matrices)
    }
    rowNetworks = networks
  }

  /// A model that reads with `parameters`, rounded to bfloat16 as in a file.
  public convenience init(
    parameters: Parameters, information: ModelInformation = .init(), kernels: Kernels = .current
  ) {
    self.init(ModelValues(parameters), information, kernels)
  }

  /// A model from the bytes of a model file.
  ///
  /// - Parameters:
  ///   - file: its name, for error messages.
  ///   - verifying: whether to check the digest; the model inside the program was checked when it was tested.
  public convenience init(_ bytes: [UInt8], file: String, verifying: Bool = true, kernels: Kernels = .current)
    throws(ModelFileError)
  {
    let (values, information) = try unsafe bytes.withUnsafeBufferPointer { bytes throws(ModelFileError) in
      try unsafe ModelFile.open(bytes, file: file, verifying: verifying, inPlace: false)
    }
    self.init(values, information, kernels)
  }

  /// A model whose file is part of the program: read where it is, its digest taken on trust.
  @unsafe public convenience init(
    constant bytes: UnsafeBufferPointer<UInt8>, file: String, kernels: Kernels = .current
  ) throws(ModelFileError) {
    let (values, information) = try unsafe ModelFile.open(bytes, file: file, verifying: false, inPlace: true)
    self.init(values, information, kernels)
  }
}
