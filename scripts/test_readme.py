#!/usr/bin/env python3
"""Runs every command that a document shows: test_readme.py PROGRAM DOCUMENT…

A command is a line of an indented or fenced block that calls consomme, also behind `$ ` or a pipe. It runs in a copy of the fixtures with
the files the documents speak of (page.html, saved-pages/, crawl.jsonl.zst). What it prints depends on the model and is not compared;
that it ends with 0 (or 1, for `check`) is. Commands that teach or score need hours or data and are left out.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONG = re.compile(r"consomme (train|teach|evaluate)\b")


def commands(document):
    fenced = False
    for line in document.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
            continue
        text = line.strip().removeprefix("$ ")
        if not (fenced or line.startswith("    ")) or text.startswith("//"):
            continue
        text = re.sub(r"\s{2,}#.*$", "", text)
        if text.startswith("consomme ") or re.search(r"\| consomme ", text):
            yield text


def prepare(folder):
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    page = ROOT / "fixtures/recipe/faulty/broken-comment.html"
    shutil.copy(page, folder / "page.html")
    (folder / "saved-pages").mkdir()
    shutil.copy(page, folder / "saved-pages/one.html")
    line = json.dumps({"id": "a", "url": "https://a.example/", "html": page.read_text(encoding="utf-8")}) + "\n"
    (folder / "crawl.jsonl").write_text(line, encoding="utf-8")
    if shutil.which("zstd"):
        subprocess.run(["zstd", "-q", "crawl.jsonl"], cwd=folder, check=True)


def main(program, documents):
    failed = count = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        (folder / "bin").mkdir()
        (folder / "bin/consomme").symlink_to(Path(program).resolve())
        environment = os.environ | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
        for document in documents:
            for command in commands(Path(document)):
                if LONG.search(command):
                    print(f"left out  {command}")
                    continue
                if "zstd " in command and not shutil.which("zstd"):
                    print(f"no zstd   {command}")
                    continue
                count += 1
                run = subprocess.run(
                    ["bash", "-o", "pipefail", "-c", command], cwd=folder, env=environment, capture_output=True,
                    stdin=subprocess.DEVNULL, timeout=300)
                good = run.returncode == 0 or (run.returncode == 1 and "consomme check" in command)
                print(f"{'ok       ' if good else 'FAILED   '} {command}")
                if not good:
                    failed += 1
                    print(f"  exit code {run.returncode}: {run.stderr.decode(errors='replace').strip()}")
    if count == 0:
        sys.exit("no command was found; has the document's form changed?")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: test_readme.py PROGRAM DOCUMENT…")
    main(sys.argv[1], sys.argv[2:])
