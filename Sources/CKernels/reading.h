// What happens at every byte of a page that is read: the byte layer before the patches, hidden units and decisions behind them.
INLINE void byte_rows(const int taps, const ck_byte_layer *l, const uint8_t *bytes, float *restrict carry, uint8_t *restrict out,
                      float *restrict scales, float *restrict output, long t) {
  const long channels = l->channels, width = 3 * channels;
  const float *restrict bias = l->bias;
  float row[2048];
  for (long i = 0; i < t; i++) {
    const uint16_t *table[8];
    _Pragma("clang loop unroll(full)") for (int k = 0; k < taps; k++) table[k] = l->taps[k] + bytes[i - k] * width;
    vf top = {0};
    float *h = output ? output + i * channels : row;
    for (long j = 0; j < channels; j += VL) {
      vf z = {0}, keep = {0}, out_gate = {0};
      _Pragma("clang loop unroll(full)") for (int k = 0; k < taps; k++) {
        z += load_half(table[k] + j);
        keep += load_half(table[k] + channels + j);
        out_gate += load_half(table[k] + 2 * channels + j);
      }
      vf now = qrnn_step(z * (-2 * LOG2E) + *(const vf *)(bias + j), keep * LOG2E + *(const vf *)(bias + channels + j),
                         out_gate * -LOG2E + *(const vf *)(bias + 2 * channels + j), carry + j);
      *(vf *)(h + j) = now;
      top = vmax(top, magnitude(now));
    }
    scales[i] = quantise_row(h, channels, vtop(top), out + i * channels);
  }
}

static void NAME(byte_layer)(const ck_byte_layer *l, const uint8_t *bytes, float *carry, uint8_t *out, float *scales,
                             float *output, long t) {
  switch (l->tap_count) {
#define TAPS(n) case n: byte_rows(n, l, bytes, carry, out, scales, output, t); break;
    TAPS(1) TAPS(2) TAPS(3) TAPS(4) TAPS(5) TAPS(6) TAPS(7) TAPS(8)
#undef TAPS
  }
}

// The layer behind which the next byte is predicted, with its normalisation: what patches, this byte, the match pointer and the byte
// layer say of the gates, the recurrence, the byte layer's state added.
static void NAME(next_layer)(const ck_next_layer *l, const int32_t *products, const float *scales, const float *patches,
                             const int32_t *finished, const uint8_t *bytes, const uint16_t *matches, const float *states,
                             float *restrict carry, uint8_t *restrict out, float *restrict out_scales, long t) {
  static const float factors[3] = {-2 * LOG2E, LOG2E, -LOG2E};
  const long channels = l->channels, width = 3 * channels;
  float row[2048];
  for (long i = 0; i < t; i++) {
    const int32_t *restrict p = products + i * width;
    const float *restrict from = patches + finished[i] * width;
    const uint16_t *restrict byte = l->byte_table + bytes[i] * width, *restrict match = l->match_table + matches[i] * width;
    vf sum = {0}, top = {0};
    for (long j = 0; j < channels; j += VL) {
      vf gate[3];
      _Pragma("clang loop unroll(full)") for (int k = 0; k < 3; k++) {
        long at = k * channels + j;
        vf x = __builtin_convertvector(*(const vi *)(p + at), vf) * (*(const vf *)(l->column_scales + at) * scales[i])
               + *(const vf *)(from + at) + load_half(byte + at) + load_half(match + at);
        gate[k] = x * factors[k] + *(const vf *)(l->bias + at);
      }
      vf mixed = qrnn_step(gate[0], gate[1], gate[2], carry + j) + *(const vf *)(states + i * channels + j);
      sum += mixed * mixed;
      mixed *= *(const vf *)(l->gain + j);
      top = vmax(top, magnitude(mixed));
      *(vf *)(row + j) = mixed;
    }
    float inverse = 1.0f / __builtin_sqrtf(vsum(sum) / (float)channels + 1e-5f);
    out_scales[i] = inverse * quantise_row(row, channels, vtop(top), out + i * channels);
  }
}

// Hidden units of the tag output, rectified, in 8 bits with their zero at 0, packed as the right-hand matrix of gemm_i8_swapped.
static void NAME(tag_hidden)(const ck_tag_hidden *l, const int32_t *products, const float *scales, const float *patches,
                             const int32_t *patch, const uint8_t *bytes, uint32_t *restrict packed, float *restrict out_scales,
                             long t) {
  const long units = l->units, reach = l->reach;
  float row[2048];
  uint8_t quantised[2048];
  for (long i = 0; i < t; i++) {
    const int32_t *restrict p = products + i * units;
    const float *restrict from = patches + (long)patch[i] * units;
    const uint16_t *table[17];
    for (long k = -reach; k <= reach; k++) table[k + reach] = l->tables[k + reach] + bytes[i + k] * units;
    vf top = {0};
    for (long j = 0; j < units; j += VL) {
      vf x = __builtin_convertvector(*(const vi *)(p + j), vf) * (*(const vf *)(l->column_scales + j) * scales[i])
             + *(const vf *)(from + j);
      for (long k = 0; k <= 2 * reach; k++) x += load_half(table[k] + j);
      x = vmax(x, (vf){0});
      top = vmax(top, x);
      *(vf *)(row + j) = x;
    }
    float highest = vtop(top), factor = highest > 0.0f ? (float)I8_LIMIT / highest : 0.0f;
    out_scales[i] = highest / (float)I8_LIMIT;
    for (long j = 0; j < units; j += VL) store_i8(*(const vf *)(row + j), factor, 0, quantised + j);
    uint32_t *to = packed + i / PANEL * PANEL * (units / 4) + i % PANEL;
    for (long j = 0; j < units / 4; j++) {
      uint32_t quad;
      memcpy(&quad, quantised + 4 * j, 4);
      to[j * PANEL] = quad;
    }
  }
}

