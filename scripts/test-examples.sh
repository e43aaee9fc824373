#!/bin/sh
# Runs the examples that need no engine: test-examples.sh PROGRAM
set -eu
program=$(realpath "$1")
here=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export CONSOMME="$program"
fail() { echo "test-examples: $*" >&2; exit 1; }

python3 -B "$here/Examples/serve/test_client.py" "$program" "$here/fixtures" --reader libxml2

for number in 1 2 3 4 5; do files="${files:-} $folder/$number.warc.gz"; done
python3 "$here/scripts/make_warc.py" 60 $files
printf '%s\n' $files > "$folder/list"
"$program" links --reader libxml2 --format jsonl --quiet $files > "$folder/whole"

# A task's lines are those of one process; errors of pages are lines, those of the run fail the task.
sh "$here/Examples/read-pages.sh" links --reader libxml2 < "$folder/list" | cmp - "$folder/whole" || fail "read-pages.sh: other lines"
echo /nowhere | sh "$here/Examples/read-pages.sh" links --reader libxml2 | grep -q 'no such file' || fail "read-pages.sh: no error line"
! sh "$here/Examples/read-pages.sh" links --model /nowhere < "$folder/list" 2> /dev/null || fail "read-pages.sh: a failure was hidden"

# Two arrays of three tasks, by Slurm and by Kubernetes, hold each page once.
for task in 1 2 3; do
  SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=3 \
    sh "$here/Examples/slurm.sh" links "$folder/list" "$folder/slurm/" --reader libxml2
  JOB_COMPLETION_INDEX=$((task - 1)) CONSOMME_PARTS=3 \
    sh "$here/Examples/slurm.sh" links "$folder/list" "$folder/kubernetes" --reader libxml2
done
for array in slurm kubernetes; do
  cat "$folder/$array"/part-*.jsonl | sort > "$folder/$array.sorted"
  sort "$folder/whole" | cmp - "$folder/$array.sorted" || fail "$array: other lines"
done
# Again: it is done already.
SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1 \
  sh "$here/Examples/slurm.sh" links "$folder/list" "$folder/slurm/" --reader libxml2
! sh "$here/Examples/slurm.sh" links "$folder/list" "$folder/x" 2> /dev/null || fail "slurm.sh: runs without a task"

if python3 -c 'import sys; sys.path = sys.path[1:]; import ray' 2> /dev/null; then
  python3 "$here/Examples/ray.py" links "$folder/ray" $files > /dev/null
  test "$(ls "$folder/ray" | wc -l)" = 5 || fail "ray.py: files are missing"
else
  ! python3 "$here/Examples/ray.py" links "$folder/ray" $files 2> "$folder/message" || fail "ray.py: ran without ray"
  grep -q 'pip install ray' "$folder/message" || fail "ray.py: does not say what is missing"
fi
echo "examples: read-pages.sh, slurm.sh, ray.py"
