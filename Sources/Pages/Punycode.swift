/// Punycode (RFC 3492): the ASCII form of a host's label.
enum Punycode {
  /// The letters and digits after `xn--`, or nil when the label is too long for the arithmetic.
  static func encode(_ label: [Unicode.Scalar]) -> [UInt8]? {
    let basic = label.filter(\.isASCII).map { UInt8($0.value) }
    var output = basic
    if !basic.isEmpty { output.append(UInt8(ascii: "-")) }
    // A host's label has 63 bytes at most; beyond any sense of that, the work would grow with the square.
    guard label.count <= 1000 else { return nil }
    var next: UInt32 = 128
    var delta: UInt32 = 0
    var bias: UInt32 = 72
    var handled = basic.count
    while handled < label.count {
      guard let smallest = label.lazy.map(\.value).filter({ $0 >= next }).min() else { return nil }
      let (step, overflow) = (smallest - next).multipliedReportingOverflow(by: UInt32(handled + 1))
      let (sum, overflow2) = delta.addingReportingOverflow(step)
      if overflow || overflow2 { return nil }
      delta = sum
      next = smallest
      for scalar in label {
        if scalar.value < next { delta += 1 }
        if scalar.value == next {
          appendInteger(delta, bias: bias, to: &output)
          bias = adapted(delta, count: UInt32(handled + 1), isFirst: handled == basic.count)
          delta = 0
          handled += 1
        }
      }
      delta += 1
      next += 1
    }
    return output
  }

  private static func appendInteger(_ value: UInt32, bias: UInt32, to output: inout [UInt8]) {
    var rest = value
    var k: UInt32 = 36
    while true {
      let threshold = k <= bias ? 1 : min(26, k - bias)
      if rest < threshold { break }
      output.append(digit(threshold + (rest - threshold) % (36 - threshold)))
      rest = (rest - threshold) / (36 - threshold)
      k += 36
    }
    output.append(digit(rest))
  }

  private static func digit(_ value: UInt32) -> UInt8 { UInt8(value < 26 ? 0x61 + value : 0x30 + value - 26) }

  private static func adapted(_ delta: UInt32, count: UInt32, isFirst: Bool) -> UInt32 {
    var delta = isFirst ? delta / 700 : delta / 2
    delta += delta / count
    var k: UInt32 = 0
    while delta > 455 {
      delta /= 35
      k += 36
    }
    return k + 36 * delta / (delta + 38)
  }
}
