public import ByteModel

/// Why a head file could not be used. The sentence names file and place, what was found and what was wanted.
public struct HeadFileError: Error, Hashable, CustomStringConvertible, Sendable {
  public var file: String
  public var reason: String
  public var description: String { "\(file): \(reason)" }

  public init(file: String, reason: String) {
    self.file = file
    self.reason = reason
  }
}

/// The format of a head file.
///
///     CONSOMME-HEAD 1\n                    magic and version
///     name NAME\n
///     trunk HEX\n                          digest of the model the head was taught on
///     field NAME KIND one|many\n …         fields whose values are slices
///     labels NAME LABEL LABEL …\n …        fields that are labels
///     network NAME DENSE BUCKETS NUMBERS HIDDEN OUTPUTS\n …   three: runs, cuts, labels
///     note KEY VALUE\n …
///     values COUNT\n
///     the networks one after the other: of every tensor each row as a float32 scale and one int8 a value;
///     then the output biases as float32; all little-endian
///     sha256 HEX\n                         of everything before this line
public enum HeadFile {
  static let magic = "CONSOMME-HEAD"
  static let version = 1
  /// Bytes of a head file at most. A head is small; more is not one.
  public static let byteLimit = 4 << 20
  private static let lineLimit = 4_000
  private static let networkNames = ["runs", "cuts", "labels"]

  public static func encode(_ head: FieldHead) -> [UInt8] {
    var header = "\(magic) \(version)\nname \(word(head.name))\ntrunk \(word(head.trunk))\n"
    for field in head.fields {
      header += "field \(word(field.name)) \(field.kind.rawValue) \(field.isRepeated ? "many" : "one")\n"
    }
    for field in head.labelFields {
      header += "labels " + ([field.name] + field.labels).map(word).joined(separator: " ") + "\n"
    }
    let networks = [head.runs, head.cuts, head.labelNetwork]
    for (name, network) in zip(networkNames, networks) {
      let shape = network.shape
      header +=
        "network \(name) \(shape.dense) \(shape.buckets) \(shape.numbers) \(shape.hidden) \(shape.outputs)\n"
    }
    for note in head.notes {
      let value = note.value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      header += "note \(word(note.key)) \(String(decoding: value.utf8.prefix(900), as: UTF8.self))\n"
    }
    var values: [UInt8] = []
    for network in networks { append(network, to: &values) }
    let bytes = Array((header + "values \(values.count)\n").utf8) + values
    return bytes + Array("sha256 \(SHA256.hexDigest(bytes[...]))\n".utf8)
  }

  /// A name as one word of a header line.
  private static func word(_ text: String) -> String {
    let result = text.split(whereSeparator: { $0.isWhitespace || $0.isNewline }).joined(separator: "_")
    return result.isEmpty ? "-" : result
  }

  private static func append(_ network: SmallNetwork, to bytes: inout [UInt8]) {
    func append(_ value: UInt32) {
      for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    }
    let lanes = network.shape.lanes
    for tensor in network.tensorPaths {
      let values = network[keyPath: tensor.path]
      for row in 0..<tensor.rows {
        let own = values[row * lanes..<(row + 1) * lanes]
        let highest = own.reduce(Float(0)) { max($0, max($1.max(), -$1.min())) }
        let scale = highest / 127
        append(scale.bitPattern)
        for lane in own {
          for index in 0..<16 {
            let level = scale == 0 ? 0 : (lane[index] / scale).rounded()
            bytes.append(UInt8(bitPattern: Int8(max(-127, min(127, level)))))
          }
        }
      }
    }
    for bias in network.outputBias { append(bias.bitPattern) }
  }

  /// - Parameter file: the name for error messages.
  public static func decode(_ bytes: [UInt8], file: String) throws(HeadFileError) -> FieldHead {
    func fail(_ reason: String) -> HeadFileError { HeadFileError(file: file, reason: reason) }
    var position = 0
    func line() -> [String]? {
      guard let end = bytes[position...].prefix(lineLimit).firstIndex(of: 0x0a) else { return nil }
      defer { position = end + 1 }
      return String(decoding: bytes[position..<end], as: UTF8.self).split(separator: " ").map(String.init)
    }
    guard bytes.starts(with: magic.utf8), let first = line() else {
      let found = String(decoding: bytes.prefix(14).map { (32..<127).contains($0) ? $0 : 46 }, as: UTF8.self)
      throw fail("is no field head: found \"\(found)\" at byte 0, wanted \"\(magic)\"; make one with consomme teach")
    }
    guard first == [magic, "\(version)"] else {
      throw fail(
        "has format version \(first.dropFirst().joined(separator: " ")); this program reads version \(version)")
    }
    let trailer = 7 + 64 + 1
    guard bytes.count > trailer, bytes.count <= byteLimit else { throw fail("is cut short, or longer than any head") }
    let body = bytes.count - trailer
    let stated = String(decoding: bytes[(body + 7)..<(bytes.count - 1)], as: UTF8.self)
    let found = SHA256.hexDigest(bytes[..<body])
    guard bytes[body..<body + 7].elementsEqual("sha256 ".utf8), found == stated else {
      throw fail("is damaged or cut short: its SHA-256 is \(found); take a sound copy or teach it again")
    }
    var head = FieldHead(
      name: "", trunk: "", fields: [], labelFields: [], runs: .empty, cuts: .empty, labels: .empty)
    head.digest = found
    var shapes: [SmallNetwork.Shape] = []
    var count: Int?
    while count == nil {
      let start = position
      guard let words = line(), let key = words.first else {
        throw fail("is cut short in its header, at byte \(start)")
      }
      guard read(key, Array(words.dropFirst()), into: &head, &shapes, &count) else {
        throw fail(
          "has a header line this program cannot read, at byte \(start): \"\(words.joined(separator: " ").prefix(80))\""
        )
      }
    }
    if let complaint = complaint(head, shapes) { throw fail(complaint) }
    let needed = shapes.reduce(0) { $0 + $1.fileBytes }
    guard count == needed, position + needed == body else {
      throw fail("holds \(body - position) bytes of weights and announces \(count ?? 0); its shape needs \(needed)")
    }
    let networks = shapes.map { network($0, bytes, &position) }
    (head.runs, head.cuts, head.labelNetwork) = (networks[0], networks[1], networks[2])
    return head
  }

