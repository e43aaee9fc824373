// What the readers are measured against: the machine itself and the C library alone; and a count of allocations.
#pragma once
#include <stdint.h>

/// Parses a page with libxml2, walks its tree once and looks at every byte of text and attribute value; frees it. Returns a sum, so
/// that no work can be left out.
long reference_parse_and_walk(const char *page, int length);

/// Calls of malloc, calloc, realloc and aligned_alloc of this process so far; 0 for ever where the C library is not glibc.
uint64_t reference_allocations(void);

/// Seconds of processor time of this thread.
double reference_thread_seconds(void);

/// Largest resident size of this process so far, in bytes (VmHWM), and the call that sets it back to the present size; 0 where the
/// system does not tell.
long reference_peak_resident(void);
void reference_reset_peak(void);

/// 8-bit multiply-adds a second, in 10⁹, that this core does at most: independent VNNI (or AVX2 maddubs) sums in registers. 0 where
/// this is not x86-64.
double reference_int8_peak(void);

