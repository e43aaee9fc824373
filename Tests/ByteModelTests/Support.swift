import Tensors

@testable import ByteModel

extension ModelShape {
  /// Small enough for a debug build, with no two sizes alike.
  static var small: ModelShape {
    var shape = ModelShape()
    shape.byteTaps = 3
    shape.byteChannels = 16
    shape.wideChannels = 48
    shape.wideLayers = 3
    shape.tagChannels = 32
    shape.tagHidden = 64
    shape.tagReach = 2
    shape.patchMinimum = 3
    shape.patchLimit = 12
    return shape
  }
}

extension Parameters {
  /// Random, gains and biases as well, so that nothing is at a value that hides a mistake.
  static func random(_ shape: ModelShape, seed: UInt64 = 1) -> Parameters {
    let parameters = Parameters(shape: shape, seed: seed)
    var random = SplitMix64(seed: seed + 1)
    for tensor in parameters.tensors where tensor.values.rows == 1 {
      for column in 0..<tensor.values.columns { tensor.values[0, column] += random.nextUniform() - 0.5 }
    }
    return parameters
  }
}

let samplePage = Array(
  """
  <html><head><title>Broth &amp; bread</title></head><body>
  <ul class="menu"><li class="item"><a href="/soup?id=1">Soup of the day</a></li>
  <li class="item"><a href="/soup?id=2">Brühe für zwei</a></li></ul><p>averyveryverylongword</p>
  """.utf8)

/// `page` in stretches that end at the given patches of the whole page, as a reader would cut it.
func cut(_ page: [UInt8], behindPatches cuts: [Int], shape: ModelShape, matches wantsMatches: Bool = true) -> [Stretch]
{
  var rule = PatchRule(shape)
  let whole = PatchPlan(page[...], rule: &rule, closed: true)
  var starts = [0]
  for patch in cuts { starts.append(Int(whole.ends[patch]) + 1) }
  starts.append(page.count)
  var pointer = MatchPointer()
  rule = PatchRule(shape)
  return zip(starts, starts.dropFirst()).filter { $0 < $1 }.map { start, end in
    let plan = PatchPlan(page[start..<end], rule: &rule, closed: end == page.count)
    return Stretch(
      bytes: Array(page[start..<end]), plan: plan, following: Array(page[end...].prefix(shape.tagReach)),
      matches: wantsMatches ? pointer.read(page[start..<end]) : nil)
  }
}

let levels = Kernels.available.map(\.name)

func kernels(_ level: String) -> Kernels { Kernels.available.first { $0.name == level }! }

/// Where two lists part; nil where they are the same. `#expect(a == b)` would compare large lists in quadratic time to say how they
/// differ.
func firstDifference<Element: Equatable>(_ a: some Sequence<Element>, _ b: some Sequence<Element>) -> Int? {
  let (a, b) = (Array(a), Array(b))
  for (index, pair) in zip(a, b).enumerated() where pair.0 != pair.1 { return index }
  return a.count == b.count ? nil : min(a.count, b.count)
}
