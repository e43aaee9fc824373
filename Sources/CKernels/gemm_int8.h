// Products of unsigned activations and signed weights, accumulated exactly in int32.
//
// Activations keep to 0…I8_LIMIT: the AVX2 form adds two products in 16 bits, and 2 * 127 * 127 still fits.
INLINE vi dot_i8(vi acc, vu x, vu w) {
#ifdef DOT_I8
  return DOT_I8(acc, x, w);
#else
  for (int byte = 0; byte < 4; byte++) {
    vi xb = (vi)((x >> (8 * byte)) & 0xffu);
    vi wb = (vi)(w << (24 - 8 * byte)) >> 24;
    acc += xb * wb;
  }
  return acc;
#endif
}

// The rows of `a` times one panel of `b`, `vectors` of its NV wide. swapped: `a` holds the weights and `b` the activations.
INLINE void tile_i8(const int rows, const int vectors, const int swapped, long k4, const uint32_t *a, long a_row,
                    const uint32_t *b, const int32_t *initial, int32_t *c, long c_row, long columns) {
  vi acc[MR][NV];
  _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) {
    vi start = initial ? *(const vi *)(initial + v * VL) : (vi){0};
    FOR_ROWS acc[r][v] = start;
  }
  for (long i = 0; i < k4; i++) {
    vu bv[NV];
    _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) bv[v] = *(const vu *)(b + i * PANEL + v * VL);
    FOR_ROWS {
      vu x = usplat(a[r * a_row + i]);
      _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
        acc[r][v] = swapped ? dot_i8(acc[r][v], bv[v], x) : dot_i8(acc[r][v], x, bv[v]);
    }
  }
  if (columns >= vectors * VL) {
    FOR_ROWS _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) *(vi *)(c + r * c_row + v * VL) = acc[r][v];
  } else {
    FOR_ROWS for (long j = 0; j < columns; j++) c[r * c_row + j] = acc[r][j / VL][j % VL];
  }
}

#define TILE_I8_CASE(count) \
  case count: tile_i8(count, vectors, swapped, k4, ap, a_row, bp, initial, cp, c_row, columns); break;
INLINE void panel_i8(const int vectors, const int swapped, long m, long columns, long k4, const uint32_t *restrict a, long a_row,
                     const uint32_t *restrict bp, const int32_t *restrict initial, int32_t *restrict c, long c_row) {
  for (long i = 0; i < m; i += MR) {
    const uint32_t *ap = a + i * a_row;
    int32_t *cp = c + i * c_row;
    switch (m - i) {
      TILE_I8_CASE(1) TILE_I8_CASE(2) TILE_I8_CASE(3)
#if MR > 4
      TILE_I8_CASE(4) TILE_I8_CASE(5)
#endif
      default: tile_i8(MR, vectors, swapped, k4, ap, a_row, bp, initial, cp, c_row, columns);
    }
  }
}

// A last panel of which half or less is used costs half.
static void NAME(gemm_i8)(long m, long n, long k4, const uint32_t *restrict a, long a_row, const uint32_t *restrict b,
                          const int32_t *restrict initial, int32_t *restrict c, long c_row) {
  for (long j = 0; j < n; j += PANEL) {
    const int32_t *start = initial ? initial + j : 0;
    if (n - j <= PANEL / 2) panel_i8(NV / 2, 0, m, n - j, k4, a, a_row, b + j * k4, start, c + j, c_row);
    else panel_i8(NV, 0, m, n - j, k4, a, a_row, b + j * k4, start, c + j, c_row);
  }
}

static void NAME(gemm_i8_swapped)(long m, long n, long k4, const uint32_t *restrict a, long a_row, const uint32_t *restrict b,
                                  int32_t *restrict c, long c_row) {
  for (long j = 0; j < n; j += PANEL) panel_i8(NV, 1, m, n - j, k4, a, a_row, b + j * k4, 0, c + j, c_row);
}

static void NAME(pack_i8)(const int8_t *restrict b, long b_row, long b_col, long k, long n, uint32_t *restrict out) {
  for (long j0 = 0; j0 < n; j0 += PANEL)
    for (long i = 0; i < k; i += 4) {
      const uint8_t *from = (const uint8_t *)b + i * b_row + j0 * b_col;
      if (b_col == 1 && j0 + PANEL <= n && i + 4 <= k) {
        for (long j = 0; j < PANEL; j++)
          out[j] = (uint32_t)from[j] | (uint32_t)from[b_row + j] << 8 | (uint32_t)from[2 * b_row + j] << 16
                   | (uint32_t)from[3 * b_row + j] << 24;
      } else {
        for (long j = 0; j < PANEL; j++) {
          uint32_t quad = 0;
          for (long p = 0; p < 4; p++)
            if (j0 + j < n && i + p < k) quad |= (uint32_t)from[p * b_row + j * b_col] << (8 * p);
          out[j] = quad;
        }
      }
      out += PANEL;
    }
}
