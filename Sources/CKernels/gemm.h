// Register-blocked products: tiles of MR rows by one panel of NV vectors, over blocks of KC along k.
#define PANEL (NV * VL)
#define KC 512

#define FOR_ROWS _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)
#define FOR_VECTORS _Pragma("clang loop unroll(full)") for (int v = 0; v < NV; v++)

// Adds the tile to C, or stores it, minding a panel that is cut off at n.
INLINE void store_tile(const int rows, vf acc[MR][NV], float *c, long c_row, long columns, int accumulate) {
  if (columns >= PANEL) {
    FOR_ROWS FOR_VECTORS {
      vf *to = (vf *)(c + r * c_row + v * VL);
      *to = accumulate ? *to + acc[r][v] : acc[r][v];
    }
  } else {
    for (int r = 0; r < rows; r++)
      for (long j = 0; j < columns; j++) {
        float x = acc[r][j / VL][j % VL];
        c[r * c_row + j] = accumulate ? c[r * c_row + j] + x : x;
      }
  }
}

INLINE void tile_f32(const int rows, long k, const float *a, long a_row, long a_col, const float *b, float *c, long c_row,
                     long columns, int accumulate) {
  vf acc[MR][NV];
  FOR_ROWS FOR_VECTORS acc[r][v] = (vf){0};
  for (long i = 0; i < k; i++) {
    vf bv[NV];
    FOR_VECTORS bv[v] = *(const vf *)(b + i * PANEL + v * VL);
    FOR_ROWS {
      vf x = splat(a[r * a_row + i * a_col]);
      FOR_VECTORS acc[r][v] += x * bv[v];
    }
  }
  store_tile(rows, acc, c, c_row, columns, accumulate);
}

INLINE void tile_bf16(const int rows, long k2, const uint32_t *a, long a_row, long a_col, const uint32_t *b, float *c,
                      long c_row, long columns, int accumulate) {
  vf acc[MR][NV];
  FOR_ROWS FOR_VECTORS acc[r][v] = (vf){0};
  for (long i = 0; i < k2; i++) {
#ifdef DOT_BF16
    vu bv[NV];
    FOR_VECTORS bv[v] = *(const vu *)(b + i * PANEL + v * VL);
    FOR_ROWS {
      vu x = usplat(a[r * a_row + i * a_col]);
      FOR_VECTORS acc[r][v] = DOT_BF16(acc[r][v], x, bv[v]);
    }
#else
    vf low[NV], high[NV];
    FOR_VECTORS {
      vu pair = *(const vu *)(b + i * PANEL + v * VL);
      low[v] = (vf)(pair << 16);
      high[v] = (vf)(pair & 0xffff0000u);
    }
    FOR_ROWS {
      uint32_t pair = a[r * a_row + i * a_col];
      vf x = (vf)usplat(pair << 16), y = (vf)usplat(pair & 0xffff0000u);
      FOR_VECTORS acc[r][v] += x * low[v];
      FOR_VECTORS acc[r][v] += y * high[v];
    }
#endif
  }
  store_tile(rows, acc, c, c_row, columns, accumulate);
}

// One body for both element types: the tile is instantiated for every row count, so that the accumulators stay in registers.
#define TILE_CASE(tile, count) \
  case count: tile(count, kc, ap, a_row, a_col, bp, cp, c_row, columns, accumulate || k0 > 0); break;
