// From numbers to 8 bits and back. Activations are unsigned with their zero in the middle, or at 0 where none is negative.
#define I8_ZERO ((I8_LIMIT + 1) / 2)

// Adding it to a number below 2^22 leaves the nearest integer in the lowest bits.
#define ROUNDER 12582912.0f

INLINE vf load_half(const uint16_t *x) { return (vf)(__builtin_convertvector(*(const vh *)x, vu) << 16); }
INLINE vf magnitude(vf x) { return (vf)((vu)x & 0x7fffffffu); }
INLINE float vtop(vf a) {
  float top = a[0];
  for (int i = 1; i < VL; i++) top = a[i] > top ? a[i] : top;
  return top;
}
INLINE void store_i8(vf x, float factor, float zero, uint8_t *out) {
  *(vb *)out = __builtin_convertvector((vu)(x * factor + (ROUNDER + zero)), vb);
}
// One row whose greatest magnitude is `top`; returns what a unit stands for.
INLINE float quantise_row(const float *x, long d, float top, uint8_t *out) {
  float factor = top > 0.0f ? (float)(I8_ZERO - 1) / top : 0.0f;
  for (long j = 0; j < d; j += VL) store_i8(*(const vf *)(x + j), factor, I8_ZERO, out + j);
  return top / (float)(I8_ZERO - 1);
}

static void NAME(quantise_rows)(const float *x, long x_row, long t, long d, uint8_t *restrict out, long out_row,
                                float *restrict scales) {
  for (long i = 0; i < t; i++, x += x_row, out += out_row) {
    vf top = {0};
    for (long j = 0; j < d; j += VL) top = vmax(top, magnitude(*(const vf *)(x + j)));
    scales[i] = quantise_row(x, d, vtop(top), out);
  }
}

static void NAME(quantise_halves)(const uint16_t *restrict x, long x_row, long t, long d, uint8_t *restrict out, long out_row,
                                  float *restrict scales) {
  for (long i = 0; i < t; i++, x += x_row, out += out_row) {
    vf top = {0};
    for (long j = 0; j < d; j += VL) top = vmax(top, magnitude(load_half(x + j)));
    float highest = vtop(top), factor = highest > 0.0f ? (float)(I8_ZERO - 1) / highest : 0.0f;
    for (long j = 0; j < d; j += VL) store_i8(load_half(x + j), factor, I8_ZERO, out + j);
    scales[i] = highest / (float)(I8_ZERO - 1);
  }
}

// Normalised like rmsnorm_forward; out, where given, receives float32, quantised, where given, 8 bits.
static void NAME(norm_rows)(const float *restrict x, long x_row, const float *restrict gain, long t, long d, float *restrict out,
                            long out_row, uint8_t *restrict quantised, long q_row, float *restrict scales) {
  for (long i = 0; i < t; i++, x += x_row) {
    vf sum = {0}, top = {0};
    for (long j = 0; j < d; j += VL) {
      vf a = *(const vf *)(x + j);
      sum += a * a;
      top = vmax(top, magnitude(a * *(const vf *)(gain + j)));
    }
    float inverse = 1.0f / __builtin_sqrtf(vsum(sum) / (float)d + 1e-5f);
    if (out)
      for (long j = 0; j < d; j += VL)
        *(vf *)(out + i * out_row + j) = *(const vf *)(x + j) * *(const vf *)(gain + j) * inverse;
    if (quantised) {
      float highest = vtop(top), factor = highest > 0.0f ? (float)(I8_ZERO - 1) / highest : 0.0f;
      for (long j = 0; j < d; j += VL)
        store_i8(*(const vf *)(x + j) * *(const vf *)(gain + j), factor, I8_ZERO, quantised + i * q_row + j);
      scales[i] = highest * inverse / (float)(I8_ZERO - 1);
    }
  }
}

