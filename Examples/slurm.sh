#!/bin/sh
# Reads a crawl as a job array: sbatch --array=1-100 slurm.sh VERB LIST OUTPUT/ [OPTION…]
#
# LIST has the WARC files, one a line; task I of N reads the Ith of N parts of it. Give the same command again after a failure or a time
# limit: tasks that are done end at once, the others go on where they stopped. As a Kubernetes job with completionMode: Indexed, set N as
# CONSOMME_PARTS; the task's number is read from JOB_COMPLETION_INDEX.
#SBATCH --cpus-per-task=4
#SBATCH --mem-per-cpu=1G
#SBATCH --time=24:00:00
# The program gets the signal two minutes before the time is over, finishes the pages in hand and keeps what it has.
#SBATCH --signal=TERM@120
set -eu
if [ $# -lt 3 ]; then
  sed -n 's/^# //p' "$0" | head -n 5 >&2
  exit 64
fi
verb=$1 list=$2 output=${3%/}
shift 3

part=${SLURM_ARRAY_TASK_ID:-${JOB_COMPLETION_INDEX:-}}
if [ -z "$part" ]; then
  echo "slurm.sh: there is neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX; start it with sbatch --array=1-N" >&2
  exit 64
fi
mkdir -p "$output"
name=$output/$(printf 'part-%05d' "$part")
# exec: the signal goes to the program itself.
exec "${CONSOMME:-consomme}" "$verb" --files-from "$list" --shard "auto${CONSOMME_PARTS:+/$CONSOMME_PARTS}" \
  --format jsonl --jobs "${SLURM_CPUS_PER_TASK:-1}" --output "$name.jsonl" --resume \
  --failures "$name.failures" --summary "$name.summary.json" --quiet "$@"
