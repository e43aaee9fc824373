#!/usr/bin/env bash
# Builds a Debian package: scripts/deb.sh [PROGRAM]. Without PROGRAM the static one is built first. Prints the package's path.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program=${1:-$(scripts/static.sh)}
version=$("$program" --version | sed -n '1s/^consomme //p')
architecture=$(dpkg --print-architecture)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
make --no-print-directory install-files PROGRAM="$program" DESTDIR="$root" PREFIX=/usr >&2
find "$root/usr/share/man" -name '*.1' -exec gzip -9n {} +
install -Dm 644 LICENSE "$root/usr/share/doc/consomme/copyright"

# The packages of the C libraries the program was linked with.
depends=$(ldd "$program" | awk '$3 ~ /^\// { print $3 }' | grep -E '/lib(xml2|z|zstd|c|stdc\+\+)\.so' \
  | xargs -r -n 1 readlink -f | while read -r file; do
      dpkg -S "$file" 2>/dev/null || dpkg -S "${file#/usr}" 2>/dev/null || true
    done | sed 's/:.*//' | sort -u | paste -sd, | sed 's/,/, /g')

mkdir "$root/DEBIAN"
cat > "$root/DEBIAN/control" <<END
Package: consomme
Version: $version
Architecture: $architecture
Maintainer: The Consommé project <consomme@localhost>
Depends: ${depends:-libc6}
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Section: text
Priority: optional
Description: reads web pages with a small neural network
 Links, main text, Markdown and markup faults of saved pages, archives and
 crawls. The model is inside the program.
END
package=.build/consomme_${version}_${architecture}.deb
mkdir -p .build
dpkg-deb --build --root-owner-group "$root" "$package" >&2
echo "$package"
