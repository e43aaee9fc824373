// Products of unsigned activations and signed weights, accumulated exactly in int32.
//
// Activations keep to 7 bits (0…127): the AVX2 form adds two products in 16 bits, and 2 * 127 * 127 still fits.
INLINE void tile_i8(const int rows, long k4, const uint32_t *a, long a_row, const uint32_t *b, int32_t *c, long c_row,
                    long columns) {
  vi acc[MR][NV];
  FOR_ROWS FOR_VECTORS acc[r][v] = (vi){0};
  for (long i = 0; i < k4; i++) {
    vu bv[NV];
    FOR_VECTORS bv[v] = *(const vu *)(b + i * PANEL + v * VL);
    FOR_ROWS {
      vu x = usplat(a[r * a_row + i]);
#ifdef DOT_I8
      FOR_VECTORS acc[r][v] = DOT_I8(acc[r][v], x, bv[v]);
#else
      FOR_VECTORS {
        for (int byte = 0; byte < 4; byte++) {
          vi xb = (vi)((x >> (8 * byte)) & 0xffu);
          vi wb = (vi)(bv[v] << (24 - 8 * byte)) >> 24;
          acc[r][v] += xb * wb;
        }
      }
#endif
    }
  }
  for (int r = 0; r < rows; r++)
    for (long j = 0; j < PANEL && j < columns; j++) c[r * c_row + j] = acc[r][j / VL][j % VL];
}

#define TILE_I8_CASE(count) case count: tile_i8(count, k4, ap, a_row, bp, cp, c_row, n - j); break;
static void NAME(gemm_i8)(long m, long n, long k4, const uint32_t *restrict a, long a_row, const uint32_t *restrict b,
                          int32_t *restrict c, long c_row) {
  for (long j = 0; j < n; j += PANEL)
    for (long i = 0; i < m; i += MR) {
      const uint32_t *ap = a + i * a_row, *bp = b + j * k4;
      int32_t *cp = c + i * c_row + j;
      switch (m - i) {
        TILE_I8_CASE(1) TILE_I8_CASE(2) TILE_I8_CASE(3)
#if MR > 4
        TILE_I8_CASE(4) TILE_I8_CASE(5)
#endif
        default: tile_i8(MR, k4, ap, a_row, bp, cp, c_row, n - j);
      }
    }
}

static void NAME(pack_i8)(const int8_t *restrict b, long b_row, long b_col, long k, long n, uint32_t *restrict out) {
  for (long j0 = 0; j0 < n; j0 += PANEL)
    for (long i = 0; i < k; i += 4)
      for (long j = j0; j < j0 + PANEL; j++) {
        uint32_t quad = 0;
        for (long p = 0; p < 4; p++)
          if (j < n && i + p < k) quad |= (uint32_t)(uint8_t)b[(i + p) * b_row + j * b_col] << (8 * p);
        *out++ = quad;
      }
}
