import Testing

/// Checks that the slopes of a loss by its logits are its derivatives, and that the logit at `unjudged` has none.
func expectDerivatives(
  at logits: [Float], unjudged: Int, of loss: ([Float]) -> (loss: Float, slopes: [Float])
) {
  let slopes = loss(logits).slopes
  for index in logits.indices {
    var (up, down) = (logits, logits)
    up[index] += 0.01
    down[index] -= 0.01
    let numeric = (loss(up).loss - loss(down).loss) / 0.02
    #expect(abs(numeric - slopes[index]) < 2e-3, "logit \(index)")
  }
  #expect(slopes[unjudged] == 0)
}
