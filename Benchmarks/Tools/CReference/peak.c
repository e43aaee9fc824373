#include "CReference.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define SUMS 12

__attribute__((target("avx512f,avx512vnni"))) static double vnni(long rounds) {
  __m512i sums[SUMS], x = _mm512_set1_epi8(3), y = _mm512_set1_epi8(2);
  for (int i = 0; i < SUMS; i++) sums[i] = _mm512_set1_epi32(i);
  double began = reference_thread_seconds();
  for (long round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < SUMS; i++) sums[i] = _mm512_dpbusd_epi32(sums[i], x, y);
    __asm__ volatile("" : "+v"(x));  // Or the loop would be computed at once.
  }
  double seconds = reference_thread_seconds() - began;
  for (int i = 1; i < SUMS; i++) sums[0] = _mm512_add_epi32(sums[0], sums[i]);
  volatile int kept = _mm512_reduce_add_epi32(sums[0]);
  (void)kept;
  return (double)rounds * SUMS * 64 / seconds / 1e9;
}

__attribute__((target("avx2"))) static double maddubs(long rounds) {
  __m256i sums[SUMS], x = _mm256_set1_epi8(3), y = _mm256_set1_epi8(2), ones = _mm256_set1_epi16(1);
  for (int i = 0; i < SUMS; i++) sums[i] = _mm256_set1_epi32(i);
  double began = reference_thread_seconds();
  for (long round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < SUMS; i++) {
      __asm__ volatile("" : "+x"(x));
      sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(_mm256_maddubs_epi16(x, y), ones));
    }
  }
  double seconds = reference_thread_seconds() - began;
  for (int i = 1; i < SUMS; i++) sums[0] = _mm256_add_epi32(sums[0], sums[i]);
  volatile int kept = _mm256_extract_epi32(sums[0], 0);
  (void)kept;
  return (double)rounds * SUMS * 32 / seconds / 1e9;
}

// The best of as many runs as the product gets, each about as long as one product: both are disturbed alike by a shared machine.
double reference_int8_peak(void) {
  double best = 0;
  for (int run = 0; run < 60; run++) {
    double speed = 0;
    if (__builtin_cpu_supports("avx512vnni")) {
      speed = vnni(60000);
    } else if (__builtin_cpu_supports("avx2")) {
      speed = maddubs(60000);
    }
    if (speed > best) best = speed;
  }
  return best;
}
#else
double reference_int8_peak(void) { return 0; }
#endif
