import Evaluation

/// A report from JSON Lines, predictions first.
func report(_ scorer: some Scorer, gold: String, predicted: String) throws -> EvaluationReport {
  var scorer = scorer
  for line in predicted.split(separator: "\n") { try scorer.addPrediction(line: Array(line.utf8)) }
  for line in gold.split(separator: "\n") { try scorer.addGold(line: Array(line.utf8)) }
  return scorer.report
}

func isClose(_ left: Double?, _ right: Double?) -> Bool {
  guard let left, let right else { return left == nil && right == nil }
  return abs(left - right) < 1e-12
}
