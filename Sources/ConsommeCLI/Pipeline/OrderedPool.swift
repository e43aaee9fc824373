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
  ///   - idle: called before the calling thread has to wait.
  ///   - consume: takes a result; false ends the run.
  static func run<Item: Sendable, Worker, Output: Sendable>(
    jobs: Int,
    makeSource: @escaping @Sendable () -> () -> Item?,
    makeWorker: @escaping @Sendable () -> Worker,
    size: @escaping @Sendable (Item) -> Int,
    work: @escaping @Sendable (Item, Worker) -> Output,
    idle: () throws -> Void,
    consume: (Output) throws -> Bool
  ) throws {
    if jobs == 1 {
      let next = makeSource()
      let worker = makeWorker()
      while let item = next() {
        guard try consume(work(item, worker)) else { break }
        try idle()
      }
      return
    }

    let belt = Belt<Item, Output>(limit: 2 * jobs + 2)
    defer { belt.stop() }
    start {
      let next = makeSource()
      while let item = next() {
        guard belt.put(item, size: size(item)) else { return }
      }
      belt.end()
    }
    for _ in 0..<jobs {
      start {
        let worker = makeWorker()
        while let (number, item) = belt.takeItem() { belt.finish(number, work(item, worker)) }
      }
    }
    while true {
      if !belt.isNextReady { try idle() }
      guard let output = belt.takeOutput(), try consume(output) else { return }
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
  private let limit: Int
  private var waiting: [(number: Int, item: Item)] = []
  private var finished: [Int: Output] = [:]
  /// Sizes of the items that are not consumed yet, by number.
  private var sizes: [Int: Int] = [:]
  private var bytes = 0
  private var given = 0
  private var consumed = 0
  private var hasEnded = false
  private var isStopped = false

  /// Beyond this many bytes under way only one item more is taken.
  private static var byteLimit: Int { 64 << 20 }

  init(limit: Int) { self.limit = limit }

  private func locked<Result>(_ body: () -> Result) -> Result {
    condition.lock()
    defer { condition.unlock() }
    return body()
  }

  /// Waits for room; false when nobody wants the item.
  func put(_ item: Item, size: Int) -> Bool {
    locked {
      while !isStopped, given - consumed >= limit || (bytes > Self.byteLimit && given > consumed) { condition.wait() }
      if isStopped { return false }
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
      return waiting.isEmpty ? nil : waiting.removeFirst()
    }
  }

  func finish(_ number: Int, _ output: Output) {
    locked {
      finished[number] = output
      condition.broadcast()
    }
  }

  var isNextReady: Bool { locked { finished[consumed] != nil } }

  /// The next result in order, or nil after the last.
  func takeOutput() -> Output? {
    locked {
      while true {
        if let output = finished.removeValue(forKey: consumed) {
          bytes -= sizes.removeValue(forKey: consumed) ?? 0
          consumed += 1
          condition.broadcast()
          return output
        }
        if isStopped || (hasEnded && consumed == given) { return nil }
        condition.wait()
      }
    }
  }
}
