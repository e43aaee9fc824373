// Vector types of VB bytes. Loads and stores need no alignment.
#define VL (VB / 4)
#define NAME2(a, b) a##_##b
#define NAME1(a, b) NAME2(a, b)
#define NAME(a) NAME1(a, LEVEL)
#define INLINE static inline __attribute__((always_inline))

typedef float vf __attribute__((vector_size(VB), aligned(4)));
typedef uint32_t vu __attribute__((vector_size(VB), aligned(4)));
typedef int32_t vi __attribute__((vector_size(VB), aligned(4)));
typedef uint16_t vh __attribute__((vector_size(VB / 2), aligned(2)));
typedef uint8_t vb __attribute__((vector_size(VB / 4), aligned(1)));

INLINE vf splat(float x) { return (vf){0} + x; }
INLINE vu usplat(uint32_t x) { return (vu){0} + x; }
INLINE vf select_f(vi mask, vf a, vf b) { return (vf)(((vi)a & mask) | ((vi)b & ~mask)); }
#ifdef MAXIMUM
INLINE vf vmax(vf a, vf b) { return MAXIMUM(a, b); }
INLINE vf vmin(vf a, vf b) { return MINIMUM(a, b); }
#else
INLINE vf vmax(vf a, vf b) { return select_f(a > b, a, b); }
INLINE vf vmin(vf a, vf b) { return select_f(a < b, a, b); }
#endif

INLINE float vsum(vf a) {
  float s = 0;
  for (int i = 0; i < VL; i++) s += a[i];
  return s;
}

// exp, relative error below 3e-6 within ±87; clamped outside. Cody-Waite reduction and a degree-6 polynomial.
INLINE vf vexp(vf x) {
  x = vmin(vmax(x, splat(-87.0f)), splat(87.0f));
  vf scaled = x * 1.44269504f;
  vf shifter = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to the nearest integer
  vf rounded = (scaled + shifter) - shifter;
  vf f = x - rounded * 0.693359375f;
  f = f - rounded * -2.12194440e-4f;
  vf p = splat(1.3981999e-3f);
  p = p * f + 8.3334519e-3f;
  p = p * f + 4.1665796e-2f;
  p = p * f + 1.6666665e-1f;
  p = p * f + 0.5f;
  p = p * f + 1.0f;
  p = p * f + 1.0f;
  vi power = (__builtin_convertvector(rounded, vi) + 127) << 23;
  return p * (vf)power;
}
INLINE vf vsigmoid(vf x) { return 1.0f / (1.0f + vexp(-x)); }
INLINE vf vtanh(vf x) { return 2.0f / (1.0f + vexp(-2.0f * x)) - 1.0f; }

// Rounded to bfloat16 but still in the upper half of 32 bits.
INLINE vu round_bf16(vf x) {
  vu u = (vu)x;
  return u + 0x7fffu + ((u >> 16) & 1u);
}
INLINE uint32_t round_bf16_scalar(float x) {
  union { float f; uint32_t u; } v = {x};
  return v.u + 0x7fffu + ((v.u >> 16) & 1u);
}
