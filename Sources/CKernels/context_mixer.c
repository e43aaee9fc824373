// Context mixing (Mahoney, "Adaptive weighing of context models for lossless data compression", 2005; lpaq; Knoll and de Freitas, "A
// machine learning perspective on predictive coding with PAQ", 2012): a byte is eight binary decisions; each is predicted by the
// network and by adaptive statistics of contexts of this page, mixed in the logistic domain with weights learned while reading.
//
// One scalar body with four-lane vectors for every machine: the loop is bound by table look-ups, not by arithmetic.
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

enum {
  ORDERS = 12,             // contexts
  INPUTS = 4 + ORDERS,     // network, bias, two match pointers, contexts
  SETS = 4,                // weight sets, each selected by a small context of its own
  CHOICES = 256,           // weight vectors a set
  STATES = 1024,           // bit histories: count of zeros, of ones (4 bits each), last two bits
  LINE_BITS = 18,
  APM_CONTEXTS = 4096,
  APM_STEPS = 33,
};

typedef float v4 __attribute__((vector_size(16)));

// Histories of the 15 decisions of half a byte in one context; check 0 is an empty line.
typedef struct line {
  uint16_t check;
  uint16_t history[15];
} line;

// What a page teaches; set to the initial values before each page.
typedef struct learned {
  v4 weights[SETS][CHOICES][INPUTS / 4];
  float final_weights[256][SETS];
  float history_map[ORDERS][STATES];
  float pointer_map[2][256];
  float apm[APM_CONTEXTS][APM_STEPS];
} learned;

struct ck_mixer {
  learned now;
  learned initial;
  float stretch[4096];
  line *lines;
  uint32_t word, word_before;
  long line_start, line_before;
};

// Rates and initial values: fitted on pages of the train split, see models/EXPERIMENTS.md.
static const float rate_of_weights = 0.02f;
static const float rate_of_final_weights = 0.002f;
static const float rate_of_maps = 0.01f;
static const float rate_of_apm = 0.02f;
static const float share_of_apm = 0.3f;
static const float prior[ORDERS] = {0.17f, 0.08f, 0.06f, 0.05f, 0.05f, 0.04f, 0.03f, 0.06f, 0.08f, 0.15f, 0.2f, 0.1f};
static const float weight_of_context[ORDERS] = {0.08f, 0.13f, 0.12f, 0.12f, 0.05f, 0.07f,
                                                0.10f, 0.18f, 0.06f, 0.04f, 0.06f, 0.05f};
// By the longest of the first seven contexts that has been here before.
static const float weight_of_network[8] = {0.98f, 0.95f, 0.88f, 0.80f, 0.74f, 0.72f, 0.70f, 0.62f};

static float exponential(float x) {
  x = x > 30 ? 30 : x;
  x = x < -80 ? -80 : x;
  float scaled = x * 1.44269504f;
  float rounded = (scaled + 12582912.0f) - 12582912.0f;
  float f = (scaled - rounded) * 0.693147181f;
  float p = 1 + f * (1 + f * (0.5f + f * (0.166666667f + f * (0.0416666667f + f * (0.00833333f + f * 0.00138889f)))));
  union { int32_t i; float f; } power = {.i = ((int32_t)rounded + 127) << 23};
  return p * power.f;
}

static float squash(float x) { return 1 / (1 + exponential(-x)); }

static float binary_logarithm(float x) {
  union { float f; uint32_t i; } bits = {x};
  int exponent = (int)(bits.i >> 23) - 127;
  bits.i = (bits.i & 0x7fffff) | 0x3f800000;
  if (bits.f > 1.41421356f) { bits.f *= 0.5f; exponent++; }
  float r = (bits.f - 1) / (bits.f + 1), s = r * r;
  return (float)exponent + 2.88539008f * r * (1 + s * (0.333333333f + s * (0.2f + s * (0.142857143f + s * 0.111111111f))));
}

static float stretch_exactly(float p) { return (binary_logarithm(p) - binary_logarithm(1 - p)) * 0.693147181f; }
static float clamp(float x, float least, float most) { return x < least ? least : x > most ? most : x; }

