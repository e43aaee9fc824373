#!/usr/bin/env python3
"""From a sample of pages to a whole crawl: measure_scale.py PROGRAM PAGES.jsonl[.zst] [--pages 2500] [--batch 10] [--seed 1] [--verb text] …

Draws pages at random (reservoir sampling; none of a split called test), reads them in batches, one process with --jobs 1 each, and takes its
processor time, user and system, less that of a run over an empty page. Prints seconds a page and a megabyte with their standard errors, and
the core hours of CRAWL_PAGES pages with a 95 % interval. Options that are not known here go to the program.
"""

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile

CRAWL_PAGES = 2.5e9


def lines(path):
    if not path.endswith(".zst"):
        yield from open(path, "rb")
        return
    with subprocess.Popen(["zstd", "-dcq", path], stdout=subprocess.PIPE) as process:
        yield from process.stdout


def sample(path, count, choice):
    kept, seen = [], 0
    for line in lines(path):
        if b'"split": "test"' in line[:2000] or b'"split":"test"' in line[:2000]:
            continue
        seen += 1
        if len(kept) < count:
            kept.append(line)
        elif (place := choice.randrange(seen)) < count:
            kept[place] = line
    choice.shuffle(kept)
    return kept, seen


def processor_time(command, data):
    """Seconds of a run over `data`."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        process = subprocess.Popen([*command, file.name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1, 2):
        sys.exit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def ratio(top, bottom):
    """The ratio of two sums over batches, and its standard error (of a ratio estimator)."""
    count, value = len(top), sum(top) / sum(bottom)
    spread = sum((y - value * x) ** 2 for y, x in zip(top, bottom)) / (count - 1)
    return value, math.sqrt(spread / count) / (sum(bottom) / count)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("corpus")
    parser.add_argument("--pages", type=int, default=2500)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verb", default="text")
    arguments, options = parser.parse_known_args()
    kept, seen = sample(arguments.corpus, arguments.pages, random.Random(arguments.seed))
    command = [arguments.program, arguments.verb, "--format", "jsonl", "--jobs", "1", "--input-format", "jsonl", *options]
    empty = b'{"html": "<p>x"}\n'
    start = sum(processor_time(command, empty)[0] for _ in range(5)) / 5
    pages, megabytes, seconds, memory = [], [], [], 0
    for first in range(0, len(kept), arguments.batch):
        batch = kept[first:first + arguments.batch]
        time, peak = processor_time(command, b"".join(batch))
        pages.append(len(batch))
        megabytes.append(sum(len(json.loads(line).get("html", "").encode()) for line in batch) / 1e6)
        seconds.append(max(0, time - start))
        memory = max(memory, peak)
        if sys.stderr.isatty():
            print(f"\r{sum(pages)} pages", end="", file=sys.stderr)
    a_page, a_page_error = ratio(seconds, pages)
    a_megabyte, a_megabyte_error = ratio(seconds, megabytes)
    hours = CRAWL_PAGES * a_page / 3600
    print(f"{arguments.verb} {' '.join(options)}: {sum(pages)} pages of {seen}, {sum(megabytes):.1f} MB, mean {1000 * sum(megabytes) / sum(pages):.0f} kB; "
          f"start {1000 * start:.0f} ms of processor time, peak memory {memory:.0f} MB")
    print(f"{1000 * a_page:.1f} ± {1000 * a_page_error:.1f} ms a page, {1 / a_page:.1f} pages a second a core; "
          f"{a_megabyte:.3f} ± {a_megabyte_error:.3f} s a megabyte")
    print(f"{CRAWL_PAGES:.1e} pages: {hours:,.0f} core hours (95 %: {hours * (1 - 1.96 * a_page_error / a_page):,.0f} to "
          f"{hours * (1 + 1.96 * a_page_error / a_page):,.0f})")


if __name__ == "__main__":
    main()
