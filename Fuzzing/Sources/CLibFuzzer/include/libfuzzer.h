// libFuzzer as a library (compiler-rt, FuzzerInterface.h); scripts/fuzz.sh links it.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Runs `one` on input after input; the options are libFuzzer's. Does not return when it finds something.
int LLVMFuzzerRunDriver(int *count, char ***words, int (*one)(const uint8_t *bytes, size_t count));
