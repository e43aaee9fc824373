import CLibFuzzer

/// The target of this process: libFuzzer's callback takes no context.
nonisolated(unsafe) var chosen: (([UInt8]) -> Void)?

let words = CommandLine.arguments
guard words.count > 1, let target = Targets.all.first(where: { $0.name == words[1] }) else {
  print(
    "usage: Fuzz TARGET [libFuzzer's options and folders]\nTargets: \(Targets.all.map(\.name).joined(separator: " "))")
  exit(64)
}
if words.count > 2, words[2] == "--seeds" {
  // A folder of inputs to begin with.
  for (number, seed) in target.seeds().enumerated() { try write(seed, to: "\(words[3])/seed-\(number)") }
  exit(0)
}
unsafe chosen = target.run
var count = CommandLine.argc - 1
// The name of the target stands where libFuzzer expects that of the program.
var rest: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv + 1
let code = unsafe withUnsafeMutablePointer(to: &rest) { pointer in
  unsafe pointer.withMemoryRebound(to: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?.self, capacity: 1) { words in
    unsafe LLVMFuzzerRunDriver(&count, words) { bytes, count in
      unsafe chosen?(Array(UnsafeBufferPointer(start: bytes, count: count)))
      return 0
    }
  }
}
exit(code)
