#!/usr/bin/env python3
"""Times extractors from PyPI on the same pages as `bench-table`: one line each, name, bytes, processor seconds.

    peers.py SECONDS FILE …    every file is one page; each extractor reads all of them, again and again, for SECONDS
"""

import sys
import time


def extractors():
    """Name and function of each extractor that is installed."""
    found = []
    try:
        import importlib.metadata as metadata

        import trafilatura
        import trafilatura.meta

        # Comments off and no fallback extractors: its fast way. Its cache would answer from memory the second time.
        def text(page):
            trafilatura.meta.reset_caches()
            return trafilatura.extract(page, include_comments=False, fast=True)

        found.append((f"trafilatura {metadata.version('trafilatura')} text, fast", text))
    except ImportError as error:
        print(f"peers.py: left out: {error}", file=sys.stderr)
    try:
        import importlib.metadata as metadata

        from resiliparse.extract.html2text import extract_plain_text

        found.append((f"resiliparse {metadata.version('resiliparse')} text", lambda page: extract_plain_text(page, main_content=True)))
    except ImportError as error:
        print(f"peers.py: left out: {error}", file=sys.stderr)
    return found


def main():
    seconds, files = float(sys.argv[1]), [open(name, "rb").read() for name in sys.argv[2:]]
    # One fixture is in Latin-1; bytes of the file count, as for the others.
    size = sum(len(file) for file in files)
    pages = [file.decode("utf-8", errors="replace") for file in files]
    for name, extract in extractors():
        for page in pages:
            extract(page)
        began, rounds = time.process_time(), 0
        while time.process_time() - began < seconds:
            for page in pages:
                extract(page)
            rounds += 1
        print(name, rounds * size, time.process_time() - began, sep="\t", flush=True)


if __name__ == "__main__":
    main()
