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

// Gates [z | keep | output] of H channels behind a quantised product: scales and biases of the 3H columns, times -2, 1 and -1 over
// log 2.
typedef struct ck_quantised_gates {
  const float *column_scales;
  const float *bias;
  long channels;
} ck_quantised_gates;

// The byte layer: gates are the sum of one bfloat16 row of [256][3H] a tap. The bias is scaled as above.
typedef struct ck_byte_layer {
  const uint16_t *taps[8];
  long tap_count;
  const float *bias;
  long channels;
} ck_byte_layer;

// The layer before the next-byte distribution: tables in bfloat16, [256][3H] and [257][3H]; the bias is scaled as above.
typedef struct ck_next_layer {
  const float *column_scales;
  const float *bias;
  const uint16_t *byte_table;
  const uint16_t *match_table;
  const float *gain;
  long channels;
} ck_next_layer;

typedef struct ck_tag_hidden {
  const float *column_scales;
  const uint16_t *tables[17];  // bfloat16 [256][units], offset -reach first
  long reach;
  long units;
} ck_tag_hidden;

// The heads of the tag logits in the order of TagHeads.
typedef struct ck_decision {
  const float *column_scales;
  const float *bias;
  long starts[8];
  long counts[8];
} ck_decision;

typedef struct ck_table {
  const char *name;
  long panel;  // columns in a panel of a packed right-hand matrix

  // C[m,n] (+)= A[m,k] B[k,n]. A is read with strides; B is packed in panels.
  void (*gemm_f32)(long m, long n, long k, const float *a, long a_row, long a_col, const float *b, float *c, long c_row,
                   int accumulate);
  // The same over pairs along k: k2 = ceil(k / 2) and A, B hold pairs.
  void (*gemm_bf16)(long m, long n, long k2, const uint32_t *a, long a_row, long a_col, const uint32_t *b, float *c,
                    long c_row, int accumulate);
  // The highest activation gemm_i8 takes: 255, or 127 where two products are summed in 16 bits. Activations with a sign have
  // their zero at (i8_limit + 1) / 2.
  long i8_limit;
  // C[m,n] = initial[n] (NULL: 0) + (sum over k of A u8 × B s8) as int32; k4 = ceil(k / 4) and A, B hold quads (4 bytes in one
  // uint32_t). initial has whole panels.
  void (*gemm_i8)(long m, long n, long k4, const uint32_t *a, long a_row, const uint32_t *b, const int32_t *initial, int32_t *c,
                  long c_row);
  // The same with A s8 and B u8, without initial values.
  void (*gemm_i8_swapped)(long m, long n, long k4, const uint32_t *a, long a_row, const uint32_t *b, int32_t *c, long c_row);

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

  // Reading in 8 bits. A row is quantised with a scale of its own: value = (byte - zero) * scale. d is a multiple of 16.
  void (*quantise_rows)(const float *x, long x_row, long t, long d, uint8_t *out, long out_row, float *scales);
  void (*quantise_halves)(const uint16_t *x, long x_row, long t, long d, uint8_t *out, long out_row, float *scales);
  // rmsnorm_forward to float32 (out, may be NULL) and to 8 bits (quantised and scales, may be NULL).
  void (*norm_rows)(const float *x, long x_row, const float *gain, long t, long d, float *out, long out_row, uint8_t *quantised,
                    long q_row, float *scales);
  // out = products * scale of the row * scale of the column + bias; without bias (NULL) added to out.
  void (*dequantise)(const int32_t *products, long p_row, const float *scales, const float *column_scales, const float *bias,
                     long t, long d, float *out, long out_row);
  // bfloat16 weights [k][n] to bytes of -127…127, a scale a column, and the initial values of gemm_i8 that take the activations'
  // zero out again. n is a multiple of 16, at most 8192.
  void (*quantise_weights)(const uint16_t *w, long k, long n, int8_t *out, float *scales, int32_t *initial);
  // qrnn_forward from products [t][3H]; h is added to stream (may be NULL) and written to half in bfloat16 (may be NULL).
  void (*quantised_qrnn)(const ck_quantised_gates *gates, const int32_t *products, const float *scales, float *carry,
                         float *stream, long s_row, uint16_t *half, long h_row, long t, int reverse);
  // The byte layer over bytes[0..<t]; bytes[-1] … bytes[1 - tap_count] are read, too. out is [t][H]; output (may be NULL) the
  // same in float32.
  void (*byte_layer)(const ck_byte_layer *layer, const uint8_t *bytes, float *carry, uint8_t *out, float *scales, float *output,
                     long t);
  // Normalised outputs in 8 bits, [t][H]: gates from products [t][3H] with their scales, patches[finished[i]] and the tables' rows of
  // bytes[i] and matches[i]; states [t][H] is added to what comes out.
  void (*next_layer)(const ck_next_layer *layer, const int32_t *products, const float *scales, const float *patches,
                     const int32_t *finished, const uint8_t *bytes, const uint16_t *matches, const float *states, float *carry,
                     uint8_t *out, float *out_scales, long t);
  // Hidden units = max(0, products [t][units] with their scales + patches[patch[i]] + the tables' rows of bytes[i - reach] …
  // bytes[i + reach]), packed for gemm_i8_swapped.
  void (*tag_hidden)(const ck_tag_hidden *layer, const int32_t *products, const float *scales, const float *patches,
                     const int32_t *patch, const uint8_t *bytes, uint32_t *packed, float *out_scales, long t);
  // Labels of every byte from products [columns][row]: the fields of ByteTags packed, P(main | text) and the least probability of
  // the labels chosen as 0…255, and, where fault_probability is given, P(some fault) and its likeliest kind.
  void (*decide)(const ck_decision *decision, const int32_t *products, long row, const float *scales, uint32_t *tags,
                 uint8_t *main_probability, uint8_t *confidence, float *fault_probability, uint8_t *fault_kind, long t);

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

// Context mixing of one page, see context_mixer.c. One a reader; not thread-safe.
typedef struct ck_mixer ck_mixer;
ck_mixer *ck_mixer_create(void);
void ck_mixer_destroy(ck_mixer *mixer);
// Forgets the page.
void ck_mixer_begin(ck_mixer *mixer);
// The cost in bits of `byte` as page[at], given page[0..<at] and the network's 256 logits. `buckets` are 0 where a match pointer says
// nothing. Learns from the byte where `learns`; bytes are then to come one after the other, from 0 or any place on.
float ck_mixer_read(ck_mixer *mixer, const uint8_t *page, long at, uint8_t byte, const float *logits, const uint8_t predicted[2],
                    const uint8_t buckets[2], int learns);

#endif
