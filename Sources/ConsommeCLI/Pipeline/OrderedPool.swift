import Foundation

/// Runs work on threads and hands the results over in the order of the input.
///
/// A thread gives items, `jobs` threads work on them, the calling thread takes the results. What is under way is bounded
/// in number and size, so that memory stays flat however long the input is.
enum OrderedPool {
  /// - Parameters:
  ///   - makeSource: called on the thread that gives items; what it returns gives nil at the end.
  ///   - makeWorker: called once on every working thread.
  ///   - size: of an item, in bytes.
  ///   - timeout: seconds after which an item's result is `late`, whatever its thread is doing; the thread is left to
  ///     itself and another takes its place.
  ///   - idle: called before the calling thread has to wait.
  ///   - consume: takes a result; false ends the run.
  static func run<Item: Sendable, Worker, Output: Sendable>(
    jobs: Int,
    makeSource: @escaping @Sendable () -> () -> Item?,
    makeWorker: @escaping @Sendable () -> Worker,
    size: @escaping @Sendable (Item) -> Int,
    timeout: Double? = nil,
    work: @escaping @Sendable (Item, Worker) -> Output,
    late: (@Sendable (Item) -> Output)? = nil,
    idle: () throws -> Void,
    consume: (Output) throws -> Bool
  ) throws {
    let belt = Belt<Item, Output>(jobs: jobs, timeout: late == nil ? nil : timeout)
    defer { belt.stop() }
    // The items in work are finished, those that wait are given up.
    Interruption.whenReceived { belt.giveUpWaiting() }
    defer { Interruption.whenReceived(nil) }
    start {
      let next = makeSource()
      while let item = next() {
        guard belt.put(item, size: size(item)) else { return }
      }
      belt.end()
    }
    @Sendable func startWorker() {
      start {
        let worker = makeWorker()
        while let (number, item) = belt.takeItem() {
          guard belt.finish(number, work(item, worker)) else { return }
        }
      }
    }
    for _ in 0..<jobs { startWorker() }
    while true {
      if !belt.isNextReady { try idle() }
      guard let output = belt.takeOutput(late: late, startWorker: startWorker), try consume(output) else { return }
    }
  }

  private static func start(_ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    // Documents may be nested, so that walking them takes more stack than a thread has by itself.
    thread.stackSize = 16 << 20
    thread.start()
  }
}

/// Items on their way to the workers and results on their way back.
private final class Belt<Item: Sendable, Output: Sendable>: @unchecked Sendable {
  // Unchecked: `condition` guards everything.
  private let condition = NSCondition()
  private let jobs: Int
  private let timeout: Double?
  private var waiting: [(number: Int, item: Item)] = []
  /// What the workers have in hand; kept only where there is a timeout.
  private var inWork: [Int: (item: Item, deadline: Date)] = [:]
  private var finished: [Int: Output] = [:]
  /// Sizes of the items that are not consumed yet, by number.
  private var sizes: [Int: Int] = [:]
  private var bytes = 0
  private var given = 0
  private var consumed = 0
  private var hasEnded = false
  private var isStopped = false
  /// Threads that run, and those of them whose item is late already.
  private var threads: Int
  private var stuckThreads = 0

  /// Beyond this many bytes under way only one item more is taken.
  private static var byteLimit: Int { 64 << 20 }

  init(jobs: Int, timeout: Double?) {
    self.jobs = jobs
    self.timeout = timeout
    threads = jobs
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    condition.lock()
    defer { condition.unlock() }
    return body()
  }

  /// Waits for room; false when nobody wants the item.
  func put(_ item: Item, size: Int) -> Bool {
    locked {
      let limit = 2 * jobs + 2
      while !isStopped, !hasEnded, given - consumed >= limit || (bytes > Self.byteLimit && given > consumed) {
        condition.wait()
      }
      if isStopped || hasEnded { return false }
      waiting.append((given, item))
      sizes[given] = size
      bytes += size
      given += 1
      condition.broadcast()
      return true
    }
  }

  func end() {
    locked {
      hasEnded = true
      condition.broadcast()
    }
  }

  /// Ends the input after the items that workers have in hand.
  func giveUpWaiting() {
    locked {
      if let first = waiting.first { given = first.number }
      waiting = []
      hasEnded = true
      condition.broadcast()
    }
  }

  func stop() {
    locked {
      isStopped = true
      waiting = []
      condition.broadcast()
    }
  }

  func takeItem() -> (number: Int, item: Item)? {
    locked {
      while waiting.isEmpty, !hasEnded, !isStopped { condition.wait() }
      guard !waiting.isEmpty else { return nil }
      let (number, item) = waiting.removeFirst()
      if let timeout { inWork[number] = (item, Date(timeIntervalSinceNow: timeout)) }
      // Whoever waits for results has a deadline to mind.
      condition.broadcast()
      return (number, item)
    }
  }

  /// Takes a result; false when the thread that brings it is not needed any more.
  func finish(_ number: Int, _ output: Output) -> Bool {
    locked {
      if timeout != nil, inWork.removeValue(forKey: number) == nil {
        // Too late: there is a result already.
        stuckThreads -= 1
        guard threads - stuckThreads > jobs else { return true }
        threads -= 1
        return false
      }
      finished[number] = output
      condition.broadcast()
      return true
    }
  }

  var isNextReady: Bool { locked { finished[consumed] != nil } }

  /// The next result in order, or nil after the last.
  func takeOutput(late: ((Item) -> Output)?, startWorker: () -> Void) -> Output? {
    locked {
      while true {
        if let output = finished.removeValue(forKey: consumed) {
          bytes -= sizes.removeValue(forKey: consumed) ?? 0
          consumed += 1
          condition.broadcast()
          return output
        }
        if isStopped || (hasEnded && consumed == given) { return nil }
        guard let deadline = inWork.values.lazy.map(\.deadline).min() else {
          condition.wait()
          continue
        }
        if condition.wait(until: deadline) { continue }
        let now = Date()
        for (number, task) in inWork where task.deadline <= now {
          inWork[number] = nil
          finished[number] = late?(task.item)
          stuckThreads += 1
          // Threads that never come back must not pile up.
          if threads < 2 * jobs {
            threads += 1
            startWorker()
          }
        }
      }
    }
  }
}
