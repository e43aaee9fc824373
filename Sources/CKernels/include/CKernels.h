// Numeric kernels of the byte model, one table per instruction set, chosen once at run time.
//
// Letters: T rows (time), K inputs, N outputs, H channels. All matrices are row-major unless said; strides count elements.
// bfloat16 values are the upper halves of float32, rounded to nearest even; a "pair" is two of them in one uint32_t, the first in
// the low half. Products of bfloat16 are accumulated in float32.
#ifndef CONSOMME_CKERNELS_H
#define CONSOMME_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#define CK_LEVEL_BASELINE 0
#define CK_LEVEL_AVX2 1
#define CK_LEVEL_AVX512 2
#define CK_LEVEL_NEON 3
#define CK_LEVELS 4

// One softmax or sigmoid group of columns in a row of tag logits.
typedef struct ck_segment {
  int32_t start;
  int32_t count;
  int32_t sigmoid;   // 1: every column is a bit of the label of its own; 0: one class of `count`
} ck_segment;

typedef struct ck_table {
  const char *name;
  long panel;  // columns in a panel of a packed right-hand matrix

  // C[m,n] (+)= A[m,k] B[k,n]. A is read with strides; B is packed in panels.
  void (*gemm_f32)(long m, long n, long k, const float *a, long a_row, long a_col, const float *b, float *c, long c_row,
                   int accumulate);
  // The same over pairs along k: k2 = ceil(k / 2) and A, B hold pairs.
  void (*gemm_bf16)(long m, long n, long k2, const uint32_t *a, long a_row, long a_col, const uint32_t *b, float *c,
                    long c_row, int accumulate);
  // C[m,n] = (sum over k of A u8 × B s8) as int32; k4 = ceil(k / 4) and A, B hold quads (4 bytes in one uint32_t).
  void (*gemm_i8)(long m, long n, long k4, const uint32_t *a, long a_row, const uint32_t *b, int32_t *c, long c_row);

  // Elements needed for a packed right-hand matrix with n columns: k rows (or k2 pairs, k4 quads) times n rounded up.
  void (*pack_f32)(const float *b, long b_row, long b_col, long k, long n, float *out);
  void (*pack_bf16)(const float *b, long b_row, long b_col, long k, long n, uint32_t *out);
  void (*pack_i8)(const int8_t *b, long b_row, long b_col, long k, long n, uint32_t *out);

  void (*to_bf16)(const float *x, uint16_t *out, long count);
  // out[i][j] = pair of x[2i][j], x[2i+1][j]; a missing last row is zero. out is [ceil(rows/2)][cols].
  void (*pair_rows)(const uint16_t *x, long x_row, long rows, long cols, uint32_t *out);

  // y = x * inverse * gain, inverse = 1 / sqrt(mean(x^2) + 1e-5), one per row. y is bfloat16.
  void (*rmsnorm_forward)(const float *x, long x_row, const float *gain, uint16_t *y, long y_row, float *inverse, long t,
                          long d);
  // dx += ..., dgain += ...
  void (*rmsnorm_backward)(const float *x, long x_row, const float *gain, const float *inverse, const float *dy, long dy_row,
                           float *dx, long dx_row, float *dgain, long t, long d);

  // QRNN with fo-pooling (Bradbury et al. 2016, arXiv 1611.01576): rows of gates are [z | keep | output], 3H wide, given before
  // activation and without bias; on return they hold tanh(z), sigmoid(keep), sigmoid(output).
  //   c[t] = keep * c[t-1] + (1 - keep) * z;  h[t] = output * c[t] (+ residual[t] where given)
  // c is [t][H]; carry is c before the first step and after the last. reverse runs from the last row to the first.
  void (*qrnn_forward)(float *gates, const float *bias, float *c, float *carry, const float *residual, long r_row, float *h,
                       long h_row, long t, long channels, int reverse);
  // dgates is [t][3H], before activation; dbias += its column sums. first is c before the first step.
  void (*qrnn_backward)(const float *gates, const float *c, const float *first, const float *dh, long dh_row, float *dgates,
                        float *dbias, long t, long channels, int reverse);

  // out[t] (+)= table[index[t]]
  void (*gather_rows)(const float *table, const uint16_t *index, float *out, long out_row, long t, long d, int accumulate);
  // table[index[t]] += rows[t]
  void (*scatter_rows)(float *table, const uint16_t *index, const float *rows, long row, long t, long d);
  // out[t] (+)= rows[index[t]], like gather_rows with 32-bit indices.
  void (*expand_rows)(const float *rows, long row, const int32_t *index, float *out, long out_row, long t, long d,
                      int accumulate);
  void (*reduce_rows)(float *rows, long row, const int32_t *index, const float *from, long from_row, long t, long d);
  void (*add)(const float *x, float *out, long count);
  void (*add_bias_relu)(float *x, const float *bias, long t, long d);
  // dx = 0 where y (after relu) is 0; dbias += column sums of dx.
  void (*relu_backward)(const float *y, float *dx, float *dbias, long t, long d);

  // Cross-entropy of rows of `classes` logits against targets, in nats, times weight[t] (NULL: 1). Before that, for each of
  // `pointers` match pointers p: logits[t][predicted[p*t_stride + t]] += bias[bucket[p*t_stride + t]] where the bucket is not 0.
  // With scale != 0 logits are overwritten with scale * weight * d loss / d logits and dbias is added to. loss_out (may be
  // NULL) receives each row's unweighted loss, entropy_out (may be NULL) its entropy in nats. Returns the weighted sum.
  double (*cross_entropy)(float *logits, long classes, const uint8_t *target, const float *weight, long pointers, long t_stride,
                          const uint8_t *predicted, const uint8_t *bucket, const float *bias, float *dbias, float scale,
                          float *loss_out, float *entropy_out, long t);
  // Cross-entropy over segments of a row of tag logits. labels and weights are [t][segments]; a weight of 0 leaves a segment
  // out. Label 255 in a softmax segment means "any class but 0". logits become gradients; sums[segments] += weighted losses.
  void (*segment_loss)(float *logits, long columns, const ck_segment *segments, long segment_count, const uint8_t *labels,
                       const float *weights, double *sums, long t);
  // Turns logits into probabilities, segment by segment, in place.
  void (*segment_softmax)(float *logits, long columns, const ck_segment *segments, long segment_count, long t);

  double (*sum_of_squares)(const float *x, long count);
  // AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) on one tensor; gradients are multiplied by grad_scale first.
  void (*adamw)(float *w, const float *g, float *m, float *v, long count, float grad_scale, float rate, float beta1, float beta2,
                float epsilon, float decay, float correction1, float correction2);
  // average += (w - average) * (1 - decay)
  void (*average)(float *average, const float *w, long count, float decay);
} ck_table;

// The best level of this machine, or the one CONSOMME_KERNELS names (baseline, avx2, avx512, neon) where the machine has it.
const ck_table *ck_kernels(void);
// The table of one level, or NULL where this machine cannot run it.
const ck_table *ck_kernels_at(int level);

#endif
