/// A field a head looks for.
public struct FieldSpecification: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// A slice of the page.
    case text
    /// A slice of the page that says a day; given in ISO 8601 too where it can be read in one way only.
    case date
    /// A slice of the page that says an amount.
    case number
    /// One of a few names for the page as a whole.
    case label
  }
  public var name: String
  public var kind: Kind
  /// Whether a page can have several values.
  public var isRepeated: Bool
  /// The names a label can have.
  public var labels: [String]

  public init(name: String, kind: Kind = .text, isRepeated: Bool = false, labels: [String] = []) {
    self.name = name
    self.kind = kind
    self.isRepeated = isRepeated
    self.labels = labels
  }
}

/// Small networks on top of a frozen trunk that find the values of a few fields.
///
/// `runs` scores every candidate of a page for every field; `cuts` says where in a candidate the value begins and ends; `labels`
/// judges the page as a whole.
public struct FieldHead: Sendable {
  public package(set) var name: String
  /// Digest of the model whose features the head was taught on.
  public package(set) var trunk: String
  /// Fields whose values are slices, in the order of the outputs of `runs`.
  public package(set) var fields: [FieldSpecification]
  /// Fields that are labels; their labels in a row are the outputs of `labels`.
  public package(set) var labelFields: [FieldSpecification]
  public package(set) var notes: [(key: String, value: String)] = []
  /// SHA-256 of the head's file; empty for one that was never saved.
  public package(set) var digest = ""
  package var runs: SmallNetwork
  /// Two outputs a field: begin, end.
  package var cuts: SmallNetwork
  package var labelNetwork: SmallNetwork

  public mutating func note(_ key: String, _ value: String) { notes.append((key, value)) }

  /// Scores of "the page has no such value" beside those of the candidates.
  package static let absentScore: Float = 0
}

extension FieldHead {
  package init(
    name: String, trunk: String, fields: [FieldSpecification], labelFields: [FieldSpecification], runs: SmallNetwork,
    cuts: SmallNetwork, labels: SmallNetwork
  ) {
    self.init(
      name: name, trunk: trunk, fields: fields, labelFields: labelFields, notes: [], digest: "", runs: runs, cuts: cuts,
      labelNetwork: labels)
  }
}
