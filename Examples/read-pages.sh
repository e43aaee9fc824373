#!/bin/sh
# Reads the files whose paths come on standard input, one a line, and prints a line of JSON for every page: what an engine that deals out
# work (Spark's pipe, Hadoop streaming) starts for each task.
#
#   read-pages.sh VERB [OPTION…]      $CONSOMME is the program, else consomme in the path
#
# A page that cannot be read is a line with its error, and no failure of the task: the next attempt would not read it either. The task
# fails when the run was cut short, so that the engine begins it anew.
set -u
summary=$(mktemp) || exit 70
trap 'rm -f "$summary"' EXIT
verb=$1
shift
"${CONSOMME:-consomme}" "$verb" --format jsonl --quiet --jobs "${CONSOMME_JOBS:-1}" --files-from - --summary "$summary" "$@"
code=$?
case $code in
  # 1: check found something. 2: some pages could not be read; the summary is written by runs that came to their end.
  0 | 1) exit 0 ;;
  2) grep -q '"interrupted" : null' "$summary" && exit 0 ;;
esac
exit $code
