// AVX2 and FMA: eight floats a vector.
#include "CKernels.h"
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi,bmi2"))), apply_to = function)
#pragma clang fp contract(fast)
#define LEVEL avx2
#define LEVEL_NAME "avx2"
#define VB 32
#define MR 6
#define NV 2
// Sums of four byte products: 16-bit pairs first, which 7-bit activations cannot overflow.
#define DOT_I8(acc, x, w) \
  (vi)_mm256_add_epi32((__m256i)(acc), _mm256_madd_epi16(_mm256_maddubs_epi16((__m256i)(x), (__m256i)(w)), _mm256_set1_epi16(1)))
#define I8_LIMIT 127
#define MAXIMUM(a, b) (vf)_mm256_max_ps((__m256)(a), (__m256)(b))
#define MINIMUM(a, b) (vf)_mm256_min_ps((__m256)(a), (__m256)(b))
#define RECIPROCAL(x) (1.0f / (x))
#include "kernels.h"
#pragma clang attribute pop
#endif
