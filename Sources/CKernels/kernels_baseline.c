// Portable: SSE2 on x86-64, plain NEON on arm64; four floats a vector.
#include "CKernels.h"
#include <string.h>

#pragma clang fp contract(fast)
#define LEVEL baseline
#define LEVEL_NAME "baseline"
#define VB 16
#define MR 4
#define NV 2

#define I8_LIMIT 255
#define RECIPROCAL(x) (1.0f / (x))
#include "kernels.h"

