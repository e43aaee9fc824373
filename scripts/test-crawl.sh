#!/bin/sh
# The check of 10,000 pages (test_crawl.py); the kills are of a run by libxml2, which is over soon: what is killed is the machinery around it.
#
#   test-crawl.sh PROGRAM [PAGES]
set -eu
here=$(dirname "$0")
python3 "$here/test_crawl.py" "$1" --pages "${2:-10000}" --kills 0
python3 "$here/test_crawl.py" "$1" --pages "${2:-10000}" --kills 20 --verb links --reader libxml2