// The likeliest of a head's classes for VL bytes at once, with its probability.
typedef struct { vi winner; vf probability; } NAME(choice);
INLINE vf tag_logit(const ck_decision *d, const int32_t *products, long row, vf scales, long column) {
  return __builtin_convertvector(*(const vi *)(products + column * row), vf) * (scales * d->column_scales[column])
         + d->bias[column];
}
INLINE NAME(choice) choose(const ck_decision *d, const int32_t *products, long row, vf scales, int head, long first) {
  const long start = d->starts[head], count = d->counts[head];
  NAME(choice) best = {(vi){0} + (int32_t)first, tag_logit(d, products, row, scales, start + first)};
  for (long k = first + 1; k < count; k++) {
    vf x = tag_logit(d, products, row, scales, start + k);
    vi higher = x > best.probability;
    best.winner = (higher & (int32_t)k) | (~higher & best.winner);
    best.probability = vmax(best.probability, x);
  }
  vf sum = {0};
  for (long k = 0; k < count; k++) sum += vexp2((tag_logit(d, products, row, scales, start + k) - best.probability) * LOG2E);
  best.probability = RECIPROCAL(sum);
  return best;
}

// Content first whether it is text, then whose; block and list only where there is text or a boundary; marks only in text.
static void NAME(decide)(const ck_decision *d, const int32_t *products, long row, const float *scales, uint32_t *tags,
                         uint8_t *main_probability, uint8_t *confidence, float *fault_probability, uint8_t *fault_kind, long t) {
  enum { CONTENT, ATTRIBUTE, ANCHOR, BLOCK, LIST, BOUNDARY, MARKS, FAULT };
  for (long i = 0; i < t; i += VL, products += VL, scales += VL) {
    const vf scale = *(const vf *)scales;
    const long c = d->starts[CONTENT];
    vf logit[3];
    for (int k = 0; k < 3; k++) logit[k] = tag_logit(d, products, row, scale, c + k);
    vf highest = vmax(vmax(logit[0], logit[1]), logit[2]);
    vf markup = vexp2((logit[0] - highest) * LOG2E), aside = vexp2((logit[1] - highest) * LOG2E);
    vf main = vexp2((logit[2] - highest) * LOG2E);
    vf inverse = 1.0f / (markup + aside + main);
    markup *= inverse, aside *= inverse, main *= inverse;
    vi is_markup = markup > 0.5f, is_main = main >= aside;
    vi packed = ~is_markup & ((is_main & 2) | (~is_main & 1));
    vf least = vmax(markup, 1.0f - markup);

    NAME(choice) attribute = choose(d, products, row, scale, ATTRIBUTE, 0), anchor = choose(d, products, row, scale, ANCHOR, 0);
    NAME(choice) boundary = choose(d, products, row, scale, BOUNDARY, 0), block = choose(d, products, row, scale, BLOCK, 0);
    NAME(choice) list = choose(d, products, row, scale, LIST, 0);
    least = vmin(vmin(least, attribute.probability), vmin(anchor.probability, boundary.probability));
    packed |= attribute.winner << 2 | anchor.winner << 6 | boundary.winner << 16;
    vi has_block = ~is_markup | (boundary.winner != 0);
    packed |= has_block & (block.winner << 8 | list.winner << 12);
    least = select_f(has_block, vmin(least, vmin(block.probability, list.probability)), least);
    for (long k = 0; k < d->counts[MARKS]; k++) {
      vi is_set = tag_logit(d, products, row, scale, d->starts[MARKS] + k) > 0.0f;
      packed |= ~is_markup & is_set & (int32_t)(1 << (20 + k));
    }

    long left = t - i < VL ? t - i : VL;
    vf text = main + aside;
    vi of_main = __builtin_convertvector(main / vmax(text, splat(1e-6f)) * 255.0f, vi);
    vi of_least = __builtin_convertvector(least * 255.0f, vi);
    for (long k = 0; k < left; k++) {
      tags[i + k] = (uint32_t)packed[k];
      main_probability[i + k] = (uint8_t)(of_main[k] < 255 ? of_main[k] : 255);
      confidence[i + k] = (uint8_t)(of_least[k] < 255 ? of_least[k] : 255);
    }
    if (!fault_probability) continue;
    NAME(choice) kind = choose(d, products, row, scale, FAULT, 1);
    NAME(choice) any = choose(d, products, row, scale, FAULT, 0);
    // P(none) = exp(its logit − the highest) / sum.
    vf none = tag_logit(d, products, row, scale, d->starts[FAULT]), top = none;
    for (long k = 1; k < d->counts[FAULT]; k++) top = vmax(top, tag_logit(d, products, row, scale, d->starts[FAULT] + k));
    vf others = {0};
    for (long k = 1; k < d->counts[FAULT]; k++)
      others += vexp2((tag_logit(d, products, row, scale, d->starts[FAULT] + k) - top) * LOG2E);
    vf probability = others * any.probability;
    for (long k = 0; k < left; k++) {
      fault_probability[i + k] = probability[k];
      fault_kind[i + k] = (uint8_t)kind.winner[k];
    }
  }
}