  /// Takes a header line; false where it makes no sense.
  private static func read(
    _ key: String, _ words: [String], into head: inout FieldHead, _ shapes: inout [SmallNetwork.Shape],
    _ count: inout Int?
  ) -> Bool {
    switch key {
    case "name": head.name = words.joined(separator: " ")
    case "trunk": head.trunk = words.first ?? ""
    case "field":
      guard words.count == 3, let kind = FieldSpecification.Kind(rawValue: words[1]), kind != .label,
        ["one", "many"].contains(words[2])
      else { return false }
      head.fields.append(.init(name: words[0], kind: kind, isRepeated: words[2] == "many"))
    case "labels":
      guard words.count >= 2 else { return false }
      head.labelFields.append(.init(name: words[0], kind: .label, labels: Array(words.dropFirst())))
    case "network":
      let sizes = words.dropFirst().compactMap { Int($0) }
      guard shapes.count < networkNames.count, words.first == networkNames[shapes.count], sizes.count == 5 else {
        return false
      }
      let shape = SmallNetwork.Shape(
        dense: sizes[0], buckets: sizes[1], numbers: sizes[2], hidden: sizes[3], outputs: sizes[4])
      guard shape.isPossible else { return false }
      shapes.append(shape)
    case "note": head.notes.append((words.first ?? "", words.dropFirst().joined(separator: " ")))
    case "values":
      guard words.count == 1, let value = Int(words[0]) else { return false }
      count = value
    default: return false
    }
    return true
  }

  private static func complaint(_ head: FieldHead, _ shapes: [SmallNetwork.Shape]) -> String? {
    guard shapes.count == networkNames.count else {
      return "has \(shapes.count) networks; wanted \(networkNames.count)"
    }
    let labels = head.labelFields.reduce(0) { $0 + $1.labels.count }
    for (shape, wanted) in zip(shapes, [head.fields.count, 2 * head.fields.count, labels])
    where shape.outputs != wanted { return "has a network with \(shape.outputs) outputs; its fields need \(wanted)" }
    return nil
  }

  private static func network(_ shape: SmallNetwork.Shape, _ bytes: [UInt8], _ position: inout Int) -> SmallNetwork {
    func float() -> Float {
      var value: UInt32 = 0
      for shift in 0..<4 { value |= UInt32(bytes[position + shift]) << UInt32(8 * shift) }
      position += 4
      let result = Float(bitPattern: value)
      return result.isFinite ? result : 0
    }
    var network = SmallNetwork(zeros: shape)
    let lanes = shape.lanes
    for tensor in network.tensorPaths {
      var values = [Lane](repeating: .zero, count: tensor.rows * lanes)
      for row in 0..<tensor.rows {
        let scale = float()
        for lane in 0..<lanes {
          for index in 0..<16 {
            values[row * lanes + lane][index] = scale * Float(Int8(bitPattern: bytes[position]))
            position += 1
          }
        }
      }
      network[keyPath: tensor.path] = values
    }
    for index in network.outputBias.indices { network.outputBias[index] = float() }
    return network
  }
}

extension SmallNetwork.Shape {
  /// Limits that any head keeps, so that a damaged header cannot ask for more memory than there is.
  var isPossible: Bool {
    (0...8_192).contains(dense) && (1...65_536).contains(buckets) && buckets & (buckets - 1) == 0
      && (0...256).contains(numbers) && hidden % 16 == 0 && (16...256).contains(hidden) && (0...512).contains(outputs)
  }

  /// Bytes of a network of this shape in a file.
  var fileBytes: Int { (dense + buckets + numbers + 1 + outputs) * (4 + hidden) + 4 * outputs }
}

extension SmallNetwork {
  static let empty = SmallNetwork(zeros: .init(dense: 0, buckets: 1, numbers: 0, hidden: 16, outputs: 0))
}

extension FieldHead {
  /// Whether the head can read what `model` says of a page.
  public func check(_ model: Model, file: String) throws(HeadFileError) {
    // A corrected model has the trunk of the one it was made from, and says so.
    guard trunk == model.digest || model.information.notes.contains(where: { $0 == ("trunk", trunk) }) else {
      throw HeadFileError(
        file: file,
        reason: "was taught on the model \(trunk.prefix(12))…, and this is \(model.digest.prefix(12))…; "
          + "read with that model (--model), or teach the head again on this one")
    }
    let shape = model.shape
    let columns = (2 * shape.wideChannels + 2 * shape.tagChannels, shape.wideChannels + 2 * shape.tagChannels)
    guard fields.isEmpty || (runs.shape.dense == columns.0 && runs.shape.numbers == CandidatePage.numberColumns),
      fields.isEmpty || cuts.shape.dense == columns.1 || cuts.shape.dense == 0,
      labelFields.isEmpty || labelNetwork.shape.dense == 2 * columns.1
    else {
      throw HeadFileError(file: file, reason: "does not fit the model's shape; teach it again on this model")
    }
  }
}