static void set_initial(learned *l) {
  for (int set = 0; set < SETS; set++)
    for (int choice = 0; choice < CHOICES; choice++) {
      float *w = (float *)l->weights[set][choice];
      w[0] = set == 0 ? weight_of_network[choice >> 3 & 7] : 0.75f;
      for (int o = 0; o < ORDERS; o++) w[4 + o] = weight_of_context[o];
    }
  for (int node = 0; node < 256; node++)
    for (int set = 0; set < SETS; set++) l->final_weights[node][set] = 1.0f / SETS;
  for (int o = 0; o < ORDERS; o++)
    for (int s = 0; s < STATES; s++) {
      float zeros = s & 15, ones = s >> 4 & 15;
      l->history_map[o][s] = clamp((ones + prior[o]) / (zeros + ones + 2 * prior[o]), 0.0005f, 0.9995f);
    }
  for (int b = 0; b < 256; b++) l->pointer_map[0][b] = l->pointer_map[1][b] = 0.9f;
  for (int c = 0; c < APM_CONTEXTS; c++)
    for (int j = 0; j < APM_STEPS; j++) l->apm[c][j] = squash((float)(j - APM_STEPS / 2) * 0.5f);
}

ck_mixer *ck_mixer_create(void) {
  void *memory = NULL;
  if (posix_memalign(&memory, 64, sizeof(ck_mixer)) != 0) abort();
  ck_mixer *m = memory;
  memset(m, 0, sizeof *m);
  if (posix_memalign(&memory, 64, sizeof(line) << LINE_BITS) != 0) abort();
  m->lines = memory;
  for (int i = 0; i < 4096; i++) m->stretch[i] = stretch_exactly(((float)i + 0.5f) / 4096);
  set_initial(&m->initial);
  ck_mixer_begin(m);
  return m;
}

void ck_mixer_destroy(ck_mixer *m) {
  free(m->lines);
  free(m);
}

void ck_mixer_begin(ck_mixer *m) {
  m->now = m->initial;
  memset(m->lines, 0, sizeof(line) << LINE_BITS);
  m->word = m->word_before = 0;
  m->line_start = m->line_before = 0;
}

static int total(const line *l) { return l->check ? 1 + (l->history[0] & 15) + (l->history[0] >> 4 & 15) : 0; }

static uint32_t place_of(uint32_t hash) { return (hash * 0x9E3779B1u) >> (32 - LINE_BITS); }

// The line of a context; of two places the one less used is given up for a new one. Without `insert` a shared empty line.
static line *find(ck_mixer *m, uint32_t hash, int insert) {
  static line empty;
  uint16_t check = (uint16_t)(hash | 1);
  uint32_t place = place_of(hash);
  line *a = m->lines + place, *b = m->lines + (place ^ 1);
  if (a->check == check) return a;
  if (b->check == check) return b;
  if (!insert) return &empty;
  line *victim = total(a) <= total(b) ? a : b;
  memset(victim, 0, sizeof *victim);
  victim->check = check;
  return victim;
}

// One more bit; what speaks against it is half forgotten.
static uint16_t after(uint16_t history, int bit) {
  int same = history >> (bit ? 4 : 0) & 15, other = history >> (bit ? 0 : 4) & 15;
  if (same < 15) same++;
  if (other > 2) other = (other + 2) / 2;
  int last = (history >> 7 & 2) | bit;
  return (uint16_t)((bit ? other | same << 4 : same | other << 4) | last << 8);
}

static uint32_t scrambled(uint32_t h) {
  h *= 0x2C1B3C6Du;
  h ^= h >> 15;
  h *= 0x297A2D39u;
  return h ^ h >> 15;
}

