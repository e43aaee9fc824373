// AVX-512 with VNNI and BF16: sixteen floats a vector.
#include "CKernels.h"
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target( \
    "avx2,fma,f16c,bmi,bmi2,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16"))), apply_to = function)
#pragma clang fp contract(fast)
#define LEVEL avx512
#define LEVEL_NAME "avx512"
#define VB 64
#define MR 6
#define NV 4
#define DOT_BF16(acc, x, w) (vf)_mm512_dpbf16_ps((__m512)(acc), (__m512bh)(x), (__m512bh)(w))
#define DOT_I8(acc, x, w) (vi)_mm512_dpbusd_epi32((__m512i)(acc), (__m512i)(x), (__m512i)(w))
#define I8_LIMIT 255
#define MAXIMUM(a, b) (vf)_mm512_max_ps((__m512)(a), (__m512)(b))
#define MINIMUM(a, b) (vf)_mm512_min_ps((__m512)(a), (__m512)(b))
#define RECIPROCAL(x) (vf)_mm512_rcp14_ps((__m512)(x))
#include "kernels.h"
#pragma clang attribute pop
#endif
