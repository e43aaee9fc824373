"""Asks for every page of a folder and compares with the program's own lines: test_client.py PROGRAM FIXTURES [ARGUMENT…]"""

import json
import subprocess
import sys
from pathlib import Path

from consomme_client import Consomme

program, fixtures, *arguments = sys.argv[1:]
paths = sorted(str(path) for path in Path(fixtures).glob("*/page.html"))[:6]
verbs = ["links", "text", "markdown", "check"] + ([] if "libxml2" in arguments else ["fields"])


def lines(verb):
    command = [program, verb, "--format", "jsonl", "--quiet", *arguments, *paths]
    if verb == "fields":
        command = [word for word in command if word not in ("--reader", "neural")]
    run = subprocess.run(command, capture_output=True, check=False)
    assert run.returncode in (0, 1), run.stderr.decode()
    return [json.loads(line) for line in run.stdout.splitlines()]


assert paths, f"no pages in {fixtures}"
with Consomme(*arguments, program=program) as reader:
    for verb in verbs:
        requests = [({"verb": verb, "id": path}, Path(path).read_bytes()) for path in paths]
        assert list(reader.ask_all(requests)) == lines(verb), f"{verb}: other answers than --format jsonl has"

# A parser for the rest, whose answers no training changes.
with Consomme("--reader", "libxml2", program=program) as reader:
    page = "<base href=/a/><p>Héllo <a href='b'>wörld</a>, this is a sentence."
    answer = reader.ask("links", page, id="x", url="https://example.org/")
    assert answer["error"] is None and answer["id"] == "x", answer
    assert [link["url"] for link in answer["links"]] == ["https://example.org/a/b"], answer

    # What is wrong is said, and the next request is answered.
    assert "no verb" in reader.ask("lynx", page)["error"]
    assert "favour" in reader.ask("text", page, favour="recall")["error"]
    assert reader.ask("text", b"")["error"] and reader.ask("text", b"\x1f\x8b\x08\x00abc")["error"]
    assert "wörld" in reader.ask("text", page, whole_page=True)["text"]

    def failing():
        yield {"verb": "text"}, page.encode()
        raise ValueError("the caller's own")

    answers = reader.ask_all(failing())
    assert next(answers)["error"] is None
    try:
        next(answers)
        raise AssertionError("the caller's error was lost")
    except ValueError:
        pass
print(f"client: {len(paths)} pages by {len(verbs)} verbs as --format jsonl has them")
