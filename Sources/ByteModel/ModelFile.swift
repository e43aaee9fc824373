/// What stands in a model file beside the weights.
public struct ModelInformation: Hashable, Sendable {
  /// Free `key value` lines: name, date, seed, steps, megabytes read …
  public var notes: [(key: String, value: String)] = []
  /// SHA-256 of the file up to its digest; empty for a model that was never saved.
  public var digest = ""

  public init() {}

  public static func == (a: Self, b: Self) -> Bool {
    a.digest == b.digest && a.notes.map { [$0.key, $0.value] } == b.notes.map { [$0.key, $0.value] }
  }
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

/// Why a model file could not be used. The sentence names file and field, what was found and what was wanted.
public struct ModelFileError: Error, CustomStringConvertible, Sendable {
  public var file: String
  public var reason: String
  public var description: String { "\(file): \(reason)" }
}

/// The format of a model file.
///
///     CONSOMME-MODEL 1\n           magic and version
///     shape NAME VALUE\n …         the fields of ModelShape
///     tensor NAME ROWS COLUMNS\n … in file order
///     note KEY VALUE\n …
///     values bfloat16 COUNT\n      then zero bytes up to a multiple of 64
///     the values, little-endian, tensor by tensor, row by row
///     sha256 HEX\n                 of everything before this line
public enum ModelFile {
  static let magic = "CONSOMME-MODEL"
  static let version = 1

  public static func encode(_ parameters: Parameters, notes: [(key: String, value: String)]) -> [UInt8] {
    var header = "\(magic) \(version)\n"
    for (name, path) in ModelShape.fields { header += "shape \(name) \(parameters.shape[keyPath: path])\n" }
    var count = 0
    for tensor in parameters.specifications {
      header += "tensor \(tensor.name) \(tensor.rows) \(tensor.columns)\n"
      count += tensor.rows * tensor.columns
    }
    for note in notes { header += noteLine(key: note.key, value: note.value) }
    header += "values bfloat16 \(count)\n"
    var bytes = Array(header.utf8)
    while bytes.count % 64 != 0 { bytes.append(0) }
    bytes.reserveCapacity(bytes.count + 2 * count + 80)
    for tensor in parameters.tensors {
      for value in tensor.values.values {
        let rounded = roundToBFloat16(value)
        bytes.append(UInt8(truncatingIfNeeded: rounded))
        bytes.append(UInt8(truncatingIfNeeded: rounded >> 8))
      }
    }
    let digest = SHA256.hexDigest(bytes[...])
    return bytes + Array("sha256 \(digest)\n".utf8)
  }

