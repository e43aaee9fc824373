import FoundationEssentials

/// Compares predictions with gold, line by line of JSON Lines, and says how good they are.
///
/// First every prediction, then every gold line: only predictions are held in memory, and gold files with whole pages in
/// them can be streamed. Of several predictions for one page the last one counts.
public protocol Scorer: Sendable {
  /// Takes one line as the reading verbs write it. Blank lines are passed over.
  mutating func addPrediction(line: [UInt8]) throws(EvaluationError)
  /// Takes one gold line and scores the prediction for it. Blank lines are passed over.
  mutating func addGold(line: [UInt8]) throws(EvaluationError)
  /// The figures for the gold lines taken so far.
  var report: EvaluationReport { get }
}

/// The jobs that can be scored, by their names on the command line.
public enum EvaluationTask: String, CaseIterable, Sendable {
  case links, text, markdown, check, entropy, fields

  /// A scorer with default options.
  public func makeScorer() -> any Scorer {
    switch self {
    case .links: LinkScore()
    case .text: MainTextScore()
    case .markdown: MarkdownScore()
    case .check: FaultScore()
    case .entropy: EntropyScore()
    case .fields: FieldScore()
    }
  }
}

/// A line that cannot be scored.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Which of the two files it is in.
  public enum File: String, Hashable, Sendable { case gold, predicted }
  public var file: File
  /// Counted from 1, blank lines included.
  public var line: Int
  public var reason: String

  public init(file: File, line: Int, reason: String) {
    self.file = file
    self.line = line
    self.reason = reason
  }

  public var description: String { "\(file.rawValue) line \(line): \(reason)" }
}

/// Decodes the lines of one file and counts them.
struct RowDecoder: Sendable {
  let file: EvaluationError.File
  private(set) var line = 0

  init(_ file: EvaluationError.File) { self.file = file }

  /// The row in `bytes`, nil for a blank line.
  mutating func decode<Row: Decodable>(_ type: Row.Type, _ bytes: [UInt8]) throws(EvaluationError) -> Row? {
    line += 1
    if bytes.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { return nil }
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw EvaluationError(file: file, line: line, reason: Self.explain(error))
    } catch {
      throw EvaluationError(file: file, line: line, reason: "no JSON: \(error)")
    }
  }

  private static func explain(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "the key “\(key.stringValue)” is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "“\(context.codingPath.map(\.stringValue).joined(separator: "."))” is of another type than expected"
    case .dataCorrupted: "this is no JSON object"
    @unknown default: "this cannot be read"
    }
  }
}

extension Sequence<Double> {
  /// The arithmetic mean, 0 of nothing.
  var mean: Double {
    var sum = 0.0
    var count = 0
    for value in self {
      sum += value
      count += 1
    }
    return count == 0 ? 0 : sum / Double(count)
  }
}