#if MR > 4
#define TILE_CASES(tile) TILE_CASE(tile, 1) TILE_CASE(tile, 2) TILE_CASE(tile, 3) TILE_CASE(tile, 4) TILE_CASE(tile, 5)
#else
#define TILE_CASES(tile) TILE_CASE(tile, 1) TILE_CASE(tile, 2) TILE_CASE(tile, 3)
#endif
#define GEMM_BODY(tile) \
  for (long k0 = 0; k0 < k; k0 += KC) { \
    long kc = k - k0 < KC ? k - k0 : KC; \
    for (long j = 0; j < n; j += PANEL) { \
      long columns = n - j; \
      for (long i = 0; i < m; i += MR) { \
        const void *unused = 0; (void)unused; \
        __typeof__(a) ap = a + i * a_row + k0 * a_col; \
        __typeof__(b) bp = b + (j * k + k0 * PANEL); \
        float *cp = c + i * c_row + j; \
        switch (m - i) { \
          TILE_CASES(tile) \
          default: tile(MR, kc, ap, a_row, a_col, bp, cp, c_row, columns, accumulate || k0 > 0); \
        } \
      } \
    } \
  } \
  if (k == 0 && !accumulate) \
    for (long i = 0; i < m; i++) memset(c + i * c_row, 0, (size_t)n * sizeof(float));

static void NAME(gemm_f32)(long m, long n, long k, const float *restrict a, long a_row, long a_col, const float *restrict b,
                           float *restrict c, long c_row, int accumulate) {
  GEMM_BODY(tile_f32)
}
static void NAME(gemm_bf16)(long m, long n, long k, const uint32_t *restrict a, long a_row, long a_col,
                            const uint32_t *restrict b, float *restrict c, long c_row, int accumulate) {
  GEMM_BODY(tile_bf16)
}

static void NAME(pack_f32)(const float *restrict b, long b_row, long b_col, long k, long n, float *restrict out) {
  for (long j0 = 0; j0 < n; j0 += PANEL)
    for (long i = 0; i < k; i++)
      for (long j = j0; j < j0 + PANEL; j++) *out++ = j < n ? b[i * b_row + j * b_col] : 0.0f;
}

static void NAME(pack_bf16)(const float *restrict b, long b_row, long b_col, long k, long n, uint32_t *restrict out) {
  for (long j0 = 0; j0 < n; j0 += PANEL)
    for (long i = 0; i < k; i += 2) {
      const float *first = b + i * b_row, *second = first + b_row;
      if (b_col == 1 && j0 + PANEL <= n && i + 1 < k) {
        for (long v = 0; v < NV; v++) {
          vu low = round_bf16(*(const vf *)(first + j0 + v * VL)) >> 16;
          vu high = round_bf16(*(const vf *)(second + j0 + v * VL)) & 0xffff0000u;
          *(vu *)(out + v * VL) = low | high;
        }
        out += PANEL;
      } else {
        for (long j = j0; j < j0 + PANEL; j++) {
          uint32_t low = j < n ? round_bf16_scalar(first[j * b_col]) >> 16 : 0;
          uint32_t high = j < n && i + 1 < k ? round_bf16_scalar(second[j * b_col]) & 0xffff0000u : 0;
          *out++ = low | high;
        }
      }
    }
}

static void NAME(to_bf16)(const float *restrict x, uint16_t *restrict out, long count) {
  long i = 0;
  for (; i + VL <= count; i += VL) *(vh *)(out + i) = __builtin_convertvector(round_bf16(*(const vf *)(x + i)) >> 16, vh);
  for (; i < count; i++) out[i] = (uint16_t)(round_bf16_scalar(x[i]) >> 16);
}

static void NAME(pair_rows)(const uint16_t *restrict x, long x_row, long rows, long cols, uint32_t *restrict out) {
  for (long i = 0; i < rows; i += 2, out += cols) {
    const uint16_t *first = x + i * x_row, *second = first + x_row;
    long j = 0;
    if (i + 1 < rows) {
      for (; j + VL <= cols; j += VL) {
        vu low = __builtin_convertvector(*(const vh *)(first + j), vu);
        vu high = __builtin_convertvector(*(const vh *)(second + j), vu);
        *(vu *)(out + j) = low | (high << 16);
      }
      for (; j < cols; j++) out[j] = first[j] | ((uint32_t)second[j] << 16);
    } else {
      for (; j < cols; j++) out[j] = first[j];
    }
  }
}
