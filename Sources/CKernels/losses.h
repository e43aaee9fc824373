// Softmax losses with their gradients.
static double NAME(cross_entropy)(float *restrict logits, long classes, const uint8_t *restrict target,
                                  const float *restrict weight, long pointers, long t_stride, const uint8_t *restrict predicted,
                                  const uint8_t *restrict bucket, const float *restrict bias, float *restrict dbias, float scale,
                                  float *restrict loss_out, float *restrict entropy_out, long t) {
  double total = 0;
  for (long i = 0; i < t; i++, logits += classes) {
    for (long p = 0; p < pointers; p++) {
      uint8_t b = bucket[p * t_stride + i];
      if (b) logits[predicted[p * t_stride + i]] += bias[b];
    }
    vf top = *(const vf *)logits;
    for (long j = VL; j < classes; j += VL) top = vmax(top, *(const vf *)(logits + j));
    float highest = top[0];
    for (int v = 1; v < VL; v++) highest = top[v] > highest ? top[v] : highest;
    float at_target = logits[target[i]];
    vf sum = {0}, expected = {0};
    for (long j = 0; j < classes; j += VL) {
      vf x = *(const vf *)(logits + j) - highest;
      vf e = vexp(x);
      sum += e;
      if (entropy_out) expected += e * x;
      *(vf *)(logits + j) = e;
    }
    float s = vsum(sum), w = weight ? weight[i] : 1.0f;
    float log_sum = __builtin_logf(s);
    float loss = log_sum + highest - at_target;
    total += (double)loss * w;
    if (loss_out) loss_out[i] = loss;
    if (entropy_out) entropy_out[i] = log_sum - vsum(expected) / s;
    if (scale != 0.0f) {
      float q = scale * w / s;
      for (long j = 0; j < classes; j += VL) *(vf *)(logits + j) *= q;
      logits[target[i]] -= scale * w;
      for (long p = 0; p < pointers; p++) {
        uint8_t b = bucket[p * t_stride + i];
        if (b) dbias[b] += logits[predicted[p * t_stride + i]];
      }
    }
  }
  return total;
}

// exp of a whole row relative to each softmax segment's own maximum; sigmoid columns become probabilities at once.
INLINE void segment_row(float *restrict row, long columns, const ck_segment *restrict segments, long count,
                        float *restrict sums) {
  float shift[256];
  for (long j = 0; j < columns; j++) shift[j] = 0;
  for (long s = 0; s < count; s++) {
    if (segments[s].sigmoid) continue;
    float *x = row + segments[s].start, highest = x[0];
    for (int j = 1; j < segments[s].count; j++) highest = x[j] > highest ? x[j] : highest;
    for (int j = 0; j < segments[s].count; j++) shift[segments[s].start + j] = highest;
  }
  for (long j = 0; j < columns; j += VL) *(vf *)(row + j) = vexp(*(vf *)(row + j) - *(vf *)(shift + j));
  for (long s = 0; s < count; s++) {
    float *x = row + segments[s].start, sum = 0;
    if (segments[s].sigmoid) {
      for (int j = 0; j < segments[s].count; j++) x[j] = x[j] / (1.0f + x[j]);
    } else {
      for (int j = 0; j < segments[s].count; j++) sum += x[j];
      for (int j = 0; j < segments[s].count; j++) x[j] /= sum;
    }
    sums[s] = sum;
  }
}

static void NAME(segment_softmax)(float *restrict logits, long columns, const ck_segment *restrict segments, long segment_count,
                                  long t) {
  float sums[32];
  for (long i = 0; i < t; i++, logits += columns) segment_row(logits, columns, segments, segment_count, sums);
}

static void NAME(segment_loss)(float *restrict logits, long columns, const ck_segment *restrict segments, long segment_count,
                               const uint8_t *restrict labels, const float *restrict weights, double *restrict loss_sums,
                               long t) {
  float sums[32];
  const float least = 1e-12f;
  for (long i = 0; i < t; i++, logits += columns, labels += segment_count, weights += segment_count) {
    segment_row(logits, columns, segments, segment_count, sums);
    long used = 0;
    for (long s = 0; s < segment_count; s++) {
      float *p = logits + segments[s].start, w = weights[s];
      int n = segments[s].count;
      used = segments[s].start + n;
      if (w == 0.0f) {
        for (int j = 0; j < n; j++) p[j] = 0;
      } else if (segments[s].sigmoid) {
        for (int j = 0; j < n; j++) {
          int bit = (labels[s] >> j) & 1;
          float q = bit ? p[j] : 1.0f - p[j];
          loss_sums[s] -= (double)w * __builtin_logf(q > least ? q : least);
          p[j] = w * (p[j] - (float)bit);
        }
      } else if (labels[s] == 255) {
        float rest = 1.0f - p[0];
        rest = rest > least ? rest : least;
        loss_sums[s] -= (double)w * __builtin_logf(rest);
        for (int j = 1; j < n; j++) p[j] = w * (p[j] - p[j] / rest);
        p[0] *= w;
      } else {
        float q = p[labels[s]];
        loss_sums[s] -= (double)w * __builtin_logf(q > least ? q : least);
        for (int j = 0; j < n; j++) p[j] *= w;
        p[labels[s]] -= w;
      }
    }
    for (long j = used; j < columns; j++) logits[j] = 0;
  }
}
