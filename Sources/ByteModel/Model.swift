public import Tensors

/// A model ready to read with: immutable, shared by all workers.
public final class Model: Sendable {
  public let parameters: Parameters
  public let information: ModelInformation
  public let weights: PackedParameters

  public var shape: ModelShape { parameters.shape }
  /// SHA-256 of the model file.
  public var digest: String { information.digest }

  public init(parameters: Parameters, information: ModelInformation = .init(), kernels: Kernels = .current) {
    self.parameters = parameters
    self.information = information
    weights = PackedParameters(parameters, kernels: kernels)
  }

  /// A model from the bytes of a model file.
  ///
  /// - Parameters:
  ///   - file: its name, for error messages.
  ///   - verifying: whether to check the digest; the model inside the program was checked when it was tested.
  public convenience init(_ bytes: [UInt8], file: String, verifying: Bool = true, kernels: Kernels = .current)
    throws(ModelFileError)
  {
    let (parameters, information) = try ModelFile.decode(bytes, file: file, verifying: verifying)
    self.init(parameters: parameters, information: information, kernels: kernels)
  }
}
