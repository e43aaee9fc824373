public import ByteModel
public import Consomme
import ModelTraining
import PageTags
public import Pages
import TeachingData

/// A page as the network over blocks of a model sees it, with its blocks labelled.
public struct ContentLesson {
  public var example: ContentExample
  /// The page with main content as labelled: what a network that has learned it all would read.
  public var settled: TaggedPage

  /// A page whose main text a person has written down.
  ///
  /// - Returns: nil where the page has no text, or the model no network over blocks.
  public init?(wanted: String, page: DecodedPage, reader: PageReader) {
    self.init(page, reader: reader) { _, ranges in
      var taught = TaughtPage(bytes: page.utf8, tags: MarkupTeacher.tag(page.utf8))
      _ = GoldAligner.align(mainText: wanted, in: taught.bytes, tags: &taught.tags)
      taught = CondensingTeacher.condense(taught)
      return ranges.map { ContentExample.mainShare(of: $0, in: taught.tags) }
    }
  }

  /// A page on which the model shall go on to say what it says.
  public init?(keeping page: DecodedPage, reader: PageReader) {
    guard let weights = reader.model.rowNetworks[.content] else { return nil }
    self.init(page, reader: reader) { rows, _ in
      RowNetwork(.content, weights: weights, arena: .init()).forward(rows).logits.map(ContentLoss.probability)
    }
  }

  private init?(
    _ page: DecodedPage, reader: PageReader, labels: (RowNetwork.Page, [[Range<Int>]]) -> [Float?]
  ) {
    let condensed = Condenser.condense(page.utf8)
    guard !condensed.bytes.isEmpty else { return nil }
    let found = reader.tagger.tags(of: condensed.bytes, patches: true)
    guard let units = found.patches else { return nil }
    settled = TaggedPage(
      bytes: condensed.bytes, tags: found.tags, mainProbability: found.mainProbability, confidence: found.confidence,
      map: condensed.map.composed(with: page.map), source: page.utf8, condensedMap: condensed.map)
    let blocks = ContentBlocks(settled, units: units, views: reader.model.shape.contentViews)
    guard !blocks.ranges.isEmpty else { return nil }
    example = ContentExample(page: blocks.page, labels: labels(blocks.page, blocks.ranges))
    for (label, ranges) in zip(example.labels, blocks.ranges) {
      for range in ranges { for byte in range { settled.mainProbability[byte] = UInt8(255 * (label ?? 0)) } }
    }
  }
}

/// Teaches the network over blocks a few corrected pages, from the weights it has, and lets it rehearse others: as little as is needed.
public struct ContentCorrection {
  public struct Options: Sendable {
    /// Small: every step moves all weights, and with them how other pages are read.
    public var rate: Float = 2.5e-4
    /// Steps at most.
    public var steps = 200
    /// Pages rehearsed a step.
    public var rehearsed = 6
    public var seed: UInt64 = 1

    public init() {}
  }

  private let model: Model
  private let base: Parameters
  private let options: Options

  public init(model: Model, options: Options = .init()) {
    self.model = model
    self.options = options
    base = model.values.parameters()
  }

  /// Steps until `holds` says so of the model as it then is, and a few more, so that it does not hold by a hair.
  ///
  /// - Parameters:
  ///   - corrected: what is to be learned.
  ///   - rehearsal: with the labels that shall stay.
  /// - Returns: all parameters of the model; nil where the steps were not enough.
  public func learn(
    _ corrected: [ContentExample], rehearsal: [ContentExample], holds: (Model) throws -> Bool
  ) rethrows -> (parameters: Parameters, steps: Int)? {
    guard let start = model.rowNetworks[.content]?.parameters else { return nil }
    var training = RowTrainingOptions()
    (training.rate, training.seed) = (options.rate, options.seed)
    // Nothing but the corrections may pull at the weights.
    (training.weightDecay, training.inputDropout, training.hiddenDropout) = (0, 0, 0)
    let trainer = RowTrainer(.content, from: start, options: training)
    var random = SplitMix64(seed: options.seed &+ 79)
    var end = options.steps
    var heldAt: Int?
    var step = 0
    while step < end {
      _ = trainer.learn(lessons(corrected, rehearsal, step, &random), progress: 0)
      step += 1
      guard step % 2 == 0 || step == end else { continue }
      let parameters = trainer.current.joined(to: base)
      if try holds(Model(parameters: parameters)) {
        if heldAt == nil {
          heldAt = step
          end = min(options.steps, step + 2 + step / 8)
        }
        if step >= end { return (parameters, step) }
      } else if heldAt != nil {
        (heldAt, end) = (nil, options.steps)
      }
    }
    return nil
  }

  private func lessons(
    _ corrected: [ContentExample], _ rehearsal: [ContentExample], _ step: Int, _ random: inout SplitMix64
  ) -> [RowTrainer.Lesson] {
    let count = min(corrected.count, 4)
    var lessons = (0..<count).map { index in
      let example = corrected[(step * count + index) % corrected.count]
      return RowTrainer.Lesson(page: example.page) {
        ContentLoss.of($0, labels: example.labels, weights: example.page.weights)
      }
    }
    for _ in 0..<min(options.rehearsed, rehearsal.count) {
      let example = rehearsal[Int(random.next() % UInt64(rehearsal.count))]
      lessons.append(Self.keeping(example))
    }
    return lessons
  }

  private static func keeping(_ example: ContentExample) -> RowTrainer.Lesson {
    .init(page: example.page) { ContentLoss.keeping($0, labels: example.labels, weights: example.page.weights) }
  }
}