static void hash_contexts(const ck_mixer *m, const uint8_t *page, long at, uint32_t hashes[ORDERS]) {
  uint32_t last = 0, before = 0;
  for (int i = 0; i < 4; i++) {
    if (at - 1 - i >= 0) last |= (uint32_t)page[at - 1 - i] << 8 * i;
    if (at - 5 - i >= 0) before |= (uint32_t)page[at - 5 - i] << 8 * i;
  }
  long above_at = m->line_before + (at - m->line_start);
  uint32_t above = m->line_start > 0 && above_at < m->line_start ? page[above_at] : 0;
  uint32_t four = last * 0x2F0B4C47u;
  uint32_t raw[ORDERS] = {
    last & 0xff, last & 0xffff, last & 0xffffff, last,
    four + (before & 0xff) * 0x3D4D51CBu, four + (before & 0xffff) * 0x3D4D51CBu, (four + before) * 0x3D4D51CBu,
    m->word, m->word + m->word_before * 0x5851F42Du,
    last & 0xffff00, above | (last & 0xff) << 8, (last & 0xff) + m->word_before * 256,
  };
  for (int o = 0; o < ORDERS; o++) hashes[o] = scrambled(raw[o] + (uint32_t)(o + 1) * 0x9E3779B9u);
}

static void remember(ck_mixer *m, uint8_t byte, long at) {
  uint8_t lower = byte | 32;
  if ((lower >= 'a' && lower <= 'z') || byte >= 128 || (byte >= '0' && byte <= '9')) {
    m->word = (m->word + byte + 1) * 0x2F0B4C47u;
  } else if (m->word) {
    m->word_before = m->word;
    m->word = 0;
  }
  if (byte == '\n') {
    m->line_before = m->line_start;
    m->line_start = at + 1;
  }
}

// P(1) of the eight decisions that lead to `byte` under the softmax of `logits`.
static void path(const float *logits, uint8_t byte, float result[8]) {
  float sums[512], most = logits[0];  // node n stands over 2n and 2n + 1; the bytes are 256…511
  for (int i = 1; i < 256; i++) most = logits[i] > most ? logits[i] : most;
  for (int i = 0; i < 256; i++) sums[256 + i] = exponential(logits[i] - most);
  for (int n = 255; n > 0; n--) sums[n] = sums[2 * n] + sums[2 * n + 1];
  // Each half keeps a crumb, so that what the network holds impossible can be mended by the others.
  float crumb = 1e-7f * sums[1];
  for (int k = 0; k < 8; k++) {
    int node = (256 | byte) >> (8 - k);
    result[k] = (sums[2 * node + 1] + crumb) / (sums[node] + 2 * crumb);
  }
}

typedef struct decision {
  v4 inputs[INPUTS / 4];
  int expected[2];       // what the pointers hold this bit to be; -1 where they say nothing
  int choice[SETS];
  float dots[SETS];
  float mixed;           // P(1) before the adaptive probability map
  float *apm;
  float result;
} decision;

static void predict(const ck_mixer *m, decision *d, line *const lines[ORDERS], int node, int prefix, int k, float network,
                    const uint8_t predicted[2], const uint8_t buckets[2], uint8_t last) {
  const learned *l = &m->now;
  float x[INPUTS] = {clamp(stretch_exactly(clamp(network, 1e-6f, 1 - 1e-6f)), -14, 14), 0.3f};
  for (int q = 0; q < 2; q++) {
    d->expected[q] = -1;
    if (buckets[q] == 0 || (predicted[q] | 256) >> (8 - k) != prefix) continue;
    d->expected[q] = predicted[q] >> (7 - k) & 1;
    float s = m->stretch[(int)(l->pointer_map[q][buckets[q]] * 4096)];
    x[2 + q] = d->expected[q] ? s : -s;
  }
  int longest = 0;
  for (int o = 0; o < ORDERS; o++) {
    uint16_t history = lines[o]->history[node];
    if (history == 0) continue;
    x[4 + o] = m->stretch[(int)(l->history_map[o][history] * 4096)];
    if (o < 7) longest = o + 1;
  }
  float sure = x[0] < 0 ? -x[0] : x[0];
  int certainty = sure < 0.5f ? 0 : sure < 1 ? 1 : sure < 2 ? 2 : sure < 3 ? 3 : sure < 4 ? 4 : sure < 5.5f ? 5 : sure < 7 ? 6 : 7;
  int match = d->expected[0] < 0 ? 0 : 1 + (buckets[0] - 1) / 32;
  if (match > 3) match = 3;
  d->choice[0] = longest * 8 + certainty;
  d->choice[1] = prefix;
  d->choice[2] = match * 8 + certainty + (d->expected[1] < 0 ? 0 : 32) + (d->expected[0] >= 0 && (x[0] > 0) != d->expected[0] ? 64 : 0);
  d->choice[3] = last;
  memcpy(d->inputs, x, sizeof x);
  float dot = 0;
  for (int set = 0; set < SETS; set++) {
    const v4 *w = l->weights[set][d->choice[set]];
    v4 sum = w[0] * d->inputs[0] + w[1] * d->inputs[1] + w[2] * d->inputs[2] + w[3] * d->inputs[3];
    d->dots[set] = clamp(sum[0] + sum[1] + sum[2] + sum[3], -15, 15);
    dot += l->final_weights[prefix][set] * d->dots[set];
  }
  d->mixed = squash(dot);
  float place = (clamp(dot, -7.99f, 7.99f) + 8) * 2;
  int step = (int)place;
  float part = place - (float)step;
  uint32_t context = ((uint32_t)prefix | (uint32_t)last << 8) * 0x9E3779B1u >> 20;
  const float *apm = l->apm[context];
  d->apm = (float *)&apm[part > 0.5f ? step + 1 : step];
  float refined = apm[step] * (1 - part) + apm[step + 1] * part;
  d->result = clamp(d->mixed + share_of_apm * (refined - d->mixed), 1e-5f, 1 - 1e-5f);
}

