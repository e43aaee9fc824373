import Tensors
import Testing

@testable import ByteModel

@Suite struct ContextMixerTests {
  private let page = Array(repeating: samplePage, count: 4).flatMap { $0 }

  /// Logits that say little, and not the same for every byte.
  private func logits(_ row: Int, _ arena: Arena) -> Matrix {
    let result = arena.matrix(1, 256)
    for byte in 0..<256 { result[0, byte] = Float((byte &* 37 &+ row &* 11) % 23) * 0.1 }
    return result
  }

  private func costs(_ page: [UInt8], _ mixer: ContextMixer) -> [Float] {
    let arena = Arena()
    mixer.begin()
    return page.indices.map { at in
      unsafe page.withUnsafeBufferPointer { bytes in
        unsafe mixer.bits(
          of: page[at], in: bytes.baseAddress!, at: at, logits: logits(at, arena), predicted: (UInt8(at & 255), 60),
          buckets: (at % 3 == 0 ? 9 : 0, at % 5 == 0 ? 100 : 0), learns: true)
      }
    }
  }

  @Test func aPageDoesNotDependOnTheOneBefore() {
    let mixer = ContextMixer()
    let first = costs(page, mixer)
    _ = costs(Array(page.reversed()), mixer)
    #expect(costs(page, mixer) == first)
    #expect(costs(page, ContextMixer()) == first)
  }

  @Test func laterBytesChangeNothing() {
    let mixer = ContextMixer()
    let before = costs(page, mixer)
    for place in stride(from: 1, to: page.count, by: 101) {
      var changed = page
      changed[place] ^= 5
      let after = costs(changed, mixer)
      #expect(after[..<place] == before[..<place])
      #expect(after[place...] != before[place...])
    }
  }

  @Test func probabilitiesSumToOne() {
    let (mixer, arena) = (ContextMixer(), Arena())
    let before = costs(page, mixer)
    mixer.begin()
    for at in page.indices {
      unsafe page.withUnsafeBufferPointer { bytes in
        func bits(_ byte: UInt8, learns: Bool) -> Float {
          unsafe mixer.bits(
            of: byte, in: bytes.baseAddress!, at: at, logits: logits(at, arena), predicted: (UInt8(at & 255), 60),
            buckets: (at % 3 == 0 ? 9 : 0, at % 5 == 0 ? 100 : 0), learns: learns)
        }
        if at % 61 == 0 {
          let sum = (0..<256).reduce(0.0) { $0 + Double(exponent(2, -bits(UInt8($1), learns: false))) }
          #expect(abs(sum - 1) < 1e-3)
        }
        // Asking taught it nothing.
        #expect(bits(page[at], learns: true) == before[at])
      }
    }
  }

  private func exponent(_ base: Float, _ power: Float) -> Float {
    let whole = power.rounded(.down)
    var result = Float(sign: .plus, exponent: Int(whole), significand: 1)
    // 2^fraction by its series.
    var (term, sum): (Float, Float) = (1, 1)
    let x = (power - whole) * 0.693_147_18
    for step in 1...12 { (term, sum) = (term * x / Float(step), sum + term * x / Float(step)) }
    result *= sum
    return result
  }

  @Test func neverMuchDearerThanTheNetworkAndCheaperWherePagesRepeat() {
    let model = Model(parameters: .random(.small))
    let tagger = PageTagger(model: model)
    let alone = tagger.surprise(of: page)
    let mixed = tagger.surprise(of: page, mixing: true)
    #expect(mixed.bits.count == page.count && mixed.bits.first == 8)
    #expect(mixed.entropy == alone.entropy)
    #expect(tagger.surprise(of: page).bits == alone.bits)
    let (costAlone, cost) = (alone.bits.reduce(0, +), mixed.bits.reduce(0, +))
    #expect(cost < 0.8 * costAlone)
    var random = SplitMix64(seed: 3)
    let noise = (0..<2_000).map { _ in UInt8(truncatingIfNeeded: Int(random.nextUniform() * 256)) }
    let noiseAlone = tagger.surprise(of: noise).bits.reduce(0, +)
    #expect(tagger.surprise(of: noise, mixing: true).bits.reduce(0, +) < 1.05 * noiseAlone)
  }
}
