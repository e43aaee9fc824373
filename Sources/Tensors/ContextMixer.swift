import CKernels

/// Context mixing over a network's next-byte distribution: the eight binary decisions of a byte are predicted by the network, by match
/// pointers and by adaptive statistics of twelve contexts of the page itself, mixed in the logistic domain with weights that are
/// learned while reading, and refined by an adaptive probability map (Mahoney 2005, PAQ and lpaq; Knoll and de Freitas 2012).
///
/// Causal and deterministic: each page begins from the same initial values. Some 12 MB, O(1) a byte, nothing is allocated after `init`.
/// Not thread-safe: one a reader.
@safe public final class ContextMixer {
  private let mixer: OpaquePointer

  public init() { unsafe mixer = ck_mixer_create() }

  deinit { unsafe ck_mixer_destroy(mixer) }

  /// Forgets the page.
  public func begin() { unsafe ck_mixer_begin(mixer) }

  /// The cost in bits of `byte` where `page[at]` stands or might stand; only bytes before `at` are looked at.
  ///
  /// - Parameters:
  ///   - logits: [1,256], the network's.
  ///   - predicted: what the two match pointers predict; `buckets` say how far they are trusted, 0 where they say nothing.
  ///   - learns: whether `byte` is what stands there; to be called once a byte, in order.
  @unsafe public func bits(
    of byte: UInt8, in page: UnsafePointer<UInt8>, at place: Int, logits: Matrix, predicted: (UInt8, UInt8),
    buckets: (UInt8, UInt8), learns: Bool
  ) -> Float {
    precondition(logits.rows == 1 && logits.columns == 256)
    return unsafe ck_mixer_read(
      mixer, page, place, byte, logits.base, [predicted.0, predicted.1], [buckets.0, buckets.1], learns ? 1 : 0)
  }
}
