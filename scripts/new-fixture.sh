#!/usr/bin/env bash
# Begins a fixture: scripts/new-fixture.sh PROGRAM NAME PAGE. What is there already is kept.
set -euo pipefail
program=${1:?usage: new-fixture.sh PROGRAM NAME PAGE} name=${2:?no NAME} page=${3:?no PAGE}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ $name =~ ^[a-z0-9]+(-[a-z0-9]+)*$ ]] || { echo "new-fixture: “$name”: small letters, digits and single hyphens, please" >&2; exit 64; }
[ -f "$page" ] || { echo "new-fixture: $page: there is no such file" >&2; exit 2; }
folder=fixtures/$name
mkdir -p "$folder"
draft() {
  local file=$folder/$1; shift
  if [ -e "$file" ]; then echo "kept   $file"; else "$@" > "$file.part" && mv "$file.part" "$file" && echo "draft  $file"; fi
}
links() {
  "$program" links --reader libxml2 --format jsonl "$folder/page.html" | python3 -c '
import json, sys
for link in json.loads(sys.stdin.readline())["links"]:
    print(json.dumps({key: link.get(key) for key in ("href", "text", "alt", "kind")}, ensure_ascii=False))'
}
draft page.html cat "$page"
draft links.jsonl links
draft text.txt "$program" text --reader libxml2 "$folder/page.html"
draft content.md "$program" markdown --reader libxml2 "$folder/page.html"
echo "Now correct the drafts by reading the page, and describe it in fixtures/README.md."