static void nudge(float *p, float target, float rate, float least) {
  *p = clamp(*p + rate * (target - *p), least, 1 - least);
}

static void learn(ck_mixer *m, const decision *d, line *const lines[ORDERS], int node, int prefix, const uint8_t buckets[2], int bit) {
  learned *l = &m->now;
  nudge(d->apm, (float)bit, rate_of_apm, 1e-5f);
  float error = ((float)bit - d->mixed) * rate_of_final_weights;
  for (int set = 0; set < SETS; set++) {
    l->final_weights[prefix][set] += error * d->dots[set];
    float own = ((float)bit - squash(d->dots[set])) * rate_of_weights;
    v4 *w = l->weights[set][d->choice[set]];
    for (int i = 0; i < INPUTS / 4; i++) w[i] += own * d->inputs[i];
  }
  for (int q = 0; q < 2; q++)
    if (d->expected[q] >= 0) nudge(&l->pointer_map[q][buckets[q]], d->expected[q] == bit, rate_of_maps, 0.001f);
  for (int o = 0; o < ORDERS; o++) {
    uint16_t *history = &lines[o]->history[node];
    if (*history) nudge(&l->history_map[o][*history], (float)bit, rate_of_maps, 0.0002f);
    *history = after(*history, bit);
  }
}

float ck_mixer_read(ck_mixer *m, const uint8_t *page, long at, uint8_t byte, const float *logits, const uint8_t predicted[2],
                    const uint8_t buckets[2], int learns) {
  uint32_t hashes[ORDERS];
  line *lines[ORDERS];
  float network[8], bits = 0;
  hash_contexts(m, page, at, hashes);
  path(logits, byte, network);
  uint8_t last = at > 0 ? page[at - 1] : 0;
  int prefix = 1;
  for (int k = 0; k < 8; k++) {
    if (k % 4 == 0)
      for (int o = 0; o < ORDERS; o++) {
        if (k > 0) hashes[o] = scrambled(hashes[o] + (uint32_t)prefix * 0x9E3779B1u);
        __builtin_prefetch(m->lines + place_of(hashes[o]));
      }
    if (k % 4 == 0)
      for (int o = 0; o < ORDERS; o++) {
        lines[o] = find(m, hashes[o], learns);
      }
    int node = (k < 4 ? prefix : (1 << (k - 4)) | (prefix & ((1 << (k - 4)) - 1))) - 1;
    int bit = byte >> (7 - k) & 1;
    decision d;
    predict(m, &d, lines, node, prefix, k, network[k], predicted, buckets, last);
    bits -= binary_logarithm(bit ? d.result : 1 - d.result);
    if (learns) learn(m, &d, lines, node, prefix, buckets, bit);
    prefix = prefix * 2 + bit;
  }
  if (learns) remember(m, byte, at);
  return bits;
}
