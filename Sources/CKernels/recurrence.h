// Normalisation and the element-wise recurrence. Channels are multiples of 16.
static void NAME(rmsnorm_forward)(const float *restrict x, long x_row, const float *restrict gain, uint16_t *restrict y,
                                  long y_row, float *restrict inverse, long t, long d) {
  for (long i = 0; i < t; i++, x += x_row, y += y_row) {
    vf sum = {0};
    for (long j = 0; j < d; j += VL) {
      vf a = *(const vf *)(x + j);
      sum += a * a;
    }
    float scale = 1.0f / __builtin_sqrtf(vsum(sum) / (float)d + 1e-5f);
    inverse[i] = scale;
    for (long j = 0; j < d; j += VL) {
      vf a = *(const vf *)(x + j) * scale * *(const vf *)(gain + j);
      *(vh *)(y + j) = __builtin_convertvector(round_bf16(a) >> 16, vh);
    }
  }
}

static void NAME(rmsnorm_backward)(const float *restrict x, long x_row, const float *restrict gain,
                                   const float *restrict inverse, const float *restrict dy, long dy_row, float *restrict dx,
                                   long dx_row, float *restrict dgain, long t, long d) {
  for (long i = 0; i < t; i++, x += x_row, dy += dy_row, dx += dx_row) {
    float scale = inverse[i];
    vf dot = {0};
    for (long j = 0; j < d; j += VL) {
      vf normal = *(const vf *)(x + j) * scale, g = *(const vf *)(dy + j);
      *(vf *)(dgain + j) += g * normal;
      dot += g * *(const vf *)(gain + j) * normal;
    }
    float mean = vsum(dot) / (float)d;
    for (long j = 0; j < d; j += VL) {
      vf normal = *(const vf *)(x + j) * scale;
      *(vf *)(dx + j) += scale * (*(const vf *)(dy + j) * *(const vf *)(gain + j) - mean * normal);
    }
  }
}

static void NAME(qrnn_forward)(float *restrict gates, const float *restrict bias, float *restrict c, float *restrict carry,
                               const float *restrict residual, long r_row, float *restrict h, long h_row, long t, long channels,
                               int reverse) {
  for (long s = 0; s < t; s++) {
    long i = reverse ? t - 1 - s : s;
    float *g = gates + i * 3 * channels, *ci = c + i * channels, *hi = h + i * h_row;
    for (long j = 0; j < channels; j += VL) {
      vf z = vtanh(*(vf *)(g + j) + *(const vf *)(bias + j));
      vf keep = vsigmoid(*(vf *)(g + channels + j) + *(const vf *)(bias + channels + j));
      vf out = vsigmoid(*(vf *)(g + 2 * channels + j) + *(const vf *)(bias + 2 * channels + j));
      vf now = keep * (*(vf *)(carry + j) - z) + z;
      *(vf *)(carry + j) = now;
      *(vf *)(g + j) = z;
      *(vf *)(g + channels + j) = keep;
      *(vf *)(g + 2 * channels + j) = out;
      *(vf *)(ci + j) = now;
      vf result = out * now;
      if (residual) result += *(const vf *)(residual + i * r_row + j);
      *(vf *)(hi + j) = result;
    }
  }
}

static void NAME(qrnn_backward)(const float *restrict gates, const float *restrict c, const float *restrict first,
                                const float *restrict dh, long dh_row, float *restrict dgates, float *restrict dbias, long t,
                                long channels, int reverse) {
  float carry[2048];  // d loss / d c, flowing against time
  memset(carry, 0, sizeof(float) * (size_t)channels);
  for (long s = t - 1; s >= 0; s--) {
    long i = reverse ? t - 1 - s : s;
    const float *g = gates + i * 3 * channels, *ci = c + i * channels, *dhi = dh + i * dh_row;
    const float *previous = s == 0 ? first : (reverse ? ci + channels : ci - channels);
    float *dg = dgates + i * 3 * channels;
    for (long j = 0; j < channels; j += VL) {
      vf z = *(const vf *)(g + j), keep = *(const vf *)(g + channels + j), out = *(const vf *)(g + 2 * channels + j);
      vf up = *(const vf *)(dhi + j);
      vf dc = up * out + *(vf *)(carry + j);
      vf dz = dc * (1.0f - keep) * (1.0f - z * z);
      vf dkeep = dc * (*(const vf *)(previous + j) - z) * keep * (1.0f - keep);
      vf dout = up * *(const vf *)(ci + j) * out * (1.0f - out);
      *(vf *)(carry + j) = dc * keep;
      *(vf *)(dg + j) = dz;
      *(vf *)(dg + channels + j) = dkeep;
      *(vf *)(dg + 2 * channels + j) = dout;
      *(vf *)(dbias + j) += dz;
      *(vf *)(dbias + channels + j) += dkeep;
      *(vf *)(dbias + 2 * channels + j) += dout;
    }
  }
}
