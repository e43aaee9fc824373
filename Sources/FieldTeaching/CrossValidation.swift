public import FieldHeads

/// How well a field is found on pages the head was not taught on.
public struct FieldReport: Sendable {
  public var field: String
  /// Values in the gold, values found, and values that are in both.
  public var wanted = 0
  public var found = 0
  public var right = 0
  public var f1: Double { wanted + found == 0 ? 1 : 2 * Double(right) / Double(wanted + found) }
}

/// Teaches on some pages and looks at the others, until every page was looked at.
public enum CrossValidation {
  /// - Parameters:
  ///   - pages: what is taught, with its gold.
  ///   - read: reads the page of a number again, for a look at all of it.
  /// - Returns: figures a field, and the least confidence a page, 0 for a page with a wrong value.
  public static func run(
    _ pages: [TeachingPage], gold: [FieldGold], trainer: HeadTrainer, folds: Int = 4, read: (Int) -> CandidatePage
  ) -> (reports: [FieldReport], doubts: [(page: Int, confidence: Double, field: String)]) {
    var reports: [String: FieldReport] = [:]
    var doubts: [(page: Int, confidence: Double, field: String)] = []
    let count = min(folds, pages.count)
    for fold in 0..<max(1, count) where pages.count > 1 {
      let taught = pages.indices.filter { $0 % count != fold }.map { pages[$0] }
      let decoder = FieldDecoder(trainer.train(taught, name: "fold", trunk: ""))
      for index in pages.indices where index % count == fold {
        var doubt = (page: index, confidence: 1.0, field: "")
        for (field, values) in decoder.values(of: read(index)) {
          guard let wanted = gold[index].values[field.name] else { continue }
          let right = matches(wanted, values)
          reports[field.name, default: FieldReport(field: field.name)].wanted += wanted.count
          reports[field.name]!.found += values.count
          reports[field.name]!.right += right
          let isRight = right == wanted.count && right == values.count
          let confidence = isRight ? values.map(\.confidence).min() ?? 1 : 0
          if confidence < doubt.confidence { doubt = (index, confidence, field.name) }
        }
        doubts.append(doubt)
      }
    }
    let names = (trainer.fields + trainer.labelFields).map(\.name)
    return (names.compactMap { reports[$0] }, doubts.sorted { ($0.confidence, $0.page) < ($1.confidence, $1.page) })
  }

  /// Values of `wanted` that were found, each once.
  static func matches(_ wanted: [String], _ found: [FieldValue]) -> Int {
    var left = found
    var count = 0
    for value in wanted {
      let text = ValueText(Array(value.utf8), [0..<value.utf8.count]).string
      if let index = left.firstIndex(where: { $0.value == text || ($0.iso != nil && $0.iso == DateText.day(in: text)) })
      {
        left.remove(at: index)
        count += 1
      }
    }
    return count
  }
}
