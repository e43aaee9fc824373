// Looking rows up, adding them back, and small element-wise helpers. Widths are multiples of 16.
INLINE void add_row(const float *restrict from, float *restrict to, long d) {
  for (long j = 0; j < d; j += VL) *(vf *)(to + j) += *(const vf *)(from + j);
}
INLINE void put_row(const float *restrict from, float *restrict to, long d, int accumulate) {
  if (accumulate) add_row(from, to, d);
  else memcpy(to, from, (size_t)d * sizeof(float));
}

static void NAME(gather_rows)(const float *restrict table, const uint16_t *restrict index, float *restrict out, long out_row,
                              long t, long d, int accumulate) {
  for (long i = 0; i < t; i++) put_row(table + (long)index[i] * d, out + i * out_row, d, accumulate);
}
static void NAME(scatter_rows)(float *restrict table, const uint16_t *restrict index, const float *restrict rows, long row,
                               long t, long d) {
  for (long i = 0; i < t; i++) add_row(rows + i * row, table + (long)index[i] * d, d);
}
static void NAME(expand_rows)(const float *restrict rows, long row, const int32_t *restrict index, float *restrict out,
                              long out_row, long t, long d, int accumulate) {
  for (long i = 0; i < t; i++) put_row(rows + index[i] * row, out + i * out_row, d, accumulate);
}
static void NAME(reduce_rows)(float *restrict rows, long row, const int32_t *restrict index, const float *restrict from,
                              long from_row, long t, long d) {
  for (long i = 0; i < t; i++) add_row(from + i * from_row, rows + index[i] * row, d);
}

static void NAME(add)(const float *restrict x, float *restrict out, long count) {
  long i = 0;
  for (; i + VL <= count; i += VL) *(vf *)(out + i) += *(const vf *)(x + i);
  for (; i < count; i++) out[i] += x[i];
}
static void NAME(add_bias_relu)(float *restrict x, const float *restrict bias, long t, long d) {
  for (long i = 0; i < t; i++, x += d)
    for (long j = 0; j < d; j += VL) *(vf *)(x + j) = vmax(*(vf *)(x + j) + *(const vf *)(bias + j), (vf){0});
}
static void NAME(relu_backward)(const float *restrict y, float *restrict dx, float *restrict dbias, long t, long d) {
  for (long i = 0; i < t; i++, y += d, dx += d)
    for (long j = 0; j < d; j += VL) {
      vf g = select_f(*(const vf *)(y + j) > 0.0f, *(vf *)(dx + j), (vf){0});
      *(vf *)(dx + j) = g;
      *(vf *)(dbias + j) += g;
    }
}
