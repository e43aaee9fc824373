#!/usr/bin/env python3
"""Training in Consommé against the same network in PyTorch, in turn, on pages made up here; prints the ratio.

    python3 compare.py PATH/TO/consomme [--rounds 3] [--seconds 15] [--threads 2] [--next-byte-share 0.7]

Run it with a Python that has torch. KB are 1000 bytes of page, read forward and backward.
"""

import argparse
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import resource

WORDS = "the of and soup broth clear page link river stone winter market garden letter old small reads writes between paper copper".split()


def made_up_page(generator, size):
    """A page of `size` bytes: navigation, headings, paragraphs, lists, links. No two alike."""
    words = lambda low, high: " ".join(generator.choice(WORDS) for _ in range(generator.randint(low, high)))
    parts, length = ["<!DOCTYPE html><html><head><title>%s</title></head><body>" % words(3, 6)], 0
    while length < size:
        kind = generator.random()
        if kind < 0.15:
            part = "<h2 class=\"title t%d\">%s</h2>\n" % (generator.randint(1, 9), words(2, 6).capitalize())
        elif kind < 0.35:
            items = "".join('<li class="item"><a href="/%s/%d">%s</a></li>\n' % (generator.choice(WORDS), generator.randint(1, 9999), words(1, 4)) for _ in range(6))
            part = "<ul>\n%s</ul>\n" % items
        else:
            part = '<p>%s, <a href="https://example.org/%s?id=%d">%s</a> %s.</p>\n' % (words(8, 40).capitalize(), generator.choice(WORDS), generator.randint(1, 10**6), words(1, 3), words(5, 40))
        parts.append(part)
        length += len(part)
    return "".join(parts) + "</body></html>\n"


def ours(program, pages, options, steps):
    """KB/s by wall and by processor time of `steps` steps; the first report is left out, it holds the warm-up."""
    with tempfile.TemporaryDirectory() as output:
        report = max(1, steps // 4)
        command = [program, "train", "run", "--data", pages, "--output", output, "--steps", str(4 * report), "--report-steps", str(report)]
        command += ["--lanes", str(options.lanes), "--stretch-bytes", str(options.stretch_bytes), "--threads", str(options.threads)]
        command += ["--next-byte-share", str(options.next_byte_share), "--checkpoint-seconds", "1e9"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = subprocess.run(command, capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{result.stderr}")
    speeds = [float(x) for x in re.findall(r"  (\d+) KB/s", result.stderr)][1:]
    megabytes = float(re.findall(r"  ([\d.]+) MB  ", result.stderr)[-1])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # All of the program's processor time, reading the pages and writing the model included.
    return statistics.mean(speeds), megabytes * 1000 / cpu


def twin(options):
    command = [sys.executable, str(pathlib.Path(__file__).with_name("twin.py")), "--seconds", str(options.seconds)]
    command += ["--lanes", str(options.lanes), "--stretch-bytes", str(options.stretch_bytes), "--threads", str(options.threads)]
    command += ["--next-byte-share", str(options.next_byte_share)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{result.stderr}")
    wall, cpu = re.search(r"([\d.]+) KB/s, ([\d.]+) KB per", result.stdout).groups()
    return float(wall), float(cpu)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="the consomme program, built in release")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15, help="how long PyTorch runs a round, and about how long ours does")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--lanes", type=int, default=4)
    parser.add_argument("--stretch-bytes", type=int, default=16384)
    parser.add_argument("--next-byte-share", type=float, default=0.7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pages, generator = os.path.join(folder, "pages.jsonl"), random.Random(1)
        with open(pages, "w") as file:
            for _ in range(40):
                # Twelve stretches, as many as the trainer reads of one page.
                file.write(json.dumps({"html": made_up_page(generator, 13 * options.stretch_bytes)}) + "\n")
        speed, _ = ours(options.program, pages, options, 12)
        steps = max(12, int(speed * 1000 * options.seconds / options.lanes / options.stretch_bytes))
        rows = []
        for number in range(options.rounds):
            a, b = ours(options.program, pages, options, steps), twin(options)
            rows.append((*a, *b, a[0] / b[0], a[1] / b[1]))
            print("round %d: ours %.0f KB/s (%.0f a processor second), PyTorch %.0f KB/s (%.0f): ratio %.2f (%.2f)" % (number + 1, rows[-1][0], rows[-1][1], rows[-1][2], rows[-1][3], rows[-1][4], rows[-1][5]), flush=True)
        medians = [statistics.median(column) for column in zip(*rows)]
        print("median: ours %.0f KB/s, PyTorch %.0f KB/s, ratio %.2f; a processor second %.0f and %.0f KB, ratio %.2f" % (medians[0], medians[2], medians[4], medians[1], medians[3], medians[5]))


if __name__ == "__main__":
    main()
