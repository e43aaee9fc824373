/// SHA-1 (FIPS 180-4), for digests that others wrote; it says whether something was damaged, not whether someone meddled.
enum SHA1 {
  static func digest(of message: [UInt8]) -> [UInt8] {
    var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    var schedule = [UInt32](repeating: 0, count: 80)
    let whole = message.count / 64 * 64
    for start in stride(from: 0, to: whole, by: 64) { absorb(message[start..<start + 64], &state, &schedule) }
    // The rest, a one bit, zeros, and the length in bits.
    var tail = message[whole...] + [0x80]
    while tail.count % 64 != 56 { tail.append(0) }
    let bits = UInt64(message.count) * 8
    for shift in stride(from: 56, through: 0, by: -8) { tail.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
    for start in stride(from: tail.startIndex, to: tail.endIndex, by: 64) {
      absorb(tail[start..<start + 64], &state, &schedule)
    }
    return state.flatMap { word in
      stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }
  }

  private static func absorb(_ block: ArraySlice<UInt8>, _ state: inout [UInt32], _ w: inout [UInt32]) {
    func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x << n | x >> (32 - n) }
    var at = block.startIndex
    for i in 0..<16 {
      w[i] = UInt32(block[at]) << 24 | UInt32(block[at + 1]) << 16 | UInt32(block[at + 2]) << 8 | UInt32(block[at + 3])
      at += 4
    }
    for i in 16..<80 { w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1) }
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for i in 0..<80 {
      let mixed: UInt32
      switch i / 20 {
      case 0: mixed = ((b & c) | (~b & d)) &+ 0x5A82_7999
      case 1: mixed = (b ^ c ^ d) &+ 0x6ED9_EBA1
      case 2: mixed = ((b & c) | (b & d) | (c & d)) &+ 0x8F1B_BCDC
      default: mixed = (b ^ c ^ d) &+ 0xCA62_C1D6
      }
      (e, d, c, b, a) = (d, c, rotate(b, 30), a, rotate(a, 5) &+ mixed &+ e &+ w[i])
    }
    for (i, value) in [a, b, c, d, e].enumerated() { state[i] = state[i] &+ value }
  }
}
