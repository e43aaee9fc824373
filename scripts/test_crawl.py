#!/usr/bin/env python3
"""Reads a crawl of 10,000 pages and says whether it is whole, in order, the same for any --jobs, in flat memory, and whether a run that is
killed at random moments goes on without loss: test_crawl.py PROGRAM [--pages N] [--kills N] [--seed N] [--verb V] [OPTION…]

Options behind these go to the program, such as --reader libxml2. The speed of two jobs is given twice: by the clock, which means little on
a machine that does other things, and by processor time: the share of it that falls to the busiest thread, with one job and with two. That is
how much sooner two jobs are done on cores of their own.
"""

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TICK = os.sysconf("SC_CLK_TCK")


class Watched:
    """A run of the program, looked at while it goes on."""

    def __init__(self, command, output, marks=()):
        self.threads, self.peaks = {}, {}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        with open(output, "wb") as file, subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL) as process:
            lines, position = 0, 0
            while process.poll() is None:
                self._look(process.pid)
                with open(output, "rb") as written:
                    written.seek(position)
                    piece = written.read()
                position, lines = position + len(piece), lines + piece.count(b"\n")
                for mark in marks:
                    if lines >= mark:
                        self.peaks.setdefault(mark, self.peak)
                time.sleep(0.05)
        self.code = process.returncode
        self.seconds = time.monotonic() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.peaks[marks[-1] if marks else 0] = self.peak
        self.busiest = max(self.threads.values()) / max(TICK ** -1, sum(self.threads.values()))

    def _look(self, pid):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            if "VmHWM" in status:
                self.peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
            for task in Path(f"/proc/{pid}/task").iterdir():
                fields = (task / "stat").read_text().rsplit(")", 1)[1].split()
                self.threads[task.name] = (int(fields[11]) + int(fields[12])) / TICK
        except OSError:
            pass  # it has just ended


def kill_and_resume(command, folder, kills, seconds, choice):
    """Kills a run `kills` times at random moments, then lets it end; gives the moments' shares of the run that were new."""
    output = folder / "resumed.jsonl"
    marks = []
    for kill in range(kills + 1):
        run = [*command, "--jobs", str(1 + kill % 3), "--resume", "--output", str(output)]
        with subprocess.Popen(run, stderr=subprocess.DEVNULL) as process:
            if kill < kills:
                try:
                    process.wait(choice.uniform(0, seconds))
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
            process.wait()
        part = Path(f"{output}.part")
        marks.append(part.stat().st_size if part.exists() else 0)
        if process.returncode not in (0, -signal.SIGKILL):
            sys.exit(f"after kill {kill} the program ended with {process.returncode}")
    assert output.exists() and not Path(f"{output}.part").exists()
    return output, marks


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--verb", default="text")
    arguments, options = parser.parse_known_args()
    pages, choice = arguments.pages, random.Random(arguments.seed)
    program = os.path.abspath(arguments.program)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        crawl = folder / "crawl.warc.gz"
        subprocess.run([sys.executable, HERE / "make_warc.py", str(pages), crawl], check=True)
        command = [program, arguments.verb, "--format", "jsonl", *options, str(crawl)]
        marks = [pages // 10, pages]
        one = Watched([*command, "--jobs", "1"], folder / "one.jsonl", marks)
        two = Watched([*command, "--jobs", "2"], folder / "two.jsonl", marks)
        assert (one.code, two.code) == (0, 0), f"the program ended with {one.code} and {two.code}"

        data = (folder / "one.jsonl").read_bytes()
        lines = data.splitlines()
        assert len(lines) == pages, f"{len(lines)} lines for {pages} pages"
        urls = [json.loads(line)["url"] for line in lines]
        assert urls == [f"https://example.org/page/{number}" for number in range(pages)], "the order is another one"
        assert all(json.loads(line)["error"] is None for line in lines), "a page could not be read"
        assert data == (folder / "two.jsonl").read_bytes(), "two jobs print something else than one"
        print(f"{pages} pages ({crawl.stat().st_size / 1e6:.1f} MB of WARC.gz): all there, in order, without an error; the same bytes "
              "with 1 and 2 jobs")
        for run, jobs in ((one, 1), (two, 2)):
            first, last = (run.peaks[mark] for mark in marks)
            print(f"--jobs {jobs}: peak memory {first:.1f} MB after {marks[0]} pages, {last:.1f} MB after {pages}; processor time "
                  f"{run.cpu:.1f} s, {1000 * run.cpu / pages:.2f} ms a page, by the clock {run.seconds:.1f} s")
            assert last < first * 1.15 + 8, "memory grows with the input"
        print(f"2 jobs against 1: {one.seconds / two.seconds:.2f} times by the clock (load {os.getloadavg()[0]:.1f} on "
              f"{os.cpu_count()} cores), {one.busiest / two.busiest:.2f} times by processor time")

        if arguments.kills > 0:
            # Each run has a quarter of the time that the whole takes by the clock, at most.
            output, grown = kill_and_resume(command, folder, arguments.kills, one.seconds / 4, choice)
            same = output.read_bytes() == data
            assert same, f"the resumed run differs from the whole one (--seed {arguments.seed})"
            steps = sum(after > before for before, after in zip([0] + grown, grown))
            print(f"killed {arguments.kills} times (--seed {arguments.seed}; {steps} runs got further), then gone on with: the same bytes")


if __name__ == "__main__":
    main()