static void NAME(dequantise)(const int32_t *restrict products, long p_row, const float *restrict scales,
                             const float *restrict column_scales, const float *restrict bias, long t, long d, float *restrict out,
                             long out_row) {
  for (long i = 0; i < t; i++, products += p_row, out += out_row)
    for (long j = 0; j < d; j += VL) {
      vf x = __builtin_convertvector(*(const vi *)(products + j), vf) * scales[i] * *(const vf *)(column_scales + j);
      *(vf *)(out + j) = x + (bias ? *(const vf *)(bias + j) : *(const vf *)(out + j));
    }
}

// Weights of a column span -127…127; initial takes the activations' zero out of the products.
static void NAME(quantise_weights)(const uint16_t *restrict w, long k, long n, int8_t *restrict out, float *restrict scales,
                                   int32_t *restrict initial) {
  for (long j = 0; j < n; j++) scales[j] = 0, initial[j] = 0;
  for (long i = 0; i < k; i++)
    for (long j = 0; j < n; j += VL)
      *(vf *)(scales + j) = vmax(*(vf *)(scales + j), magnitude(load_half(w + i * n + j)));
  float factors[8192];
  for (long j = 0; j < n; j++) factors[j] = scales[j] > 0.0f ? 127.0f / scales[j] : 0.0f, scales[j] /= 127.0f;
  for (long i = 0; i < k; i++)
    for (long j = 0; j < n; j += VL) {
      vi q = (vi)((vu)(load_half(w + i * n + j) * *(const vf *)(factors + j) + ROUNDER) << 8) >> 8;
      *(vi *)(initial + j) -= q * I8_ZERO;
      *(vb *)((uint8_t *)out + i * n + j) = __builtin_convertvector((vu)q, vb);
    }
}

// 2^x, relative error below 1e-4, clamped to 2^±120: as good as 8 bits need it. A polynomial of degree 3 (least maximum found by
// reweighted least squares); the integer part goes straight into the exponent.
INLINE vf vexp2(vf x) {
  x = vmin(vmax(x, splat(-120.0f)), splat(120.0f));
  vf shifted = x + ROUNDER;
  vf f = x - (shifted - ROUNDER);
  vf p = ((f * 0.05517168f + 0.24261112f) * f + 0.69326098f) * f + 0.99992807f;
  return (vf)((vu)p + ((vu)shifted << 23));
}
// 1 / (1 + 2^x)
INLINE vf vfalling(vf x) { return RECIPROCAL(vexp2(x) + 1.0f); }

// One step of the recurrence from pre-activations in units of log 2: z times -2, keep as it is, output times -1. The keep gate is
// turned into what it forgets: gates near 1 need the digits there.
INLINE vf qrnn_step(vf z, vf keep, vf output, float *carry) {
  vf before = *(vf *)carry;
  vf candidate = 2.0f * vfalling(z) - 1.0f;
  vf now = before + vfalling(keep) * (candidate - before);
  *(vf *)carry = now;
  return vfalling(output) * now;
}
#define LOG2E 1.44269504f

static void NAME(quantised_qrnn)(const ck_quantised_gates *g, const int32_t *products, const float *scales, float *carry,
                                 float *stream, long s_row, uint16_t *half, long h_row, long t, int reverse) {
  const long channels = g->channels;
  const float *restrict column_scales = g->column_scales, *restrict bias = g->bias;
  for (long s = 0; s < t; s++) {
    long i = reverse ? t - 1 - s : s;
    const int32_t *restrict p = products + i * 3 * channels;
    vf scale = splat(scales[i]);
    for (long j = 0; j < channels; j += VL) {
      vf gate[3];
      _Pragma("clang loop unroll(full)") for (int k = 0; k < 3; k++) {
        long at = k * channels + j;
        gate[k] = __builtin_convertvector(*(const vi *)(p + at), vf) * (*(const vf *)(column_scales + at) * scale)
                  + *(const vf *)(bias + at);
      }
      vf h = qrnn_step(gate[0], gate[1], gate[2], carry + j);
      if (stream) *(vf *)(stream + i * s_row + j) += h;
      if (half) *(vh *)(half + i * h_row + j) = __builtin_convertvector(round_bf16(h) >> 16, vh);
    }
  }
}
