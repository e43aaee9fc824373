// NEON with dot products (Armv8.2): four floats a vector, thirty-two registers.
#include "CKernels.h"
#include <string.h>
#if defined(__aarch64__)
#include <arm_neon.h>
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#pragma clang fp contract(fast)
#define LEVEL neon
#define LEVEL_NAME "neon"
#define VB 16
#define MR 6
#define NV 4
// Activations are 7 bits wide, so the signed dot product reads them right.
#define DOT_I8(acc, x, w) (vi)vdotq_s32((int32x4_t)(acc), (int8x16_t)(x), (int8x16_t)(w))
#define I8_LIMIT 127
#define RECIPROCAL(x) (1.0f / (x))
#include "kernels.h"
#pragma clang attribute pop
#endif
