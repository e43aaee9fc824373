#!/usr/bin/env python3
"""Runs every command that a document, or the help of a verb, shows: test_readme.py PROGRAM DOCUMENT…

A command is a line of an indented or fenced block that calls consomme, also behind `$ ` or a pipe. It runs in a copy of the fixtures with
the files the documents speak of (page.html, saved-pages/, package.json, crawl.jsonl.zst). What it prints depends on the model and is not compared;
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
VERBS = ["links", "text", "markdown", "check", "compare", "entropy"]
LONG = re.compile(r"consomme (train|teach|evaluate)\b")


def commands(text):
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
            continue
        text = line.strip().removeprefix("$ ")
        if not (fenced or line.startswith("    ")) or text.startswith("//"):
            continue
        text = re.sub(r"\s{2,}#.*$", "", text)
        if text.startswith("consomme ") or re.search(r"\| consomme ", text):
            yield text


def help_of(program, verb):
    """The examples in a verb's help, as an indented block."""
    text = subprocess.run([program, "help", verb], capture_output=True, check=True, text=True).stdout
    lines = [line.strip() for line in text.split("Examples:")[-1].splitlines()]
    examples = [line for line in lines if line.startswith("consomme ")]
    if "Examples:" not in text or not examples:
        sys.exit(f"the help of {verb} has no examples")
    return "".join(f"    {line}\n" for line in examples)


def prepare(folder):
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    page = ROOT / "fixtures/recipe/faulty/broken-comment.html"
    shutil.copy(page, folder / "page.html")
    (folder / "saved-pages").mkdir()
    shutil.copy(page, folder / "saved-pages/one.html")
    (folder / "package.json").write_text(json.dumps({"name": "soup", "url": "https://soup.example/"}, indent=2), encoding="utf-8")
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
        texts = [Path(document).read_text(encoding="utf-8") for document in documents]
        for text in texts + [help_of(program, verb) for verb in VERBS]:
            for command in commands(text):
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
