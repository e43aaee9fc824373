// Chooses the kernel table once.
#include "CKernels.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

extern const ck_table ck_table_baseline;
#if defined(__x86_64__)
extern const ck_table ck_table_avx2, ck_table_avx512;
#elif defined(__aarch64__)
extern const ck_table ck_table_neon;
#endif

const ck_table *ck_kernels_at(int level) {
  switch (level) {
    case CK_LEVEL_BASELINE: return &ck_table_baseline;
#if defined(__x86_64__)
    case CK_LEVEL_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2") ? &ck_table_avx2
                                                                                                               : NULL;
    case CK_LEVEL_AVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
                     && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")
                     && __builtin_cpu_supports("avx512bf16") && ck_kernels_at(CK_LEVEL_AVX2)
                 ? &ck_table_avx512
                 : NULL;
#elif defined(__aarch64__)
    case CK_LEVEL_NEON:
#if defined(__linux__)
      return (getauxval(AT_HWCAP) & (1 << 20)) ? &ck_table_neon : NULL;  // HWCAP_ASIMDDP
#else
      return &ck_table_neon;  // every Apple arm64 core has dot products
#endif
#endif
    default: return NULL;
  }
}

const ck_table *ck_kernels(void) {
  static _Atomic(const ck_table *) chosen;
  const ck_table *table = atomic_load(&chosen);
  if (table) return table;
  const char *forced = getenv("CONSOMME_KERNELS");
  for (int level = CK_LEVELS - 1; level >= 0; level--) {
    const ck_table *candidate = ck_kernels_at(level);
    if (!candidate) continue;
    if (!table) table = candidate;
    if (forced && strcmp(forced, candidate->name) == 0) {
      table = candidate;
      break;
    }
  }
  atomic_store(&chosen, table);
  return table;
}