  /// A `note` line that `decode` reads: a key of one word, a value of one line, cut where the line would get too long.
  private static func noteLine(key: String, value: String) -> String {
    func words(_ text: String) -> String {
      let spaced = String(
        String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.isWhitespace || $0.value < 0x20 ? " " : $0 }))
      return spaced.split(separator: " ").joined(separator: " ")
    }
    let name = words(key).split(separator: " ").joined(separator: "-")
    var line = "note \(name.isEmpty ? "note" : name) \(words(value))"
    while line.utf8.count >= lineLimit { line.unicodeScalars.removeLast() }
    return line + "\n"
  }

  /// Bytes of a header line, its end included, at most.
  private static let lineLimit = 1000

  /// The model in `bytes`, as training wants it.
  ///
  /// - Parameters:
  ///   - file: the name for error messages.
  ///   - verifying: whether the digest is computed and compared, or only read.
  public static func decode(_ bytes: [UInt8], file: String, verifying: Bool = true) throws(ModelFileError) -> (
    Parameters, ModelInformation
  ) {
    let (values, information) = try unsafe bytes.withUnsafeBufferPointer { bytes throws(ModelFileError) in
      try unsafe open(bytes, file: file, verifying: verifying, inPlace: false)
    }
    return (values.parameters(), information)
  }

  /// - Parameter inPlace: `bytes` stay where they are as long as the program runs; the values are then not copied.
  @unsafe static func open(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String, verifying: Bool, inPlace: Bool
  ) throws(ModelFileError) -> (ModelValues, ModelInformation) {
    func fail(_ reason: String) -> ModelFileError { ModelFileError(file: file, reason: reason) }
    let trailer = 7 + 64 + 1
    var position = 0
    func line() -> String? {
      guard let end = unsafe bytes[position...].firstIndex(of: 0x0a), end - position < lineLimit else { return nil }
      defer { position = end + 1 }
      return unsafe String(decoding: bytes[position..<end], as: UTF8.self)
    }
    guard unsafe bytes.starts(with: magic.utf8), let first = line() else {
      let found = unsafe String(decoding: bytes.prefix(14).map { (32..<127).contains($0) ? $0 : 46 }, as: UTF8.self)
      throw fail("is no model: found \"\(found)\" at byte 0, wanted \"\(magic)\"")
    }
    guard first == "\(magic) \(version)" else {
      throw fail("has format version \(first.dropFirst(magic.count + 1)); this program reads version \(version)")
    }
    var shape = ModelShape()
    // Files from before the field was there.
    shape.patchMinimum = 1
    var tensors: [String] = []
    var information = ModelInformation()
    var count: Int?
    while count == nil {
      guard let text = line() else { throw fail("is cut short in its header, at byte \(position)") }
      let words = text.split(separator: " ", maxSplits: 2).map(String.init)
      switch words.first {
      case "shape":
        guard words.count == 3, let value = Int(words[2]),
          let path = ModelShape.fields.first(where: { $0.name == words[1] })?.path
        else { throw fail("has a shape line this program does not know: \"\(text)\"") }
        shape[keyPath: path] = value
      case "tensor": tensors.append(String(text.dropFirst(7)))
      case "note": information.notes.append((words.count > 1 ? words[1] : "", words.count > 2 ? words[2] : ""))
      case "values":
        guard words.count == 3, words[1] == "bfloat16", let value = Int(words[2]) else {
          throw fail("holds values of kind \"\(text.dropFirst(7))\"; wanted \"bfloat16 COUNT\"")
        }
        count = value
      default: throw fail("has a header line this program does not know: \"\(text.prefix(60))\"")
      }
    }
    if let complaint = shape.complaint { throw fail("has a shape that cannot be: \(complaint)") }
    let wanted = shape.tensors
    for (index, tensor) in wanted.enumerated() {
      let line = "\(tensor.name) \(tensor.rows) \(tensor.columns)"
      guard index < tensors.count, tensors[index] == line else {
        throw fail(
          "has \"\(index < tensors.count ? tensors[index] : "nothing")\" as tensor \(index + 1); wanted \"\(line)\"")
      }
    }
    let total = wanted.reduce(0) { $0 + $1.rows * $1.columns }
    guard count == total, tensors.count == wanted.count else {
      throw fail("announces \(count ?? 0) values; its shape needs \(total)")
    }
    position = (position + 63) / 64 * 64
    guard bytes.count == position + 2 * total + trailer else {
      throw fail("is \(bytes.count) bytes long; wanted \(position + 2 * total + trailer): it was cut short or added to")
    }
    let body = bytes.count - trailer
    let stated = unsafe String(decoding: bytes[(body + 7)..<(bytes.count - 1)], as: UTF8.self)
    let found = unsafe verifying ? SHA256.hexDigest(UnsafeBufferPointer(rebasing: bytes[..<body])) : stated
    guard unsafe String(decoding: bytes[body..<body + 7], as: UTF8.self) == "sha256 ", found == stated else {
      throw fail("is damaged: its SHA-256 is \(found), the file says \(stated)")
    }
    information.digest = found
    let values = unsafe ModelValues(
      shape: shape, values: UnsafeRawPointer(bytes.baseAddress! + position), inPlace: inPlace)
    return (values, information)
  }

  /// Round to nearest, ties to even.
  static func roundToBFloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ ((bits >> 16) & 1)) >> 16)
  }
}
