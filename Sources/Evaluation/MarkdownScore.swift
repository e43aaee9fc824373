public struct MarkdownScore: Scorer {
  public init() {}
  public mutating func addPrediction(line: [UInt8]) throws(EvaluationError) {}
  public mutating func addGold(line: [UInt8]) throws(EvaluationError) {}
  public var report: EvaluationReport { .init(task: "markdown", pages: 0, missing: 0, columns: [], rows: []) }
}
