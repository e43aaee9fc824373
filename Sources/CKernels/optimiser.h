static double NAME(sum_of_squares)(const float *restrict x, long count) {
  double total = 0;
  long i = 0;
  // Blocks keep the float partial sums short, so that the result hardly depends on the vector width.
  for (; i + 1024 <= count; i += 1024) {
    vf sum = {0};
    for (long j = 0; j < 1024; j += VL) {
      vf a = *(const vf *)(x + i + j);
      sum += a * a;
    }
    total += vsum(sum);
  }
  for (; i < count; i++) total += (double)x[i] * x[i];
  return total;
}

INLINE float adamw_scalar(float w, float g, float *m, float *v, float rate, float beta1, float beta2, float epsilon, float decay,
                          float c1, float c2) {
  *m = beta1 * *m + (1 - beta1) * g;
  *v = beta2 * *v + (1 - beta2) * g * g;
  return w - rate * (*m * c1 / (__builtin_sqrtf(*v * c2) + epsilon) + decay * w);
}

static void NAME(adamw)(float *restrict w, const float *restrict g, float *restrict m, float *restrict v, long count,
                        float grad_scale, float rate, float beta1, float beta2, float epsilon, float decay, float correction1,
                        float correction2) {
  for (long i = 0; i < count; i++)
    w[i] = adamw_scalar(w[i], g[i] * grad_scale, m + i, v + i, rate, beta1, beta2, epsilon, decay, correction1, correction2);
}

static void NAME(average)(float *restrict average, const float *restrict w, long count, float decay) {
  for (long i = 0; i < count; i++) average[i] += (w[i] - average[i]) * (1 - decay);
}
