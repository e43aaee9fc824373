import Benchmark
import CReference
import Readers

/// Throughput, allocations and memory a page, to be compared with thresholds (`make bench-check`; none are recorded yet).
///
/// Allocations are counted by CReference: the harness's own count says nothing without its interposer. Throughput has no threshold:
/// it depends on the machine.
nonisolated(unsafe) let benchmarks = {
  let allocations = BenchmarkMetric.custom("Allocations (a page)", polarity: .prefersSmaller, useScalingFactor: false)
  let memory = BenchmarkMetric.custom("Memory over the page (KB)", polarity: .prefersSmaller, useScalingFactor: false)
  Benchmark.defaultConfiguration = .init(
    metrics: [.cpuUser, .throughput, allocations, memory], warmupIterations: 3, maxDuration: .seconds(2),
    maxIterations: 200)
  guard let pages = try? BenchmarkPages(folder: BenchmarkPages.fixtureFolder), let tasks = try? PageTask.all() else {
    fatalError("no fixtures at \(BenchmarkPages.fixtureFolder)")
  }
  for (name, page) in [("20 KB", pages.small), ("1 MB", pages.large)] {
    for task in tasks {
      Benchmark("\(task.name), \(name)") { benchmark in
        for _ in benchmark.scaledIterations {
          reference_reset_peak()
          let before = (reference_allocations(), reference_peak_resident())
          benchmark.startMeasurement()
          blackHole(task.run(page))
          benchmark.stopMeasurement()
          benchmark.measurement(allocations, Int(reference_allocations() - before.0))
          benchmark.measurement(memory, max(0, Int(reference_peak_resident() - before.1)) / 1024)
        }
      }
    }
  }
}
