import Tensors
import Testing

@Suite struct RowTests {
  @Test(arguments: levels) func gatherAndScatter(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(1)
    let table = numbers.matrix(arena, 300, 48)
    let index: [UInt16] = [0, 299, 5, 5, 256]
    let output = numbers.matrix(arena, 5, 48, gap: 3)
    kernels.gather(table, index, into: output, accumulate: false)
    #expect(firstDifference(output.values, index.flatMap { table.rows(Int($0)..<Int($0) + 1).values }) == nil)
    kernels.gather(table, index, into: output, accumulate: true)
    #expect(
      firstDifference(output.values, index.flatMap { table.rows(Int($0)..<Int($0) + 1).values.map { $0 + $0 } }) == nil)

    let target = arena.zeros(300, 48)
    let rows = numbers.matrix(arena, 5, 48, gap: 2)
    kernels.scatter(rows, index, into: target)
    for row in 0..<300 {
      for column in 0..<48 {
        // In order of t, as the kernel adds: exact.
        let want = (0..<5).filter { Int(index[$0]) == row }.reduce(Float(0)) { $0 + rows[$1, column] }
        if target[row, column] != want { Issue.record("row \(row), column \(column)") }
      }
    }
  }

  @Test(arguments: levels) func expandAndReduce(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(2)
    let source = numbers.matrix(arena, 4, 32, gap: 1)
    let index: [Int32] = [0, 0, 3, 1, 1, 1]
    let output = numbers.matrix(arena, 6, 32, gap: 3)
    kernels.expand(source, index, into: output, accumulate: false)
    #expect(firstDifference(output.values, index.flatMap { source.rows(Int($0)..<Int($0) + 1).values }) == nil)
    kernels.expand(source, index, into: output, accumulate: true)
    #expect(
      firstDifference(output.values, index.flatMap { source.rows(Int($0)..<Int($0) + 1).values.map { $0 + $0 } }) == nil
    )

    let target = arena.zeros(4, 32 + 2).columns(0..<32)
    kernels.reduce(output, index, into: target)
    for row in 0..<4 {
      for column in 0..<32 {
        let want = (0..<6).filter { Int(index[$0]) == row }.reduce(Float(0)) { $0 + output[$1, column] }
        #expect(target[row, column] == want)
      }
    }
  }

  @Test(arguments: levels) func addition(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(3)
    for (rows, columns, gap) in [(1, 1, 0), (3, 7, 0), (2, 37, 0), (3, 21, 4)] {
      let x = numbers.matrix(arena, rows, columns, gap: gap)
      let y = numbers.matrix(arena, rows, columns, gap: gap)
      let want = zip(x.values, y.values).map { $0 + $1 }
      kernels.add(x, to: y)
      #expect(firstDifference(y.values, want) == nil)
    }
  }

  @Test(arguments: levels) func rectifier(_ level: String) {
    let kernels = kernels(level)
    let arena = Arena()
    var numbers = Numbers(4)
    let values = numbers.matrix(arena, 5, 48)
    let bias = numbers.matrix(arena, 1, 48)
    values[0, 0] = -bias[0, 0]  // exactly at the kink: no gradient
    let want = (0..<5).flatMap { t in (0..<48).map { max(0, values[t, $0] + bias[0, $0]) } }
    kernels.addBiasReLU(values, bias: bias)
    #expect(firstDifference(values.values, want) == nil)
    let gradient = numbers.matrix(arena, 5, 48)
    let biasGradient = arena.matrix(1, 48)
    biasGradient.fill(2)
    let wantGradient = zip(gradient.values, want).map { $1 > 0 ? $0 : 0 }
    kernels.reluBackward(output: values, gradient: gradient, biasGradient: biasGradient)
    #expect(firstDifference(gradient.values, wantGradient) == nil)
    for h in 0..<48 {
      #expect(biasGradient[0, h] == (0..<5).reduce(Float(2)) { $0 + wantGradient[$1 * 48 + h] })
    }
  }

  @Test func arenaKeepsOldViewsUntilReset() {
    let arena = Arena(capacity: 128)
    let small = arena.matrix(2, 4)
    small.fill(3)
    let large = arena.zeros(100, 100)
    #expect(small.values == [Float](repeating: 3, count: 8))
    #expect(large.values.allSatisfy { $0 == 0 })
    arena.reset()
    // Now one block holds as much as was asked for before.
    let again = arena.zeros(100, 100)
    let more = arena.matrix(2, 4)
    more.fill(1)
    #expect(again.values.allSatisfy { $0 == 0 })
  }

  @Test func levelsOfThisMachine() {
    #expect(levels.contains("baseline"))
    #expect(levels.contains(Kernels.current.name))
    #expect(Set(levels).count == levels.count)
  }
}
