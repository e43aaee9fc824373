import ArgumentParser
import Inputs

/// What `--shard` says: which of how many parts, or that a batch system knows.
enum ShardChoice: ExpressibleByArgument, Equatable, Sendable {
  case given(Shard)
  case auto(count: Int?)

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    let count = parts.count > 1 ? Int(parts[1]) : nil
    if parts.count > 2 || (parts.count == 2 && (count ?? 0) < 1) { return nil }
    if parts[0] == "auto" {
      self = .auto(count: count)
    } else {
      guard let number = Int(parts[0]), let count, let shard = Shard(index: number - 1, count: count) else {
        return nil
      }
      self = .given(shard)
    }
  }

  /// The part this process shall read.
  ///
  /// - Parameter environment: `SLURM_ARRAY_TASK_ID`, with the lowest id and the number of tasks beside it, or Kubernetes'
  ///   `JOB_COMPLETION_INDEX`, which counts from 0.
  func shard(in environment: [String: String]) throws -> Shard {
    guard case .auto(let count) = self else {
      if case .given(let shard) = self { return shard }
      throw ValidationError("--shard is I/N, such as 1/3")
    }
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    let index: Int
    var tasks = count
    if let task = number("SLURM_ARRAY_TASK_ID") {
      let step = max(1, number("SLURM_ARRAY_TASK_STEP") ?? 1)
      index = (task - (number("SLURM_ARRAY_TASK_MIN") ?? 0)) / step
      tasks = tasks ?? number("SLURM_ARRAY_TASK_COUNT")
    } else if let completion = number("JOB_COMPLETION_INDEX") {
      index = completion
    } else {
      throw ValidationError("--shard auto finds neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX; give I/N")
    }
    guard let tasks else { throw ValidationError("--shard auto does not know how many parts there are; give auto/N") }
    guard let shard = Shard(index: index, count: tasks) else {
      throw ValidationError("--shard auto: this is task \(index + 1) of \(tasks) parts; start as many tasks as parts")
    }
    return shard
  }
}
