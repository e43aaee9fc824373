#!/usr/bin/env bash
# Installs a program as `make install` and as a Debian package would, into folders of their own, and tries it from there:
# scripts/test-install.sh PROGRAM.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program=${1:?usage: test-install.sh PROGRAM}
page=$PWD/fixtures/article-news/page.html
root=$(mktemp -d)
trap 'chmod -R u+w "$root"; rm -rf "$root"' EXIT
fail() { echo "test-install: $*" >&2; exit 1; }

try() {
  local installed=$1/bin/consomme
  [ -x "$installed" ] || fail "no program in $1/bin"
  [ "$(stat -c %s "$installed")" -lt 30000000 ] || fail "the program is larger than 30 MB"
  # From any folder, without a home that can be written to, without an environment.
  mkdir -p "$root/home" && chmod 500 "$root/home"
  (cd / && env -i HOME="$root/home" PATH=/usr/bin:/bin "$installed" links "$page") | grep -q '^http' || fail "it reads no links"
  (cd "$root/home" && env -i HOME=/nonexistent "$installed" --version) | grep -q '^consomme ' || fail "it has no version"
  for verb in links text markdown check compare entropy evaluate model train; do
    ls "$1/share/man/man1/consomme-$verb.1"* >/dev/null 2>&1 || fail "no man page for $verb"
  done
  bash -n "$1/share/bash-completion/completions/consomme" || fail "the completions for bash are no bash"
  grep -q '^#compdef consomme' "$1/share/zsh/site-functions/_consomme" || fail "no completions for zsh"
  grep -q 'consomme' "$1/share/fish/vendor_completions.d/consomme.fish" || fail "no completions for fish"
}

make --no-print-directory install-files PROGRAM="$program" DESTDIR="$root/plain" PREFIX=/opt/consomme >/dev/null
try "$root/plain/opt/consomme"
# Twice gives the same files: nothing in them depends on when or where they were made.
cp -r "$root/plain" "$root/first"
make --no-print-directory install-files PROGRAM="$program" DESTDIR="$root/plain" PREFIX=/opt/consomme >/dev/null
diff -r "$root/first" "$root/plain" || fail "two installations differ"
if command -v man >/dev/null; then
  warnings=$(LC_ALL=C.UTF-8 MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z "$root/plain/opt/consomme/share/man/man1/"*.1 2>&1 >/dev/null || true)
  [ -z "$warnings" ] || fail "man pages: $warnings"
fi
if command -v dpkg-deb >/dev/null; then
  package=$(scripts/deb.sh "$program" 2>/dev/null) || fail "no Debian package"
  dpkg-deb --extract "$package" "$root/debian"
  try "$root/debian/usr"
  dpkg-deb --field "$package" Depends | grep -q libxml2 || fail "the package does not say that it needs libxml2"
fi
echo "test-install: installed, read a page, man pages and completions are there"
