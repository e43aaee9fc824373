"""Reads WARC files on Ray: python3 ray.py VERB OUTPUT/ FILE…

Every file is a task; its lines of JSON go to OUTPUT/NAME.jsonl, which has that name only when it is whole. What is there already is not read
again, so that the same command goes on after an interruption. $CONSOMME is the program, else consomme in the path.
"""

import os
import subprocess
import sys

# This file's own folder must not be taken for the package.
sys.path = [path for path in sys.path if os.path.realpath(path or ".") != os.path.dirname(os.path.realpath(__file__))]
try:
    import ray
except ImportError:
    sys.exit("ray.py needs the package ray: pip install ray. Without it, use Examples/slurm.sh or --shard by hand.")


def read(verb, path, output, program):
    """Reads one file and gives its summary's line; fails when the run was cut short, so that Ray begins it anew."""
    target = os.path.join(output, os.path.basename(path) + ".jsonl")
    command = [program, verb, "--format", "jsonl", "--jobs", "1", "--resume", "--output", target, path]
    run = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    # 1: check found something; 2: pages that could not be read have lines that say so. The name says that it is whole.
    if run.returncode not in (0, 1, 2) or not os.path.exists(target):
        raise RuntimeError(f"{path}: consomme ended with {run.returncode}: {run.stderr[-500:]}")
    return f"{target}: {run.stderr.strip().splitlines()[-1] if run.stderr else 'done'}"


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    verb, output, paths = sys.argv[1], os.path.abspath(sys.argv[2]), sys.argv[3:]
    os.makedirs(output, exist_ok=True)
    ray.init(address=os.environ.get("RAY_ADDRESS"))
    # One core a task; a task whose machine is lost is begun again elsewhere.
    task = ray.remote(num_cpus=1, max_retries=3, retry_exceptions=True)(read)
    program = os.environ.get("CONSOMME", "consomme")
    waiting = [task.remote(verb, os.path.abspath(path), output, program) for path in paths]
    while waiting:
        done, waiting = ray.wait(waiting)
        print(ray.get(done[0]))


if __name__ == "__main__":
    main()
