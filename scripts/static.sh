#!/usr/bin/env bash
# Builds a program that needs no Swift on the machine it runs on: the standard library and Foundation are inside. The C libraries
# (libc, libxml2, zlib, zstd) stay the system's. Prints where the program is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
"${SWIFT:-swift}" build -c release --static-swift-stdlib --product consomme --scratch-path .build-static >&2
program=.build-static/release/consomme
if command -v ldd >/dev/null && ldd "$program" | grep -q 'libswift'; then
  echo "static.sh: $program still needs Swift's libraries; is this toolchain's static library (usr/lib/swift_static) there?" >&2
  exit 1
fi
# Nobody looks into it with a debugger: without symbols it is a third smaller.
if command -v strip >/dev/null; then
  strip -o "$program-stripped" "$program"
  program=$program-stripped
fi
echo "$program"
