/// What a training run does. Everything that decides the result is here; the same options, data and seed give the same weights.
public struct TrainingOptions: Sendable, Hashable {
  /// One file of teaching data and how often its pages are drawn, relative to the others.
  public struct Source: Sendable, Hashable {
    public var path: String
    public var share: Double
    public init(path: String, share: Double = 1) {
      self.path = path
      self.share = share
    }
  }

  public var sources: [Source] = []
  public var seed: UInt64 = 1
  public var steps = 1000
  /// Pages read side by side; each lane carries its state from stretch to stretch.
  public var lanes = 4
  /// Bytes of a lane's stretch, at most: the reach of truncated back-propagation.
  public var stretchBytes = 16_384
  /// Stretches read of one page, at most.
  public var stretchesPerPage = 12
  /// Threads; they do not change the result.
  public var threads = 2

  public var rate: Float = 3e-3
  /// The rate falls along a cosine to this share of `rate`.
  public var finalRateShare: Float = 0.02
  public var warmupSteps = 100
  public var weightDecay: Float = 0.03
  public var gradientNorm: Float = 1
  public var averageDecay: Float = 0.998

  /// Share of the pages without gold that are read for the next byte (the others for tags), and of those with gold.
  public var nextByteShare = 0.7
  public var nextByteShareOfGold = 0.1
  /// Of the pages read for the next byte, how many are read as served, scripts and all.
  public var rawShare = 0.6
  /// Of the pages read for tags, how many get planted faults.
  public var faultyShare = 0.7
  /// Of the pages read for tags, how many lose scripts, styles, comments and noscript altogether.
  public var strippedShare = 0.5

  /// How much the fault head counts beside the others.
  public var faultWeight: Float = 0.3

  public init() {}
}

/// Mean losses in nats since the last report, and how fast they came.
public struct TrainingReport: Sendable {
  public var step = 0
  public var steps = 0
  public var bytesRead = 0
  public var bytesPerSecond = 0.0
  public var secondsLeft = 0.0
  public var rate: Float = 0
  public var gradientNorm = 0.0
  /// nil where no page was read for the next byte.
  public var bitsPerByte: Double?
  /// By head, in nats a byte as weighted in training.
  public var tagLosses: [(head: String, loss: Double)] = []
}

/// Why a training run could not start or go on.
public struct TrainingError: Error, CustomStringConvertible, Sendable {
  public var description: String
  public init(_ description: String) { self.description = description }
}
