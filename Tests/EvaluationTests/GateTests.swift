import FoundationEssentials
import Testing

@testable import Evaluation

struct GateTests {
  private func report(_ figures: [String: Double]) -> EvaluationReport {
    EvaluationReport(
      task: "text", pages: 9, missing: 0, columns: ["f1", "recall"],
      rows: figures.sorted { $0.key < $1.key }.map {
        .init(name: $0.key, count: $0.key == "few" ? 2 : 9, figures: ["f1": $0.value, "recall": 1])
      })
  }

  private func gate(_ figures: [String: Double]) -> Gate {
    var gate = Gate()
    gate.raise(to: report(figures), gold: "gold.jsonl", digest: "d", split: "valid", columns: ["f1"])
    return gate
  }

  @Test func figuresBelowTheirFloorsAreNamed() throws {
    let gate = gate(["ALL": 0.9, "forum": 0.8, "few": 0.3])
    #expect(gate.entries[0].floors == ["ALL": ["f1": 0.898], "forum": ["f1": 0.798]])
    #expect(gate.falls(of: report(["ALL": 0.8981, "forum": 0.9]), digest: "d", split: "valid") == [])
    let falls = try #require(gate.falls(of: report(["ALL": 0.897]), digest: "d", split: "valid"))
    #expect(
      falls.map(\.description) == ["ALL f1: 0.8970, the floor is 0.8980", "forum f1: missing, the floor is 0.7980"])
  }

  @Test func otherDataHasNoFloors() {
    let gate = gate(["ALL": 0.9])
    #expect(gate.falls(of: report(["ALL": 0.1]), digest: "other", split: "valid") == nil)
    #expect(gate.falls(of: report(["ALL": 0.1]), digest: "d", split: "") == nil)
  }

  @Test func floorsOnlyRise() throws {
    var gate = gate(["ALL": 0.9])
    gate.raise(to: report(["ALL": 0.8]), gold: "gold.jsonl", digest: "d", split: "valid", columns: ["f1"])
    #expect(gate.entries.count == 1 && gate.entries[0].floors["ALL"] == ["f1": 0.898])
    gate.raise(to: report(["ALL": 0.95]), gold: "gold.jsonl", digest: "d", split: "valid", columns: ["f1"])
    #expect(gate.entries[0].floors["ALL"] == ["f1": 0.948])
    #expect(try Gate(json: gate.json()) == gate)
  }
}
