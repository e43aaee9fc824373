import ByteModel
import Tensors
import Testing

@testable import ModelTraining

@Suite struct OptimiserTests {
  private static func options(steps: Int = 1000, warmup: Int = 100) -> TrainingOptions {
    var options = TrainingOptions()
    options.rate = 0.01
    options.finalRateShare = 0.1
    options.steps = steps
    options.warmupSteps = warmup
    return options
  }

  private static let rates: [(step: Int, rate: Float)] = [
    (0, 0.0001), (49, 0.004_973_4), (99, 0.009_784_1), (500, 0.005_5), (1000, 0.001), (2000, 0.001),
  ]

  /// rate × min(1, (step + 1) / warm-up) × (0.1 + 0.9 × (1 + cos(π step / steps)) / 2)
  @Test func rateRisesAndFalls() {
    for (step, expected) in Self.rates {
      let rate = Optimiser.rate(step: step, options: Self.options())
      #expect(abs(rate - expected) < 1e-5 * expected + 1e-9, "step \(step): \(rate)")
    }
  }

  @Test func rateWithoutWarmUpOrSteps() {
    #expect(Optimiser.rate(step: 0, options: Self.options(warmup: 0)) == 0.01)
    #expect(abs(Optimiser.rate(step: 3, options: Self.options(steps: 0, warmup: 0)) - 0.001) < 1e-8)
  }

  private static func fill(_ parameters: Parameters, _ value: Float) { parameters.all.fill(value) }

  @Test func firstStepFollowsTheSign() {
    // With both moments corrected, the first step of Adam is the rate times the gradient's sign.
    var options = Self.options(warmup: 0)
    options.weightDecay = 0
    let parameters = Parameters(shape: .tiny)
    let optimiser = Optimiser(parameters: parameters, options: options)
    let gradient = Parameters(shape: .tiny)
    gradient["byte.bias"][0, 0] = 0.25
    gradient["byte.bias"][0, 1] = -0.5
    let norm = optimiser.apply(gradient, step: 0)
    #expect(abs(norm - 0.3125.squareRoot()) < 1e-6)
    #expect(abs(parameters["byte.bias"][0, 0] + 0.01) < 1e-6)
    #expect(abs(parameters["byte.bias"][0, 1] - 0.01) < 1e-6)
    #expect(parameters["byte.bias"][0, 2] == 0)
    // The norm is below the limit: nothing is clipped.
    #expect(abs(optimiser.first["byte.bias"][0, 0] - 0.025) < 1e-7)
    #expect(abs(optimiser.second["byte.bias"][0, 0] - 0.02 * 0.0625) < 1e-7)
  }

  @Test func longGradientsAreClipped() {
    var options = Self.options(warmup: 0)
    options.gradientNorm = 2
    let optimiser = Optimiser(parameters: Parameters(shape: .tiny), options: options)
    let gradient = Parameters(shape: .tiny)
    gradient["byte.bias"][0, 0] = 30
    gradient["wide.gain"][0, 3] = 40
    #expect(abs(optimiser.apply(gradient, step: 0) - 50) < 1e-4)
    // 30 and 40 become 1.2 and 1.6; the first moment holds a tenth.
    #expect(abs(optimiser.first["byte.bias"][0, 0] - 0.12) < 1e-6)
    #expect(abs(optimiser.first["wide.gain"][0, 3] - 0.16) < 1e-6)
  }

  @Test func matricesDecayAndBiasesDoNot() {
    var options = Self.options(warmup: 0)
    options.weightDecay = 0.5
    let parameters = Parameters(shape: .tiny)
    Self.fill(parameters, 1)
    let optimiser = Optimiser(parameters: parameters, options: options)
    _ = optimiser.apply(Parameters(shape: .tiny), step: 0)
    #expect(abs(parameters["wide.input"][3, 5] - (1 - 0.01 * 0.5)) < 1e-6)
    #expect(parameters["byte.bias"][0, 5] == 1)
    #expect(parameters["wide.gain"][0, 5] == 1)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func gradientsThatAreNotFiniteChangeNothing(_ bad: Float) {
    let parameters = Parameters(shape: .tiny, seed: 3)
    let optimiser = Optimiser(parameters: parameters, options: Self.options())
    let gradient = Parameters(shape: .tiny, seed: 4)
    _ = optimiser.apply(gradient, step: 0)
    let all = [parameters, optimiser.first, optimiser.second, optimiser.average]
    let before = all.map(bits)
    gradient["tags.output"][2, 2] = bad
    #expect(!optimiser.apply(gradient, step: 1).isFinite)
    for (block, old) in zip(all, before) { #expect(firstDifference(bits(block), old) == nil) }
  }

  @Test func averageForgetsTheStart() {
    var options = Self.options(warmup: 0)
    options.weightDecay = 0
    options.averageDecay = 0.15
    let parameters = Parameters(shape: .tiny)
    let optimiser = Optimiser(parameters: parameters, options: options)
    let gradient = Parameters(shape: .tiny)
    gradient["byte.bias"][0, 0] = 1
    // Step 0 keeps 1/10 of the old average, step 1 would keep 2/11 but for the limit of 0.15.
    _ = optimiser.apply(gradient, step: 0)
    let first = parameters["byte.bias"][0, 0]
    #expect(abs(optimiser.average["byte.bias"][0, 0] - 0.9 * first) < 1e-7)
    _ = optimiser.apply(gradient, step: 1)
    let second = parameters["byte.bias"][0, 0]
    #expect(abs(optimiser.average["byte.bias"][0, 0] - (0.15 * 0.9 * first + 0.85 * second)) < 1e-7)
  }
}
