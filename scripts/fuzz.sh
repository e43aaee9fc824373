#!/bin/sh
# Runs one fuzz target under libFuzzer with AddressSanitizer; finds stay in .build/fuzz/TARGET/found.
#
#   fuzz.sh TARGET [SECONDS [libFuzzer's options]]
set -eu
target=$1 seconds=${2:-60}
shift "$(($# < 2 ? $# : 2))"
here=$(cd "$(dirname "$0")/.." && pwd)
scratch=$here/.build/fuzzing
runtime=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
library=$(find -L "$runtime/clang" "$runtime/../clang" -name 'libclang_rt.fuzzer_no_main-*.a' 2>/dev/null | grep "$(uname -m)" | head -n 1)
[ -n "$library" ] || { echo "This toolchain has no libFuzzer." >&2; exit 1; }
# Optimised: a fuzzer lives on the number of inputs it gets through. The checks of arithmetic and bounds stay.
swift build --package-path "$here/Fuzzing" --scratch-path "$scratch" -c release --sanitize address --product Fuzz \
  -Xswiftc -sanitize-coverage=edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table \
  -Xlinker "$library" -Xlinker -lstdc++
corpus=$here/.build/fuzz/$target/corpus found=$here/.build/fuzz/$target/found
mkdir -p "$corpus" "$found"
"$scratch/release/Fuzz" "$target" --seeds "$corpus"
exec "$scratch/release/Fuzz" "$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=65536 \
  -artifact_prefix="$found/" -print_final_stats=1 "$@" "$corpus"
