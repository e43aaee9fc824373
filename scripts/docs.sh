#!/usr/bin/env bash
# Builds the documentation of the library with the toolchain's docc: scripts/docs.sh BUILD-FOLDER (such as .build/release, which holds
# the built modules). A warning is an error. Prints where the documentation is.
set -euo pipefail
build=$(realpath "${1:?usage: docs.sh BUILD-FOLDER}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools=$(dirname "$(readlink -f "$(command -v "${SWIFT:-swift}")")")
symbols=$(mktemp -d)
trap 'rm -rf "$symbols"' EXIT
target=$("$tools/swiftc" -print-target-info | sed -n 's/.*"triple": "\(.*\)",/\1/p' | head -n 1)
"$tools/swift-symbolgraph-extract" -module-name Consomme -I "$build/Modules" -target "$target" -minimum-access-level public \
  -skip-inherited-docs -skip-synthesized-members -output-dir "$symbols" \
  -Xcc -fmodule-map-file="$build/CKernels.build/module.modulemap" \
  -Xcc -fmodule-map-file="$build/CDefaultModel.build/module.modulemap"
# What we add to modules of others is documented there.
rm -f "$symbols"/*@*.symbols.json
"$tools/docc" convert docs/Consomme.docc --additional-symbol-graph-dir "$symbols" --output-path .build/documentation \
  --fallback-display-name Consomme --fallback-bundle-identifier org.consomme.library --warnings-as-errors >&2
echo .build/documentation
